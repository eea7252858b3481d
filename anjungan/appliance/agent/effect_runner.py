"""Carrying out what the session asks for; every effect is answered by exactly one event."""

import asyncio
import logging
from collections.abc import Callable
from typing import assert_never

from anjungan.appliance.agent.code_tries import CodeTries
from anjungan.appliance.agent.keys import KioskKeys
from anjungan.appliance.agent.paper_jobs import PaperJobs
from anjungan.appliance.agent.tickets import session_ticket
from anjungan.appliance.agent.visit_mark import VisitMark
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
from anjungan.appliance.storage.records import (
    CancelNotAllowed,
    CancelQueued,
    Draft,
    FailureReason,
    StorageError,
    StorageFailed,
    StorageFull,
    Stored,
    UnknownRequest,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.catalogue.catalogue import Catalogue
from anjungan.protocol.identity import KioskId
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.sealing import AnswersTooLargeError, Binding, seal
from anjungan.protocol.tickets import new_token

log = logging.getLogger(__name__)


class EffectRunner:
    """Runs each effect as a task and tells its event.

    ``on_queued`` is called after something was put into the outbox, ``on_damage`` when the
    database turned out to be damaged.
    """

    def __init__(
        self,
        *,
        kiosk: KioskId,
        storage: Storage,
        catalogue: Catalogue,
        keys: KioskKeys,
        paper: PaperJobs,
        clock: WallClock,
        mark: VisitMark,
        tell: Callable[[Event], None],
        on_queued: Callable[[], None],
        on_damage: Callable[[], None],
    ) -> None:
        self._kiosk = kiosk
        self._storage = storage
        self._catalogue = catalogue
        self._keys = keys
        self._paper = paper
        self._clock = clock
        self._mark = mark
        self._tell = tell
        self._on_queued = on_queued
        self._on_damage = on_damage
        self._tries = CodeTries()
        self._running: set[asyncio.Task[None]] = set()

    def start(self, effect: fx.Effect) -> None:
        """Begin ``effect``; its event follows."""
        task = asyncio.create_task(self._guarded(effect))
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def finish(self) -> None:
        """Wait until what was begun is done; for an orderly end."""
        if self._running:
            await asyncio.wait(self._running, timeout=5.0)

    async def _guarded(self, effect: fx.Effect) -> None:
        try:
            event = await self._carry_out(effect)
        except StorageError as error:
            log.warning("%s failed: %s", type(effect).__name__, error)
            if error.reason is FailureReason.DAMAGED:
                self._on_damage()
            event = _answer_of_failure(effect)
        except Exception:
            log.exception("%s failed", type(effect).__name__)
            event = _answer_of_failure(effect)
        if event is not None:
            self._tell(event)

    async def _carry_out(self, effect: fx.Effect) -> Event | None:
        match effect:
            case fx.StoreRequest():
                return await self._store(effect)
            case fx.PrintTicket():
                result = await self._paper.print_ticket(effect.ticket, copy=effect.copy)
                return PaperFinished(PaperKind.TICKET, result, effect.ticket.request_id)
            case fx.PrintRequestSheet():
                result = await self._paper.print_sheet(effect.ticket, effect.answers)
                return PaperFinished(PaperKind.SHEET, result, effect.ticket.request_id)
            case fx.PrintRequirementsSheet():
                result = await self._paper.print_requirements(effect.service)
                return PaperFinished(PaperKind.REQUIREMENTS, result, effect.service)
            case fx.FindByCode():
                return await self._find_by_code(effect)
            case fx.FindByToken():
                found = await self._storage.ticket_by_token(effect.token)
                tickets = () if found is None else (session_ticket(found),)
                return TicketsFound(effect.nonce, tickets)
            case fx.FindByCard():
                made = await self._storage.tickets_by_card(effect.card)
                return TicketsFound(effect.nonce, tuple(session_ticket(each) for each in made))
            case fx.CancelRequest():
                return await self._cancel(effect)
            case _:
                assert_never(effect)

    async def _store(self, effect: fx.StoreRequest) -> Event:
        draft = self._draft(effect)
        if draft is None:
            return RequestNotStored(effect.nonce, StoreProblem.TOO_LARGE)
        self._mark.submitting(draft.request_id)
        outcome = await self._storage.submit(draft)
        match outcome:
            case Stored():
                if outcome.repeated:
                    # an earlier try was stored after all; that one is to be found after a restart
                    self._mark.submitting(outcome.ticket.request_id)
                self._on_queued()
                ticket = session_ticket(outcome.ticket)
                self._paper.first_job(ticket, outcome.print_job)
                return RequestStored(effect.nonce, ticket)
            case StorageFull():
                log.warning("request refused: storage is full (%s)", outcome.because.value)
                return RequestNotStored(effect.nonce, StoreProblem.FULL)
            case StorageFailed():
                log.error("request not stored: %s", outcome.reason.value)
                if outcome.reason is FailureReason.DAMAGED:
                    self._on_damage()
                return RequestNotStored(effect.nonce, StoreProblem.FAILED)
            case _:
                assert_never(outcome)

    def _draft(self, effect: fx.StoreRequest) -> Draft | None:
        now = self._clock.now()
        request_id = new_message_id(int(now.timestamp() * 1000))
        token = new_token()
        key = self._keys.keyring.current(now)
        binding = Binding(
            request_id=request_id,
            kiosk=self._kiosk,
            service=effect.service,
            form_version=effect.form_version,
            ticket_token=token,
        )
        try:
            sealed = seal(effect.answers, binding, key)
        except AnswersTooLargeError:
            return None
        service = self._catalogue.service(effect.service)
        needs = service.requirements if service else ()
        return Draft(
            request_id=request_id,
            visit_nonce=effect.nonce,
            service=effect.service,
            service_title=effect.service if service is None else service.title.id,
            form_version=effect.form_version,
            token=token,
            submitted_at=now,
            time_quality=self._clock.quality(),
            clock_sure=self._clock.sure(),
            kid=key.kid,
            sealed=sealed,
            card_link=effect.card,
            bring=tuple(each.title.id for each in needs),
        )

    async def _find_by_code(self, effect: fx.FindByCode) -> Event:
        now_s = asyncio.get_running_loop().time()
        wait_s = self._tries.wait_s(now_s)
        if wait_s > 0:
            return SearchLimited(effect.nonce, round(wait_s))
        found = await self._storage.ticket_by_code(effect.code)
        if found is None:
            self._tries.failed(now_s)
            return TicketsFound(effect.nonce, ())
        self._tries.found()
        return TicketsFound(effect.nonce, (session_ticket(found),))

    async def _cancel(self, effect: fx.CancelRequest) -> Event | None:
        outcome = await self._storage.queue_cancel(effect.ticket.request_id, self._clock.quality())
        match outcome:
            case CancelQueued(ticket=ticket):
                self._on_queued()
                return TicketChanged(session_ticket(ticket))
            case CancelNotAllowed(ticket=ticket):
                return TicketChanged(session_ticket(ticket))
            case UnknownRequest():
                return None
            case _:
                assert_never(outcome)


def _answer_of_failure(effect: fx.Effect) -> Event:
    """What the session is told when an effect could not be carried out at all."""
    match effect:
        case fx.StoreRequest(nonce=nonce):
            return RequestNotStored(nonce, StoreProblem.FAILED)
        case fx.PrintTicket(ticket=ticket):
            # whether paper came out is not known, and it must not be claimed either way
            return PaperFinished(PaperKind.TICKET, PrintResult.UNCERTAIN, ticket.request_id)
        case fx.PrintRequestSheet(ticket=ticket):
            return PaperFinished(PaperKind.SHEET, PrintResult.UNCERTAIN, ticket.request_id)
        case fx.PrintRequirementsSheet(service=service):
            return PaperFinished(PaperKind.REQUIREMENTS, PrintResult.UNCERTAIN, service)
        case fx.FindByCode() | fx.FindByToken() | fx.FindByCard():
            return SearchFailed(effect.nonce)
        case fx.CancelRequest(ticket=ticket):
            return TicketChanged(ticket)
        case _:
            assert_never(effect)
