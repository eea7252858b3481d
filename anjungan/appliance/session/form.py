"""The form of one request: which questions are asked, in which order, and what was answered."""

from dataclasses import dataclass, replace
from typing import Final

from anjungan.appliance.session import own_questions as own
from anjungan.catalogue.answers import describe_answer
from anjungan.catalogue.questions import NikQuestion, Question
from anjungan.catalogue.service import Service
from anjungan.protocol.sealing import Answer, Answers


@dataclass(frozen=True, slots=True)
class Given:
    """One accepted answer: the stored value and what people read (a NIK masked)."""

    value: str
    shown: str

    def __repr__(self) -> str:
        return "Given(…)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """The answers so far. ``reviewed``: the review was seen, so that changes lead back to it."""

    service: str
    nonce: str
    answers: tuple[tuple[str, Given], ...] = ()
    reviewed: bool = False

    def __repr__(self) -> str:
        return f"Form(service={self.service!r}, …)"

    def given(self, name: str) -> Given | None:
        """The answer to ``name``, or None."""
        return dict(self.answers).get(name)

    def with_answer(self, name: str, given: Given) -> "Form":
        """The form with this answer, replacing an earlier one."""
        kept = tuple(pair for pair in self.answers if pair[0] != name)
        return replace(self, answers=(*kept, (name, given)))

    def without_subject(self) -> "Form":
        """The form without the answers about somebody else."""
        kept = tuple(pair for pair in self.answers if pair[0] not in _SUBJECT)
        return replace(self, answers=kept)


_SUBJECT: Final = (own.SUBJECT_NAME, own.SUBJECT_NIK, own.SUBJECT_RELATION)


def questions_of(service: Service, form: Form) -> tuple[Question, ...]:
    """The questions in the order of the screens; those about another person only when asked.

    A service whose own questions name the person in the letter is not asked for whom.
    """
    for_whom = form.given(own.FOR_WHOM)
    about_another: tuple[Question, ...] = ()
    if for_whom is not None and for_whom.value == own.ANOTHER:
        about_another = (
            own.SUBJECT_NAME_QUESTION,
            own.SUBJECT_NIK_QUESTION,
            own.SUBJECT_RELATION_QUESTION,
        )
    for_whom_question = () if service.names_subject else (own.FOR_WHOM_QUESTION,)
    return (
        own.NIK_QUESTION,
        *for_whom_question,
        own.NAME_QUESTION,
        *about_another,
        *service.questions,
        own.PHONE_QUESTION,
    )


def question_named(service: Service, form: Form, name: str) -> Question | None:
    """The question called ``name`` in this form, or None."""
    return next((each for each in questions_of(service, form) if each.name == name), None)


def next_question(service: Service, form: Form, after: str) -> Question | None:
    """The question to ask after ``after``; None when the review is next.

    After the review only what is still missing is asked.
    """
    questions = questions_of(service, form)
    if form.reviewed:
        return next(
            (each for each in questions if form.given(each.name) is None and each.required), None
        )
    names = [each.name for each in questions]
    position = names.index(after) + 1
    return questions[position] if position < len(questions) else None


def same_nik(service: Service, form: Form, name: str, nik: str) -> Question | None:
    """The question of another person that is answered with this NIK already, or None.

    The applicant's number is nobody else's, unless a question says that it may be.
    """
    asked = question_named(service, form, name)
    for other in questions_of(service, form):
        given = form.given(other.name)
        if given is None or given.value != nik or own.NIK not in (name, other.name):
            continue
        about = other if name == own.NIK else asked
        if other.name != name and isinstance(about, NikQuestion) and not about.may_be_applicant:
            return other
    return None


def is_complete(service: Service, form: Form) -> bool:
    """Whether every required question has an answer."""
    return all(
        form.given(each.name) is not None for each in questions_of(service, form) if each.required
    )


def sealed_answers(service: Service, form: Form) -> Answers:
    """All answers as the officer reads them: Indonesian labels, NIK in full."""
    items = []
    for question in questions_of(service, form):
        given = form.given(question.name)
        if given is None or not given.value:
            continue
        items.append(
            Answer(
                name=question.name,
                label=question.short.get("id"),
                value=given.value,
                shown=describe_answer(question, given.value, "id"),
            )
        )
    return Answers(items=tuple(items))
