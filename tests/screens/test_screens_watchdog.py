"""The watchdog is fed by frames that were asked for and drawn, and by nothing else."""

import socket

import pytest

from anjungan.appliance.screens.watchdog import DrawnWatchdog, Notifier


class Listener:
    def __init__(self, address):
        self.socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.socket.bind(address)
        self.socket.settimeout(0.5)

    def words(self):
        found = []
        self.socket.setblocking(False)
        while True:
            try:
                found.append(self.socket.recv(100).decode())
            except BlockingIOError:
                return found


@pytest.fixture(name="listener", params=["file", "abstract"])
def _listener(request, tmp_path):
    name = str(tmp_path / "notify")
    listener = Listener(name if request.param == "file" else "\0" + name)
    listener.address = name if request.param == "file" else "@" + name
    yield listener
    listener.socket.close()


def test_ready_comes_with_the_first_page_and_only_once(listener):
    watchdog = DrawnWatchdog(Notifier({"NOTIFY_SOCKET": listener.address}), lambda: None)
    watchdog.flipped(page_shown=False)
    assert listener.words() == []
    watchdog.flipped(page_shown=True)
    watchdog.flipped(page_shown=True)
    assert listener.words() == ["READY=1"]


def test_it_is_fed_only_by_a_frame_that_was_asked_for(listener):
    asked = []
    notifier = Notifier({"NOTIFY_SOCKET": listener.address, "WATCHDOG_USEC": "30000000"})
    assert notifier.interval_s == 10.0
    watchdog = DrawnWatchdog(notifier, lambda: asked.append(1))
    watchdog.flipped(page_shown=False)
    assert listener.words() == []
    watchdog.tick()
    assert asked == [1]
    assert listener.words() == []
    watchdog.flipped(page_shown=False)
    watchdog.flipped(page_shown=False)
    assert listener.words() == ["WATCHDOG=1"]


def test_without_a_service_manager_nothing_happens(tmp_path):
    assert Notifier({}).interval_s is None
    Notifier({}).tell("READY=1")
    Notifier({"NOTIFY_SOCKET": str(tmp_path / "nobody")}).tell("READY=1")
