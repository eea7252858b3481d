"""The demo's addresses: those of the first start, as long as nobody else holds them."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from anjungan.simulation import addresses
from anjungan.simulation.addresses import Addresses, kept_addresses
from anjungan.simulation.ports import free_port


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # 0 prefers nothing: every first start gets random ports, as where the usual ones are occupied
    monkeypatch.setattr(addresses, "PREFERRED_WEB_PORT", 0)
    monkeypatch.setattr(addresses, "PREFERRED_SCREEN_PORT", 0)
    monkeypatch.setattr(addresses, "PREFERRED_DESK_PORT", 0)
    return tmp_path / "addresses.json"


@contextmanager
def occupied(port: int) -> Iterator[None]:
    with socket.socket() as other:
        other.bind(("127.0.0.1", port))
        other.listen()
        yield


def test_a_second_start_has_the_addresses_of_the_first(file: Path) -> None:
    said: list[str] = []
    first = kept_addresses(file, said.append)
    assert kept_addresses(file, said.append) == first
    assert len({first.web, first.screen, first.desk}) == 3
    assert said == []


def test_an_occupied_port_is_told_and_only_that_one_moves_for_this_start(file: Path) -> None:
    said: list[str] = []
    first = kept_addresses(file, said.append)
    with occupied(first.web):
        moved = kept_addresses(file, said.append)
    assert moved.web != first.web
    assert moved.screen == first.screen
    (told,) = said
    assert f"port {first.web}" in told
    assert str(moved.web) in told
    assert kept_addresses(file, said.append) == first


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"web": 0, "screen": 8351}'])
def test_a_file_that_cannot_be_used_is_written_anew(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    first = kept_addresses(file, pytest.fail)
    assert kept_addresses(file, pytest.fail) == first


def test_the_usual_ports_are_tried_first(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    web, screen, desk = free_port(), free_port(), free_port()
    monkeypatch.setattr(addresses, "PREFERRED_WEB_PORT", web)
    monkeypatch.setattr(addresses, "PREFERRED_SCREEN_PORT", screen)
    monkeypatch.setattr(addresses, "PREFERRED_DESK_PORT", desk)
    assert kept_addresses(file, pytest.fail) == Addresses(web=web, screen=screen, desk=desk)
