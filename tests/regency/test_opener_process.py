"""The opener as a process: it alone reads private keys, and bears whoever asks it."""

import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import msgspec
import pytest
from litestar.testing import TestClient
from regency_lab import PASSWORD, PLANTED_NIK

from anjungan.protocol.keyring import SealingKey
from anjungan.protocol.sealing import (
    Binding,
    CannotOpen,
    Opened,
    WhyClosed,
    WrongBinding,
    binding_of,
)
from anjungan.regency.keys import KeyFiles
from anjungan.regency.opener.client import OpenerClient, short_path
from anjungan.regency.opener.frames import MAX_FRAME_BYTES, SOCKET_NAME
from anjungan.regency.opener.local import Opener
from anjungan.regency.opener.process import OpenerServer
from anjungan.regency.settings import RegencySettings
from anjungan.regency.web.app import create_app


@contextmanager
def serving(
    settings: RegencySettings, uids: set[int] | None = None, *, client_timeout_s: float = 5.0
) -> Iterator[OpenerClient]:
    """The opener in a thread, in the data folder of ``settings``."""
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    server = OpenerServer(
        Opener(KeyFiles(settings.keys_path)),
        settings.data_dir,
        {os.getuid()} if uids is None else uids,
        client_timeout_s=client_timeout_s,
    )
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield OpenerClient(settings.data_dir, timeout_s=5.0)
    finally:
        server.close()
        thread.join(20)
        assert not thread.is_alive()


@pytest.fixture
def box(kiosk: Any, sealing_key: SealingKey) -> tuple[bytes, str, Binding]:
    """Something sealed, the name of its key and its binding."""
    request = kiosk.request(sealing_key)
    return request.sealed, request.kid, binding_of(kiosk.kiosk, request)


def test_the_client_means_what_the_opener_means(
    settings: RegencySettings, box: tuple[bytes, str, Binding]
) -> None:
    sealed, kid, binding = box
    local = Opener(KeyFiles(settings.keys_path))
    other = msgspec.structs.replace(binding, request_id="other")
    with serving(settings) as client:
        assert client.is_there()
        for asked in (
            (sealed, kid, binding),
            (sealed[:-1] + b"x", kid, binding),
            (sealed, "3505-19990101-1", binding),
            (sealed, kid, other),
            (b"", kid, binding),
        ):
            assert client.open(*asked) == local.open(*asked)
        assert isinstance(client.open(sealed, kid, binding), Opened)
        assert client.open(sealed, kid, other) == WrongBinding()
        assert client.mark(PLANTED_NIK) == local.mark(PLANTED_NIK)
        assert client.mark("é") is None


def test_an_opener_that_is_away_is_told_and_comes_back(
    settings: RegencySettings, box: tuple[bytes, str, Binding]
) -> None:
    client = OpenerClient(settings.data_dir)
    away = CannotOpen(WhyClosed.OPENER_AWAY)
    assert client.open(*box) == away
    assert OpenerClient(settings.data_dir / "no-such").open(*box) == away
    assert client.mark(PLANTED_NIK) is None
    for _ in range(2):
        with serving(settings):
            assert isinstance(client.open(*box), Opened)
        assert client.open(*box) == away


def test_what_is_too_long_for_a_frame_is_not_sent(
    settings: RegencySettings, box: tuple[bytes, str, Binding]
) -> None:
    _, kid, binding = box
    with serving(settings) as client:
        assert isinstance(client.open(b"x" * (MAX_FRAME_BYTES + 1), kid, binding), CannotOpen)
        assert client.is_there()


@contextmanager
def raw(settings: RegencySettings) -> Iterator[socket.socket]:
    with short_path(settings.data_dir) as path, socket.socket(socket.AF_UNIX) as sock:
        sock.settimeout(10)
        sock.connect(str(path))
        yield sock


@pytest.mark.parametrize(
    "hostile",
    [
        b"\x00\x00\x00\x00",
        b"\xff\xff\xff\xff" + b"x" * 100,
        struct.pack(">I", 5) + b"\xc1\xc1\xc1\xc1\xc1",
        struct.pack(">I", 3) + b"\x81\xa4o",
        struct.pack(">I", 100) + b"cut off",
        b"\x00",
    ],
)
def test_hostile_frames_end_their_connection_alone(
    settings: RegencySettings,
    box: tuple[bytes, str, Binding],
    hostile: bytes,
    caplog: pytest.LogCaptureFixture,
) -> None:
    with serving(settings) as client:
        with raw(settings) as sock:
            sock.sendall(hostile)
            with suppress(OSError):  # dropped already
                sock.shutdown(socket.SHUT_WR)
            with suppress(ConnectionResetError):
                assert sock.recv(10) == b""
        assert isinstance(client.open(*box), Opened)
    assert "a client was dropped" in caplog.text


def test_silent_clients_are_dropped_and_others_served_meanwhile(
    settings: RegencySettings, box: tuple[bytes, str, Binding]
) -> None:
    with (
        serving(settings, client_timeout_s=0.2) as client,
        raw(settings) as silent,
        raw(settings) as another,
    ):
        another.sendall(b"\x00\x00")
        assert isinstance(client.open(*box), Opened)
        assert silent.recv(10) == b""
        assert another.recv(10) == b""


def test_many_ask_at_once(settings: RegencySettings, box: tuple[bytes, str, Binding]) -> None:
    outcomes: list[object] = []
    with serving(settings) as client:
        threads = [
            threading.Thread(target=lambda: outcomes.append(client.open(*box))) for _ in range(40)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert len(outcomes) == 40
    assert all(isinstance(outcome, Opened) for outcome in outcomes)


def test_other_users_may_not_ask(
    settings: RegencySettings, box: tuple[bytes, str, Binding], caplog: pytest.LogCaptureFixture
) -> None:
    with serving(settings, {os.getuid() + 1}) as client:
        assert client.open(*box) == CannotOpen(WhyClosed.OPENER_AWAY)
    assert "may not ask the opener" in caplog.text
    with serving(settings):
        mode = (settings.data_dir / SOCKET_NAME).stat().st_mode
        assert mode & 0o777 == 0o600


def test_answers_are_in_no_log_and_in_no_name_of_a_value(
    settings: RegencySettings, box: tuple[bytes, str, Binding], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(0), serving(settings) as client:
        opened = client.open(*box)
        client.mark(PLANTED_NIK)
    assert isinstance(opened, Opened)
    assert opened.answers.items[0].value == PLANTED_NIK
    assert PLANTED_NIK not in repr(opened) + caplog.text


@pytest.fixture
def opener_process(
    settings: RegencySettings, sealing_key: SealingKey, wait_until: Callable[..., None]
) -> Iterator[Callable[[], "subprocess.Popen[bytes]"]]:
    """Starts the command as a process of its own."""
    del sealing_key
    started: list[subprocess.Popen[bytes]] = []

    def start() -> "subprocess.Popen[bytes]":
        process = subprocess.Popen(
            [sys.executable, "-m", "anjungan.cli", "regency", "opener"],
            env={**os.environ, "ANJUNGAN_REGENCY_DATA_DIR": str(settings.data_dir)},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        wait_until(OpenerClient(settings.data_dir).is_there, "the opener answers")
        return process

    yield start
    for process in started:
        process.kill()
        process.wait(20)


def test_the_web_has_no_private_keys_and_opens_all_the_same(
    *,
    settings: RegencySettings,
    database: Any,
    clock: Any,
    accounts: None,
    kiosk: Any,
    intake: Any,
    sealing_key: SealingKey,
    opener_process: Callable[[], "subprocess.Popen[bytes]"],
    tmp_path: Path,
) -> None:
    """Pages are served from a folder of keys in which only public files are; the rest is away."""
    del accounts
    request = kiosk.request(sealing_key)
    intake(request)
    keys = KeyFiles(settings.keys_path)
    public = KeyFiles(tmp_path / "public")
    public.root_public.parent.mkdir(parents=True)
    shutil.copy(keys.root_public, public.root_public)
    shutil.copy(keys.keyring, public.keyring)
    of_web = msgspec.structs.replace(settings, keys_dir=public.folder)
    app = create_app(of_web, database, now=clock, monotonic_s=clock.monotonic_s)
    with TestClient(app) as client:
        _log_in(client)
        page = f"/permohonan/{request.id}"
        assert "Jawaban belum dapat dibuka." in _open(client, page)
        process = opener_process()
        assert "Siti Aminah" in _open(client, page)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        assert "Jawaban belum dapat dibuka." in _open(client, page)
        process = opener_process()
        assert "Siti Aminah" in _open(client, page)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) == 0


def _log_in(client: Any) -> None:
    form = {"name": "ratna", "password": PASSWORD, "form_token": _token(client.get("/masuk").text)}
    assert client.post("/masuk", data=form, follow_redirects=False).status_code == 303


def _open(client: Any, page: str) -> str:
    token = _token(client.get(page).text)
    answer = client.post(f"{page}/buka", data={"form_token": token})
    assert answer.status_code == 200
    return str(answer.text)


def _token(html: str) -> str:
    found = re.search(r'name="form_token" value="([^"]+)"', html)
    assert found is not None
    return found.group(1)
