"""The short sounds: a key was pressed, something was accepted, something was refused."""

import enum
import functools
from collections.abc import Mapping
from typing import Final

from anjungan.appliance.drivers.sound.wave_sound import Note, tones


class Beep(enum.Enum):
    """What a beep tells."""

    PRESS = "press"
    ACCEPTED = "accepted"
    REFUSED = "refused"


_MELODIES: Final[Mapping[Beep, tuple[Note, ...]]] = {
    Beep.PRESS: (Note(1046.5, 0.03),),
    # a fourth up, as a doorbell that opens; a fourth down, lower, for what did not work
    Beep.ACCEPTED: (Note(783.99, 0.12), Note(0, 0.03), Note(1046.5, 0.22)),
    Beep.REFUSED: (Note(392.0, 0.14), Note(0, 0.03), Note(293.66, 0.24)),
}
_PRESS_LOUDNESS: Final = 0.25
_LOUDNESS: Final = 0.5
_WHOLE: Final = 100


@functools.cache
def beep_sound(kind: Beep, volume_percent: int) -> bytes:
    """The WAV of a beep; a key's is softer than the others, for it comes often."""
    loudness = _PRESS_LOUDNESS if kind is Beep.PRESS else _LOUDNESS
    return tones(_MELODIES[kind], loudness * volume_percent / _WHOLE)
