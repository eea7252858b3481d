"""A letter from the first touch to what is sent, and back."""

import pytest
from forms import CARD, answer_service, at_form, at_review, submit
from journey import NAME, NIK, PHONE, Journey, catalogue, intents_in

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import Intended


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


def test_help_and_appearance_come_back_to_where_they_were_opened() -> None:
    journey = at_review()
    journey.press(it.OpenHelp()).press(it.GoBack())
    journey.press(it.OpenAppearance()).press(it.SetLanguage(language=it.Language.JAVANESE))
    assert journey.view.frame.title == "Seratan lan basa"
    journey.press(it.GoBack())
    assert isinstance(journey.view, vw.ReviewView)


def test_the_families_of_pages_can_be_read() -> None:
    for family in ("regency", "health", "education"):
        journey = Journey().press(it.Wake()).press(it.OpenFamily(family=family))
        rows = journey.view.rows
        assert rows
        for row in rows:
            reading = Journey(state=journey.state).press(row.press)
            assert isinstance(reading.view, vw.ArticleView)
            assert "20" in reading.view.year_line
