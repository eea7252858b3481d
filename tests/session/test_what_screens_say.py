"""What stands on a screen agrees with itself and with the catalogue."""

from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest
from forms import answer_service, at_form, at_review, submit
from journey import NAME, NIK, NOON, OTHER_NIK, Journey, a_ticket, catalogue, words

from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    PaperFinished,
    PaperKind,
    PrintResult,
    TicketChanged,
    TicketScanned,
)
from anjungan.appliance.session.surroundings import PrinterCondition
from anjungan.protocol.status import RequestStatus

LATER = NOON + timedelta(hours=3)
OFFICER_LETTER = next(each.id for each in catalogue().services if not each.self_service)


def test_a_ticket_tells_the_time_of_its_own_letter_and_what_is_brought_only_if_there_is_one() -> (
    None
):
    journey = submit(at_review("keterangan-usaha"))
    journey.stored()
    view = journey.view
    assert isinstance(view, vw.TicketView)
    said = {fact.label: fact.value for fact in view.facts}
    assert said["Perkiraan"] == "1 hari kerja setelah diterima petugas"
    assert said["Bawa"].endswith("Surat pengantar RT/RW (bila ada)")
    assert said["Bawa"].count("bila ada") == 1


def at_letter(service: str) -> Journey:
    journey = Journey().press(it.Wake()).press(it.OpenLetters())
    return journey.press(it.OpenService(service=service))


def list_printed(journey: Journey, result: PrintResult) -> Journey:
    service = journey.state.screen.service
    journey.press(it.PrintRequirements())
    return journey.happen(PaperFinished(PaperKind.REQUIREMENTS, result, service))


@pytest.mark.parametrize("result", list(PrintResult))
@pytest.mark.parametrize("service", [OFFICER_LETTER, "keterangan-usaha"])
def test_what_became_of_the_paper_stands_beside_how_one_gets_the_letter(
    service: str, result: PrintResult
) -> None:
    journey = at_letter(service)
    before = journey.view.banner
    assert journey.view.printed is None
    list_printed(journey, result)
    assert journey.view.banner == before
    told = journey.view.printed
    assert told is not None
    assert (told.tone is vw.Tone.OK) is (result is PrintResult.PRINTED)


def test_a_list_that_was_not_printed_does_not_go_on_blaming_a_printer_that_is_ready() -> None:
    journey = at_letter(OFFICER_LETTER)
    list_printed(journey, PrintResult.PAPER_OUT)
    journey.devices = replace(journey.devices, printer=PrinterCondition.PAPER_OUT)
    assert "habis" in journey.view.printed.strong
    journey.devices = replace(journey.devices, printer=PrinterCondition.READY)
    assert "habis" not in journey.everything_shown()
    assert "siap lagi" in journey.view.printed.text


def test_a_list_that_stopped_in_the_middle_says_why_and_tells_of_no_code() -> None:
    journey = at_letter(OFFICER_LETTER)
    list_printed(journey, PrintResult.PAPER_ENDED)
    journey.devices = replace(journey.devices, printer=PrinterCondition.PAPER_OUT)
    assert journey.view.printed.strong == "Kertas habis saat mencetak."
    journey.devices = replace(journey.devices, printer=PrinterCondition.READY)
    assert journey.view.printed.strong == "Belum pasti tercetak."


def test_an_officers_sheet_that_was_not_printed_does_not_either() -> None:
    journey = submit(at_review())
    ticket = journey.stored()
    journey.printed().press(it.PrintSheet())
    journey.happen(PaperFinished(PaperKind.SHEET, PrintResult.PAPER_OUT, ticket.request_id))
    assert "siap lagi" in journey.view.print_note.text
    journey.devices = replace(journey.devices, printer=PrinterCondition.PAPER_OUT)
    assert "habis" in journey.view.print_note.text


def timeline(status: RequestStatus, **changes: object) -> list[vw.Node]:
    ticket = a_ticket(status=status, receipted=True, status_changed_at=LATER, **changes)
    return list(Journey().happen(TicketScanned(ticket.token)).found(ticket).view.nodes)


def test_a_cancelled_request_was_received_all_the_same() -> None:
    received, *others = timeline(RequestStatus.CANCELLED)
    assert received.state is vw.NodeState.DONE
    assert "09.41" in received.when
    never = words().say("status.never", "id")
    assert [(each.state_label, each.when) for each in others] == [(never, "")] * 3


@pytest.mark.parametrize(
    ("status", "known"),
    [
        (RequestStatus.INCOMPLETE, [1]),
        (RequestStatus.UNDER_REVIEW, [1]),
        (RequestStatus.AWAITING_SIGNATURE, [1, 2]),
        (RequestStatus.READY, [2, 3]),
        (RequestStatus.COLLECTED, [3]),
    ],
)
def test_the_time_of_a_status_ends_one_step_and_begins_the_next(
    status: RequestStatus, known: list[int]
) -> None:
    nodes = timeline(status)
    assert "09.41" in nodes[0].when
    assert [place for place, node in enumerate(nodes) if "12.41" in node.when] == known
    assert all(not each.when for each in nodes if each.state is vw.NodeState.LATER)


def at_pupil(service: str) -> Journey:
    """At the question for the NIK of the person the letter is about."""
    return at_form(service).type(NIK).type(NAME).type("BUDI CONTOH")


def test_the_applicants_nik_is_not_taken_for_the_pupil() -> None:
    journey = at_pupil("keterangan-domisili-ppdb")
    assert journey.state.screen.question == "nik_siswa"
    journey.type(NIK)
    assert journey.state.screen.question == "nik_siswa"
    assert journey.view.error == "Sama dengan NIK pemohon. Mohon periksa."
    journey.type(OTHER_NIK)
    assert journey.state.screen.question != "nik_siswa"


def test_nor_the_pupils_for_the_applicant_when_that_is_changed_afterwards() -> None:
    journey = at_review("keterangan-domisili-ppdb")
    journey.press(it.ChangeAnswer(question=own.NIK)).type(OTHER_NIK)
    assert journey.view.error == "Sama dengan NIK siswa. Mohon periksa."
    journey.type(NIK)
    assert journey.state.screen == st.ReviewScreen()


def test_nor_for_somebody_else_in_any_letter() -> None:
    journey = at_form().type(NIK)
    journey.press(it.ChooseOption(option=own.ANOTHER)).press(it.GoNext())
    journey.type(NAME).type("BUDI CONTOH").type(NIK)
    assert journey.state.screen.question == own.SUBJECT_NIK
    assert "Sama dengan" in journey.view.error
    journey.press(it.SkipQuestion())
    assert journey.state.screen.question == own.SUBJECT_RELATION


@pytest.mark.parametrize(
    "service", ["keterangan-tidak-mampu-kesehatan", "keterangan-tidak-mampu-sekolah"]
)
def test_a_patient_or_grown_pupil_may_ask_for_themselves(service: str) -> None:
    journey = at_pupil(service)
    asked = journey.state.screen.question
    journey.type(NIK)
    assert journey.state.screen.question != asked
    answer_service(journey)
    assert journey.state.screen == st.ReviewScreen()


@pytest.mark.parametrize("language", list(it.Language))
@pytest.mark.parametrize("ready", [False, True])
def test_without_line_and_paper_one_may_go_home_all_the_same(
    language: it.Language, *, ready: bool
) -> None:
    journey = submit(at_review())
    journey.connected = False
    ticket = journey.stored()
    journey.printed(PrintResult.PAPER_OUT)
    look = msgspec.structs.replace(journey.state.look, language=language)
    journey.state = replace(journey.state, look=look)
    if not ready:
        journey.devices = replace(journey.devices, printer=PrinterCondition.PAPER_OUT)
    go_home = words().say("print.safe_offline", language.value)
    assert journey.view.trouble.safe == go_home
    assert journey.view.banner is None  # it would say the same
    journey.happen(TicketChanged(replace(ticket, receipted=True)))
    assert journey.view.trouble.safe == words().say("print.request_safe", language.value)
    journey.happen(TicketChanged(replace(ticket, refused=True)))
    assert go_home not in journey.everything_shown()
    assert journey.view.banner.tone is vw.Tone.ERROR
