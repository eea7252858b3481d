"""The opener process: it alone reads private keys, and answers our own user on a UNIX socket."""

import ctypes
import logging
import os
import resource
import signal
import socket
import struct
import threading
from collections.abc import Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, assert_never

from anjungan.protocol.sealing import CannotOpen, Opened, WrongBinding
from anjungan.regency.failures import failure_words
from anjungan.regency.keys.files import KeyFiles
from anjungan.regency.opener.client import short_path
from anjungan.regency.opener.frames import (
    BoxClosed,
    BoxMisbound,
    BoxOpened,
    FrameError,
    MarkResident,
    OpenBox,
    Question,
    Reply,
    ResidentMarked,
    decode_question,
    receive_frame,
    send_frame,
)
from anjungan.regency.opener.local import Opener
from anjungan.regency.settings import RegencySettings

LOG: Final = logging.getLogger(__name__)

CLIENTS: Final = 16
"""As many are served at once; the next wait in the socket's queue, then at their time-out."""
CLIENT_TIMEOUT_S: Final = 10.0
_WAITING_CLIENTS: Final = 64
_PR_SET_DUMPABLE: Final = 4
_PEER: Final = struct.Struct("3i")


class OpenerServer:
    """The socket and those it serves. ``close`` ends ``serve``; ``uids`` are who may ask."""

    def __init__(
        self,
        opener: Opener,
        data_dir: Path,
        uids: Collection[int],
        *,
        client_timeout_s: float = CLIENT_TIMEOUT_S,
    ) -> None:
        self._opener = opener
        self._uids = uids
        self._client_timeout_s = client_timeout_s
        self._stopping = threading.Event()
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with short_path(data_dir) as path:
            path.unlink(missing_ok=True)
            # others than our own user are let in only where the settings name them
            before = os.umask(0o177 if set(uids) <= {os.getuid()} else 0o111)
            try:
                self._socket.bind(str(path))
            finally:
                os.umask(before)
        self._socket.listen(_WAITING_CLIENTS)

    def serve(self) -> None:
        """Answer until ``close``."""
        with ThreadPoolExecutor(CLIENTS, thread_name_prefix="opener") as pool:
            while True:
                try:
                    client, _ = self._socket.accept()
                except OSError:
                    if self._stopping.is_set():
                        return
                    raise
                pool.submit(self._serve_client, client)

    def close(self) -> None:
        """Take no more clients; those that are being served get their answer."""
        self._stopping.set()
        try:
            self._socket.shutdown(socket.SHUT_RDWR)
        finally:
            self._socket.close()

    def _serve_client(self, client: socket.socket) -> None:
        try:
            with client:
                client.settimeout(self._client_timeout_s)
                if not self._may_ask(client):
                    return
                while (content := receive_frame(client)) is not None:
                    send_frame(client, self._answer(decode_question(content)))
        except (OSError, FrameError) as error:
            LOG.warning("a client was dropped: %s", type(error).__name__)
        except Exception as error:  # noqa: BLE001 - the boundary of the thread: the others go on
            LOG.error("a question failed: %s", failure_words(error))  # noqa: TRY400 - a traceback may quote answers

    def _may_ask(self, client: socket.socket) -> bool:
        credentials = client.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _PEER.size)
        pid, uid, _gid = _PEER.unpack(credentials)
        if uid in self._uids:
            return True
        LOG.error("process %d of user %d may not ask the opener", pid, uid)
        return False

    def _answer(self, question: Question) -> Reply:
        match question:
            case MarkResident(nik=nik):
                return ResidentMarked(mark=self._opener.mark(nik) if nik.isascii() else None)
            case OpenBox(sealed=sealed, kid=kid, expected=expected):
                outcome = self._opener.open(sealed, kid, expected)
            case _:
                assert_never(question)
        match outcome:
            case Opened(answers):
                return BoxOpened(answers=answers)
            case CannotOpen(why):
                return BoxClosed(why=why)
            case WrongBinding():
                return BoxMisbound()
            case _:
                assert_never(outcome)


def run_opener(settings: RegencySettings) -> int:
    """Serve until SIGTERM or SIGINT; return the exit code."""
    settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    opener = Opener(KeyFiles(settings.keys_path), settings.code)
    server = OpenerServer(opener, settings.data_dir, {os.getuid(), *settings.opener.also_uids})

    # only now: the socket was bound through /proc/self, which this closes to ourselves too
    _keep_memory_to_ourselves()

    def stop(number: int, frame: object) -> None:
        del number, frame
        server.close()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    LOG.info("the opener of regency %s answers", settings.regency)
    server.serve()
    return 0


def _keep_memory_to_ourselves() -> None:
    """No core dump, and no other process of our user may read this one's memory."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
