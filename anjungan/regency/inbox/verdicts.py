"""What becomes of a message that is answered with a receipt."""

from dataclasses import dataclass

from anjungan.protocol.messages import RefusalCode


@dataclass(frozen=True, slots=True)
class Accepted:
    """Taken; ``statuses_due`` when it put a status on its way."""

    statuses_due: bool


@dataclass(frozen=True, slots=True)
class AlreadyHere:
    """Taken before, though nothing is remembered of its message."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Refused for good; ``reason`` is for staff and holds nothing of the message."""

    code: RefusalCode
    reason: str


@dataclass(frozen=True, slots=True)
class Unanswered:
    """No answer yet: the kiosk will send it again."""


Verdict = Accepted | AlreadyHere | Refused | Unanswered
