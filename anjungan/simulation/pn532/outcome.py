"""What comes of a command: an answer, the wait for a card, silence, or the error frame."""

from dataclasses import dataclass
from typing import Final

INFINITE: Final = 0xFF
STATUS_OK: Final = b"\x00"
STATUS_TIME_OUT: Final = b"\x01"
STATUS_WRONG_CONTEXT: Final = b"\x27"  # UM0701-02, 7.1: command not acceptable in this context
SHORT_S: Final = 0.001
ONE_TRY_S: Final = 0.005
ACTIVATION_S: Final = 0.010


@dataclass(frozen=True, slots=True)
class Answer:
    """Reply with ``payload`` (code included) ``after_s`` from now."""

    payload: bytes
    after_s: float = SHORT_S


@dataclass(frozen=True, slots=True)
class WaitForCard:
    """Try again when a card arrives; with no card reply ``payload`` after the time, None: never."""

    payload: bytes
    give_up_after_s: float | None


@dataclass(frozen=True, slots=True)
class NoReply:
    """Acknowledged, and then done until the host sends something else."""


@dataclass(frozen=True, slots=True)
class Refuse:
    """Reply with the application error frame."""


Outcome = Answer | WaitForCard | NoReply | Refuse
