"""The few ways a visit moves between screens, and what a transition returns."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from anjungan.appliance.session.effects import Effect
from anjungan.appliance.session.states import (
    HelpScreen,
    HomeScreen,
    Idle,
    QuestionScreen,
    ReviewScreen,
    SavingScreen,
    Screen,
    State,
    TicketScreen,
    Visit,
)
from anjungan.appliance.session.surroundings import Surroundings
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.session.views import Look

MAX_TRAIL: Final = 60
"""Longer than any form; a bound, so that walking in circles cannot grow memory."""


FORM_SCREENS: Final = (QuestionScreen, ReviewScreen, SavingScreen, TicketScreen)
"""Screens that a card or a scanned ticket must not pull the resident away from."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """The next state and what the agent is to do."""

    state: State
    effects: tuple[Effect, ...] = ()


def stay(state: State, *effects: Effect) -> Outcome:
    """Nothing on the screen changes."""
    return Outcome(state, effects)


def begin(step: int, around: Surroundings, screen: Screen | None = None) -> Visit:
    """A new visit, with the look of somebody nobody knows yet."""
    return Visit(
        step=step + 1,
        look=Look(),
        screen=screen or HomeScreen(),
        active_at_s=around.now_s,
        began_with=around.devices,
    )


def end(state: State) -> Idle:
    """The idle screen. Nothing of the visit is carried over."""
    return Idle(step=state.step + 1)


def go_to(visit: Visit, screen: Screen) -> Visit:
    """On to another screen; going back returns to this one."""
    trail = visit.trail
    if not isinstance(visit.screen, SavingScreen | HelpScreen):
        trail = (*trail, visit.screen)[-MAX_TRAIL:]
    return replace(visit, screen=screen, trail=trail, step=visit.step + 1, seeking=None)


def go_instead(visit: Visit, screen: Screen) -> Visit:
    """On to another screen that takes this one's place."""
    return replace(visit, screen=screen, step=visit.step + 1, seeking=None)


def start_over_at(visit: Visit, screen: Screen) -> Visit:
    """On to a screen from which nothing leads back."""
    return replace(visit, screen=screen, trail=(), step=visit.step + 1, seeking=None)


def go_home(visit: Visit) -> Visit:
    """Home; the form and the way back are dropped, the card and the look stay."""
    return replace(start_over_at(visit, HomeScreen()), form=None)


def go_back(visit: Visit) -> Visit:
    """To the screen before; home when there is none."""
    if not visit.trail:
        return go_home(visit)
    return replace(
        visit,
        screen=visit.trail[-1],
        trail=visit.trail[:-1],
        step=visit.step + 1,
        seeking=None,
    )


def refresh(visit: Visit, screen: Screen) -> Visit:
    """The same screen with other contents; a touch under way stays good."""
    return replace(visit, screen=screen)


def renew_screens(visit: Visit, renew: Callable[[Screen], Screen]) -> Visit:
    """News for the screen that is shown and for those that going back returns to."""
    return replace(visit, screen=renew(visit.screen), trail=tuple(map(renew, visit.trail)))


def in_form(visit: Visit) -> bool:
    """Whether answers, or the ticket they led to, are on the screen or behind it."""
    return any(isinstance(each, FORM_SCREENS) for each in (visit.screen, *visit.trail))


def ticket_of(visit: Visit) -> Ticket | None:
    """The stored ticket that is on the screen or behind it."""
    screens = (visit.screen, *reversed(visit.trail))
    return next((each.ticket for each in screens if isinstance(each, TicketScreen)), None)


def has_ticket(visit: Visit) -> bool:
    """Whether the ticket is on the screen or behind it: the answers are stored."""
    return ticket_of(visit) is not None
