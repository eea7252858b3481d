"""Whole visits on the session machine."""

from dataclasses import replace

import pytest
from journey import NAME, NIK, OTHER_NIK, PHONE, SITE, Journey, a_ticket, catalogue, intents_in

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    CardProblem,
    CardRefused,
    CardTapped,
    Intended,
    PaperFinished,
    PaperKind,
    PrintResult,
    RequestNotStored,
    RequestStored,
    SearchLimited,
    Stirred,
    StoreProblem,
    Ticked,
    TicketChanged,
    TicketScanned,
    TicketsFound,
    UnknownScanned,
    VisitLost,
    VisitRecovered,
)
from anjungan.appliance.session.machine import advance
from anjungan.appliance.session.surroundings import PrinterCondition
from anjungan.catalogue.questions import ChoiceQuestion, DateQuestion, NumberQuestion
from anjungan.protocol.card_link import CardLink
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_token

CARD = CardLink("ab" * 32)
SERVICE = "keterangan-usaha"


def at_form(service: str = SERVICE, *, card: bool = False) -> Journey:
    journey = Journey()
    if card:
        journey.happen(CardTapped(CARD)).found()
    else:
        journey.press(it.Wake())
    journey.press(it.OpenLetters())
    journey.press(it.OpenService(service=service)).press(it.StartForm())
    return journey


def answer_service(journey: Journey) -> None:
    """Answer whatever question is shown until the review comes."""
    for _ in range(60):
        screen = journey.state.screen
        if not isinstance(screen, st.QuestionScreen):
            return
        service = catalogue().service(journey.state.form.service)
        question = next(
            each
            for each in (*service.questions, own.PHONE_QUESTION)
            if each.name == screen.question
        )
        match question:
            case ChoiceQuestion():
                journey.press(it.ChooseOption(option=question.options[0].id))
                journey.press(it.GoNext())
            case DateQuestion():
                journey.type("24112026" if "today" in question.latest else "17081965")
            case NumberQuestion():
                journey.type(str(question.min))
            case _ if screen.question == own.PHONE:
                journey.type(PHONE)
            case _ if question.__struct_config__.tag == "nik":
                journey.type(OTHER_NIK)
            case _ if question.__struct_config__.tag == "time":
                journey.type("0730")
            case _:
                journey.type("WARUNG CONTOH"[: question.max_length])
        refused = getattr(journey.state.screen, "refused", None)
        assert refused is None, (question.name, refused)


def at_review(service: str = SERVICE, *, card: bool = False) -> Journey:
    journey = at_form(service, card=card)
    journey.type(NIK)
    if journey.state.screen.question == own.FOR_WHOM:
        journey.press(it.ChooseOption(option=own.SELF)).press(it.GoNext())
    journey.type(NAME)
    answer_service(journey)
    assert isinstance(journey.view, vw.ReviewView)
    return journey


def submit(journey: Journey) -> Journey:
    return journey.press(it.SubmitRequest(nonce=journey.state.form.nonce))


def test_a_letter_from_the_card_tap_to_the_ticket() -> None:
    journey = submit(at_review(card=True))
    assert isinstance(journey.view, vw.BusyView)
    effect = journey.asked[-1]
    assert isinstance(effect, fx.StoreRequest)
    assert effect.card == CARD
    assert {each.name: each.value for each in effect.answers.items}[own.NIK] == NIK
    ticket = journey.stored()
    assert journey.asked[-1] == fx.PrintTicket(ticket=ticket, copy=False)
    journey.printed()
    view = journey.view
    assert isinstance(view, vw.TicketView)
    assert view.code.replace("-", "") == ticket.code
    assert view.queue_number == ticket.queue_number
    assert ticket.token in view.qr_text
    assert view.print_note.tone is vw.Tone.OK
    journey.press(it.EndVisit())
    assert isinstance(journey.state, st.Idle)


@pytest.mark.parametrize("service", [each.id for each in catalogue().services if each.self_service])
def test_every_self_service_letter_can_be_asked_for(service: str) -> None:
    journey = submit(at_review(service))
    assert isinstance(journey.asked[-1], fx.StoreRequest)
    assert journey.asked[-1].service == service


@pytest.mark.parametrize(
    "service", [each.id for each in catalogue().services if not each.self_service]
)
def test_other_letters_show_what_to_bring_and_send_to_the_officer(service: str) -> None:
    journey = Journey().press(it.Wake()).press(it.OpenLetters())
    journey.press(it.OpenService(service=service))
    view = journey.view
    assert isinstance(view, vw.RequirementsView)
    assert it.StartForm() not in intents_in(view)
    assert view.banner is not None
    assert "petugas" in view.banner.strong.lower()
    journey.happen(Intended(journey.state.step, it.StartForm()))
    assert journey.state.form is None


def test_two_taps_on_send_are_one_request() -> None:
    journey = at_review()
    step, intent = journey.state.step, it.SubmitRequest(nonce=journey.state.form.nonce)
    journey.happen(Intended(step, intent)).happen(Intended(step, intent))
    assert sum(isinstance(each, fx.StoreRequest) for each in journey.asked) == 1


def test_a_touch_on_an_older_view_only_shows_that_somebody_is_here() -> None:
    journey = at_review()
    before = journey.state.screen
    journey.now_s += 50
    journey.happen(Intended(journey.state.step - 1, it.EndVisit()))
    assert journey.state.screen == before
    assert journey.state.active_at_s == journey.now_s


def test_for_somebody_else_asks_who_and_forgets_it_when_changed_back() -> None:
    journey = at_form()
    journey.type(NIK).press(it.ChooseOption(option=own.ANOTHER)).press(it.GoNext()).type(NAME)
    assert journey.state.screen.question == own.SUBJECT_NAME
    journey.type("ANAK CONTOH").press(it.SkipQuestion())
    journey.press(it.ChooseOption(option="anak")).press(it.GoNext())
    answer_service(journey)
    assert own.SUBJECT_NAME in dict(journey.state.form.answers)
    journey.press(it.ChangeAnswer(question=own.FOR_WHOM))
    journey.press(it.ChooseOption(option=own.SELF)).press(it.GoNext())
    assert isinstance(journey.view, vw.ReviewView)
    assert own.SUBJECT_NAME not in dict(journey.state.form.answers)


def test_a_letter_that_names_its_subject_does_not_ask_for_whom() -> None:
    named = [each for each in catalogue().services if each.names_subject and each.self_service]
    assert named
    for service in named:
        journey = at_form(service.id).type(NIK)
        assert journey.state.screen.question == own.NAME


def test_changing_to_somebody_else_asks_for_what_is_missing_and_returns_to_the_review() -> None:
    journey = at_review()
    journey.press(it.ChangeAnswer(question=own.FOR_WHOM))
    journey.press(it.ChooseOption(option=own.ANOTHER)).press(it.GoNext())
    assert journey.state.screen.question == own.SUBJECT_NAME
    journey.type("ANAK CONTOH")
    assert journey.state.screen.question == own.SUBJECT_RELATION
    journey.press(it.ChooseOption(option="anak")).press(it.GoNext())
    assert isinstance(journey.view, vw.ReviewView)


@pytest.mark.parametrize("elsewhere", [it.OpenHelp(), it.OpenAppearance()])
class TestNewsWhileSomethingElseIsRead:
    """Printer and regency answer while help, or text and language, lies over the screen."""

    def test_the_ticket_behind_is_told_of_its_paper(self, elsewhere: it.Intent) -> None:
        journey = submit(at_review())
        journey.stored()
        journey.press(elsewhere).printed().press(it.GoBack())
        assert journey.view.print_note.tone is vw.Tone.OK
        assert it.PrintSheet() in intents_in(journey.view)

    def test_the_ticket_behind_is_told_of_its_receipt(self, elsewhere: it.Intent) -> None:
        journey = submit(at_review())
        ticket = journey.stored()
        journey.press(elsewhere)
        journey.happen(TicketChanged(a_ticket(request_id=ticket.request_id, receipted=True)))
        journey.press(it.GoBack())
        assert "petugas" in journey.view.state_line

    def test_home_from_there_does_not_drop_the_form_unasked(self, elsewhere: it.Intent) -> None:
        journey = at_review().press(elsewhere).press(it.GoHome())
        assert isinstance(journey.view, vw.NoticeView)
        assert "isian" in journey.view.title
        assert journey.state.form is not None

    def test_home_from_there_leaves_a_ticket_at_once(self, elsewhere: it.Intent) -> None:
        journey = submit(at_review())
        journey.stored()
        journey.press(elsewhere).press(it.GoHome())
        assert isinstance(journey.view, vw.HomeView)

    def test_a_card_or_a_scan_does_not_pull_away_from_the_form(self, elsewhere: it.Intent) -> None:
        journey = at_review().press(elsewhere)
        shown = journey.view
        journey.happen(CardTapped(CARD)).happen(TicketScanned(new_token()))
        journey.happen(UnknownScanned())
        assert not any(isinstance(each, fx.FindByCard | fx.FindByToken) for each in journey.asked)
        journey.happen(TicketsFound("no-such-search", (a_ticket(),)))
        assert journey.view == shown
        assert journey.state.card == CARD


def test_paper_of_an_earlier_ticket_is_not_told_on_a_later_one() -> None:
    journey = submit(at_review())
    earlier = journey.stored()
    journey.press(it.EndVisit())
    later = submit(at_review())
    later.stored()
    later.happen(PaperFinished(PaperKind.TICKET, PrintResult.PRINTED, earlier.request_id))
    later.happen(PaperFinished(PaperKind.SHEET, PrintResult.PRINTED, earlier.request_id))
    assert later.view.print_note.tone is vw.Tone.INFO
    later.printed(PrintResult.PAPER_OUT)
    assert later.view.trouble is not None


def test_a_list_of_needs_that_is_printed_while_the_form_is_open_is_told_there() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenLetters())
    journey.press(it.OpenService(service=SERVICE)).press(it.PrintRequirements())
    journey.press(it.StartForm())
    journey.happen(PaperFinished(PaperKind.REQUIREMENTS, PrintResult.PRINTED, SERVICE))
    journey.press(it.GoBack())
    assert journey.view.printed is not None
    assert it.PrintRequirements() in intents_in(journey.view)
    journey.press(it.GoBack()).press(it.OpenService(service="keterangan-domisili"))
    journey.happen(PaperFinished(PaperKind.REQUIREMENTS, PrintResult.PRINTED, SERVICE))
    assert journey.view.printed is None


def test_what_was_stored_after_going_back_is_shown_all_the_same() -> None:
    journey = submit(at_review()).wait(31)
    nonce = journey.asked[-1].nonce
    journey.happen(Intended(journey.state.step, it.GoBack()))
    assert isinstance(journey.view, vw.ReviewView)
    journey.happen(RequestStored(nonce, a_ticket()))
    assert isinstance(journey.view, vw.TicketView)
    assert isinstance(journey.asked[-1], fx.PrintTicket)
    asked = len(journey.asked)
    journey.happen(RequestStored(nonce, a_ticket()))  # the second try is answered too
    assert len(journey.asked) == asked


def test_a_question_whether_to_cancel_ends_when_the_request_goes_on() -> None:
    ticket = a_ticket(receipted=True)
    journey = Journey().happen(TicketScanned(ticket.token)).found(ticket)
    journey.press(it.AskToCancel())
    ready = a_ticket(request_id=ticket.request_id, receipted=True, status=RequestStatus.READY)
    journey.happen(TicketChanged(ready))
    assert isinstance(journey.view, vw.StatusView)
    assert journey.view.chip.label == "Siap diambil"
    assert it.AskToCancel() not in intents_in(journey.view)


def test_going_back_keeps_the_answers() -> None:
    journey = at_form().type(NIK)
    journey.press(it.ChooseOption(option=own.SELF)).press(it.GoNext())
    journey.press(it.GoBack()).press(it.GoBack())
    view = journey.view
    assert isinstance(view, vw.KeypadView)
    assert view.value == NIK
    assert journey.state.form.given(own.NIK).value == NIK


def test_going_back_shows_the_answer_that_was_taken_and_no_refusal_of_an_earlier_one() -> None:
    journey = at_form().type("35050147098").type(NIK).press(it.GoBack())
    assert journey.view.value == NIK
    assert journey.view.error == ""


@pytest.mark.parametrize(
    ("nik", "part"),
    [
        ("35050147098", "Kurang 5 lagi"),
        ("9905014709850147", "Dua angka pertama"),
        ("3500014709850147", "ke-3"),
        ("3505004709850147", "ke-5"),
        ("3505013213850147", "ke-7"),
        ("3505014709850000", "terakhir"),
        ("0350501200100001", "sementara"),
    ],
)
def test_a_wrong_nik_is_explained_and_nothing_is_lost(nik: str, part: str) -> None:
    journey = at_form().type(nik)
    view = journey.view
    assert isinstance(view, vw.KeypadView)
    assert part in view.error
    assert view.value == nik
    journey.type(NIK)
    assert journey.state.screen.question == own.FOR_WHOM


def test_a_choice_in_ones_own_words() -> None:
    journey = at_form().type(NIK).press(it.ChooseOption(option=own.ANOTHER))
    journey.press(it.GoNext()).type(NAME).type("TETANGGA CONTOH").press(it.SkipQuestion())
    journey.press(it.ChooseOption(option="other")).press(it.GoNext())
    assert isinstance(journey.view, vw.KeyboardView)
    journey.type("TETANGGA")
    assert journey.state.form.given(own.SUBJECT_RELATION).shown == "TETANGGA"


def test_the_review_masks_private_numbers() -> None:
    shown = at_review().everything_shown()
    assert NIK not in shown
    assert PHONE not in shown
    assert "•" in shown


def test_home_from_a_form_asks_first() -> None:
    journey = at_review()
    journey.press(it.GoHome())
    assert isinstance(journey.view, vw.NoticeView)
    journey.press(it.GoBack())
    assert isinstance(journey.view, vw.ReviewView)
    journey.press(it.GoHome()).press(it.GoHome())
    assert isinstance(journey.view, vw.HomeView)
    assert journey.state.form is None


@pytest.mark.parametrize("problem", list(StoreProblem))
def test_nothing_stored_is_said_so_and_the_form_is_kept(problem: StoreProblem) -> None:
    journey = submit(at_review())
    nonce = journey.asked[-1].nonce
    journey.happen(RequestNotStored(nonce, problem))
    view = journey.view
    assert isinstance(view, vw.NoticeView)
    assert view.tone is vw.Tone.ERROR
    assert "tersimpan" in view.title
    assert journey.state.form is not None
    if problem is StoreProblem.FAILED:
        journey.press(it.SubmitRequest(nonce=nonce))
        assert isinstance(journey.asked[-1], fx.StoreRequest)


def test_a_store_that_does_not_answer_claims_nothing_and_is_believed_late() -> None:
    journey = submit(at_review())
    journey.wait(31)
    assert isinstance(journey.view, vw.NoticeView)
    journey.stored()
    assert isinstance(journey.view, vw.TicketView)


def test_an_answer_to_another_visits_request_is_not_shown() -> None:
    journey = submit(at_review())
    journey.happen(RequestStored("another nonce", a_ticket()))
    assert isinstance(journey.view, vw.BusyView)
    idle = Journey()
    idle.happen(RequestStored("any", a_ticket()))
    assert isinstance(idle.state, st.Idle)


@pytest.mark.parametrize(
    "result",
    [PrintResult.PAPER_OUT, PrintResult.COVER_OPEN, PrintResult.FAULT, PrintResult.MISSING],
)
def test_a_failed_print_says_what_is_safe_and_is_no_copy_the_next_time(
    result: PrintResult,
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.devices = replace(journey.devices, printer=PrinterCondition(result.value))
    journey.printed(result)
    view = journey.view
    assert view.trouble is not None
    assert "tersimpan" in view.trouble.safe
    assert view.print_note.tone is vw.Tone.WARN
    assert view.code
    journey.devices = replace(journey.devices, printer=PrinterCondition.READY)
    journey.press(it.PrintAgain())
    assert journey.asked[-1].copy is False


@pytest.mark.parametrize(
    ("condition", "words"),
    [(PrinterCondition.PAPER_OUT, "Kertas tiket habis"), (PrinterCondition.READY, "siap lagi")],
)
def test_when_the_trouble_is_over_the_screen_says_so(
    condition: PrinterCondition, words: str
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.printed(PrintResult.PAPER_OUT)
    journey.devices = replace(journey.devices, printer=condition)
    assert words in journey.view.trouble.title
    assert "belum" in journey.view.trouble.what
    # the line below the code says the same, so that it needs not be shown a second time
    assert journey.view.print_note.text == journey.view.trouble.title
    assert (it.PrintAgain() in intents_in(journey.view)) is (condition is PrinterCondition.READY)


@pytest.mark.parametrize(
    ("result", "condition", "why"),
    [
        (PrintResult.PAPER_ENDED, PrinterCondition.PAPER_OUT, "Kertas habis saat mencetak."),
        (PrintResult.COVER_OPENED, PrinterCondition.COVER_OPEN, "Tutup pencetak terbuka saat"),
        (PrintResult.UNCERTAIN, PrinterCondition.FAULT, "Belum pasti tercetak."),
    ],
)
def test_what_stopped_a_print_in_the_middle_is_said_until_it_is_mended(
    result: PrintResult, condition: PrinterCondition, why: str
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.devices = replace(journey.devices, printer=condition)
    journey.printed(result)
    assert why in journey.view.print_note.text
    assert "Kodenya di layar" in journey.view.print_note.text
    journey.devices = replace(journey.devices, printer=PrinterCondition.READY)
    assert journey.view.print_note.text == "Belum pasti tercetak. Kodenya di layar."
    assert it.PrintAgain() in intents_in(journey.view)


@pytest.mark.parametrize(
    "result", [PrintResult.PAPER_ENDED, PrintResult.COVER_OPENED, PrintResult.UNCERTAIN]
)
def test_an_uncertain_print_is_never_called_printed_and_again_is_a_copy(
    result: PrintResult,
) -> None:
    journey = submit(at_review())
    journey.stored()
    journey.printed(result)
    assert "dicetak." not in journey.view.print_note.text
    journey.press(it.PrintAgain())
    assert journey.asked[-1].copy is True
    assert sum(isinstance(each, fx.PrintTicket) for each in journey.asked) == 2


def test_the_sheet_is_printed_from_memory_once() -> None:
    journey = submit(at_review())
    ticket = journey.stored()
    journey.printed().press(it.PrintSheet())
    effect = journey.asked[-1]
    assert isinstance(effect, fx.PrintRequestSheet)
    assert effect.ticket == ticket
    assert NIK in {each.value for each in effect.answers.items}


def test_the_ticket_follows_its_receipt_without_making_a_touch_stale() -> None:
    journey = Journey(connected=False)
    journey.press(it.Wake())
    journey = submit(at_review())
    journey.connected = False
    ticket = journey.stored()
    assert journey.view.banner is not None
    step = journey.state.step
    journey.happen(TicketChanged(a_ticket(request_id=ticket.request_id, receipted=True)))
    assert journey.state.step == step
    assert "petugas" in journey.view.state_line


def test_status_by_code_by_scan_and_by_card() -> None:
    ticket = a_ticket(receipted=True, status=RequestStatus.READY)
    typed = Journey().press(it.Wake()).press(it.OpenStatusSearch()).press(it.OpenCodeEntry())
    typed.type(ticket.code.lower())
    assert typed.search.code == ticket.code
    typed.found(ticket)
    scanned = Journey().happen(TicketScanned(ticket.token))
    assert scanned.search.token == ticket.token
    scanned.found(ticket)
    tapped = Journey().happen(CardTapped(CARD))
    assert tapped.search.card == CARD
    tapped.found(ticket)
    for journey in (typed, scanned, tapped):
        view = journey.view
        assert isinstance(view, vw.StatusView)
        assert view.chip.label == "Siap diambil"


def test_several_tickets_of_a_card_are_a_list() -> None:
    journey = Journey().happen(CardTapped(CARD)).found(a_ticket(), a_ticket())
    assert isinstance(journey.view, vw.ListView)
    journey.press(it.OpenTicket(index=1))
    assert isinstance(journey.view, vw.StatusView)


def test_a_search_nobody_waits_for_any_more_is_dropped() -> None:
    journey = Journey().happen(TicketScanned(new_token()))
    journey.press(it.OpenLetters())
    journey.found(a_ticket())
    assert isinstance(journey.state.screen, st.LettersScreen)


def test_a_nik_alone_opens_no_status() -> None:
    journey = at_form().type(NIK)
    assert not any(isinstance(each, fx.FindByCard | fx.FindByCode) for each in journey.asked)


def test_a_slip_of_the_finger_is_said_and_is_no_guess() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenStatusSearch()).press(it.OpenCodeEntry())
    journey.type("AAAAAAAAA")
    assert "Periksa" in journey.view.error
    assert journey.asked == []


def test_guesses_are_limited() -> None:
    journey = Journey().press(it.Wake()).press(it.OpenStatusSearch()).press(it.OpenCodeEntry())
    journey.type(a_ticket().code)
    journey.happen(SearchLimited(journey.search.nonce, 120))
    assert "2 menit" in journey.view.error


@pytest.mark.parametrize(
    ("status", "receipted", "may"),
    [
        (RequestStatus.UNDER_REVIEW, True, True),
        (RequestStatus.INCOMPLETE, True, True),
        (RequestStatus.READY, True, False),
        (RequestStatus.CANCELLED, True, False),
    ],
)
def test_cancelling_ones_own_request(status: RequestStatus, receipted: bool, may: bool) -> None:
    ticket = a_ticket(status=status, receipted=receipted)
    journey = Journey().happen(TicketScanned(ticket.token)).found(ticket)
    assert (it.AskToCancel() in intents_in(journey.view)) is may
    if not may:
        return
    journey.press(it.AskToCancel()).press(it.ConfirmCancel())
    assert journey.asked[-1] == fx.CancelRequest(ticket)
    assert "Pembatalan" in journey.view.chip.label
    assert it.AskToCancel() not in intents_in(journey.view)


@pytest.mark.parametrize("language", list(it.Language))
@pytest.mark.parametrize("status", list(RequestStatus))
@pytest.mark.parametrize("receipted", [True, False])
@pytest.mark.parametrize("cancel_asked", [True, False])
@pytest.mark.parametrize("refused", [True, False])
def test_nobody_is_told_to_stay_away_and_to_come_at_once(
    status: RequestStatus,
    language: it.Language,
    *,
    receipted: bool,
    cancel_asked: bool,
    refused: bool,
) -> None:
    ticket = a_ticket(
        status=status, receipted=receipted, cancel_asked=cancel_asked, refused=refused
    )
    journey = Journey().press(it.Wake()).press(it.SetLanguage(language=language))
    journey.happen(TicketScanned(ticket.token)).found(ticket)
    shown = journey.everything_shown()
    stay_away = any(
        words in shown for words in ("Belum perlu", "Dereng prelu", "No need to come yet")
    )
    come = SITE.office_place in shown
    plain = receipted and not cancel_asked and not refused
    working_on_it = status in {RequestStatus.UNDER_REVIEW, RequestStatus.AWAITING_SIGNATURE}
    assert stay_away is (plain and working_on_it)
    assert come is (plain and status in {RequestStatus.INCOMPLETE, RequestStatus.READY})


@pytest.mark.parametrize("problem", list(CardProblem))
def test_a_card_that_cannot_be_used_is_explained_everywhere(problem: CardProblem) -> None:
    idle = Journey().happen(CardRefused(problem))
    assert idle.view.notice is not None
    idle.wait(7)
    assert idle.view.notice is None
    form = at_form().happen(CardRefused(problem))
    assert form.view.banner.tone is vw.Tone.WARN
    search = Journey().press(it.Wake()).press(it.OpenStatusSearch()).happen(CardRefused(problem))
    assert search.view.banner.tone is vw.Tone.WARN
    assert "NIK" not in search.view.banner.text  # a NIK opens no status
    home = Journey().press(it.Wake()).happen(CardRefused(problem))
    assert home.view.banner == search.view.banner


def test_a_card_in_the_form_is_kept_and_does_not_move_the_screen() -> None:
    journey = at_form()
    step = journey.state.step
    journey.happen(CardTapped(CARD))
    assert journey.state.step == step
    assert journey.state.card == CARD
    assert journey.view.banner.tone is vw.Tone.OK


def test_hostile_scans_are_told_and_forgotten() -> None:
    journey = Journey().happen(UnknownScanned())
    assert "bukan tiket" in journey.view.banner.strong
    inside = at_review()
    before = inside.state.screen
    inside.happen(UnknownScanned())
    assert inside.state.screen == before


@pytest.mark.parametrize(
    ("size", "warn_s", "count_s"),
    [(it.TextSize.NORMAL, 90, 30), (it.TextSize.LARGE, 180, 60), (it.TextSize.LARGEST, 180, 60)],
)
def test_idle_warns_counts_down_and_wipes(size: it.TextSize, warn_s: int, count_s: int) -> None:
    journey = Journey().press(it.Wake()).press(it.OpenAppearance())
    journey.press(it.SetTextSize(text_size=size))
    journey.wait(warn_s - 1)
    assert not isinstance(journey.view, vw.StillThereView)
    journey.wait(1)
    assert isinstance(journey.view, vw.StillThereView)
    journey.wait(count_s - 1)
    assert isinstance(journey.state, st.Visit)
    journey.wait(1)
    assert isinstance(journey.state, st.Idle)
    assert isinstance(journey.view, vw.IdleView)


def test_any_press_stops_the_countdown_and_the_answers_are_still_there() -> None:
    journey = at_review().wait(90)
    journey.press(it.KeepVisit())
    assert isinstance(journey.view, vw.ReviewView)
    journey.wait(90)
    journey.happen(Stirred())
    assert isinstance(journey.view, vw.ReviewView)


def test_the_countdown_does_not_show_what_was_typed() -> None:
    shown = at_review().wait(90).everything_shown()
    assert NAME not in shown


def test_help_and_appearance_come_back_to_where_they_were_opened() -> None:
    journey = at_review()
    journey.press(it.OpenHelp()).press(it.GoBack())
    journey.press(it.OpenAppearance()).press(it.SetLanguage(language=it.Language.JAVANESE))
    assert journey.view.frame.title == "Seratan lan basa"
    journey.press(it.GoBack())
    assert isinstance(journey.view, vw.ReviewView)


def test_a_recovered_visit_shows_its_ticket_and_prints_nothing_by_itself() -> None:
    ticket = a_ticket()
    journey = Journey().happen(VisitRecovered(ticket))
    assert isinstance(journey.view, vw.TicketView)
    assert journey.asked == []
    journey.press(it.PrintAgain())
    assert journey.asked == [fx.PrintTicket(ticket=ticket, copy=True)]


def test_a_lost_visit_says_that_nothing_was_stored() -> None:
    journey = Journey().happen(VisitLost())
    assert "belum tersimpan" in journey.everything_shown()
    journey.press(it.GoHome())
    assert isinstance(journey.view, vw.HomeView)


def test_the_families_of_pages_can_be_read() -> None:
    for family in ("regency", "health", "education"):
        journey = Journey().press(it.Wake()).press(it.OpenFamily(family=family))
        rows = journey.view.rows
        assert rows
        for row in rows:
            reading = Journey(state=journey.state).press(row.press)
            assert isinstance(reading.view, vw.ArticleView)
            assert "20" in reading.view.year_line


@pytest.mark.parametrize("for_s", [60.0, 45.0, 30.0, 12.0, 1.0])
def test_a_ticket_that_came_back_ends_in_the_time_that_is_left(for_s: float) -> None:
    journey = Journey().happen(VisitRecovered(a_ticket(), for_s))
    begun_s = journey.now_s
    while not isinstance(journey.state, st.Idle):
        ticket_alone = journey.now_s - begun_s < for_s - SITE.countdown_s
        assert isinstance(journey.view, vw.TicketView) is ticket_alone
        journey.wait(1)
    assert journey.now_s - begun_s == for_s


def test_a_touch_gives_the_ticket_that_came_back_its_usual_time() -> None:
    journey = Journey().happen(VisitRecovered(a_ticket(), 60.0)).wait(20).happen(Stirred())
    touched_s = journey.now_s
    while not isinstance(journey.state, st.Idle):
        journey.wait(1)
    assert journey.now_s - touched_s == SITE.idle_warn_s + SITE.countdown_s


def test_the_time_of_a_ticket_that_came_back_does_not_depend_on_a_short_patience() -> None:
    site = replace(SITE, idle_warn_s=10, countdown_s=5)
    around = replace(Journey().around, site=site)
    visit = advance(st.Idle(), VisitRecovered(a_ticket(), 60.0), around).state
    for passed_s in (54, 55):
        visit = advance(visit, Ticked(), replace(around, now_s=around.now_s + passed_s)).state
        assert (visit.warned_at_s is not None) is (passed_s == 55)
