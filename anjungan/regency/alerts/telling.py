"""Which message an incident still owes: one when it opens, one when it ends. Pure."""

import enum
from dataclasses import dataclass
from typing import Final, assert_never


class Told(enum.Enum):
    """What an incident's messages have said so far."""

    NOTHING = "nothing"
    OPENED = "opened"
    ENDED = "ended"
    SILENT = "silent"
    """It is over, and nothing will be said of that."""


class Occasion(enum.Enum):
    """What a message tells."""

    OPENED = "opened"
    ENDED = "ended"
    TRIAL = "trial"


@dataclass(frozen=True, slots=True)
class Telling:
    """What of an incident decides about its messages.

    ``is_bad``: it is bad at this moment, not only unknown or on its way to being well.
    """

    told: Told
    is_open: bool
    is_void: bool
    is_bad: bool
    is_absorbed: bool
    is_muted: bool
    in_maintenance: bool


_NOTHING_TO_SAY: Final = None


def next_message(telling: Telling) -> tuple[Told, Occasion | None]:
    """What has been told after this moment, and the message to send now, if any.

    In maintenance the word of the end waits until the window is over; what was muted or absorbed
    ends without a word, since nobody waits for it or another incident tells of it.
    """
    match telling.told:
        case Told.NOTHING:
            if not telling.is_open:
                return Told.SILENT, _NOTHING_TO_SAY
            is_quiet = telling.is_absorbed or telling.is_muted or telling.in_maintenance
            if is_quiet or not telling.is_bad:
                return Told.NOTHING, _NOTHING_TO_SAY
            return Told.OPENED, Occasion.OPENED
        case Told.OPENED:
            if telling.is_open:
                return Told.OPENED, _NOTHING_TO_SAY
            if telling.is_void or telling.is_absorbed or telling.is_muted:
                return Told.SILENT, _NOTHING_TO_SAY
            if telling.in_maintenance:
                return Told.OPENED, _NOTHING_TO_SAY
            return Told.ENDED, Occasion.ENDED
        case Told.ENDED | Told.SILENT:
            return telling.told, _NOTHING_TO_SAY
        case _:
            assert_never(telling.told)
