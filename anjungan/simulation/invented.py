"""Residents who do not exist, for the simulated fleet.

Everything is valid in form and plainly invented: names are "Contoh" and a number word, NIKs begin
with a district that Kabupaten Blitar does not have (35.05.99), telephone numbers with 0812 0000.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random
from typing import Final, assert_never

from anjungan.appliance.session import own_questions
from anjungan.catalogue import (
    Accepted,
    ChoiceQuestion,
    DateQuestion,
    NikQuestion,
    NumberQuestion,
    PhoneQuestion,
    Question,
    Service,
    TextQuestion,
    TimeQuestion,
    check_answer,
    describe_answer,
)
from anjungan.protocol.sealing import Answer, Answers

NO_SUCH_DISTRICT: Final = "350599"
_NUMBER_WORDS: Final = (
    "Satu",
    "Dua",
    "Tiga",
    "Empat",
    "Lima",
    "Enam",
    "Tujuh",
    "Delapan",
    "Sembilan",
    "Sepuluh",
)
_LARGEST_NUMBER: Final = 5_000_000


class InventionError(ValueError):
    """What was invented does not fit the form: a mistake in the service file or here."""


@dataclass(frozen=True, slots=True)
class Invention:
    """Makes up answers; the same seed makes up the same ones."""

    random: Random
    today: date

    def answers(self, service: Service) -> Answers:
        """Everything a resident tells to ask for ``service``, for themselves."""
        own = (
            own_questions.NIK_QUESTION,
            own_questions.NAME_QUESTION,
            own_questions.FOR_WHOM_QUESTION,
        )
        questions: tuple[Question, ...] = (
            *own,
            *service.questions,
            own_questions.PHONE_QUESTION,
        )
        return Answers(items=tuple(self.answer(question) for question in questions))

    def answer(self, question: Question) -> Answer:
        """One answer; raise InventionError when the form does not take it."""
        checked = check_answer(question, self._raw(question), today=self.today)
        if not isinstance(checked, Accepted):
            raise InventionError(f"{question.name}: {checked.reason.value}")
        return Answer(
            name=question.name,
            label=question.short.get("id"),
            value=checked.value,
            shown=describe_answer(question, checked.value),
        )

    def _raw(self, question: Question) -> str:
        random = self.random
        match question:
            case TextQuestion(name=own_questions.NAME):
                return f"Contoh {random.choice(_NUMBER_WORDS)}"
            case TextQuestion(max_length=length):
                return f"Contoh {random.choice(_NUMBER_WORDS)}"[:length].strip()
            case NumberQuestion(min=low, max=high):
                return str(random.randint(low, max(low, min(high, _LARGEST_NUMBER))))
            case DateQuestion():
                first, last = question.bounds(self.today)
                return (first + timedelta(days=random.randint(0, (last - first).days))).isoformat()
            case TimeQuestion():
                return f"{random.randint(0, 23):02d}.{random.randint(0, 59):02d}"
            case ChoiceQuestion(name=own_questions.FOR_WHOM):
                return own_questions.SELF
            case ChoiceQuestion():
                return random.choice(question.common_options()).id
            case NikQuestion():
                born = f"{random.randint(1, 28):02d}{random.randint(1, 12):02d}"
                return (
                    f"{NO_SUCH_DISTRICT}{born}{random.randint(60, 99)}{random.randint(1, 9999):04d}"
                )
            case PhoneQuestion():
                return f"08120000{random.randint(0, 9999):04d}"
            case _:
                assert_never(question)
