"""When a visit is warned, and when it is wiped."""

from dataclasses import dataclass, replace
from typing import Final

from anjungan.appliance.session.intents import TextSize
from anjungan.appliance.session.states import HomeScreen, Idle, SavingScreen, State, Visit
from anjungan.appliance.session.surroundings import SiteFacts, Surroundings

SAVING_LIMIT_S: Final = 30.0
"""A slow card commits in well under ten seconds; after this the screen says it does not know."""

IDLE_PROBLEM_S: Final = 6.0
"""How long the idle screen tells that a card was held too shortly."""


CARD_TOLD_S: Final = 6.0
"""How long the home screen tells that a card was read, where the languages stand otherwise."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long a visit may rest before the countdown, and how long that runs (seconds)."""

    idle_warn_s: int
    countdown_s: int


def patience(visit: Visit, site: SiteFacts) -> Patience:
    """Twice as long for those who read larger text or listen."""
    factor = _slowness(visit)
    return Patience(site.idle_warn_s * factor, site.countdown_s * factor)


def _slowness(visit: Visit) -> int:
    look = visit.look
    return 1 if look.text_size is TextSize.NORMAL and not look.read_aloud else 2


def seconds_left(visit: Visit, around: Surroundings) -> int | None:
    """Seconds of the countdown that are left, or None while none runs."""
    if visit.warned_at_s is None:
        return None
    passed = around.now_s - visit.warned_at_s
    return max(0, round(patience(visit, around.site).countdown_s - passed))


def tells_card_read(visit: Visit, screen: HomeScreen, around: Surroundings) -> bool:
    """Whether the card that was held to the home screen is still told of."""
    if screen.card_read_at_s is None:
        return False
    factor = _slowness(visit)
    return around.now_s - screen.card_read_at_s < CARD_TOLD_S * factor


def stirred(visit: Visit, around: Surroundings) -> Visit:
    """Somebody is still here: the idle time begins anew, and a countdown ends."""
    step = visit.step + 1 if visit.warned_at_s is not None else visit.step
    return replace(visit, active_at_s=around.now_s, warned_at_s=None, step=step)


def ending_in(visit: Visit, seconds: float, around: Surroundings) -> Visit:
    """A visit that ends in so many seconds, its countdown included, unless somebody stirs.

    It is told as if it had rested already.
    """
    allowed = patience(visit, around.site)
    rested_s = allowed.idle_warn_s + allowed.countdown_s - seconds
    warned_s = rested_s - allowed.idle_warn_s
    return replace(
        visit,
        active_at_s=around.now_s - rested_s,
        warned_at_s=around.now_s - warned_s if warned_s >= 0 else None,
    )


def ticked(state: State, around: Surroundings) -> State | None:
    """The state after time has passed; None when the visit's time is over."""
    match state:
        case Idle():
            return _idle_ticked(state, around)
        case Visit(screen=SavingScreen(late=False) as screen):
            # while it is being stored nobody is sent away; the resident waits for our answer
            if around.now_s - screen.since_s < SAVING_LIMIT_S:
                return replace(state, active_at_s=around.now_s)
            late = replace(screen, late=True)
            return replace(state, screen=late, step=state.step + 1, active_at_s=around.now_s)
        case Visit():
            return _visit_ticked(state, around)


def _idle_ticked(idle: Idle, around: Surroundings) -> Idle:
    if idle.card_problem is None or around.now_s - idle.problem_since_s < IDLE_PROBLEM_S:
        return idle
    return replace(idle, card_problem=None)


def _visit_ticked(visit: Visit, around: Surroundings) -> Visit | None:
    allowed = patience(visit, around.site)
    if visit.warned_at_s is None:
        if around.now_s - visit.active_at_s < allowed.idle_warn_s:
            return visit
        return replace(visit, warned_at_s=around.now_s, step=visit.step + 1)
    if around.now_s - visit.warned_at_s < allowed.countdown_s:
        return visit
    return None
