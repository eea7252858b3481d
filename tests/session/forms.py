"""Journeys that are some way into a letter: at its form, at the review, sent."""

from journey import NAME, NIK, OTHER_NIK, PHONE, Journey, catalogue

from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import CardTapped
from anjungan.catalogue.questions import ChoiceQuestion, DateQuestion, NumberQuestion
from anjungan.protocol.card_link import CardLink

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
