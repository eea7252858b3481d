"""A damaged database is set aside, and what can be read of it is queued again."""

# ruff: noqa: ASYNC240 - the tests may look at files while nothing else runs

import shutil
import sqlite3
from pathlib import Path
from random import Random

import pytest

from anjungan.appliance.storage import opening, salvage
from anjungan.appliance.storage.database import PAGE_BYTES
from anjungan.appliance.storage.records import (
    Clean,
    Delivery,
    Draft,
    PrintState,
    Recovered,
    StorageError,
    Stored,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.contract import decode
from anjungan.protocol.messages import (
    Event,
    EventKind,
    ReceiptItem,
    ReceiptOutcome,
    Request,
    Status,
)
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import TicketCode
from anjungan.protocol.topics import UpKind
from tests.storage.storage_lab import NOON, SteppedClock, make_draft, unknown_id

PAGE = PAGE_BYTES


async def filled(path: Path, count: int) -> list[Draft]:
    """A closed database with ``count`` requests, the first of them receipted and READY."""
    drafts = [make_draft(sealed=bytes([n]) * 700) for n in range(count)]
    async with (await Storage.open(path, clock_now=SteppedClock(), enrolment=4)).storage as storage:
        for draft in drafts:
            assert isinstance(await storage.submit(draft), Stored)
        first = drafts[0].request_id
        await storage.apply_receipt(
            [ReceiptItem(message_id=first, outcome=ReceiptOutcome.ACCEPTED)]
        )
        await storage.apply_status(
            Status(
                id=unknown_id(),
                sent_at=NOON,
                request_id=first,
                revision=3,
                status=RequestStatus.READY,
                note="Silakan diambil",
                changed_at=NOON,
            )
        )
        await storage.queue_cancel(drafts[1].request_id)
    return drafts


def damage(path: Path, page: int, *, content: bytes = b"\xa5" * PAGE) -> None:
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        file.write(content)


async def unsent_requests(storage: Storage) -> dict[str, Request]:
    found = {}
    for outgoing in await storage.unsent(max_messages=1_000, max_bytes=10_000_000):
        message = decode(outgoing.kind, outgoing.payload)
        if isinstance(message, Request):
            found[message.id] = message
    return found


def tree_pages(path: Path, *names: str) -> list[int]:
    """Root pages of the named tables and indexes, counted from 0."""
    connection = sqlite3.connect(path)
    marks = ", ".join("?" for _ in names)
    query = f"SELECT rootpage FROM sqlite_schema WHERE name IN ({marks})"  # noqa: S608 - marks only
    rows = connection.execute(query, names)
    pages = [page - 1 for (page,) in rows]
    connection.close()
    return pages


@pytest.fixture(params=["command line", "own reading"])
def _method(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "own reading":
        monkeypatch.setattr(salvage.shutil, "which", lambda _: None)
    elif shutil.which("sqlite3") is None:
        pytest.fail("the sqlite3 command line is part of the test machine")
    return str(request.param)


@pytest.mark.usefixtures("_method")
async def test_a_damaged_index_costs_nothing(database: Path, clock: SteppedClock) -> None:
    drafts = await filled(database, 30)
    (page,) = tree_pages(database, "sqlite_autoindex_ticket_1")
    damage(database, page)
    report = await Storage.open(database, clock_now=clock, enrolment=4)
    async with report.storage as storage:
        outcome = report.outcome
        assert isinstance(outcome, Recovered)
        assert (outcome.rescued, outcome.tickets, outcome.lost) == (30, 30, 0)
        assert set(await unsent_requests(storage)) == {d.request_id for d in drafts[1:]}
        first = await storage.ticket_of_request(drafts[0].request_id)
        assert first is not None
        assert (first.status, first.note) == (RequestStatus.READY, "Silakan diambil")
        assert first.delivery is Delivery.RECEIPTED
        assert storage.boot == 2
        again = await storage.submit(drafts[5])
        assert isinstance(again, Stored)
        assert again.repeated, "the visits are remembered"
        job = await storage.print_job(again.print_job)
        assert job is not None
        assert job.state is PrintState.ABANDONED
        fresh = await storage.submit(make_draft())
        assert isinstance(fresh, Stored)
        assert fresh.ticket.queue_number == "020326-031"


@pytest.mark.usefixtures("_method")
async def test_the_damaged_file_is_kept_as_it_was(database: Path, clock: SteppedClock) -> None:
    await filled(database, 10)
    damage(database, 1)
    before = database.read_bytes()
    report = await Storage.open(database, clock_now=clock)
    await report.storage.close()
    assert isinstance(report.outcome, Recovered)
    assert report.outcome.set_aside.name == "kiosk.db.damaged-20260302T050000Z"
    assert report.outcome.set_aside.read_bytes() == before
    assert sorted(f.name for f in database.parent.iterdir()) == [
        "kiosk.db",
        "kiosk.db.damaged-20260302T050000Z",
    ]


async def test_staff_are_told_of_a_recovery(database: Path, clock: SteppedClock) -> None:
    await filled(database, 5)
    damage(database, 1)
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        sending = await storage.unsent(max_messages=100, max_bytes=10_000_000)
        event = decode(UpKind.EVENT, sending[-1].payload)
        assert isinstance(event, Event)
        assert event.kind is EventKind.STORAGE_RECOVERED
    report = await Storage.open(database, clock_now=clock)
    await report.storage.close()
    assert report.outcome == Clean(), "it is told once"


@pytest.mark.usefixtures("_method")
async def test_a_destroyed_first_page_costs_nothing(database: Path, clock: SteppedClock) -> None:
    drafts = await filled(database, 20)
    damage(database, 0)
    report = await Storage.open(database, clock_now=clock)
    async with report.storage as storage:
        assert isinstance(report.outcome, Recovered)
        rescued = await unsent_requests(storage)
        assert set(rescued) == {d.request_id for d in drafts[1:]}
        assert storage.boot == 2


async def test_requests_without_their_tickets_get_new_ones(
    database: Path, clock: SteppedClock
) -> None:
    drafts = await filled(database, 20)
    damage(database, *tree_pages(database, "ticket"))
    damage(database, *tree_pages(database, "sequence"))
    report = await Storage.open(database, clock_now=clock)
    async with report.storage as storage:
        assert isinstance(report.outcome, Recovered)
        rescued = await unsent_requests(storage)
        assert set(rescued) == {d.request_id for d in drafts[1:]}
        assert storage.boot > 1_000, "a lost boot number must not be used a second time"
        titles = set()
        for request in rescued.values():
            ticket = await storage.ticket_by_code(TicketCode(request.ticket_code))
            assert ticket is not None
            assert ticket.queue_number == request.queue_number
            titles.add(ticket.service_title)
        assert "sk-usaha" in titles, "a lost title is stood in for by the service"
        fresh = await storage.submit(make_draft())
        assert isinstance(fresh, Stored)
        assert fresh.ticket.queue_number == "020326-021"


@pytest.mark.parametrize("content", [b"", b"this is no database at all " * 500])
async def test_a_file_that_is_no_database_still_lets_the_kiosk_work(
    database: Path, clock: SteppedClock, content: bytes
) -> None:
    database.write_bytes(content)
    report = await Storage.open(database, clock_now=clock)
    async with report.storage as storage:
        assert isinstance(report.outcome, Recovered if content else Clean)
        assert isinstance(await storage.submit(make_draft()), Stored)


async def test_a_request_whose_message_is_lost_is_not_called_queued(
    database: Path, clock: SteppedClock
) -> None:
    drafts = await filled(database, 60)
    connection = sqlite3.connect(database)
    (page,) = (
        connection.execute(
            "SELECT pageno FROM dbstat WHERE name = 'outbox' AND pagetype = 'leaf' LIMIT 1 OFFSET 3"
        ).fetchone()
        if _has_dbstat(connection)
        else (None,)
    )
    connection.close()
    if page is None:
        page = _leaf_with(database, drafts[30].request_id)
    damage(database, page - 1)
    async with (await Storage.open(database, clock_now=clock)).storage as storage:
        sending = await unsent_requests(storage)
        lost = []
        for draft in drafts[1:]:
            ticket = await storage.ticket_of_request(draft.request_id)
            assert ticket is not None
            queued = ticket.delivery is Delivery.QUEUED
            assert queued == (draft.request_id in sending)
            if ticket.delivery is Delivery.LOST:
                lost.append(draft.request_id)
        assert lost
        outcome = await storage.apply_status(
            Status(
                id=unknown_id(),
                sent_at=NOON,
                request_id=lost[0],
                revision=1,
                status=RequestStatus.UNDER_REVIEW,
                changed_at=NOON,
            )
        )
        assert outcome.ticket.delivery is Delivery.RECEIPTED, "a status proves that it arrived"  # type: ignore[union-attr]


def _has_dbstat(connection: sqlite3.Connection) -> bool:
    try:
        connection.execute("SELECT 1 FROM dbstat LIMIT 1").fetchall()
    except sqlite3.OperationalError:
        return False
    return True


def _leaf_with(path: Path, message_id: str) -> int:
    """The page that holds the payload of one message, counted from 1."""
    needle = f'"id":"{message_id}"'.encode()
    return path.read_bytes().index(needle) // PAGE + 1


@pytest.mark.parametrize("seed", range(12))
async def test_any_damage_leaves_a_kiosk_that_works_and_invents_nothing(
    database: Path, clock: SteppedClock, seed: int
) -> None:
    rng = Random(seed)  # noqa: S311 - seeded on purpose
    drafts = await filled(database, 25)
    pages = database.stat().st_size // PAGE
    for _ in range(rng.randint(1, 4)):
        damage(database, rng.randrange(pages), content=rng.randbytes(rng.randint(1, PAGE)))
    report = await Storage.open(database, clock_now=clock)
    async with report.storage as storage:
        by_id = {draft.request_id: draft for draft in drafts}
        for request in (await unsent_requests(storage)).values():
            assert request.sealed == by_id[request.id].sealed  # type: ignore[index]
        for draft in drafts:
            await storage.ticket_of_request(draft.request_id)
        assert isinstance(await storage.submit(make_draft()), Stored)


@pytest.mark.parametrize("step", ["salvage", "refill", "set_aside", "rename"])
async def test_power_lost_in_the_middle_of_a_recovery_loses_nothing(
    database: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    drafts = await filled(database, 12)
    (page,) = tree_pages(database, "sqlite_autoindex_ticket_1")
    damage(database, page)

    class PowerLost(BaseException):
        pass

    def lose_power(*_: object, **__: object) -> None:
        raise PowerLost

    with monkeypatch.context() as patch:
        if step == "rename":
            patch.setattr(opening, "count_refilled", lose_power)
        else:
            patch.setattr(opening, step, lose_power)
        with pytest.raises(PowerLost):
            opening.open_or_recover(database, NOON)
    report = await Storage.open(database, clock_now=clock)
    async with report.storage as storage:
        assert isinstance(report.outcome, Recovered)
        assert set(await unsent_requests(storage)) == {d.request_id for d in drafts[1:]}
        assert report.outcome.set_aside.exists() or step == "rename"
    assert len(list(database.parent.glob("*.damaged-*"))) == 1


async def test_a_second_damage_in_the_same_second_gets_another_name(
    database: Path, clock: SteppedClock
) -> None:
    for number in (1, 2):
        await filled(database, 3)
        damage(database, 1)
        report = await Storage.open(database, clock_now=clock)
        await report.storage.close()
        assert len(list(database.parent.glob("*.damaged-*"))) == number


async def test_no_room_for_the_copy_leaves_everything_as_it_was(
    database: Path, clock: SteppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(database, 3)
    damage(database, 1)

    def no_room(*_: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(salvage.shutil, "copyfile", no_room)
        with pytest.raises(StorageError):
            await Storage.open(database, clock_now=clock)
    assert [f.name for f in database.parent.iterdir()] == ["kiosk.db"]
    report = await Storage.open(database, clock_now=clock)
    await report.storage.close()
    assert isinstance(report.outcome, Recovered)
