"""Printing what the session asks for, and keeping what the printer confirmed."""

import logging
import secrets
from typing import assert_never

from anjungan.appliance.drivers.printer.document import COLUMNS_58_MM, Document
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    PrintOutcome,
    Uncertain,
)
from anjungan.appliance.drivers.printer.printer import EscposPrinter
from anjungan.appliance.drivers.printer.status import CoverOpen, PaperOut, Silent
from anjungan.appliance.paper.request_sheet import (
    Answer,
    RequestSheetContent,
    request_sheet_document,
)
from anjungan.appliance.paper.requirements_sheet import (
    RequirementsSheetContent,
    requirements_sheet_document,
)
from anjungan.appliance.paper.ticket import TicketContent, ticket_document
from anjungan.appliance.session.events import PaperFinished, PaperKind, PrintResult
from anjungan.appliance.session.present.ticket import tracking_text
from anjungan.appliance.session.surroundings import SiteFacts
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.storage.records import PrintJobId, PrintState, StorageError
from anjungan.appliance.storage.storage import Storage
from anjungan.catalogue.catalogue import Catalogue
from anjungan.catalogue.service import Requirement, Service
from anjungan.protocol.messages import EventKind
from anjungan.protocol.sealing import Answers

log = logging.getLogger(__name__)


class PaperJobs:
    """The ticket printer's work. Texts on paper are Indonesian (see docs/decisions)."""

    def __init__(
        self, printer: EscposPrinter | None, storage: Storage, catalogue: Catalogue, site: SiteFacts
    ) -> None:
        self._printer = printer
        self._storage = storage
        self._catalogue = catalogue
        self._site = site
        self._first_jobs: dict[str, PrintJobId] = {}
        self._passing: dict[str, PaperFinished] = {}  # what to tell when such paper is confirmed

    def first_job(self, ticket: Ticket, job: PrintJobId) -> None:
        """The print job that was stored in one transaction with the request."""
        self._first_jobs = {ticket.request_id: job}

    def visit_changed(self) -> None:
        """Somebody has gone or come: no paper of the visit before may come out from now on.

        The printer drops what it still holds, so a job that was uncertain stays so.
        """
        self._passing.clear()
        if self._printer is not None:
            self._printer.forget_pending()

    async def print_ticket(self, ticket: Ticket, *, copy: bool) -> PrintResult:
        """Print a ticket; its job is marked before the first byte and after the outcome."""
        job = self._first_jobs.pop(ticket.request_id, None)
        if job is None:
            job = await self._storage.queue_copy(ticket.request_id)
        if job is None:
            return PrintResult.FAULT
        await self._storage.mark_print(job, PrintState.SENDING)
        outcome = await self._print(self._ticket(ticket, copy=copy), str(job))
        await self._storage.mark_print(job, _print_state(outcome))
        if isinstance(outcome, Uncertain):
            await self._storage.queue_event(EventKind.PRINT_UNCERTAIN, outcome.reason)
        return print_result(outcome)

    async def print_sheet(self, ticket: Ticket, answers: Answers) -> PrintResult:
        """Print the officer's sheet from memory; nothing of it is kept."""
        content = RequestSheetContent(
            village_name=self._site.village,
            kind="Kelurahan" if self._site.village_kind == "Kelurahan" else "Desa",
            district=self._site.district,
            service_title=self._title(ticket.service),
            printed_at=ticket.submitted_at,
            clock_sure=ticket.clock_sure,
            code=ticket.code,
            queue_number=ticket.queue_number,
            request_id=ticket.request_id,
            answers=tuple(Answer(each.label, each.shown) for each in answers.items),
        )
        document = request_sheet_document(content, self._columns)
        return await self._print_passing(document, PaperKind.SHEET, ticket.request_id)

    async def print_requirements(self, service_id: str) -> PrintResult:
        """Print what to bring for a letter."""
        service = self._catalogue.service(service_id)
        if service is None:
            return PrintResult.FAULT
        content = RequirementsSheetContent(
            village_name=self._site.village,
            kind="Kelurahan" if self._site.village_kind == "Kelurahan" else "Desa",
            district=self._site.district,
            service_title=service.title.id,
            requirements=tuple(map(_needed, service.requirements)),
            cost=service.cost.id,
            duration=_duration(service),
            where=self._site.office_place,
            hours=self._site.office_hours,
        )
        document = requirements_sheet_document(content, self._columns)
        return await self._print_passing(document, PaperKind.REQUIREMENTS, service_id)

    async def confirmed_late(self, job_id: str) -> PaperFinished | None:
        """A job that was uncertain has been confirmed by the printer after all.

        Returns what the session is to be told, or None of paper of an earlier visit.
        """
        if not job_id.isdecimal():
            return self._passing.pop(job_id, None)
        number = PrintJobId(int(job_id))
        try:
            await self._storage.mark_print(number, PrintState.CONFIRMED)
            job = await self._storage.print_job(number)
        except StorageError as error:
            log.warning("a late print confirmation was not stored: %s", error)
            return None
        if job is None:
            return None
        return PaperFinished(PaperKind.TICKET, PrintResult.PRINTED, job.request_id)

    async def _print_passing(
        self, document: Document, kind: PaperKind, subject: str
    ) -> PrintResult:
        """Print paper of which nothing is kept but, while its owner is there, that it may come."""
        job_id = _passing_job()
        self._passing[job_id] = PaperFinished(kind, PrintResult.PRINTED, subject)
        outcome = await self._print(document, job_id)
        if not isinstance(outcome, Uncertain):
            self._passing.pop(job_id, None)
        return print_result(outcome)

    @property
    def _columns(self) -> int:
        return COLUMNS_58_MM if self._printer is None else self._printer.columns

    async def _print(self, document: Document, job_id: str) -> PrintOutcome:
        if self._printer is None:
            return Disconnected()
        return await self._printer.print_document(document, job_id)

    def _title(self, service_id: str) -> str:
        service = self._catalogue.service(service_id)
        return service_id if service is None else service.title.id

    def _ticket(self, ticket: Ticket, *, copy: bool) -> Document:
        service = self._catalogue.service(ticket.service)
        needs = service.requirements if service else ()
        expected = "" if service is None else _expected(service)
        return ticket_document(
            TicketContent(
                village_name=self._site.village,
                kind="Kelurahan" if self._site.village_kind == "Kelurahan" else "Desa",
                district=self._site.district,
                service_title=self._title(ticket.service),
                printed_at=ticket.submitted_at,
                clock_sure=ticket.clock_sure,
                code=ticket.code,
                queue_number=ticket.queue_number,
                qr_text=tracking_text(self._site.tracking_url, ticket.token),
                expected=expected,
                bring=tuple(map(_needed, needs)),
                where=self._site.office_place,
                hours=self._site.office_hours,
                copy=copy,
            ),
            self._columns,
        )


def _duration(service: Service) -> str:
    """How long it takes; only a time is called an estimate."""
    text = service.duration.id
    return f"Perkiraan {text}" if service.duration_estimated else text


def _expected(service: Service) -> str:
    """The same on a ticket, where the time begins with the officer."""
    text = _duration(service)
    return f"{text} setelah diterima petugas" if service.duration_estimated else text


def _needed(need: Requirement) -> str:
    return need.title.id if need.required else f"{need.title.id} (bila ada)"


def _passing_job() -> str:
    """A job id for paper that is not kept track of; never a number of the storage's."""
    return f"p{secrets.token_hex(4)}"


def _print_state(outcome: PrintOutcome) -> PrintState:
    match outcome:
        case Printed():
            return PrintState.CONFIRMED
        case Uncertain():
            return PrintState.UNCERTAIN
        case PaperOut() | CoverOpen() | PrinterFault() | Disconnected() | Silent():
            return PrintState.FAILED
        case _:
            assert_never(outcome)


def print_result(outcome: PrintOutcome) -> PrintResult:
    """What the session is told of a printer's outcome."""
    match outcome:
        case Printed():
            return PrintResult.PRINTED
        case PaperOut():
            return PrintResult.PAPER_OUT
        case CoverOpen():
            return PrintResult.COVER_OPEN
        case PrinterFault() | Silent():
            return PrintResult.FAULT
        case Disconnected():
            return PrintResult.MISSING
        case Uncertain(reason="paper_out"):
            return PrintResult.PAPER_ENDED
        case Uncertain(reason="cover_open"):
            return PrintResult.COVER_OPENED
        case Uncertain():
            return PrintResult.UNCERTAIN
        case _:
            assert_never(outcome)
