"""What every device has in common: its state, and the supervised life of its line.

A missing device is a state, not an exception.  Each driver is one task that opens its line, serves
it until it is lost, waits with full jitter (0.5 s growing to 10 s) and opens it again, for ever.
"""

import asyncio
import logging
import secrets
import time
import traceback
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from random import Random
from typing import Protocol, TypeVar

from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout

log = logging.getLogger(__name__)

_PLACES = 4  # of the callers of what failed, innermost first


@dataclass(frozen=True, slots=True)
class Missing:
    """The device cannot be reached: absent, unplugged, or its line is held by another program."""

    reason: str


@dataclass(frozen=True, slots=True)
class Starting:
    """The line is open, and the device is being asked who it is."""


@dataclass(frozen=True, slots=True)
class Ready:
    """The device works.  ``detail`` names model and version where the device tells them."""

    detail: str


@dataclass(frozen=True, slots=True)
class Fault:
    """The line is there, but the device cannot serve.

    ``code`` is stable, for programs and for the texts shown to people; ``detail`` is for a log.
    """

    code: str
    detail: str


DeviceState = Missing | Starting | Ready | Fault
StateListener = Callable[[str, DeviceState], None]
Event = TypeVar("Event")


class Device(Protocol):
    """A supervised device: what the agent holds of it."""

    @property
    def name(self) -> str:
        """The name in the site settings, for example ``nfc``."""
        ...

    @property
    def kind(self) -> str:
        """The family, for example ``card_reader``."""
        ...

    @property
    def state(self) -> DeviceState:
        """The state now; its changes are told to the listener given at construction."""
        ...

    async def run(self) -> None:
        """Serve the device for ever; returns only by being cancelled."""
        ...


def tell(name: str, listener: Callable[[Event], None], event: Event) -> None:
    """Give a driver's event to its listener; one that raises is logged and does no harm."""
    try:
        listener(event)
    except Exception as error:  # noqa: BLE001 - a callback boundary: its bug must not end the device
        _log_failure(f"the listener of device {name}", error)


def _log_failure(what: str, error: BaseException) -> None:
    """Say what was raised and where, but not its message: that could quote a card or a code."""
    places = traceback.extract_tb(error.__traceback__)[-_PLACES:]
    where = " < ".join(f"{place.name}:{place.lineno}" for place in reversed(places))
    log.error("%s failed: %s in %s", what, type(error).__name__, where)


class StateReport:
    """The state of one device, and the one place that tells its changes.

    A listener that raises is logged and does not harm the driver.
    """

    def __init__(self, name: str, on_state: StateListener) -> None:
        self._name = name
        self._on_state = on_state
        self._state: DeviceState = Missing("not opened yet")

    @property
    def name(self) -> str:
        """The device's name."""
        return self._name

    @property
    def state(self) -> DeviceState:
        """The state told last."""
        return self._state

    def set(self, state: DeviceState) -> None:
        """Keep ``state``, and tell it when it differs from the one before."""
        if state == self._state:
            return
        self._state = state
        try:
            self._on_state(self._name, state)
        except Exception as error:  # noqa: BLE001 - see tell
            _log_failure(f"the state listener of device {self._name}", error)


@dataclass(frozen=True, slots=True)
class Pacing:
    """How long to wait before a line is opened again: uniform in 0..min(cap, base * 2^failures).

    Clock, sleep and random source are fields so that a test can drive them.
    """

    base_s: float = 0.5
    cap_s: float = 10.0
    floor_s: float = 0.05  # full jitter may draw zero; a device that dies at once must not spin
    stable_after_s: float = 10.0  # a line that held this long starts again from the base
    monotonic: Callable[[], float] = time.monotonic
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    random: Random = field(default_factory=secrets.SystemRandom)

    def delay_s(self, failures: int) -> float:
        """The wait before the next attempt, after ``failures`` (1 or more) failed ones."""
        ceiling_s = min(self.cap_s, self.base_s * 2.0 ** min(failures - 1, 30))
        return max(self.floor_s, self.random.uniform(0.0, ceiling_s))


Serve = Callable[[], Awaitable[Missing | Fault]]


class Openable(Protocol):
    """What is opened and closed around a session: a line, an input node, a reader's service."""

    async def open(self) -> None:
        """Open it.

        Raises:
            LinkLost: it is absent, or another program holds it.
        """
        ...

    async def close(self) -> None:
        """Close it.  Never raises, and closing twice is allowed."""
        ...


async def keep_open(
    link: Openable,
    serve: Serve,
    *,
    report: StateReport,
    pacing: Pacing | None = None,
) -> None:
    """Open ``link``, run ``serve`` on it, and again whenever it ends; only cancelling stops it.

    ``serve`` sets :class:`Ready` itself once the device answers, and returns (or raises
    :class:`LinkLost` or :class:`LinkTimeout`) when the line must be opened anew.  What stays as it
    is, is told once: a fault stands until the device is ready, and :class:`Starting` is told when
    a line opens that could not be opened before, or whose device was ready; not again and again
    when it opens and is lost at once, as that of a network printer which serves somebody else.
    """
    pacing = pacing or Pacing()
    failures = 0
    is_new = True
    while True:
        opened_s = pacing.monotonic()
        end, has_opened = await _attempt(link, serve, report, is_new=is_new)
        is_new = not has_opened or isinstance(report.state, Ready)
        report.set(end)
        failures += 1
        if pacing.monotonic() - opened_s >= pacing.stable_after_s:
            failures = 1
        await pacing.sleep(pacing.delay_s(failures))


async def _attempt(
    link: Openable, serve: Serve, report: StateReport, *, is_new: bool
) -> tuple[Missing | Fault, bool]:
    """Open and serve once; how it ended, and whether the line had opened."""
    has_opened = False
    try:
        await link.open()
        has_opened = True
        if is_new and not isinstance(report.state, Fault):
            report.set(Starting())
        return await serve(), has_opened
    except LinkLost as lost:
        return Missing(lost.reason), has_opened
    except LinkTimeout:
        return Fault("not_taking_bytes", "the device does not take bytes"), has_opened
    except asyncio.CancelledError as error:
        if _is_being_cancelled():
            raise
        # It came from inside; passed on, it would end this device in silence.
        return bug_found(report.name, error), has_opened
    except Exception as error:  # noqa: BLE001 - the supervisor: a bug in one driver must not end the others
        return bug_found(report.name, error), has_opened
    finally:
        await link.close()


def _is_being_cancelled() -> bool:
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0


def bug_found(name: str, error: BaseException) -> Fault:
    """A bug in a driver: logged by its type and place, never by its words, and a state."""
    _log_failure(f"a session of device {name}", error)
    return Fault("internal_error", type(error).__name__)
