"""Beeps through what this kiosk has: a loudspeaker that is heard, else the buzzers of its panels."""

from collections.abc import Mapping, Sequence
from typing import Final

from anjungan.appliance.drivers.buttons.buzzer import ACCEPTED, PRESS, REFUSED, BuzzPattern
from anjungan.appliance.drivers.buttons.panel import ButtonPanel
from anjungan.appliance.drivers.sound.beeps import Beep
from anjungan.appliance.drivers.sound.speaker import Speaker

BUZZ_OF: Final[Mapping[Beep, BuzzPattern]] = {
    Beep.PRESS: PRESS,
    Beep.ACCEPTED: ACCEPTED,
    Beep.REFUSED: REFUSED,
}


def beep_through(speaker: Speaker | None, panels: Sequence[ButtonPanel], kind: Beep) -> None:
    """Let ``kind`` be heard once, and return at once; silent where there is nothing to beep with."""
    if speaker is not None and speaker.can_be_heard:
        speaker.beep(kind)
        return
    for panel in panels:
        panel.buzz(BUZZ_OF[kind])
