"""How often the enrolment endpoint may be asked, per address and by everybody together."""

from dataclasses import dataclass, field
from typing import Final

from anjungan.regency.web.rate_limit import RateLimit

_EVERYBODY: Final = "*"


@dataclass(frozen=True, slots=True)
class TwofoldLimit:
    """A limit for each address, and one for all of them."""

    one: RateLimit
    all: RateLimit

    def admits(self, address: str, now_s: float) -> bool:
        """Take a permit of each; False where one has none left."""
        if not (self.one.allows(address, now_s) and self.all.allows(_EVERYBODY, now_s)):
            return False
        self.one.take(address, now_s)
        self.all.take(_EVERYBODY, now_s)
        return True


def _limit(one_per_minute: float, all_per_minute: float) -> TwofoldLimit:
    return TwofoldLimit(
        RateLimit(one_per_minute, one_per_minute), RateLimit(all_per_minute, all_per_minute)
    )


@dataclass(frozen=True, slots=True)
class EnrolmentLimits:
    """Kiosks of one village office share an address; guessing needs far more than these."""

    asking: TwofoldLimit = field(default_factory=lambda: _limit(10, 60))
    polling: TwofoldLimit = field(default_factory=lambda: _limit(60, 1200))
    renewing: TwofoldLimit = field(default_factory=lambda: _limit(20, 300))
