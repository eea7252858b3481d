"""Whatever is sent over the socket, on whatever screen: an answer, and never an exception."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

import msgspec
import pytest
from forms import answer_service, at_form
from gallery import GALLERY
from hypothesis import given, settings
from hypothesis import strategies as some
from journey import NAME, NIK, Journey, catalogue, words

from anjungan.appliance.session import events as ev
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session import states as st
from anjungan.appliance.session.language import catalogue_language
from anjungan.appliance.session.present.present import ambient, look_of, present
from anjungan.appliance.session.present.refusals import refusal_sentence
from anjungan.appliance.session.views import KeypadView
from anjungan.appliance.text.words import Speaker
from anjungan.catalogue.answers import RefusalReason, Refused

DIGITS_OF_SCRIPTS = "0123456789٠١٢٣٤٥٦٧٨٩०१२३४५६७८९꧐꧑꧒꧓꧔꧕꧖꧗꧘꧙０１２３²½Ⅷ"  # noqa: RUF001 - on purpose
HOSTILE = (
    "",
    " ",
    "\0",
    NIK + "7",
    NIK + "\0",
    "{left}",
    "{0} {} %s",
    "other:",
    "other:other:",
    "\u202e\u2066",
    "\U0001f468\u200d\U0001f469",
    "NaN",
    "1e999",
    "-0",
    "31022026",
    "00000000",
    "2460",
    "9" * 2000,
    "\ufdfa" * 2000,
)

hostile_texts = some.one_of(
    some.sampled_from(HOSTILE),
    some.text(alphabet="0123456789", max_size=2000),
    some.text(alphabet=DIGITS_OF_SCRIPTS + " .-/:,", max_size=40),
    some.text(max_size=80),
    some.sampled_from([each.id for each in catalogue().services]),
)


def _intents() -> some.SearchStrategy[it.Intent]:
    """Every intent there is, its texts hostile; EnterText oftener, because it is typed."""
    every = []
    for kind in it.Intent.__args__:
        fields = {
            field.name: hostile_texts if field.name in TEXT_FIELDS else some.from_type(field.type)
            for field in msgspec.structs.fields(kind)
        }
        every.append(some.builds(kind, **fields))
    return some.one_of(some.builds(it.EnterText, text=hostile_texts), *every)


TEXT_FIELDS = {"service", "family", "page", "text", "option", "question", "nonce"}
INTENTS = _intents()


@cache
def every_screen() -> dict[str, st.State]:
    """The gallery, and every question of every letter that can be asked for here."""
    screens = {name: lead().state for name, lead in GALLERY.items()}
    for service in catalogue().services:
        if service.self_service:
            screens |= _questions(service.id)
    return screens


def _questions(service: str) -> dict[str, st.State]:
    journey = at_form(service)
    journey.type(NIK)
    if journey.state.screen.question == own.FOR_WHOM:
        journey.press(it.ChooseOption(option=own.SELF)).press(it.GoNext())
    journey.type(NAME)
    answer_service(journey)
    return {
        f"{service}/{screen.question}": replace(journey.state, screen=screen)
        for screen in journey.state.trail
        if isinstance(screen, st.QuestionScreen)
    }


def everything_shown(journey: Journey) -> Iterator[bytes]:
    """The view and what stands beside it in all three languages, as they go over the socket."""
    looks = [look_of(journey.state)]
    if isinstance(journey.state, st.Visit):
        looks = [msgspec.structs.replace(looks[0], language=each) for each in it.Language]
    for look in looks:
        state = journey.state
        if isinstance(state, st.Visit):
            state = replace(state, look=look)
        around = journey.around
        yield msgspec.json.encode(present(state, around, words()))
        yield msgspec.json.encode(ambient(state, around, words()))


@pytest.mark.parametrize("name", list(GALLERY))
@settings(max_examples=40, deadline=None)
@given(intents=some.lists(INTENTS, min_size=1, max_size=4))
def test_no_intent_breaks_a_screen(name: str, intents: list[it.Intent]) -> None:
    drive(every_screen()[name], intents)


@settings(max_examples=400, deadline=None)
@given(data=some.data())
def test_no_text_breaks_a_question(data: some.DataObject) -> None:
    questions = sorted(name for name in every_screen() if "/" in name)
    state = every_screen()[data.draw(some.sampled_from(questions))]
    texts = data.draw(some.lists(hostile_texts, min_size=1, max_size=3))
    drive(state, [it.EnterText(text=each) for each in texts])


def drive(state: st.State, intents: list[it.Intent]) -> None:
    journey = Journey(state=state)
    for intent in intents:
        journey.happen(ev.Intended(journey.state.step, intent))
        assert all(everything_shown(journey))


@pytest.mark.parametrize("language", list(it.Language))
@pytest.mark.parametrize("reason", list(RefusalReason))
@pytest.mark.parametrize("count", [0, 15, 16, 17, 2000])
def test_every_refusal_has_its_sentence(
    language: it.Language, reason: RefusalReason, count: int
) -> None:
    say = Speaker(words(), catalogue_language(language))
    sentence = refusal_sentence(Refused(reason, "16", count), say)
    assert sentence
    assert "{" not in sentence


@pytest.mark.parametrize("language", list(it.Language))
def test_a_nik_with_too_many_digits_is_told_so(language: it.Language) -> None:
    journey = at_form()
    look = msgspec.structs.replace(journey.state.look, language=language)
    journey.state = replace(journey.state, look=look)
    journey.type("35059924117000011")
    view = journey.view
    assert isinstance(view, KeypadView)
    assert "16" in view.error
    assert "17" in view.error


def test_half_a_surrogate_pair_is_not_even_a_message() -> None:
    with pytest.raises(msgspec.DecodeError):
        msgspec.json.decode(rb'{"type":"EnterText","text":"\ud800"}', type=it.Intent)
