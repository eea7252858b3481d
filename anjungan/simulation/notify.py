"""Telling the program that started us that we are ready, as systemd's services do.

The same words on the same kind of socket (sd_notify(3)), so that a supervisor waits for the
kiosk's own processes and for simulators in one way.
"""

import os
import socket
from contextlib import suppress


def notify_ready() -> None:
    """Send ``READY=1`` where somebody waits for it; otherwise do nothing."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line, suppress(OSError):
        line.connect(address.replace("@", "\0", 1) if address.startswith("@") else address)
        line.send(b"READY=1")
