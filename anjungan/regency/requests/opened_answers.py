"""The answers of a request, opened, and joined with what residents sent to complete it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from anjungan.protocol.sealing import Answer, Answers, Binding, CannotOpen, Opened, WrongBinding
from anjungan.regency.requests.form_fields import APPLICANT_NIK
from anjungan.regency.requests.reading import SealedAnswers


class AnswersOpener(Protocol):
    """Opens one sealed box."""

    def open(
        self, sealed: bytes, kid: str, expected: Binding
    ) -> Opened | CannotOpen | WrongBinding:
        """Open ``sealed`` with the key ``kid`` and compare its binding."""


@dataclass(frozen=True, slots=True)
class JoinedAnswer:
    """An answer as it stands now, and how it read before it was amended, oldest first.

    ``amended_at`` is when the amendment came that gave it, None where none did.
    """

    answer: Answer
    amended_at: datetime | None = None
    older: Sequence[Answer] = ()

    def __repr__(self) -> str:
        return f"JoinedAnswer(name={self.answer.name!r}, …)"


@dataclass(frozen=True, slots=True)
class OpenedAnswers:
    """All answers in the order they were asked; those asked later come last.

    ``unreadable`` are amendments that cannot be opened, ``misbound`` those of other requests.
    """

    items: Sequence[JoinedAnswer]
    unreadable: Sequence[str] = ()
    misbound: Sequence[str] = ()

    @property
    def answers(self) -> Answers:
        """The answers as they stand now."""
        return Answers(items=tuple(each.answer for each in self.items))

    @property
    def applicant_nik(self) -> str | None:
        """The NIK of who asked, where the form has it."""
        found = (each.answer.value for each in self.items if each.answer.name == APPLICANT_NIK)
        return next(found, None)


def open_answers(
    opener: AnswersOpener, sealed: SealedAnswers
) -> OpenedAnswers | CannotOpen | WrongBinding:
    """Open a request's answers and its amendments; only the request's own seal decides."""
    box = sealed.request
    opened = opener.open(box.sealed, box.kid, box.binding)
    if not isinstance(opened, Opened):
        return opened
    amendments: list[tuple[datetime, Answers]] = []
    unreadable: list[str] = []
    misbound: list[str] = []
    for each in sealed.amendments:
        match opener.open(each.box.sealed, each.box.kid, each.box.binding):
            case Opened(answers=answers):
                amendments.append((each.received_at, answers))
            case CannotOpen():
                unreadable.append(each.id)
            case WrongBinding():
                misbound.append(each.id)
    return OpenedAnswers(join(opened.answers, amendments), unreadable, misbound)


def join(
    original: Answers, amendments: Sequence[tuple[datetime, Answers]]
) -> Sequence[JoinedAnswer]:
    """Lay amendments, oldest first, over the original answers."""
    joined = {each.name: JoinedAnswer(each) for each in original.items}
    for amended_at, answers in amendments:
        for answer in answers.items:
            before = joined.get(answer.name)
            older = () if before is None else (*before.older, before.answer)
            joined[answer.name] = JoinedAnswer(answer, amended_at, older)
    return list(joined.values())
