"""The inbox process: the loop with its link to the broker and those who wake it."""

import logging
import queue
import signal
import threading
from contextlib import ExitStack, suppress
from datetime import timedelta
from typing import Final

from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import Presence
from anjungan.regency.inbox.allowance import Allowance
from anjungan.regency.inbox.arrivals import arrivals_of
from anjungan.regency.inbox.keyring_news import KeyringTeller
from anjungan.regency.inbox.loop import Inbox, LoopEvent, Stop, Woken, utc_now
from anjungan.regency.inbox.subscriptions import session_of
from anjungan.regency.keys import KeyFiles
from anjungan.regency.link.events import Deliveries, LinkEvent
from anjungan.regency.link.mqtt import MqttLink
from anjungan.regency.link.takeover import take_over
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database, open_database
from anjungan.regency.wake import listening_for_wakes

LOG: Final = logging.getLogger(__name__)

WAITING_EVENTS: Final = 1000


def run_inbox(settings: RegencySettings) -> int:
    """Run the inbox until SIGTERM or SIGINT; return the exit code."""
    events: queue.Queue[LoopEvent] = queue.Queue(WAITING_EVENTS)

    def stop(number: int, frame: object) -> None:
        del number, frame
        # a signal handler must not wait; the loop may be putting its own events right now
        threading.Thread(target=events.put, args=(Stop(),), daemon=True).start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    database = open_database(settings.database_address)
    try:
        serve(settings, database, events)
    finally:
        database.close()
    return 0


def serve(settings: RegencySettings, database: Database, events: "queue.Queue[LoopEvent]") -> None:
    """Connect link, wake listener and loop; return once a Stop event was handled."""
    worker = settings.inbox.worker
    allowance = Allowance(settings.inbox)

    def tell(event: LinkEvent) -> None:
        if isinstance(event, Deliveries):
            events.put(arrivals_of(event, settings.code))
        else:
            events.put(event)

    link = MqttLink(
        broker=settings.broker_address,
        keep_alive_s=settings.mqtt.keep_alive_s,
        session=session_of(settings.code, worker),
        will=lambda: inbox.presence(Presence.OFFLINE),
        tell=tell,
        admits=allowance.admits,
    )

    def put_out(kiosk: KioskId) -> None:
        # connecting takes a while; the loop has others to serve
        threading.Thread(
            target=take_over, args=(settings.broker_address, kiosk), daemon=True
        ).start()

    inbox = Inbox(
        regency=settings.code,
        database=database,
        publish=link.publish,
        reconnect=link.reconnect,
        events=events,
        report_interval=timedelta(seconds=settings.fleet.report_interval_s),
        worker=worker,
        allowance=allowance,
        put_out=put_out,
        keyring=KeyringTeller(KeyFiles(settings.keys_path), settings.code, link.publish, utc_now),
    )

    def woken() -> None:
        with suppress(queue.Full):
            events.put_nowait(Woken())

    with ExitStack() as stack:
        stack.enter_context(
            listening_for_wakes(settings.data_dir, settings.database_address, worker, woken)
        )
        link.start()
        stack.callback(lambda: link.stop(last_words=inbox.presence(Presence.OFFLINE)))
        LOG.info(
            "inbox of regency %s listens%s", settings.regency, f" as {worker}" if worker else ""
        )
        inbox.run()
