"""A loudspeaker in memory: takes the place of espeak-ng, aplay and the sound card.

It keeps what was said and whether it was heard to its end, for the desk and for tests.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.drivers.program import Finished, NotInstalled, Outcome
from anjungan.appliance.drivers.sound.beeps import Beep, beep_sound
from anjungan.appliance.drivers.sound.speech import SYNTHESIZER
from anjungan.appliance.drivers.sound.wave_sound import seconds_of, silence

_MOST_KEPT: Final = 200
_SECONDS_A_WORD: Final = 60 / 140
_CARD: Final = frozenset({"pcmC0D0p"})
_VERSION: Final = b"eSpeak NG text-to-speech: 1.51  (simulated)\n"
_VOICE_OPTION: Final = "-v"
_ANY_VOLUME: Final = 50


@dataclass(slots=True)
class Said:
    """One piece of text that was played; ``ended`` is None while it lasts, False when cut short."""

    text: str
    voice: str
    ended: bool | None = None


@dataclass(slots=True)
class Beeped:
    """A beep that was played."""

    kind: Beep
    ended: bool | None = None


Heard = Said | Beeped


class SimulatedSound:
    """Give ``run_command`` and ``cards`` to a :class:`Speaker`.

    ``pace`` is how fast time passes for what is played: 1.0 as it does, 0.0 at once. ``on_heard``
    is called when something begins to play and when it ends.
    """

    def __init__(
        self, *, pace: float = 0.0, on_heard: Callable[[Heard], None] = lambda _heard: None
    ) -> None:
        self.heard: list[Heard] = []
        self.plugged = True
        self.installed = True
        self.pace = pace
        self._on_heard = on_heard
        self._made: dict[bytes, Said] = {}
        self._count = 0

    @property
    def said(self) -> str:
        """Everything that was said so far, cut short or not."""
        return " ".join(each.text for each in self.heard if isinstance(each, Said))

    @property
    def beeps(self) -> list[Beep]:
        """Every beep so far."""
        return [each.kind for each in self.heard if isinstance(each, Beeped)]

    def cards(self) -> frozenset[str]:
        """The one card, while it is plugged in."""
        return _CARD if self.plugged else frozenset()

    async def run_command(self, command: Sequence[str], feed: bytes, *, limit_s: float) -> Outcome:
        """Be espeak-ng or aplay."""
        del limit_s  # nothing here takes longer than it should
        if not self.installed:
            return NotInstalled(command[0])
        if command[0] != SYNTHESIZER:
            return await self._play(feed)
        if _VOICE_OPTION not in command:
            return Finished(0, _VERSION)
        voice = command[command.index(_VOICE_OPTION) + 1]
        return Finished(0, self._synthesise(Said(feed.decode("utf-8"), voice)))

    def _synthesise(self, said: Said) -> bytes:
        """A silence of the length the text would take, different for every text."""
        self._count += 1
        seconds = len(said.text.split()) * _SECONDS_A_WORD
        sound = silence(seconds) + self._count.to_bytes(4, "little")
        self._made[sound] = said
        if len(self._made) > _MOST_KEPT:
            del self._made[next(iter(self._made))]
        return sound

    async def _play(self, sound: bytes) -> Outcome:
        if not self.cards():
            return Finished(1, errors="audio open error: No such file or directory")
        heard = self._made.pop(sound, None) or _beeped(sound)
        if heard is None:
            return Finished(0)  # the silence a card is tried with
        self.heard.append(heard)
        del self.heard[:-_MOST_KEPT]
        self._on_heard(heard)
        try:
            await asyncio.sleep(seconds_of(sound) * self.pace)
        except asyncio.CancelledError:
            heard.ended = False
            raise
        else:
            heard.ended = bool(self.cards())
        finally:
            self._on_heard(heard)
        return Finished(0 if self.cards() else 1)


def _beeped(sound: bytes) -> Beeped | None:
    """Which beep it is, by its length: the loudness is the settings'."""
    lengths = {len(beep_sound(kind, _ANY_VOLUME)): kind for kind in Beep}
    kind = lengths.get(len(sound))
    return None if kind is None else Beeped(kind)
