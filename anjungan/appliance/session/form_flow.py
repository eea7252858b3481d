"""The form: questions one after the other, changes from the review, sending."""

import re
from dataclasses import replace

from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session.effects import StoreRequest
from anjungan.appliance.session.form import (
    Form,
    Given,
    is_complete,
    next_question,
    question_named,
    same_nik,
    sealed_answers,
)
from anjungan.appliance.session.language import catalogue_language
from anjungan.appliance.session.moves import (
    Outcome,
    go_home,
    go_instead,
    go_to,
    refresh,
    stay,
)
from anjungan.appliance.session.states import (
    NotAcceptingScreen,
    QuestionScreen,
    ReviewScreen,
    SavingScreen,
    Visit,
)
from anjungan.appliance.session.surroundings import Surroundings
from anjungan.catalogue.answers import Accepted, RefusalReason, Refused, check_answer
from anjungan.catalogue.questions import (
    OTHER_PREFIX,
    ChoiceQuestion,
    DateQuestion,
    NikQuestion,
    Question,
    TimeQuestion,
    default_answer,
)
from anjungan.catalogue.service import Service
from anjungan.catalogue.texts import Language

OTHER_OPTION = "other"
"""The option that lets residents use their own words."""

DATE_DIGITS = 8
TIME_DIGITS = 4


def service_of(visit: Visit, around: Surroundings) -> tuple[Service, Form] | None:
    """The service of the visit's form, or None when there is no form."""
    if visit.form is None:
        return None
    service = around.catalogue.service(visit.form.service)
    return None if service is None else (service, visit.form)


def start_form(visit: Visit, service: str, around: Surroundings) -> Outcome:
    """Begin the form of a letter that can be asked for here, or tell that none is taken now."""
    found = around.catalogue.service(service)
    if found is None or not found.self_service:
        return stay(visit)
    if not around.accepting:
        return stay(go_to(visit, NotAcceptingScreen()))
    form = Form(service=service, nonce=around.nonce)
    begun = replace(visit, form=form)
    return stay(go_to(begun, question_screen(own.NIK_QUESTION, form, around)))


def question_screen(question: Question, form: Form, around: Surroundings) -> QuestionScreen:
    """The screen of a question as the form stands: earlier answer, else the default."""
    given = form.given(question.name)
    value = given.value if given else default_answer(question, around.local_time.date())
    if isinstance(question, ChoiceQuestion):
        if value.startswith(OTHER_PREFIX):
            return QuestionScreen(
                question.name, draft=value.removeprefix(OTHER_PREFIX), marked=OTHER_OPTION
            )
        return QuestionScreen(question.name, marked=value or None)
    return QuestionScreen(question.name, draft=_typed_form(question, value))


def mark_option(visit: Visit, screen: QuestionScreen, option: str, around: Surroundings) -> Outcome:
    """Mark an option; the resident still says "on"."""
    question = _question(visit, screen, around)
    if not isinstance(question, ChoiceQuestion):
        return stay(visit)
    known = question.option(option) is not None or (question.other and option == OTHER_OPTION)
    return stay(refresh(visit, replace(screen, marked=option)) if known else visit)


def take_marked(visit: Visit, screen: QuestionScreen, around: Surroundings) -> Outcome:
    """On with the marked option, or to typing one's own words."""
    if screen.marked is None:
        return stay(visit)
    if screen.marked == OTHER_OPTION:
        return stay(go_to(visit, replace(screen, typing_other=True)))
    return take_answer(visit, screen, screen.marked, around)


def take_typed(visit: Visit, screen: QuestionScreen, text: str, around: Surroundings) -> Outcome:
    """Take what was typed for the question."""
    question = _question(visit, screen, around)
    match question:
        case None:
            return stay(visit)
        case ChoiceQuestion() if not screen.typing_other:
            return stay(visit)
        case ChoiceQuestion():
            return take_answer(visit, screen, OTHER_PREFIX + text, around)
        case DateQuestion():
            return take_answer(visit, screen, _grouped(text, DATE_DIGITS, "-"), around)
        case TimeQuestion():
            return take_answer(visit, screen, _grouped(text, TIME_DIGITS, "."), around)
        case _:
            return take_answer(visit, screen, text, around)


def skip(visit: Visit, screen: QuestionScreen, around: Surroundings) -> Outcome:
    """On without an answer, where the question allows it."""
    question = _question(visit, screen, around)
    if question is None or question.required:
        return stay(visit)
    return take_answer(visit, screen, "", around)


def take_answer(visit: Visit, screen: QuestionScreen, raw: str, around: Surroundings) -> Outcome:
    """Check an answer; on when it is good, else the same question with the reason."""
    found = service_of(visit, around)
    question = _question(visit, screen, around)
    if found is None or question is None:
        return stay(visit)
    service, form = found
    language = catalogue_language(visit.look.language)
    checked = check_answer(question, raw, today=around.local_time.date(), language=language)
    if isinstance(checked, Accepted):
        checked = _unless_same_nik(checked, service, form, question, language)
    match checked:
        case Refused():
            draft = raw.removeprefix(OTHER_PREFIX)
            draft = re.sub(r"\D", "", draft) if _is_digits_only(question) else draft
            again = replace(screen, draft=draft, refused=checked, card_problem=None)
            return stay(go_instead(visit, again))
        case Accepted():
            filled = form.with_answer(question.name, Given(checked.value, checked.shown))
            if question.name == own.FOR_WHOM and checked.value == own.SELF:
                filled = filled.without_subject()
            # going back shows what was taken, not what the field held before
            answered = question_screen(question, filled, around)
            answered = replace(answered, typing_other=screen.typing_other)
            taken = replace(visit, screen=answered)
            return stay(_after(taken, service, filled, question, around))


def _unless_same_nik(
    checked: Accepted, service: Service, form: Form, question: Question, language: Language
) -> Accepted | Refused:
    if not isinstance(question, NikQuestion) or not checked.value:
        return checked
    same = same_nik(service, form, question.name, checked.value)
    return checked if same is None else Refused(RefusalReason.NIK_SAME, same.short.get(language))


def change_answer(visit: Visit, name: str, around: Surroundings) -> Outcome:
    """From the review back to one question."""
    found = service_of(visit, around)
    if found is None:
        return stay(visit)
    service, form = found
    question = question_named(service, form, name)
    if question is None:
        return stay(visit)
    return stay(go_to(visit, question_screen(question, form, around)))


def submit(visit: Visit, nonce: str, around: Surroundings) -> Outcome:
    """Store the request once; another visit's nonce or an incomplete form does nothing."""
    found = service_of(visit, around)
    if found is None:
        return stay(visit)
    service, form = found
    if nonce != form.nonce or not is_complete(service, form):
        return stay(visit)
    saving = go_to(visit, SavingScreen(nonce=nonce, since_s=around.now_s))
    return stay(
        saving,
        StoreRequest(
            nonce=nonce,
            service=service.id,
            form_version=service.form_version,
            answers=sealed_answers(service, form),
            card=visit.card,
        ),
    )


def _after(
    visit: Visit, service: Service, form: Form, question: Question, around: Surroundings
) -> Visit:
    following = next_question(service, form, question.name)
    if following is not None:
        filled = replace(visit, form=form)
        return go_to(filled, question_screen(following, form, around))
    filled = replace(visit, form=replace(form, reviewed=True))
    if ReviewScreen() in visit.trail:
        # a change made from the review leads back to it, not to a second review behind it
        position = visit.trail.index(ReviewScreen())
        return replace(
            filled,
            screen=ReviewScreen(),
            trail=visit.trail[:position],
            step=visit.step + 1,
            seeking=None,
        )
    return go_to(filled, ReviewScreen())


def _question(visit: Visit, screen: QuestionScreen, around: Surroundings) -> Question | None:
    found = service_of(visit, around)
    return None if found is None else question_named(*found, screen.question)


def _is_digits_only(question: Question) -> bool:
    return isinstance(question, DateQuestion | TimeQuestion)


def _typed_form(question: Question, value: str) -> str:
    if isinstance(question, DateQuestion) and value:
        year, month, day = value.split("-")
        return day + month + year
    return re.sub(r"\D", "", value) if isinstance(question, TimeQuestion) else value


def _grouped(text: str, digits: int, separator: str) -> str:
    plain = re.sub(r"\D", "", text)
    if len(plain) != digits:
        return text
    return separator.join((plain[:2], plain[2:4], plain[4:])).rstrip(separator)


def leave_form(visit: Visit) -> Outcome:
    """Home, dropping the form; asked for and confirmed."""
    return stay(go_home(visit))
