"""The form: one question a screen."""

from typing import assert_never

from anjungan.appliance.session import intents
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session.form import Form, question_named
from anjungan.appliance.session.form_flow import DATE_DIGITS, OTHER_OPTION, TIME_DIGITS
from anjungan.appliance.session.present.home import card_banner
from anjungan.appliance.session.present.lost_devices import nik_banner
from anjungan.appliance.session.present.refusals import refusal_sentence
from anjungan.appliance.session.present.scene import (
    IDENTITY_STEP,
    PHONE_STEP,
    QUESTIONS_STEP,
    Scene,
)
from anjungan.appliance.session.states import QuestionScreen
from anjungan.appliance.session.views import (
    Banner,
    Button,
    Choice,
    ChoiceView,
    Frame,
    KeyboardView,
    KeypadView,
    Tone,
)
from anjungan.catalogue.nik import NIK_DIGITS
from anjungan.catalogue.questions import (
    ChoiceQuestion,
    DateQuestion,
    NikQuestion,
    NumberQuestion,
    PhoneQuestion,
    Question,
    TextQuestion,
    TimeQuestion,
    other_label,
)
from anjungan.catalogue.search import search_key
from anjungan.catalogue.service import Service

PHONE_MIN_DIGITS = 10
PHONE_MAX_DIGITS = 13
SEARCH_FROM_OPTIONS = 12
MIN_TEXT_CHARS = 1

_IDENTITY = frozenset(
    {own.NIK, own.FOR_WHOM, own.NAME, own.SUBJECT_NAME, own.SUBJECT_NIK, own.SUBJECT_RELATION}
)

QuestionView = KeypadView | KeyboardView | ChoiceView


def question_view(
    scene: Scene, screen: QuestionScreen, service: Service, form: Form
) -> QuestionView:
    """The screen of one question, by its kind."""
    question = question_named(service, form, screen.question)
    if question is None:
        raise LookupError(f"the form has no question {screen.question!r}")
    frame = _question_frame(scene, service, question)
    match question:
        case ChoiceQuestion():
            if screen.typing_other:
                return _keyboard(scene, screen, question, frame, question.other_max_length)
            return _choice(scene, screen, question, frame)
        case TextQuestion():
            return _keyboard(scene, screen, question, frame, question.max_length)
        case NikQuestion() | PhoneQuestion() | DateQuestion() | TimeQuestion() | NumberQuestion():
            return _keypad(scene, screen, question, frame)
        case _:
            assert_never(question)


def _question_frame(scene: Scene, service: Service, question: Question) -> Frame:
    if question.name in _IDENTITY:
        step = IDENTITY_STEP
    elif question.name == own.PHONE:
        step = PHONE_STEP
    else:
        step = QUESTIONS_STEP
    return scene.frame(scene.say.of(question.short), scene.say.of(service.title), step=step)


def _skip(scene: Scene, question: Question) -> Button | None:
    if question.required:
        return None
    return Button(
        label=scene.say("form.skip"), press=intents.SkipQuestion(), icon="player-skip-forward"
    )


def _error(scene: Scene, screen: QuestionScreen) -> str:
    return "" if screen.refused is None else refusal_sentence(screen.refused, scene.say)


def _hint(scene: Scene, question: Question) -> str:
    return "" if question.hint is None else scene.say.of(question.hint)


def _keyboard(
    scene: Scene,
    screen: QuestionScreen,
    question: TextQuestion | ChoiceQuestion,
    frame: Frame,
    max_length: int,
) -> KeyboardView:
    say = scene.say
    return KeyboardView(
        frame=frame,
        question=say.of(question.label),
        hint=_hint(scene, question),
        max_length=max_length,
        min_length=MIN_TEXT_CHARS,
        multiline=isinstance(question, TextQuestion) and question.multiline,
        value=screen.draft,
        error=_error(scene, screen),
        skip=_skip(scene, question),
        space_label=say("keys.space"),
        delete_label=say("keys.delete"),
        letters_label=say("keys.letters"),
        digits_label=say("keys.digits"),
        next_label=say("common.next"),
        incomplete_reason=say("form.write_first"),
    )


def _choice(
    scene: Scene, screen: QuestionScreen, question: ChoiceQuestion, frame: Frame
) -> ChoiceView:
    say = scene.say
    common = question.common_options()
    rest = tuple(each for each in question.options if each not in common)
    options = [
        Choice(
            label=say.of(each.label),
            chosen=screen.marked == each.id,
            press=intents.ChooseOption(option=each.id),
            icon=each.icon or "",
            search_key=search_key(say.of(each.label)),
        )
        for each in (*common, *rest)
    ]
    if question.other:
        label = other_label(question, say.language)
        options.append(
            Choice(
                label=label,
                chosen=screen.marked == OTHER_OPTION,
                press=intents.ChooseOption(option=OTHER_OPTION),
                icon="dots",
                search_key=search_key(label),
            )
        )
    marked = screen.marked is not None
    return ChoiceView(
        frame=frame,
        question=say.of(question.label),
        hint=_error(scene, screen) or _hint(scene, question) or say("form.choose_one"),
        options=tuple(options),
        primary=Button(
            label=say("common.next"),
            press=intents.GoNext() if marked else None,
            icon="arrow-right",
            reason="" if marked else say("form.choose_first"),
        ),
        search=scene.search(scene.say("form.search"))
        if len(options) > SEARCH_FROM_OPTIONS
        else None,
        skip=_skip(scene, question),
        **scene.pager(),
    )


def _keypad(
    scene: Scene,
    screen: QuestionScreen,
    question: NikQuestion | PhoneQuestion | DateQuestion | TimeQuestion | NumberQuestion,
    frame: Frame,
) -> KeypadView:
    say = scene.say
    groups, separator, placeholders, least, most = _shape(scene, question)
    return KeypadView(
        frame=frame,
        question=say.of(question.label),
        hint=_hint(scene, question) or _default_hint(scene, question),
        groups=groups,
        separator=separator,
        placeholders=placeholders,
        min_length=least,
        max_length=most,
        progress=_progress(scene, question, least, most),
        clear_label=say("keys.clear"),
        delete_label=say("keys.delete"),
        next_label=say("common.next"),
        incomplete_reason=say("form.incomplete_digits", count=least)
        if least == most
        else say("form.write_first"),
        value=screen.draft,
        error=_error(scene, screen),
        banner=_identify_banner(scene, screen) if question.name == own.NIK else None,
        skip=_skip(scene, question),
    )


def _shape(
    scene: Scene,
    question: NikQuestion | PhoneQuestion | DateQuestion | TimeQuestion | NumberQuestion,
) -> tuple[tuple[int, ...], str, str, int, int]:
    match question:
        case NikQuestion():
            return (4, 4, 4, 4), " ", "", NIK_DIGITS, NIK_DIGITS
        case PhoneQuestion():
            return (4, 4, 5), " ", "", PHONE_MIN_DIGITS, PHONE_MAX_DIGITS
        case DateQuestion():
            return (2, 2, 4), "-", scene.say("keys.date_letters"), DATE_DIGITS, DATE_DIGITS
        case TimeQuestion():
            return (2, 2), ".", scene.say("keys.time_letters"), TIME_DIGITS, TIME_DIGITS
        case NumberQuestion():
            digits = len(str(question.max))
            return (digits,), "", "", 1, digits
        case _:
            assert_never(question)


def _default_hint(scene: Scene, question: Question) -> str:
    match question:
        case DateQuestion():
            return scene.say("form.date_hint")
        case TimeQuestion():
            return scene.say("form.time_hint")
        case _:
            return ""


def _progress(
    scene: Scene,
    question: NikQuestion | PhoneQuestion | DateQuestion | TimeQuestion | NumberQuestion,
    least: int,
    most: int,
) -> tuple[str, ...]:
    say = scene.say
    if isinstance(question, NumberQuestion):
        unit = "" if question.unit is None else say.of(question.unit)
        return (unit,) * (most + 1)
    lines = []
    for typed in range(most + 1):
        if typed >= least:
            lines.append(say("form.digits_done", count=typed))
        else:
            lines.append(say("form.digits_left", count=typed, total=least, left=least - typed))
    return tuple(lines)


def _identify_banner(scene: Scene, screen: QuestionScreen) -> Banner:
    say = scene.say
    lost = nik_banner(scene)
    if screen.card_problem is not None and lost is None:
        return card_banner(screen.card_problem, say)
    if scene.visit.card is not None:
        return Banner(
            tone=Tone.OK, icon="circle-check", strong=say("card.read"), text=say("card.read_text")
        )
    if lost is not None:
        return lost
    if scene.around.devices.card_reader:
        return Banner(tone=Tone.INFO, icon="nfc", strong=say("card.also"), text=say("card.why"))
    return Banner(
        tone=Tone.INFO, icon="shield-check", strong=say("card.missing"), text=say("card.nik_only")
    )
