"""Publishing the fleet to Home Assistant's broker, only what has changed since the last time."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from typing import Final

from anjungan.regency.fleet.overview import read_fleet
from anjungan.regency.home_assistant.discovery import (
    RetainedMessage,
    discovery_message,
    state_messages,
)
from anjungan.regency.home_assistant.sending import send_all
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database
from anjungan.regency.watch.duty import Duty

EVERY: Final = timedelta(seconds=60)
ALL_AGAIN_AFTER: Final = timedelta(hours=1)
"""A broker that lost its retained messages has them back within this time."""

Send = Callable[[Sequence[RetainedMessage]], None]


class FleetPublisher:
    """Remembers what was published; ``publish`` is run again and again by the watch."""

    def __init__(self, settings: RegencySettings, database: Database, send: Send) -> None:
        self._settings = settings
        self._database = database
        self._send = send
        self._published: dict[str, bytes] = {}
        self._all_at: datetime | None = None

    def publish(self, now: datetime) -> None:
        """Publish what has changed; raises OSError when the broker cannot be reached or slow."""
        with self._database.reading() as connection:
            fleet = read_fleet(
                connection, report_interval_s=self._settings.fleet.report_interval_s, now=now
            )
        wanted: dict[str, bytes] = {}
        for view in fleet.kiosks:
            device = discovery_message(
                view, self._settings.home_assistant.prefix, self._settings.web.public_url
            )
            for message in (device, *state_messages(view)):
                wanted[message.topic] = message.payload
        if self._all_at is None or now - self._all_at >= ALL_AGAIN_AFTER:
            self._published.clear()
        changed = [
            RetainedMessage(topic, payload)
            for topic, payload in wanted.items()
            if self._published.get(topic) != payload
        ]
        if not changed:
            return
        self._send(changed)
        if not self._published:
            self._all_at = now
        self._published = wanted


def home_assistant_duty(settings: RegencySettings, database: Database) -> Sequence[Duty]:
    """The duty, where a broker is named; nothing otherwise."""
    wanted = settings.home_assistant
    if not wanted.is_on:
        return ()
    publisher = FleetPublisher(settings, database, lambda messages: send_all(wanted, messages))
    return (Duty("home_assistant", EVERY, publisher.publish),)
