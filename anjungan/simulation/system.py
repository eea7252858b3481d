"""The whole system on one machine: what `anjungan demo`, the tour and the system tests start."""

import asyncio
import fcntl
import os
import secrets
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.app import SOCKET_NAME
from anjungan.protocol.identity import regency_of
from anjungan.regency.opener.client import OpenerClient
from anjungan.regency.settings import RegencySettings
from anjungan.simulation.addresses import kept_addresses
from anjungan.simulation.broker import broker_command
from anjungan.simulation.places import Places
from anjungan.simulation.ports import free_port
from anjungan.simulation.processes import OnDeath, Part, Supervisor, python
from anjungan.simulation.readiness import (
    broker_answers,
    http_answers,
    listens,
    regency_is_present,
    watch_works,
)
from anjungan.simulation.site import KIOSK, KIOSK_NAME, Ports, prepare, web_url
from anjungan.simulation.staff import StaffLogin

AGENT: Final = "agent"
BROKER: Final = "broker"
CLERK: Final = "clerk"
DESK: Final = "desk"
DEVICES: Final = "devices"
FLEET: Final = "fleet"
INBOX: Final = "inbox"
LINE: Final = "line"
OPENER: Final = "opener"
SCREENS: Final = "screens"
WATCH: Final = "watch"
WEB: Final = "web"


@dataclass(frozen=True, slots=True)
class Options:
    """What to start and how."""

    health_interval_s: float = 5.0
    desk: bool = False
    embedded_broker: bool = False
    fleet: bool = True
    screens: bool = True
    web: bool = True
    window: bool = False
    """Open the kiosk's window on the display; otherwise render where nobody sees it."""
    fixed_ports: bool = False
    """Take the addresses of the first start on the same data where they are free."""
    seed: int | None = None
    """Makes the simulated fleet's visitors the same every time."""


class BusyError(RuntimeError):
    """Another demo runs on the same data folder."""


@dataclass(frozen=True, slots=True)
class System:
    """The running system."""

    places: Places
    ports: Ports
    login: StaffLogin
    supervisor: Supervisor

    @property
    def agent_socket(self) -> Path:
        """Where the agent listens for screens."""
        return self.places.agent_runtime_dir / SOCKET_NAME

    @property
    def web_url(self) -> str:
        """The regency's pages."""
        return web_url(self.ports)

    @property
    def desk_url(self) -> str:
        """The simulation desk."""
        return desk_url(self.ports)

    @property
    def screen_url(self) -> str:
        """The live picture of the kiosk."""
        return f"http://127.0.0.1:{self.ports.screen}/"


def desk_url(ports: Ports) -> str:
    """The address of the simulation desk."""
    return f"http://127.0.0.1:{ports.desk}/"


def has_display() -> bool:
    """Whether a window can be opened here."""
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


@asynccontextmanager
async def running_system(
    places: Places, options: Options, *, on_event: Callable[[str], None]
) -> AsyncIterator[System]:
    """Prepare and start everything; stop everything and leave nothing but the data folder.

    Raises:
        BusyError: another demo runs on this folder.
        PartFailedError: a process did not become ready; everything has been stopped.
    """
    with _locked(places):
        shutil.rmtree(places.run_dir, ignore_errors=True)  # of a demo that was killed
        shutil.rmtree(places.logs_dir, ignore_errors=True)
        ports = _choose_ports(places, options, on_event)
        login = prepare(places, ports, health_interval_s=options.health_interval_s)
        supervisor = Supervisor(
            run_dir=places.run_dir,
            logs_dir=places.logs_dir,
            random=secrets.SystemRandom(),
            on_event=on_event,
        )
        try:
            for part in _parts(places, ports, options):
                on_event(f"starting {part.name}")
                await supervisor.start(part)
            if options.desk:
                places.desk_address_file.write_text(desk_url(ports), encoding="ascii")
            yield System(places, ports, login, supervisor)
        finally:
            await asyncio.shield(_stop(supervisor, places))


async def _stop(supervisor: Supervisor, places: Places) -> None:
    await supervisor.stop_all()
    shutil.rmtree(places.run_dir, ignore_errors=True)


@contextmanager
def _locked(places: Places) -> Iterator[None]:
    places.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with places.lock_file.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BusyError(f"a demo runs already on {places.folder}") from None
        yield


def _choose_ports(places: Places, options: Options, on_event: Callable[[str], None]) -> Ports:
    broker, line = free_port(), free_port()
    if not options.fixed_ports:
        return Ports(
            broker=broker, line=line, web=free_port(), screen=free_port(), desk=free_port()
        )
    addresses = kept_addresses(places.addresses_file, on_event)
    return Ports(
        broker=broker,
        line=line,
        web=addresses.web,
        screen=addresses.screen,
        desk=addresses.desk,
    )


def _parts(places: Places, ports: Ports, options: Options) -> Iterator[Part]:
    """Everything, in the order of starting: who is spoken to comes first."""
    data = ("--data", str(places.folder))
    anjungan = [sys.executable, "-m", "anjungan.cli"]
    regency = ("--config", str(places.regency_file))
    yield Part(
        BROKER,
        broker_command(ports.broker, places.run_dir, embedded=options.embedded_broker),
        is_ready=lambda pid: _broker_serves(pid, ports.broker),
    )
    yield Part(
        LINE,
        python(
            "anjungan.simulation.line_host",
            *data,
            *("--port", str(ports.line), "--broker-port", str(ports.broker)),
        ),
    )
    yield Part(
        INBOX,
        [*anjungan, "regency", "inbox", *regency],
        is_ready=lambda _pid: regency_is_present(ports.broker, regency_of(KIOSK)),
    )
    if options.web:
        yield Part(
            OPENER,
            [*anjungan, "regency", "opener", *regency],
            is_ready=lambda _pid: _opener_answers(places.regency_dir),
            on_death=OnDeath.RESTART,
        )
        yield Part(
            WEB,
            [*anjungan, "regency", "web", *regency],
            is_ready=lambda pid: _web_serves(pid, ports.web, "/healthz"),
        )
        yield Part(
            WATCH,
            [*anjungan, "regency", "watch", *regency],
            is_ready=lambda _pid: _watch_works(places),
            on_death=OnDeath.RESTART,
        )
    yield Part(
        DEVICES,
        python("anjungan.simulation.device_host", *data),
        on_death=OnDeath.RESTART,
    )
    yield Part(
        AGENT,
        python("anjungan.simulation.watched_agent", *data),
        on_death=OnDeath.RESTART,
    )
    if options.screens:
        yield _screens(places, ports, options)
    if options.desk:
        yield _desk(places, ports, options)
    if options.fleet:
        seed = () if options.seed is None else ("--seed", str(options.seed))
        fleet = python("anjungan.simulation.fleet", *data, *seed)
        yield Part(FLEET, fleet, on_death=OnDeath.RESTART)
    if options.fleet and options.web:
        clerk = python("anjungan.simulation.clerk", *data)
        yield Part(CLERK, clerk, on_death=OnDeath.RESTART)


async def _watch_works(places: Places) -> bool:
    settings = RegencySettings(data_dir=places.regency_dir)
    return watch_works(settings.database_path)


async def _broker_serves(pid: int, port: int) -> bool:
    return listens(pid, port) and await broker_answers(port)


async def _opener_answers(data_dir: Path) -> bool:
    return await asyncio.to_thread(OpenerClient(data_dir).is_there)


async def _web_serves(pid: int, port: int, path: str) -> bool:
    return listens(pid, port) and await http_answers(port, path)


def _screens(places: Places, ports: Ports, options: Options) -> Part:
    environment = {} if options.window else {"SDL_VIDEODRIVER": "offscreen"}
    return Part(
        SCREENS,
        python(
            "anjungan.simulation.watched_screens",
            *("--config", str(places.site_file), "--port", str(ports.screen)),
        ),
        is_ready=lambda pid: _web_serves(pid, ports.screen, "/"),
        on_death=OnDeath.RESTART,
        environment=environment,
    )


def _desk(places: Places, ports: Ports, options: Options) -> Part:
    regency = ("--regency-url", web_url(ports)) if options.web else ()
    return Part(
        DESK,
        python(
            "anjungan.simulation.desk.server",
            *("--data", str(places.folder), "--port", str(ports.desk)),
            *("--screen-port", str(ports.screen), "--kiosk", KIOSK_NAME, *regency),
        ),
        is_ready=lambda pid: _web_serves(pid, ports.desk, "/"),
        on_death=OnDeath.RESTART,
    )
