"""Printing against a printer that answers as it is told, with a real storage behind."""

from dataclasses import replace

import msgspec
import pytest
from journey import SITE, catalogue
from storage_lab import make_draft, unknown_id

from anjungan.appliance.agent.paper_jobs import PaperJobs, print_result
from anjungan.appliance.agent.tickets import session_ticket
from anjungan.appliance.drivers.printer.document import Document, Text
from anjungan.appliance.drivers.printer.outcome import (
    Disconnected,
    Printed,
    PrinterFault,
    PrintOutcome,
    Uncertain,
)
from anjungan.appliance.drivers.printer.status import CoverOpen, PaperOut, Silent
from anjungan.appliance.session.events import PaperFinished, PaperKind, PrintResult
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.storage.records import (
    FailureReason,
    PrintJobId,
    PrintKind,
    PrintState,
    StorageError,
    Stored,
)
from anjungan.appliance.storage.storage import Storage
from anjungan.catalogue.texts import LocalText
from anjungan.protocol.sealing import Answer, Answers
from anjungan.protocol.topics import UpKind

OUTCOMES: list[tuple[PrintOutcome, PrintResult, PrintState]] = [
    (Printed(), PrintResult.PRINTED, PrintState.CONFIRMED),
    (PaperOut(), PrintResult.PAPER_OUT, PrintState.FAILED),
    (CoverOpen(), PrintResult.COVER_OPEN, PrintState.FAILED),
    (PrinterFault("cutter_jam"), PrintResult.FAULT, PrintState.FAILED),
    (Silent(), PrintResult.FAULT, PrintState.FAILED),
    (Disconnected(), PrintResult.MISSING, PrintState.FAILED),
    (Uncertain("paper_out"), PrintResult.PAPER_ENDED, PrintState.UNCERTAIN),
    (Uncertain("cover_open"), PrintResult.COVER_OPENED, PrintState.UNCERTAIN),
    (Uncertain("not_confirmed"), PrintResult.UNCERTAIN, PrintState.UNCERTAIN),
]


class FakePrinter:
    """Prints nothing, remembers the paper, and looks at the job while it is printing."""

    def __init__(self, storage: Storage) -> None:
        self.outcome: PrintOutcome = Printed()
        self.columns = 32
        self.printed: list[tuple[Document, str]] = []
        self.states: list[PrintState] = []
        self.forgot = 0
        self._storage = storage

    async def print_document(self, document: Document, job_id: str) -> PrintOutcome:
        self.printed.append((document, job_id))
        if job_id.isdecimal():
            job = await self._storage.print_job(PrintJobId(int(job_id)))
            assert job is not None
            self.states.append(job.state)
        return self.outcome

    def forget_pending(self) -> None:
        self.forgot += 1


def words_on(document: Document) -> str:
    return " ".join(block.text for block in document.blocks if isinstance(block, Text))


@pytest.fixture
def printer(storage: Storage) -> FakePrinter:
    return FakePrinter(storage)


@pytest.fixture
def paper(printer: FakePrinter, storage: Storage) -> PaperJobs:
    return PaperJobs(printer, storage, catalogue(), SITE)  # type: ignore[arg-type]  # a fake printer


@pytest.fixture
async def stored(storage: Storage) -> Stored:
    outcome = await storage.submit(make_draft())
    assert isinstance(outcome, Stored)
    return outcome


@pytest.fixture
def ticket(stored: Stored) -> Ticket:
    return session_ticket(stored.ticket)


async def state_of(storage: Storage, job: PrintJobId) -> PrintState:
    found = await storage.print_job(job)
    assert found is not None
    return found.state


async def events_of(storage: Storage) -> list[bytes]:
    waiting = await storage.unsent(max_messages=99, max_bytes=1_000_000)
    return [each.payload for each in waiting if each.kind is UpKind.EVENT]


class TestTickets:
    @pytest.mark.parametrize("expected", OUTCOMES)
    async def test_the_first_print_takes_the_job_of_the_commit(
        self,
        paper: PaperJobs,
        printer: FakePrinter,
        storage: Storage,
        stored: Stored,
        expected: tuple[PrintOutcome, PrintResult, PrintState],
    ) -> None:
        outcome, result, state = expected
        ticket = session_ticket(stored.ticket)
        paper.first_job(ticket, stored.print_job)
        printer.outcome = outcome
        assert await paper.print_ticket(ticket, copy=False) is result
        assert printer.printed[0][1] == str(stored.print_job)
        assert printer.states == [PrintState.SENDING]
        assert await state_of(storage, stored.print_job) is state

    async def test_a_second_print_is_a_job_of_its_own(
        self,
        paper: PaperJobs,
        printer: FakePrinter,
        storage: Storage,
        stored: Stored,
    ) -> None:
        ticket = session_ticket(stored.ticket)
        paper.first_job(ticket, stored.print_job)
        await paper.print_ticket(ticket, copy=False)
        await paper.print_ticket(ticket, copy=True)
        copy = PrintJobId(int(printer.printed[1][1]))
        assert copy != stored.print_job
        job = await storage.print_job(copy)
        assert job is not None
        assert job.kind is PrintKind.COPY
        assert "SALINAN" in words_on(printer.printed[1][0])
        assert "SALINAN" not in words_on(printer.printed[0][0])

    async def test_the_first_job_of_an_earlier_visit_is_forgotten(
        self, paper: PaperJobs, storage: Storage, stored: Stored, ticket: Ticket
    ) -> None:
        paper.first_job(ticket, stored.print_job)
        other = await storage.submit(make_draft())
        assert isinstance(other, Stored)
        paper.first_job(session_ticket(other.ticket), other.print_job)
        await paper.print_ticket(ticket, copy=False)
        assert await state_of(storage, stored.print_job) is PrintState.QUEUED

    async def test_uncertain_paper_is_told_to_staff(
        self, paper: PaperJobs, printer: FakePrinter, storage: Storage, ticket: Ticket
    ) -> None:
        printer.outcome = Uncertain("not_confirmed")
        await paper.print_ticket(ticket, copy=False)
        (event,) = await events_of(storage)
        assert b"print_uncertain" in event
        assert b"not_confirmed" in event

    async def test_a_ticket_that_the_storage_does_not_know(
        self, paper: PaperJobs, printer: FakePrinter, ticket: Ticket, storage: Storage
    ) -> None:
        unknown = replace(ticket, request_id=unknown_id())
        assert await paper.print_ticket(unknown, copy=True) is PrintResult.FAULT
        assert printer.printed == []

    async def test_a_letter_that_the_catalogue_does_not_know_any_more(
        self, paper: PaperJobs, printer: FakePrinter, ticket: Ticket
    ) -> None:
        assert catalogue().service(ticket.service) is None
        assert await paper.print_ticket(ticket, copy=False) is PrintResult.PRINTED
        assert ticket.service in words_on(printer.printed[0][0]).lower()

    async def test_a_kiosk_without_a_printer(
        self, storage: Storage, stored: Stored, ticket: Ticket
    ) -> None:
        paper = PaperJobs(None, storage, catalogue(), SITE)
        paper.first_job(ticket, stored.print_job)
        assert await paper.print_ticket(ticket, copy=False) is PrintResult.MISSING
        assert await state_of(storage, stored.print_job) is PrintState.FAILED


class TestSheets:
    ANSWERS = Answers(
        items=(Answer(name="nama", label="Nama lengkap", value="SITI CONTOH", shown="SITI CONTOH"),)
    )

    async def test_the_officers_sheet_holds_the_answers_and_no_job_is_kept(
        self, paper: PaperJobs, printer: FakePrinter, ticket: Ticket
    ) -> None:
        assert await paper.print_sheet(ticket, self.ANSWERS) is PrintResult.PRINTED
        document, job = printer.printed[0]
        assert "SITI CONTOH" in words_on(document)
        assert not job.isdecimal()
        assert "SITI" not in repr(document)

    async def test_requirements_of_a_letter(self, paper: PaperJobs, printer: FakePrinter) -> None:
        service = catalogue().services[0]
        assert await paper.print_requirements(service.id) is PrintResult.PRINTED
        assert SITE.office_hours.split("–")[0] in words_on(printer.printed[0][0])

    async def test_only_a_time_is_called_an_estimate_on_every_letters_list(
        self, paper: PaperJobs, printer: FakePrinter
    ) -> None:
        for service in catalogue().services:
            await paper.print_requirements(service.id)
            words = " ".join(words_on(printer.printed.pop()[0]).split())
            said = words.partition("Waktu: ")[2].partition(" Tempat:")[0]
            expected = "Perkiraan " if service.duration_estimated else ""
            assert said == f"{expected}{service.duration.id}", service.id
            for need in service.requirements:
                optional = f"{need.title.id} (bila ada)" in words
                assert optional is not need.required, service.id

    async def test_a_ticket_tells_the_time_of_its_own_letter(
        self, storage: Storage, printer: FakePrinter, ticket: Ticket
    ) -> None:
        whole = catalogue()
        ticket = replace(ticket, service="keterangan-usaha")
        service = whole.service(ticket.service)
        assert service is not None
        for estimated, expected in (
            (True, "Perkiraan 3 hari kerja setelah diterima petugas"),
            (False, "3 hari kerja"),
        ):
            slow = msgspec.structs.replace(
                service, duration=LocalText(id="3 hari kerja"), duration_estimated=estimated
            )
            other = msgspec.structs.replace(
                whole, services=tuple(slow if e is service else e for e in whole.services)
            )
            paper = PaperJobs(printer, storage, other, SITE)  # type: ignore[arg-type]  # a fake printer
            await paper.print_ticket(ticket, copy=False)
            words = " ".join(words_on(printer.printed[-1][0]).split())
            assert f"{expected} Balai Desa" in words
            assert ("Perkiraan" in words) is estimated

    async def test_requirements_of_no_letter(self, paper: PaperJobs) -> None:
        assert await paper.print_requirements("surat-sakti") is PrintResult.FAULT

    @pytest.mark.parametrize(("outcome", "result", "_state"), OUTCOMES)
    def test_every_outcome_has_its_word(
        self, outcome: PrintOutcome, result: PrintResult, _state: PrintState
    ) -> None:
        assert print_result(outcome) is result


@pytest.mark.parametrize(("kind", "other"), [("Desa", "KELURAHAN"), ("Kelurahan", "DESA")])
async def test_every_paper_names_the_kind_of_village(
    printer: FakePrinter, storage: Storage, ticket: Ticket, kind: str, other: str
) -> None:
    site = replace(SITE, village_kind=kind, office_place="Balai")
    paper = PaperJobs(printer, storage, catalogue(), site)  # type: ignore[arg-type]  # a fake printer
    await paper.print_ticket(ticket, copy=False)
    await paper.print_sheet(ticket, TestSheets.ANSWERS)
    await paper.print_requirements(catalogue().services[0].id)
    for document, _job in printer.printed:
        head = words_on(document).upper()[:80]
        assert f"{kind.upper()} MINGGIRSARI" in head
        assert f"{other} MINGGIRSARI" not in head


async def test_a_printer_forgets_the_visit_before_and_there_may_be_none(
    paper: PaperJobs, printer: FakePrinter, storage: Storage
) -> None:
    paper.visit_changed()
    assert printer.forgot == 1
    PaperJobs(None, storage, catalogue(), SITE).visit_changed()


class TestLateConfirmations:
    async def test_an_uncertain_job_is_confirmed_after_all(
        self,
        paper: PaperJobs,
        printer: FakePrinter,
        storage: Storage,
        stored: Stored,
    ) -> None:
        ticket = session_ticket(stored.ticket)
        printer.outcome = Uncertain("paper_out")
        paper.first_job(ticket, stored.print_job)
        await paper.print_ticket(ticket, copy=False)
        told = await paper.confirmed_late(str(stored.print_job))
        assert told == PaperFinished(PaperKind.TICKET, PrintResult.PRINTED, ticket.request_id)
        assert await state_of(storage, stored.print_job) is PrintState.CONFIRMED

    @pytest.mark.parametrize("job", ["p0a1b2c3d", "987654"])
    async def test_paper_that_is_not_kept_track_of(self, paper: PaperJobs, job: str) -> None:
        assert await paper.confirmed_late(job) is None

    async def test_a_storage_that_fails_is_logged(
        self,
        paper: PaperJobs,
        storage: Storage,
        monkeypatch: pytest.MonkeyPatch,
        caplog: pytest.LogCaptureFixture,
    ) -> None:
        async def fail(*_: object) -> None:
            raise StorageError(FailureReason.DISK_FULL)

        monkeypatch.setattr(storage, "mark_print", fail)
        assert await paper.confirmed_late("1") is None
        assert "late print confirmation was not stored" in caplog.text

    async def test_a_sheet_of_this_visit_and_of_the_one_before(
        self, paper: PaperJobs, printer: FakePrinter, ticket: Ticket
    ) -> None:
        printer.outcome = Uncertain("paper_out")
        service = catalogue().services[0].id
        await paper.print_sheet(ticket, TestSheets.ANSWERS)
        await paper.print_requirements(service)
        sheet, requirements = (job for _, job in printer.printed)
        told = await paper.confirmed_late(sheet)
        assert told == PaperFinished(PaperKind.SHEET, PrintResult.PRINTED, ticket.request_id)
        assert await paper.confirmed_late(sheet) is None
        paper.visit_changed()
        assert await paper.confirmed_late(requirements) is None


async def test_every_paper_is_as_wide_as_the_printers(
    paper: PaperJobs, printer: FakePrinter, ticket: Ticket
) -> None:
    printer.columns = 48
    await paper.print_ticket(ticket, copy=False)
    await paper.print_sheet(ticket, TestSheets.ANSWERS)
    await paper.print_requirements(catalogue().services[0].id)
    assert {document.columns for document, _ in printer.printed} == {48}
