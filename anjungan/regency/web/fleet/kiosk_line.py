"""A kiosk in the words of a line of the list."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from anjungan.catalogue.villages import Village
from anjungan.regency.fleet.measurements import paper_percent
from anjungan.regency.fleet.overview import KioskView
from anjungan.regency.fleet.uptime import Uptime
from anjungan.regency.web.fleet import words
from anjungan.regency.web.fleet.standing import STANDING_SIGNS, Standing
from anjungan.regency.web.fleet.warnings import Rules, Warned, warned
from anjungan.regency.web.fleet.words import DeviceWords
from anjungan.regency.web.words import Sign, short_moment


@dataclass(frozen=True, slots=True)
class KioskLine:
    """A kiosk with its words; ``warnings`` is what somebody should look at."""

    view: KioskView
    village: Village
    standing: Standing
    sign: Sign
    devices: Sequence[DeviceWords]
    warnings: Sequence[Warned]
    until: str
    uptime: str

    @property
    def paper(self) -> int | None:
        """What is left of the paper, in percent."""
        return None if self.view.health is None else paper_percent(self.view.health)


def kiosk_line(
    view: KioskView,
    village: Village,
    standing: Standing,
    *,
    rules: Rules,
    until: datetime | None,
    uptime: Uptime | None,
    now: datetime,
) -> KioskLine:
    """Put a kiosk into words; ``until`` is when its maintenance ends, where that is planned."""
    health = view.health
    return KioskLine(
        view=view,
        village=village,
        standing=standing,
        sign=STANDING_SIGNS[standing],
        devices=() if health is None else tuple(map(words.device_words, health.devices)),
        warnings=() if health is None else warned(health, rules, now),
        until="" if until is None else short_moment(until, now),
        uptime=words.share_words(None if uptime is None else uptime.share),
    )
