"""The loudspeaker: reads aloud and beeps, one thing at a time, the newest first."""

import asyncio
import contextlib
import re
from collections import deque
from collections.abc import Callable, Collection, Coroutine
from dataclasses import dataclass
from typing import Any, Final, assert_never

from anjungan.appliance.drivers.device import (
    DeviceState,
    Fault,
    Missing,
    Pacing,
    Ready,
    StateListener,
    StateReport,
    keep_open,
)
from anjungan.appliance.drivers.link.byte_link import LinkLost
from anjungan.appliance.drivers.program import (
    Finished,
    NotInstalled,
    Outcome,
    RunCommand,
    TookTooLong,
    run_command,
)
from anjungan.appliance.drivers.sound.beeps import Beep, beep_sound
from anjungan.appliance.drivers.sound.cards import Cards, sound_cards
from anjungan.appliance.drivers.sound.speech import SYNTHESIZER, left_of, pieces, synthesis_command
from anjungan.appliance.drivers.sound.wave_sound import seconds_of, silence

PLAYER: Final = "aplay"
LOOK_EVERY_S: Final = 5.0
"""How often the list of sound cards is read while there is nothing to play: one look into a folder
of the kernel's. A card that is pulled out would otherwise be noticed only by the next resident."""
_SYNTHESIS_LIMIT_S: Final = 15.0
_PLAY_SLACK_S: Final = 5.0
_PROBE_S: Final = 0.05
_MOST_WAITING: Final = 4
_VERSION: Final = re.compile(r"(\d+\.\d+[^\s]*)")

_REASONS: Final = (
    ("Permission denied", "Permission denied"),
    ("Device or resource busy", "held by another program"),
    ("No such file or directory", "no sound card"),
    ("No such device", "no sound card"),
)

Broken = Missing | Fault


@dataclass(frozen=True, slots=True)
class _Speech:
    """What is to be read; never shown in a log."""

    text: str
    language: str

    def __repr__(self) -> str:
        return "_Speech(…)"


@dataclass(slots=True)
class _BeingRead:
    """A speech in its pieces, and the one that is heard or made ready; never shown in a log."""

    pieces: list[str]
    language: str
    at: int = 0

    def __repr__(self) -> str:
        return "_BeingRead(…)"


@dataclass(frozen=True, slots=True)
class _Output:
    """The way to the sound card, as something that is opened and shut.

    What is wanted while it is shut would come too late when it is open again.
    """

    look: Callable[[], None]
    forget: Callable[[], None]

    async def open(self) -> None:
        """Raise LinkLost where there is nothing to play on."""
        self.look()

    async def close(self) -> None:
        """Drop what has not been played."""
        self.forget()


class Speaker:
    """Reads text aloud with espeak-ng and beeps, through aplay on the ALSA device ``output``.

    ``say``, ``interrupt``, ``hush`` and ``beep`` only note what is wanted and return; without a
    sound card, or while it is muted, they do nothing. A later ``say`` ends an earlier one at once,
    unless it is to come after it. A beep ends what is being read, and what is said next waits for
    the beep.

    A kiosk has sound only where its settings declare it: most have no loudspeaker, and one that
    was never there must not be reported as missing.
    """

    kind = "sound"

    def __init__(
        self,
        *,
        output: str,
        volume_percent: int,
        muted: bool,
        words_per_minute: int,
        name: str = "sound",
        on_state: StateListener,
        pacing: Pacing | None = None,
        run_command: RunCommand = run_command,
        cards: Cards = sound_cards,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self.name = name
        self._output = output
        self._volume_percent = volume_percent
        self._muted = muted or volume_percent == 0
        self._words_per_minute = words_per_minute
        self._report = StateReport(name, on_state)
        self._pacing = pacing or Pacing()
        self._run_command = run_command
        self._cards = cards
        self._look_every_s = look_every_s
        self._woken = asyncio.Event()
        self._speeches: deque[_Speech] = deque(maxlen=_MOST_WAITING)
        self._beep: Beep | None = None
        self._reading: asyncio.Task[Broken | None] | None = None
        self._being_read: _BeingRead | None = None
        self._beeping: Beep | None = None

    @property
    def state(self) -> DeviceState:
        """The state now."""
        return self._report.state

    @property
    def can_be_heard(self) -> bool:
        """Whether something said now would be heard."""
        return isinstance(self.state, Ready) and not self._muted

    def say(self, text: str, language: str, *, after: bool = False) -> None:
        """Read ``text`` aloud in ``language`` (``id``, ``jv`` or ``en``).

        Instead of what is being read, or with ``after`` when that is over. ``text`` should not be
        secret: a loudspeaker is heard by everybody in the room.
        """
        if not after:
            self.hush()
        if self.can_be_heard:
            self._speeches.append(_Speech(text, language))
            self._woken.set()

    def interrupt(self, text: str, language: str, *, untrue: Collection[str] = ()) -> None:
        """Read ``text`` at once, and then go on with what was not yet read.

        Of that the sentences that are ``untrue`` by now are dropped. The piece that is cut short
        is read again from its beginning. Without a ``text`` nothing is cut short but what is
        untrue.
        """
        waiting = [_BeingRead(pieces(each.text), each.language) for each in self._speeches]
        if self._being_read is not None:
            waiting.insert(0, self._being_read)
        true = [left_of(each.pieces, each.at, untrue) for each in waiting]
        if not text and true == [left_of(each.pieces, each.at, ()) for each in waiting]:
            return
        self.hush()
        rest = zip(true, (each.language for each in waiting), strict=True)
        for words, voice in [(text, language), *rest]:
            if words and len(self._speeches) < _MOST_WAITING:
                self.say(words, voice, after=True)

    def hush(self) -> None:
        """Stop reading at once."""
        self._speeches.clear()
        self._being_read = None
        if self._reading is not None:
            self._reading.cancel()

    def beep(self, kind: Beep) -> None:
        """Beep instead of reading on; a key's click is left out while another beep lasts."""
        self.hush()
        busy = self._beep is not None or self._beeping is not None
        if not self.can_be_heard or (kind is Beep.PRESS and busy):
            return
        self._beep = kind
        self._woken.set()

    async def run(self) -> None:
        """Serve the loudspeaker for ever; returns only by being cancelled."""
        output = _Output(look=self._look_for_cards, forget=self._forget_wishes)
        await keep_open(output, self._serve, report=self._report, pacing=self._pacing)

    def _look_for_cards(self) -> None:
        """Raise LinkLost where there is no sound card; an output that is set may need none."""
        if not self._cards() and not self._output:
            raise LinkLost("no sound card")

    def _forget_wishes(self) -> None:
        self._speeches.clear()
        self._being_read = None
        self._beep = None

    async def _serve(self) -> Broken:
        """Find out whether there is sound, and make it until it fails."""
        while True:
            cards = self._cards()
            self._look_for_cards()
            ready = await self._probe()
            if not isinstance(ready, Ready):
                return ready
            self._report.set(ready)
            broken = await self._serve_cards(cards)
            if broken is not None:
                return broken

    async def _serve_cards(self, cards: frozenset[str]) -> Broken | None:
        """Make sound until that fails, or until there are other cards: None."""
        while self._cards() == cards:
            broken = await self._make_sound()
            if broken is not None:
                return broken
            await self._wait()
        return None

    async def _probe(self) -> Ready | Broken:
        asked = await self._run_command([SYNTHESIZER, "--version"], b"", limit_s=_SYNTHESIS_LIMIT_S)
        if not isinstance(asked, Finished) or asked.code != 0:
            return _synthesis_failed(asked)
        broken = await self._play(silence(_PROBE_S))
        if broken is not None:
            return broken
        version = _VERSION.search(asked.output.decode("utf-8", "replace"))
        detail = f"{SYNTHESIZER} {version[1] if version else ''}".strip()
        return Ready(f"{detail}, muted" if self._muted else detail)

    async def _wait(self) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(self._look_every_s):
                await self._woken.wait()
        self._woken.clear()

    async def _make_sound(self) -> Broken | None:
        """Make everything that is wanted now; returns why that was not possible."""
        while True:
            if self._beep is not None:
                self._beeping, self._beep = self._beep, None
                try:
                    broken = await self._play(beep_sound(self._beeping, self._volume_percent))
                finally:
                    self._beeping = None
            elif self._speeches:
                speech = self._speeches.popleft()
                self._being_read = _BeingRead(pieces(speech.text), speech.language)
                broken = await self._until_hushed(self._read(self._being_read))
            else:
                return None
            if broken is not None:
                return broken

    async def _until_hushed(self, reading: Coroutine[Any, Any, Broken | None]) -> Broken | None:
        task = asyncio.ensure_future(reading)
        self._reading = task
        try:
            await asyncio.wait({task})
        finally:
            self._reading = self._being_read = None
            task.cancel()  # does nothing unless this device itself is being ended
            await asyncio.wait({task})
        return None if task.cancelled() else task.result()

    async def _read(self, speech: _BeingRead) -> Broken | None:
        """Play piece by piece; the next is made while one plays."""
        waiting = speech.pieces
        if not waiting:
            return None
        ahead = asyncio.ensure_future(self._synthesise(waiting[0], speech.language))
        try:
            for later in [*waiting[1:], ""]:
                made = await ahead
                if not isinstance(made, bytes):
                    return made
                if later:
                    ahead = asyncio.ensure_future(self._synthesise(later, speech.language))
                broken = await self._play(made)
                if broken is not None:
                    return broken
                speech.at += 1
        finally:
            ahead.cancel()
            await asyncio.wait({ahead})
        return None

    async def _synthesise(self, text: str, language: str) -> bytes | Broken:
        command = synthesis_command(
            language,
            volume_percent=self._volume_percent,
            words_per_minute=self._words_per_minute,
        )
        outcome = await self._run_command(
            command, text.encode("utf-8", "replace"), limit_s=_SYNTHESIS_LIMIT_S
        )
        if isinstance(outcome, Finished) and outcome.code == 0:
            return outcome.output
        return _synthesis_failed(outcome)

    async def _play(self, sound: bytes) -> Broken | None:
        command = [PLAYER, "-q", *(["-D", self._output] if self._output else []), "-"]
        limit_s = seconds_of(sound) + _PLAY_SLACK_S
        outcome = await self._run_command(command, sound, limit_s=limit_s)
        match outcome:
            case Finished(code=0):
                return None
            case Finished() as ended:
                return Missing(_reason(ended.complaint))
            case NotInstalled(program=program):
                return Missing(f"{program} is not installed")
            case TookTooLong():
                return Fault("not_playing", "the sound card takes no sound")
            case _:
                assert_never(outcome)


def _reason(complaint: str) -> str:
    """Aplay's last line, or the words every driver has for the same."""
    for ending, reason in _REASONS:
        if complaint.endswith(ending):
            return reason
    return complaint or "the sound card cannot be opened"


def _synthesis_failed(outcome: Outcome) -> Broken:
    match outcome:
        case Finished(code=code):
            return Fault("no_voice", f"{SYNTHESIZER} ended with {code}")
        case NotInstalled(program=program):
            return Missing(f"{program} is not installed")
        case TookTooLong():
            return Fault("no_voice", f"{SYNTHESIZER} does not answer")
        case _:
            assert_never(outcome)
