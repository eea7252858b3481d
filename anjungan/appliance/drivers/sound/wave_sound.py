"""Sound as the bytes of a WAV file: 16 bit, one channel."""

import io
import math
import struct
import wave
from array import array
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

RATE_HZ: Final = 22050
_LOUDEST: Final = 32767
_HEADER_BYTES: Final = 44
_RATE_AT: Final = 24
_FADE_S: Final = 0.006
"""A tone that begins or ends at once clicks."""


@dataclass(frozen=True, slots=True)
class Note:
    """One tone; a frequency of 0 is a rest."""

    hertz: float
    seconds: float


def tones(notes: Iterable[Note], loudness: float) -> bytes:
    """The notes one after another; ``loudness`` in 0..1."""
    samples = array("h")
    for note in notes:
        count = round(note.seconds * RATE_HZ)
        fade = min(count // 2, round(_FADE_S * RATE_HZ))
        for place in range(count):
            edge = min(place, count - 1 - place)
            swell = min(1.0, edge / fade) if fade else 1.0
            turn = 2 * math.pi * note.hertz * place / RATE_HZ
            # an octave above, softly: rounder than a bare sine
            value = (math.sin(turn) + 0.25 * math.sin(2 * turn)) / 1.25
            samples.append(round(_LOUDEST * loudness * swell * value))
    return _wave(samples.tobytes())


def silence(seconds: float) -> bytes:
    """Nothing to be heard for so long."""
    return _wave(bytes(2 * round(seconds * RATE_HZ)))


def seconds_of(sound: bytes) -> float:
    """How long a sound lasts; 0.0 where there is none.

    A program that writes to a pipe cannot know the length it puts into the header, so that the
    bytes are counted.
    """
    if len(sound) < _HEADER_BYTES or not sound.startswith(b"RIFF"):
        return 0.0
    (rate_hz,) = struct.unpack_from("<I", sound, _RATE_AT)
    return (len(sound) - _HEADER_BYTES) / 2 / rate_hz if rate_hz else 0.0


def _wave(samples: bytes) -> bytes:
    target = io.BytesIO()
    with wave.open(target, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE_HZ)
        file.writeframes(samples)
    return target.getvalue()
