"""One short sound: from the loudspeaker where it is heard, else from the buzzers of the panels."""

from collections.abc import Mapping, Sequence
from typing import Final, Protocol

from anjungan.appliance.drivers.buttons import buzzer
from anjungan.appliance.drivers.buttons.buzzer import BuzzPattern
from anjungan.appliance.drivers.sound.beeps import Beep

_PATTERNS: Final[Mapping[Beep, BuzzPattern]] = {
    Beep.PRESS: buzzer.PRESS,
    Beep.ACCEPTED: buzzer.ACCEPTED,
    Beep.REFUSED: buzzer.REFUSED,
}


class BeepingLoudspeaker(Protocol):
    """The loudspeaker, as far as beeps go."""

    @property
    def can_be_heard(self) -> bool:
        """Whether it is there and not muted."""
        ...

    def beep(self, kind: Beep) -> None:
        """Beep, and return at once."""
        ...


class BuzzingPanel(Protocol):
    """A panel, as far as its buzzer goes."""

    def buzz(self, pattern: BuzzPattern) -> None:
        """Let the buzzer sound, and return at once; silent where there is none."""
        ...


class Beeping:
    """Lets something be heard once. ``muted``: the site wants no sound, of buzzers either."""

    def __init__(
        self,
        loudspeaker: BeepingLoudspeaker | None,
        panels: Sequence[BuzzingPanel],
        *,
        muted: bool,
    ) -> None:
        self._loudspeaker = loudspeaker
        self._panels = panels
        self._muted = muted

    def beep(self, kind: Beep) -> None:
        """Beep and return at once; silent where there is nothing to beep with."""
        if self._muted:
            return
        if self._loudspeaker is not None and self._loudspeaker.can_be_heard:
            self._loudspeaker.beep(kind)
            return
        for panel in self._panels:
            panel.buzz(_PATTERNS[kind])
