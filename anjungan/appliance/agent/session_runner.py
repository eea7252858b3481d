"""The running session: feeds events to the machine, carries out effects, shows views."""

import asyncio
import logging
import secrets
from collections import Counter
from collections.abc import Callable

from anjungan.appliance.agent.calm_end import awaited_nonce, last_words
from anjungan.appliance.agent.visit_mark import VisitMark
from anjungan.appliance.agent.wall_clock import WallClock
from anjungan.appliance.ipc.messages import Show, ShowAmbient
from anjungan.appliance.session.effects import Effect
from anjungan.appliance.session.events import (
    Event,
    RequestNotStored,
    RequestStored,
    Ticked,
    VisitLost,
    VisitRecovered,
)
from anjungan.appliance.session.machine import advance
from anjungan.appliance.session.moves import ticket_of
from anjungan.appliance.session.present.present import ambient, look_of, present
from anjungan.appliance.session.states import (
    Idle,
    LostVisitScreen,
    SavingScreen,
    State,
    StatusScreen,
    TicketScreen,
    Visit,
)
from anjungan.appliance.session.surroundings import DeviceFacts, SiteFacts, Surroundings
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.session.views import Ambient
from anjungan.appliance.text.words import Words
from anjungan.catalogue.catalogue import Catalogue

log = logging.getLogger(__name__)

TICK_S = 1.0
NONCE_BYTES = 16


class SessionRunner:
    """Holds the one state. All methods are called on the event loop.

    ``show`` and ``show_ambient`` are called only when what they carry has changed.
    """

    def __init__(
        self,
        *,
        catalogue: Catalogue,
        words: Words,
        site: SiteFacts,
        clock: WallClock,
        mark: VisitMark,
        devices: Callable[[], DeviceFacts],
        connected: Callable[[], bool],
        accepting: Callable[[], bool],
        start_effect: Callable[[Effect], None],
        show: Callable[[Show], None],
        show_ambient: Callable[[ShowAmbient], None],
    ) -> None:
        self._catalogue = catalogue
        self._words = words
        self._site = site
        self._clock = clock
        self._mark = mark
        self._devices = devices
        self._connected = connected
        self._accepting = accepting
        self._start_effect = start_effect
        self._show = show
        self._show_ambient = show_ambient
        self._state: State = Idle()
        self._shown: Show | None = None
        self._ambient: Ambient | None = None
        self._ticks = 0
        self._awaited: str | None = None
        self._failures: Counter[tuple[str, str]] = Counter()

    @property
    def ticks(self) -> int:
        """How often time has passed; stands still when the session hangs."""
        return self._ticks

    @property
    def idle(self) -> bool:
        """Whether nobody is here."""
        return isinstance(self._state, Idle)

    @property
    def shown(self) -> Show | None:
        """The view the screens should be drawing."""
        return self._shown

    @property
    def ambient(self) -> Ambient | None:
        """What stands beside the view."""
        return self._ambient

    @property
    def ticket_on_screen(self) -> Ticket | None:
        """The ticket the resident is looking at, if any."""
        match self._state:
            case Visit(screen=TicketScreen(ticket=ticket) | StatusScreen(ticket=ticket)):
                return ticket
            case _:
                return None

    @property
    def failures(self) -> int:
        """How often a bug was met at this boundary."""
        return self._failures.total()

    def take(self, event: Event) -> None:
        """Something happened: move on, carry out the effects, show the new view.

        Never raises: a bug ends this visit, not the kiosk for everybody after it.
        """
        before = self._state
        try:
            self._step(self._heard_late(event))
        except Exception as error:  # noqa: BLE001 - the session's boundary; noted below
            self._note(type(event).__name__, error)
            self._end_calmly(before, event)

    def refresh(self) -> None:
        """Devices or the line have changed; show it. Never raises."""
        try:
            self._present(self._surroundings())
        except Exception as error:  # noqa: BLE001 - the same boundary
            self._note("refreshing", error)
            self._end_calmly(self._state, None)

    def _step(self, event: Event) -> None:
        before, around = self._state, self._surroundings()
        outcome = advance(before, event, around)
        self._state = outcome.state
        try:
            self._keep_mark(before)
        except OSError as error:
            # only a restarted agent would miss it; the visit itself goes on
            log.warning("the mark of the visit was not kept: %s", error.strerror)
        for effect in outcome.effects:
            self._start_effect(effect)
        self._present(around)

    def _heard_late(self, event: Event) -> Event:
        """The answer to the request whose visit was ended by a bug, told as after a restart."""
        match event:
            case RequestStored(nonce=nonce) | RequestNotStored(nonce=nonce) if (
                nonce == self._awaited
            ):
                self._awaited = None
            case _:
                return event
        if isinstance(self._state, Visit) and self._state.form is not None:
            return event  # somebody types already; it means nothing to that visit
        return VisitRecovered(event.ticket) if isinstance(event, RequestStored) else VisitLost()

    def _end_calmly(self, before: State, event: Event | None) -> None:
        """Say what became of the visit that a bug has ended, and be there for the next one."""
        after = self._state
        self._awaited = awaited_nonce(before, after, event) or self._awaited
        self._state = Idle(step=max(before.step, after.step) + 1)
        words = last_words(before, after, event)
        if words is not None:
            try:
                self._step(words)
            except Exception as error:  # noqa: BLE001 - what cannot be said is left out
                self._note(type(words).__name__, error)
                self._state = Idle(step=self._state.step + 1)
            else:
                return
        try:
            self._keep_mark(self._state)
            self._present(self._surroundings())
        except Exception as error:  # noqa: BLE001 - the next tick tries again
            self._note("idle", error)

    def _note(self, where: str, error: Exception) -> None:
        """Count and log it; a bug that comes back every second must not fill the journal."""
        kind = (where, type(error).__name__)
        self._failures[kind] += 1
        count = self._failures[kind]
        if count & (count - 1) == 0:
            log.error("the session failed at %s (%d)", where, count, exc_info=error)

    async def run(self) -> None:
        """Let time pass; returns only by being cancelled."""
        while True:
            self.take(Ticked())
            self._ticks += 1
            await asyncio.sleep(TICK_S)

    def _surroundings(self) -> Surroundings:
        return Surroundings(
            now_s=asyncio.get_running_loop().time(),
            local_time=self._clock.now(),
            nonce=secrets.token_hex(NONCE_BYTES),
            catalogue=self._catalogue,
            site=self._site,
            devices=self._devices(),
            connected=self._connected(),
            accepting=self._accepting(),
        )

    def _keep_mark(self, before: State) -> None:
        """Tell a restarted agent whether somebody's work was cut off."""
        touched = _was_touched(before, self._state)
        match self._state:
            case Idle() if self._awaited is not None:
                pass  # its request is on the way into the database
            case Idle():
                self._mark.clear()
            case Visit(screen=SavingScreen() | LostVisitScreen()):
                # the mark stays: a restart now is to tell the same
                pass
            case Visit() as visit if (ticket := ticket_of(visit)) is not None:
                # also while help is read over the ticket: it is stored, and stays marked so
                if touched:
                    self._mark.still_reading(ticket.request_id)
            case Visit(form=None):
                self._mark.clear()
            case Visit():
                self._mark.visit_open()

    def _present(self, around: Surroundings) -> None:
        show = Show(
            step=self._state.step,
            view=present(self._state, around, self._words),
            look=look_of(self._state),
        )
        if show != self._shown:
            self._shown = show
            self._show(show)
        beside = ambient(self._state, around, self._words)
        if beside != self._ambient:
            self._ambient = beside
            self._show_ambient(ShowAmbient(ambient=beside))


def _was_touched(before: State, after: State) -> bool:
    """Whether somebody stirred while a ticket was there already."""
    if not isinstance(before, Visit) or not isinstance(after, Visit):
        return False
    return ticket_of(before) is not None and after.active_at_s != before.active_at_s
