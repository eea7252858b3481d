"""Doors and seals: one that opens is told to the regency, at once and in the health report."""

import logging
from collections.abc import Callable, Coroutine, Iterable
from typing import Final

import msgspec

from anjungan.appliance.drivers.buttons.events import ContactChanged
from anjungan.appliance.storage.records import StorageError
from anjungan.protocol.messages import DeviceHealth, EventKind

log = logging.getLogger(__name__)

PANEL_KIND: Final = "buttons"
OPENED_CODE: Final = "opened"

QueueEvent = Callable[[EventKind, str], Coroutine[None, None, None]]
InBackground = Callable[[Coroutine[None, None, None]], None]


class ContactWatch:
    """Knows which contacts are not safe. One that is found so at the start is told too."""

    def __init__(self, queue_event: QueueEvent, in_background: InBackground) -> None:
        self._queue_event = queue_event
        self._in_background = in_background
        self._opened: set[str] = set()

    def changed(self, contact: ContactChanged) -> None:
        """Take note, and queue the event; nobody has to wait for it."""
        was_opened = contact.name in self._opened
        if contact.is_safe is not was_opened:
            return
        if contact.is_safe:
            self._opened.discard(contact.name)
            kind = EventKind.CONTACT_CLOSED
        else:
            self._opened.add(contact.name)
            kind = EventKind.CONTACT_OPENED
        self._in_background(self._queue(kind, contact.name))

    def marked(self, devices: Iterable[DeviceHealth]) -> tuple[DeviceHealth, ...]:
        """The same devices; a working panel carries the code while something stands open."""
        return tuple(map(self._mark, devices))

    def _mark(self, device: DeviceHealth) -> DeviceHealth:
        if not self._opened or device.kind != PANEL_KIND or device.state != "ready":
            return device
        return msgspec.structs.replace(device, code=OPENED_CODE)

    async def _queue(self, kind: EventKind, name: str) -> None:
        try:
            await self._queue_event(kind, name)
        except StorageError as error:
            log.warning("a contact's event was not queued: %s", error)
