"""The composition root of the agent: the parts are made and joined here, and nowhere else."""

import asyncio
import logging
import signal
from collections.abc import Coroutine
from dataclasses import dataclass, replace
from datetime import time
from pathlib import Path
from random import SystemRandom
from typing import Final

import anjungan
from anjungan.appliance.agent.contact_watch import ContactWatch
from anjungan.appliance.agent.device_making import Listeners, Machine
from anjungan.appliance.agent.device_report import DeviceReport
from anjungan.appliance.agent.devices import Devices
from anjungan.appliance.agent.effect_runner import EffectRunner
from anjungan.appliance.agent.health import HealthReader
from anjungan.appliance.agent.inputs import Inputs
from anjungan.appliance.agent.keys import KioskKeys
from anjungan.appliance.agent.lights import lights_of
from anjungan.appliance.agent.paper_gauge import PaperGauge, PrinterPaper, roll_length_m
from anjungan.appliance.agent.paper_jobs import PaperJobs
from anjungan.appliance.agent.restart import what_was_interrupted
from anjungan.appliance.agent.session_runner import SessionRunner
from anjungan.appliance.agent.site_facts import site_facts
from anjungan.appliance.agent.speaking import Speaking
from anjungan.appliance.agent.storage_room import StorageRoom
from anjungan.appliance.agent.tickets import session_ticket
from anjungan.appliance.agent.visit_mark import VisitMark
from anjungan.appliance.agent.wall_clock import WallClock
from anjungan.appliance.agent.watchdog import ServiceManager, feed
from anjungan.appliance.drivers.buttons.events import ButtonEvent, ButtonPressed
from anjungan.appliance.drivers.device import tell
from anjungan.appliance.drivers.sound.beeps import Beep
from anjungan.appliance.enrolment.identity import IdentityFolder
from anjungan.appliance.enrolment.renewing import Renewing
from anjungan.appliance.ipc.messages import Hello, ScreensMessage, Show, ShowAmbient
from anjungan.appliance.ipc.server import ScreensServer
from anjungan.appliance.session.events import Event, TicketChanged
from anjungan.appliance.session.views import IdleView
from anjungan.appliance.settings.devices import ButtonRole
from anjungan.appliance.settings.site import SiteSettings
from anjungan.appliance.storage.records import StorageError
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.text.words import Words
from anjungan.appliance.uplink.clock import SystemLineClock
from anjungan.appliance.uplink.health import HealthReading
from anjungan.appliance.uplink.line_state import Connected, LineState
from anjungan.appliance.uplink.settings import UplinkSettings
from anjungan.appliance.uplink.uplink import Uplink
from anjungan.catalogue.catalogue import Catalogue
from anjungan.protocol.messages import EventKind, ReceiptItem

log = logging.getLogger(__name__)

EXPIRE_EVERY_S: Final = 6 * 3600.0
SCREENS_HEALTH: Final = "screens"
SPEAKING: Final = "sound"


@dataclass(frozen=True, slots=True)
class Base:
    """What has to be there before anything can be composed."""

    settings: SiteSettings
    keys: KioskKeys
    clock: WallClock
    storage: Storage
    mark: VisitMark
    catalogue: Catalogue
    words: Words


class Agent:
    """The parts and their wiring; lives as long as the process."""

    def __init__(
        self,
        base: Base,
        manager: ServiceManager,
        socket_path: Path,
        machine: Machine,
    ) -> None:
        settings = base.settings
        self._base = base
        self._manager = manager
        self._stopping = asyncio.Event()
        self.failed = False
        self._idle = False  # a visit that is recovered goes on, with what the printer holds of it
        self._background: set[asyncio.Future[None]] = set()
        catalogue = base.catalogue
        site = site_facts(settings)
        self._inputs = inputs = Inputs(base.keys.village_key, tell=self._somebody_did)
        self._server = ScreensServer(
            socket_path,
            version=anjungan.__version__,
            on_hello=self._screens_came,
            on_message=self._heard_from_screens,
            on_gone=self._screens_went,
        )
        inputs.show_button = self._server.send
        self._device_report = DeviceReport(Path(settings.paths.runtime_dir))
        self._contacts = ContactWatch(self._queue_event, self._run_in_background)
        self._devices = Devices(
            settings.devices,
            Listeners(
                on_card=inputs.from_card_reader,
                on_scan=inputs.from_scanner,
                on_button=self._button_moved,
                on_contact=self._contacts.changed,
                on_late_confirmation=self._confirmed_late,
            ),
            on_change=self._device_changed,
            machine=replace(machine, local_time=self._time_of_day),
        )
        self._speaking = Speaking(self._devices.speaker, base.words, beep=self._devices.beep)
        data_dir = Path(settings.paths.data_dir)
        identity_dir = settings.paths.identity_folder
        self.health = HealthReader(data_dir, identity_dir=identity_dir, now=base.clock.now)
        gauge = PaperGauge(data_dir, roll_length_m=roll_length_m(settings.devices.values()))
        self._printer_paper = PrinterPaper(self._devices.printer, gauge)
        self._room = StorageRoom(base.storage.limit_reached, on_change=self._room_changed)
        self._paper = PaperJobs(self._devices.printer, base.storage, catalogue, site)
        self._uplink = self._make_uplink()
        self._renewing = Renewing(
            IdentityFolder(settings.paths.identity_folder),
            settings.kiosk.kiosk_id,
            now=base.clock.now,
            rng=SystemRandom(),
            on_renewed=self._uplink.open_anew,
        )
        self._effects = EffectRunner(
            kiosk=settings.kiosk.kiosk_id,
            storage=base.storage,
            catalogue=catalogue,
            keys=base.keys,
            paper=self._paper,
            clock=base.clock,
            mark=base.mark,
            tell=self._tell,
            on_queued=self._queued,
            on_damage=self._storage_damaged,
        )
        self._session = SessionRunner(
            catalogue=catalogue,
            words=base.words,
            site=site,
            clock=base.clock,
            mark=base.mark,
            devices=self._devices.facts,
            connected=lambda: self._uplink.state == Connected(regency_present=True),
            accepting=lambda: self._room.accepting,
            start_effect=self._effects.start,
            show=self._show,
            show_ambient=self._show_ambient,
        )

    async def run(self) -> None:
        """Everything at once, until the process is told to stop."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stopping.set)
        base = self._base
        self._device_report.write({})  # what an earlier agent heard is no news
        interrupted = await what_was_interrupted(base.mark, base.storage)
        if interrupted is not None:
            self._session.take(interrupted)
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._server.run(), name="screens socket"),
                group.create_task(self._tell_started(), name="started"),
                group.create_task(self._devices.run(), name="devices"),
                group.create_task(self._uplink.run(), name="uplink"),
                group.create_task(self._session.run(), name="session"),
                group.create_task(self._expire(), name="expiry"),
                group.create_task(self._renewing.run(), name="certificate"),
                group.create_task(self.health.run.keep_alive(), name="sign of life"),
                group.create_task(self._room.run(), name="storage room"),
                group.create_task(
                    feed(
                        self._manager,
                        ask_storage=base.storage.queue_health,
                        session_ticks=lambda: self._session.ticks,
                    ),
                    name="watchdog",
                ),
            ]
            await self._server.listening.wait()
            self._manager.tell("READY=1")
            log.info("agent ready, boot %d", base.storage.boot)
            await self._stopping.wait()
            self._manager.tell("STOPPING=1")
            await self._effects.finish()
            for task in tasks:
                task.cancel()

    async def _tell_started(self) -> None:
        """Queue the event beside the rest: the first frame does not wait for its commit."""
        base = self._base
        await if_storage_allows(
            base.storage.queue_event(EventKind.STARTED, "", base.clock.quality())
        )

    def _storage_damaged(self) -> None:
        """Only opening recovers a damaged database: end, and let the service manager start anew."""
        log.error("the database is damaged; ending so that the next start recovers it")
        self.failed = True
        self._stopping.set()

    def _show(self, show: Show) -> None:
        idle = isinstance(show.view, IdleView)
        if idle is not self._idle:
            self._idle = idle
            self._paper.visit_changed()
            self._devices.set_visit(runs=not idle)
        self._devices.set_lights(lights_of(show.view))
        tell(SPEAKING, self._speaking.shown, show)
        self._server.send(show)

    def _show_ambient(self, beside: ShowAmbient) -> None:
        tell(SPEAKING, self._speaking.ambient, beside)
        self._server.send(beside)

    def _button_moved(self, role: ButtonRole, event: ButtonEvent) -> None:
        if isinstance(event, ButtonPressed):
            self._devices.beep(Beep.PRESS)
        tell(SPEAKING, self._speaking.button_moved, event)
        self._inputs.from_buttons(role, event)

    def _heard_from_screens(self, message: ScreensMessage) -> None:
        tell(SPEAKING, self._speaking.from_screens, message)
        self._inputs.from_screens(message)

    def _somebody_did(self, event: Event) -> None:
        self._devices.stirred()
        self._tell(event)

    def _tell(self, event: Event) -> None:
        tell(SPEAKING, self._speaking.happened, event)
        self._session.take(event)

    # --- the line ---------------------------------------------------------------------------

    def _make_uplink(self) -> Uplink:
        base = self._base
        line = base.settings.line
        return Uplink(
            UplinkSettings(
                kiosk=base.settings.kiosk.kiosk_id,
                version=anjungan.__version__,
                host=line.host,
                port=line.port_in_use,
                identity_dir=base.settings.paths.identity_folder if line.uses_tls else None,
                health_interval_s=line.health_interval_s,
                receipt_timeout_s=line.receipt_timeout_s,
                backoff_base_s=line.backoff_base_s,
                backoff_cap_s=line.backoff_cap_s,
            ),
            base.storage,
            on_line=self._line_changed,
            on_status=lambda _status, ticket: self._session.take(
                TicketChanged(session_ticket(ticket))
            ),
            on_receipt=self._receipted,
            on_keyring=lambda file: self._run_in_background(base.keys.take_ring(file)),
            health=self._read_health,
            clock=SystemLineClock(base.clock.now, base.clock.quality),
            rng=SystemRandom(),
        )

    def _line_changed(self, _state: LineState) -> None:
        self._session.refresh()

    async def _queue_event(self, kind: EventKind, detail: str) -> None:
        base = self._base
        await base.storage.queue_event(kind, detail, base.clock.quality())
        self._uplink.wake()

    def _queued(self) -> None:
        self._uplink.wake()
        self._room.look_soon()

    def _room_changed(self) -> None:
        self._session.refresh()

    def _receipted(self, item: ReceiptItem) -> None:
        self._room.look_soon()
        self._run_in_background(self._show_receipt(item))

    async def _show_receipt(self, item: ReceiptItem) -> None:
        storage = self._base.storage
        stored = await storage.ticket_of_request(item.message_id)
        looked_at = self._session.ticket_on_screen
        if stored is None and looked_at is not None:
            # the receipt of a cancellation names the cancellation, not the request
            stored = await storage.ticket_of_request(looked_at.request_id)
        if stored is not None:
            self._session.take(TicketChanged(session_ticket(stored)))

    def _read_health(self) -> HealthReading:
        devices = self._contacts.marked(self._devices.health())
        return self.health.read(
            devices=self._printer_paper.marked(devices), screens_up=self._server.connected
        )

    async def _expire(self) -> None:
        """Let old links go, but never by a clock that may be wrong."""
        while True:
            if self._base.clock.sure():
                try:
                    await self._base.storage.expire(self._base.clock.now())
                except StorageError as error:
                    log.warning("old links were not removed: %s", error)
            await asyncio.sleep(EXPIRE_EVERY_S)

    # --- devices and screens ----------------------------------------------------------------

    def _time_of_day(self) -> time | None:
        clock = self._base.clock
        return clock.now().time() if clock.sure() else None

    def _device_changed(self, name: str) -> None:
        self._device_report.write(self._devices.states)
        self._printer_paper.changed(name, self._devices.states.get(name))
        self._session.refresh()
        self._uplink.health_changed(name)

    def _confirmed_late(self, job_id: str) -> None:
        self._run_in_background(self._tell_late_confirmation(job_id))

    async def _tell_late_confirmation(self, job_id: str) -> None:
        finished = await self._paper.confirmed_late(job_id)
        if finished is not None:
            self._session.take(finished)

    def _screens_came(self, hello: Hello) -> None:
        log.info("screens came, %d x %d px", hello.width_px, hello.height_px)
        self.health.run.screens_came()
        self._session.refresh()
        if self._session.shown is not None:
            self._server.send(self._session.shown)
        if self._session.ambient is not None:
            self._server.send(ShowAmbient(ambient=self._session.ambient))
        self._uplink.health_changed(SCREENS_HEALTH)

    def _screens_went(self) -> None:
        log.warning("screens went")
        self._uplink.health_changed(SCREENS_HEALTH)

    def _run_in_background(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.ensure_future(work)
        self._background.add(task)
        task.add_done_callback(self._background.discard)
        task.add_done_callback(_log_failure)


async def if_storage_allows(work: Coroutine[None, None, object]) -> None:
    """Book-keeping at the start; a disk that is full must not keep the kiosk from its residents."""
    try:
        await work
    except StorageError as error:
        log.warning("not noted at the start: %s", error)


def _log_failure(task: "asyncio.Future[None]") -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a task failed", exc_info=task.exception())
