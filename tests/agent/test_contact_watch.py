"""A door that opens reaches the regency once, and the health report while it is open."""

import asyncio
from collections.abc import Coroutine

import pytest

from anjungan.appliance.agent.contact_watch import ContactWatch
from anjungan.appliance.drivers.buttons.events import ContactChanged
from anjungan.appliance.storage.records import FailureReason, StorageError
from anjungan.protocol.messages import DeviceHealth, EventKind

PANEL = DeviceHealth(name="buttons", kind="buttons", state="ready")
PRINTER = DeviceHealth(name="printer", kind="printer", state="ready")


class Desk:
    def __init__(self, *, full: bool = False) -> None:
        self.queued: list[tuple[EventKind, str]] = []
        self._full = full
        self.watch = ContactWatch(self._queue, self._run)

    async def _queue(self, kind: EventKind, detail: str) -> None:
        if self._full:
            raise StorageError(FailureReason.DISK_FULL)
        self.queued.append((kind, detail))

    def _run(self, work: Coroutine[None, None, None]) -> None:
        asyncio.run(work)


def test_only_changes_are_told() -> None:
    desk = Desk()
    for is_safe in (True, False, False, True, True):
        desk.watch.changed(ContactChanged("pintu", is_safe))
    assert desk.queued == [
        (EventKind.CONTACT_OPENED, "pintu"),
        (EventKind.CONTACT_CLOSED, "pintu"),
    ]


def test_health_carries_the_code_until_the_last_one_is_closed() -> None:
    desk = Desk()
    for name in ("pintu", "segel"):
        desk.watch.changed(ContactChanged(name, is_safe=False))
    desk.watch.changed(ContactChanged("pintu", is_safe=True))
    panel, printer = desk.watch.marked((PANEL, PRINTER))
    assert (panel.code, printer) == ("opened", PRINTER)
    desk.watch.changed(ContactChanged("segel", is_safe=True))
    assert desk.watch.marked((PANEL,)) == (PANEL,)


def test_a_panel_that_is_missing_tells_no_more_than_that() -> None:
    desk = Desk()
    desk.watch.changed(ContactChanged("pintu", is_safe=False))
    gone = DeviceHealth(name="buttons", kind="buttons", state="missing")
    assert desk.watch.marked((gone,)) == (gone,)


def test_a_full_disk_is_logged_and_no_more(caplog: pytest.LogCaptureFixture) -> None:
    Desk(full=True).watch.changed(ContactChanged("pintu", is_safe=False))
    assert "was not queued" in caplog.text
