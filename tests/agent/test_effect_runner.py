"""Every effect of the session is carried out and answered, with a real storage and real seals."""

import asyncio
import logging
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import msgspec
import pytest
from journey import a_ticket, catalogue
from kiosk_lab import KIOSK, KioskLab

from anjungan.appliance.agent.code_tries import FREE_TRIES
from anjungan.appliance.agent.effect_runner import EffectRunner
from anjungan.appliance.agent.keys import load_keys
from anjungan.appliance.agent.visit_mark import Submitting, VisitMark
from anjungan.appliance.agent.wall_clock import WallClock
from anjungan.appliance.session import effects as fx
from anjungan.appliance.session.events import (
    Event,
    PaperFinished,
    PaperKind,
    PrintResult,
    RequestNotStored,
    RequestStored,
    SearchFailed,
    SearchLimited,
    StoreProblem,
    TicketChanged,
    TicketsFound,
)
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.storage.records import (
    FailureReason,
    StorageError,
    StorageFailed,
    StorageLimits,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.messages import Request, RequestStatus, Status, TimeQuality
from anjungan.protocol.sealing import MAX_ANSWERS_BYTES, Answer, Answers, Opened, binding_of, unseal
from anjungan.protocol.tickets import new_code, new_token
from anjungan.protocol.topics import UpKind

NAME = "SITI AMINAH CONTOH"
ANSWERS = Answers(items=(Answer(name="nama", label="Nama", value=NAME, shown=NAME),))
CARD = CardLink("ab" * 32)
SERVICE = "keterangan-usaha"
LIMIT_S = 10.0
SEARCH = "one search"
SEARCHES = (
    fx.FindByCode(nonce=SEARCH, code=new_code()),
    fx.FindByToken(nonce=SEARCH, token=new_token()),
    fx.FindByCard(nonce=SEARCH, card=CARD),
)


class FakePaper:
    """Says what it is told to say; may hang or fail."""

    def __init__(self) -> None:
        self.result = PrintResult.PRINTED
        self.error: Exception | None = None
        self.may_finish = asyncio.Event()
        self.may_finish.set()
        self.first_jobs: list[tuple[Ticket, int]] = []

    def first_job(self, ticket: Ticket, job: int) -> None:
        self.first_jobs.append((ticket, job))

    async def _print(self) -> PrintResult:
        await self.may_finish.wait()
        if self.error is not None:
            raise self.error
        return self.result

    async def print_ticket(self, _ticket: Ticket, *, copy: bool) -> PrintResult:
        return await self._print()

    async def print_sheet(self, _ticket: Ticket, _answers: Answers) -> PrintResult:
        return await self._print()

    async def print_requirements(self, _service: str) -> PrintResult:
        return await self._print()


@dataclass
class Desk:
    """A runner with everything around it; ``told`` receives its events."""

    runner: EffectRunner
    storage: Storage
    paper: FakePaper
    mark: VisitMark
    told: "asyncio.Queue[Event]"
    wakes: list[None] = field(default_factory=list)
    damages: list[None] = field(default_factory=list)

    async def answer(self, effect: fx.Effect) -> Event:
        self.runner.start(effect)
        async with asyncio.timeout(LIMIT_S):
            return await self.told.get()

    async def no_answer(self, effect: fx.Effect) -> None:
        self.runner.start(effect)
        await self.runner.finish()
        assert self.told.empty()

    async def stored(self, nonce: str = "visit", card: CardLink | None = None) -> Ticket:
        event = await self.answer(store(nonce, card=card))
        assert isinstance(event, RequestStored)
        return event.ticket


def store(nonce: str = "visit", *, card: CardLink | None = None, **changes: Any) -> fx.StoreRequest:
    fields = {"service": SERVICE, "form_version": 1, "answers": ANSWERS, **changes}
    return fx.StoreRequest(nonce=nonce, card=card, **fields)


@pytest.fixture
def desk(kiosk: KioskLab, storage: Storage, clock: WallClock, mark: VisitMark) -> Desk:
    told: asyncio.Queue[Event] = asyncio.Queue()
    paper, wakes, damages = FakePaper(), [], []
    runner = EffectRunner(
        kiosk=KIOSK,
        storage=storage,
        catalogue=catalogue(),
        keys=load_keys(kiosk.settings),
        paper=paper,  # type: ignore[arg-type]  # a fake
        clock=clock,
        mark=mark,
        tell=told.put_nowait,
        on_queued=lambda: wakes.append(None),
        on_damage=lambda: damages.append(None),
    )
    return Desk(runner, storage, paper, mark, told, wakes, damages)


async def request_in_outbox(storage: Storage) -> Request:
    (outgoing,) = [
        each
        for each in await storage.unsent(max_messages=99, max_bytes=1_000_000)
        if each.kind is UpKind.REQUEST
    ]
    return msgspec.json.decode(outgoing.payload, type=Request)


class TestStoring:
    async def test_what_was_answered_can_be_opened_by_the_regency_only(
        self, desk: Desk, kiosk: KioskLab
    ) -> None:
        ticket = await desk.stored(card=CARD)
        request = await request_in_outbox(desk.storage)
        assert request.id == ticket.request_id
        assert request.service == SERVICE
        assert request.time_quality is TimeQuality.UNSYNCED
        opened = unseal(request.sealed, binding_of(KIOSK, request), kiosk.private_key)
        assert opened == Opened(ANSWERS)
        assert NAME.encode() not in msgspec.json.encode(request)

    async def test_the_uplink_wakes_and_the_printer_knows_its_first_job(self, desk: Desk) -> None:
        ticket = await desk.stored()
        assert desk.wakes == [None]
        assert [known for known, _job in desk.paper.first_jobs] == [ticket]

    async def test_the_mark_names_the_request_before_the_commit(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        marks = []
        submit = desk.storage.submit

        async def look_first(draft: Any) -> Any:
            marks.append(desk.mark.read())
            return await submit(draft)

        monkeypatch.setattr(desk.storage, "submit", look_first)
        ticket = await desk.stored()
        assert isinstance(marks[0], Submitting)
        assert marks[0].request_id == ticket.request_id

    async def test_the_same_visit_twice_is_one_request_and_the_mark_finds_it(
        self, desk: Desk
    ) -> None:
        first = await desk.stored("one visit")
        again = await desk.stored("one visit")
        assert again.request_id == first.request_id
        marked = desk.mark.read()
        assert isinstance(marked, Submitting)
        assert marked.request_id == first.request_id

    async def test_a_full_storage_refuses(
        self, desk: Desk, tmp_path: Path, clock: WallClock, caplog: pytest.LogCaptureFixture
    ) -> None:
        full = await Storage.open(
            tmp_path / "full.db",
            clock_now=clock.now,
            limits=StorageLimits(min_free_disk_bytes=2**60),
        )
        async with full.storage as storage:
            desk.runner._storage = storage
            event = await desk.answer(store())
        assert event == RequestNotStored("visit", StoreProblem.FULL)
        assert "storage is full (free_disk_bytes)" in caplog.text
        assert desk.wakes == []

    @pytest.mark.parametrize(
        ("reason", "damages"), [(FailureReason.READ_ONLY, 0), (FailureReason.DAMAGED, 1)]
    )
    async def test_a_storage_that_fails_is_told_and_damage_ends_the_agent(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch, reason: FailureReason, damages: int
    ) -> None:
        async def fail(_draft: object) -> StorageFailed:
            return StorageFailed(reason)

        monkeypatch.setattr(desk.storage, "submit", fail)
        assert await desk.answer(store()) == RequestNotStored("visit", StoreProblem.FAILED)
        assert len(desk.damages) == damages

    async def test_answers_that_are_too_large_are_refused_before_the_mark(self, desk: Desk) -> None:
        long = "x" * 2000
        many = tuple(
            Answer(name=f"n{number}", label="l", value=long, shown=long)
            for number in range(MAX_ANSWERS_BYTES // 2000)
        )
        event = await desk.answer(store(answers=Answers(items=many)))
        assert event == RequestNotStored("visit", StoreProblem.TOO_LARGE)
        assert desk.mark.read() is None

    async def test_a_letter_that_is_gone_from_the_catalogue_is_stored_by_its_id(
        self, desk: Desk
    ) -> None:
        event = await desk.answer(store(service="surat-lama"))
        assert isinstance(event, RequestStored)
        kept = await desk.storage.ticket_of_request(event.ticket.request_id)
        assert kept is not None
        assert (kept.service_title, kept.bring) == ("surat-lama", ())

    async def test_a_runtime_folder_that_is_full_is_a_failure_and_nothing_is_stored(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_request: object) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(desk.mark, "submitting", fail)
        assert await desk.answer(store()) == RequestNotStored("visit", StoreProblem.FAILED)
        assert await desk.storage.unsent(max_messages=9, max_bytes=1000) == ()


class TestSearching:
    async def test_by_token_code_and_card(self, desk: Desk) -> None:
        ticket = await desk.stored(card=CARD)
        for effect in (
            fx.FindByToken(nonce=SEARCH, token=ticket.token),
            fx.FindByCode(nonce=SEARCH, code=ticket.code),
            fx.FindByCard(nonce=SEARCH, card=CARD),
        ):
            event = await desk.answer(effect)
            assert isinstance(event, TicketsFound)
            assert event.nonce == SEARCH
            assert [each.request_id for each in event.tickets] == [ticket.request_id]

    async def test_what_there_is_not(self, desk: Desk) -> None:
        for effect in SEARCHES:
            assert await desk.answer(effect) == TicketsFound(SEARCH, ())

    async def test_guessing_is_slowed_down(self, desk: Desk) -> None:
        for _ in range(FREE_TRIES):
            assert await desk.answer(fx.FindByCode(nonce=SEARCH, code=new_code())) == TicketsFound(
                SEARCH, ()
            )
        assert await desk.answer(fx.FindByCode(nonce=SEARCH, code=new_code())) == SearchLimited(
            SEARCH, 60
        )

    async def test_a_right_code_forgives(self, desk: Desk) -> None:
        ticket = await desk.stored()
        for _ in range(FREE_TRIES - 1):
            await desk.answer(fx.FindByCode(nonce=SEARCH, code=new_code()))
        await desk.answer(fx.FindByCode(nonce=SEARCH, code=ticket.code))
        for _ in range(FREE_TRIES - 1):
            assert await desk.answer(fx.FindByCode(nonce=SEARCH, code=new_code())) == TicketsFound(
                SEARCH, ()
            )


class TestCancelling:
    async def test_a_new_request_may_be_cancelled(self, desk: Desk) -> None:
        ticket = await desk.stored()
        event = await desk.answer(fx.CancelRequest(ticket=ticket))
        assert isinstance(event, TicketChanged)
        assert event.ticket.cancel_asked
        assert desk.wakes == [None, None]

    async def test_one_that_is_ready_may_not(self, desk: Desk) -> None:
        ticket = await desk.stored()
        await desk.storage.apply_status(
            Status(
                id=ticket.request_id,
                sent_at=ticket.submitted_at,
                request_id=ticket.request_id,
                status=RequestStatus.READY,
                revision=1,
                changed_at=ticket.submitted_at,
            )
        )
        event = await desk.answer(fx.CancelRequest(ticket=ticket))
        assert isinstance(event, TicketChanged)
        assert not event.ticket.cancel_asked
        assert event.ticket.status is RequestStatus.READY

    async def test_one_that_is_not_ours_is_left(self, desk: Desk) -> None:
        await desk.no_answer(fx.CancelRequest(ticket=a_ticket()))


class TestPaper:
    TICKET = a_ticket()
    EFFECTS = (
        (fx.PrintTicket(ticket=TICKET, copy=False), PaperKind.TICKET, TICKET.request_id),
        (fx.PrintRequestSheet(ticket=TICKET, answers=ANSWERS), PaperKind.SHEET, TICKET.request_id),
        (fx.PrintRequirementsSheet(service=SERVICE), PaperKind.REQUIREMENTS, SERVICE),
    )

    @pytest.mark.parametrize(("effect", "kind", "subject"), EFFECTS)
    async def test_the_result_is_told(
        self, desk: Desk, effect: fx.Effect, kind: PaperKind, subject: str
    ) -> None:
        desk.paper.result = PrintResult.COVER_OPEN
        told = PaperFinished(kind, PrintResult.COVER_OPEN, subject)
        assert await desk.answer(effect) == told

    @pytest.mark.parametrize(("effect", "kind", "subject"), EFFECTS)
    @pytest.mark.parametrize(
        "error", [StorageError(FailureReason.IO_ERROR), RuntimeError(f"a bug with {NAME}")]
    )
    async def test_a_failure_claims_neither_paper_nor_none(
        self, desk: Desk, effect: fx.Effect, kind: PaperKind, subject: str, error: Exception
    ) -> None:
        desk.paper.error = error
        told = PaperFinished(kind, PrintResult.UNCERTAIN, subject)
        assert await desk.answer(effect) == told


class TestFailures:
    @pytest.mark.parametrize(
        ("effect", "answer"),
        [
            (store("n"), RequestNotStored("n", StoreProblem.FAILED)),
            *((search, SearchFailed(SEARCH)) for search in SEARCHES),
        ],
    )
    async def test_a_storage_that_is_closed_is_answered_all_the_same(
        self, desk: Desk, effect: fx.Effect, answer: Event
    ) -> None:
        await desk.storage.close()
        assert await desk.answer(effect) == answer

    async def test_damage_found_by_a_search_ends_the_agent_too(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_code: object) -> None:
            raise StorageError(FailureReason.DAMAGED)

        monkeypatch.setattr(desk.storage, "ticket_by_code", fail)
        assert await desk.answer(SEARCHES[0]) == SearchFailed(SEARCH)
        assert desk.damages == [None]

    async def test_a_failed_search_is_no_wrong_guess(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def fail(_code: object) -> None:
            raise StorageError(FailureReason.IO_ERROR)

        with monkeypatch.context() as broken:
            broken.setattr(desk.storage, "ticket_by_code", fail)
            for _ in range(FREE_TRIES):
                assert await desk.answer(SEARCHES[0]) == SearchFailed(SEARCH)
        assert await desk.answer(SEARCHES[0]) == TicketsFound(SEARCH, ())

    async def test_a_cancellation_that_failed_shows_the_ticket_as_it_was(self, desk: Desk) -> None:
        ticket = await desk.stored()
        await desk.storage.close()
        assert await desk.answer(fx.CancelRequest(ticket=ticket)) == TicketChanged(ticket)

    async def test_answers_are_never_logged(
        self, desk: Desk, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        await desk.storage.close()
        await desk.answer(store())
        await desk.answer(fx.FindByCard(nonce=SEARCH, card=CARD))
        assert NAME not in caplog.text
        assert CARD not in caplog.text

    async def test_an_orderly_end_waits_for_what_was_begun(self, desk: Desk) -> None:
        desk.paper.may_finish.clear()
        desk.runner.start(TestPaper.EFFECTS[0][0])
        ending = asyncio.create_task(desk.runner.finish())
        await asyncio.sleep(0)
        assert not ending.done()
        desk.paper.may_finish.set()
        async with asyncio.timeout(LIMIT_S):
            await ending
        assert not desk.told.empty()

    async def test_an_end_with_nothing_to_wait_for(self, desk: Desk) -> None:
        await desk.runner.finish()

    async def test_what_is_done_is_let_go(self, desk: Desk) -> None:
        """A task that is kept keeps its effect, and so what the resident answered."""
        await desk.stored()
        await desk.runner.finish()
        assert desk.runner._running == set()
