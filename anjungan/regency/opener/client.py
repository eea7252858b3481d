"""Asking the opener: what the web process has instead of private keys."""

import logging
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from anjungan.protocol.sealing import Binding, CannotOpen, Opened, WhyClosed, WrongBinding
from anjungan.regency.opener.frames import (
    SOCKET_NAME,
    BoxClosed,
    BoxMisbound,
    BoxOpened,
    FrameError,
    MarkResident,
    OpenBox,
    Question,
    Reply,
    ResidentMarked,
    decode_reply,
    receive_frame,
    send_frame,
)
from anjungan.regency.opener.opening import SealOpener

LOG: Final = logging.getLogger(__name__)
TIMEOUT_S: Final = 5.0


class OpenerClient(SealOpener):
    """Means what ``Opener`` means; an opener that is away gives CannotOpen(OPENER_AWAY).

    Every question has a connection of its own, so that a restarted opener is noticed by nobody.
    """

    def __init__(self, data_dir: Path, *, timeout_s: float = TIMEOUT_S) -> None:
        self._data_dir = data_dir
        self._timeout_s = timeout_s

    def open(
        self, sealed: bytes, kid: str, expected: Binding
    ) -> Opened | CannotOpen | WrongBinding:
        """Open ``sealed`` and compare its binding."""
        match self._ask(OpenBox(sealed=sealed, kid=kid, expected=expected)):
            case BoxOpened(answers=answers):
                return Opened(answers)
            case BoxClosed(why=why):
                return CannotOpen(why)
            case BoxMisbound():
                return WrongBinding()
            case _:
                return CannotOpen(WhyClosed.OPENER_AWAY)

    def mark(self, nik: str) -> bytes | None:
        """What requests of the resident with this NIK are told by; None where nobody can say."""
        reply = self._ask(MarkResident(nik=nik))
        return reply.mark if isinstance(reply, ResidentMarked) else None

    def is_there(self) -> bool:
        """Whether the opener answers; for whoever waits for it, so nothing is logged."""
        try:
            self._exchange(MarkResident(nik="-"))
        except (OSError, FrameError):
            return False
        return True

    def _ask(self, question: Question) -> Reply | None:
        try:
            return self._exchange(question)
        except (OSError, FrameError) as error:
            LOG.warning("the opener does not answer: %s", type(error).__name__)
            return None

    def _exchange(self, question: Question) -> Reply:
        """Raises OSError or FrameError where there is no answer, or none that can be read."""
        with self._connected() as sock:
            send_frame(sock, question)
            content = receive_frame(sock)
        if content is None:
            raise ConnectionResetError("the opener hung up")
        return decode_reply(content)

    @contextmanager
    def _connected(self) -> Iterator[socket.socket]:
        with short_path(self._data_dir) as path, socket.socket(socket.AF_UNIX) as sock:
            sock.settimeout(self._timeout_s)
            sock.connect(str(path))
            yield sock


@contextmanager
def short_path(data_dir: Path) -> Iterator[Path]:
    """The socket's path; its address holds 107 bytes, and through the open folder it is short."""
    folder = os.open(data_dir, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        yield Path(f"/proc/self/fd/{folder}", SOCKET_NAME)
    finally:
        os.close(folder)
