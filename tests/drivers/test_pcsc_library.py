"""pcsc-lite's own library under the driver: with no daemon, and with a stand-in for one."""

import ctypes
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from anjungan.appliance.drivers.card_reader import pcsc_library as pcsc
from anjungan.appliance.drivers.card_reader.pcsc_card import GET_UID
from anjungan.appliance.drivers.card_reader.pcsc_library import (
    ConnectedCard,
    PcscError,
    PcscLite,
    ReaderStatus,
    open_pcsclite,
)
from anjungan.appliance.drivers.link.byte_link import LinkLost
from anjungan.simulation.pcsc import ACR122U, PcscSimulator
from anjungan.simulation.pcsc_socket import PcscSocket


@pytest.fixture
def daemon(pcscd_path: Path) -> Iterator[PcscSimulator]:
    """A running pcscd with its reader."""
    sim = PcscSimulator(random=Random(3))  # noqa: S311 - repeatable cards
    sim.start()
    server = PcscSocket(sim, pcscd_path)
    server.start()
    yield sim
    sim.stop()
    server.stop()


def test_the_layout_of_the_structures() -> None:
    """As a C compiler lays out ``winscard.h`` on x86-64 and 64-bit ARM."""
    state = pcsc._ReaderState
    offsets = [getattr(state, name).offset for name, *_ in state._fields_]
    assert (ctypes.sizeof(state), offsets) == (80, [0, 8, 16, 24, 32, 40])
    assert ctypes.sizeof(pcsc._IoRequest) == 16


def test_without_a_daemon(pcscd_path: Path) -> None:
    assert not pcscd_path.exists()
    with pytest.raises(PcscError) as caught:
        open_pcsclite().establish()
    assert caught.value.code == pcsc.E_NO_SERVICE


def test_a_library_that_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pcsc, "_LIBRARY", "libpcsclite-of-nobody.so.1")
    with pytest.raises(LinkLost, match="libpcsclite is not installed"):
        open_pcsclite()
    monkeypatch.setattr(pcsc, "_LIBRARY", "libc.so.6")  # another library
    with pytest.raises(LinkLost, match="libpcsclite is not installed"):
        open_pcsclite()


def test_every_call_through_the_real_library(daemon: PcscSimulator) -> None:
    library = open_pcsclite()
    context = library.establish()
    assert library.readers(context) == (ACR122U,)
    (empty,) = library.wait(context, (ReaderStatus(ACR122U),), 1000)
    assert empty.flags & pcsc.STATE_EMPTY
    known = ReaderStatus(ACR122U, empty.flags & ~pcsc.STATE_CHANGED)
    with pytest.raises(PcscError) as caught:
        library.wait(context, (known,), 20)
    assert caught.value.code == pcsc.E_TIMEOUT
    with pytest.raises(PcscError) as caught:
        library.connect(context, ACR122U)
    assert caught.value.code == pcsc.E_NO_SMARTCARD
    daemon.present("a:04a1b2c3d4e5f6,ats=7577810280")
    (lying,) = library.wait(context, (known,), 5000)
    assert lying.flags & pcsc.STATE_PRESENT
    assert lying.flags >> pcsc.EVENTS_SHIFT == 1
    assert lying.atr.hex() == "3b8180018080"
    card = library.connect(context, ACR122U)
    assert card.protocol == 2
    assert library.transmit(card, GET_UID).hex() == "04a1b2c3d4e5f69000"
    assert daemon.commands == [GET_UID]
    library.disconnect(card, unpower=True)
    with pytest.raises(PcscError) as caught:
        library.disconnect(card, unpower=False)
    assert caught.value.code == pcsc.E_INVALID_HANDLE
    daemon.unplug()
    assert library.readers(context) == ()
    with pytest.raises(PcscError) as caught:
        library.wait(context, (lying,), 1000)
    assert caught.value.code == pcsc.E_UNKNOWN_READER
    library.release(context)
    assert "04a1b2" not in repr((card, lying))


def test_the_wait_for_a_plug_through_the_real_library(daemon: PcscSimulator) -> None:
    library = open_pcsclite()
    context = library.establish()
    notified = ReaderStatus(pcsc.PLUG_NOTIFICATION, 1 << pcsc.EVENTS_SHIFT)
    with pytest.raises(PcscError) as caught:
        library.wait(context, (notified,), 20)
    assert caught.value.code == pcsc.E_TIMEOUT
    library.release(context)


class Functions:
    """Stands for the library where only its answers matter."""

    def __init__(self, **answers: Callable[..., int]) -> None:
        for name in pcsc._SIGNATURES:
            setattr(self, name, Function(answers.get(name, lambda *_: 0)))


class Function:
    argtypes: Any = None
    restype: Any = None

    def __init__(self, answer: Callable[..., int]) -> None:
        self.answer = answer

    def __call__(self, *arguments: Any) -> int:
        return self.answer(*arguments)


def signed(code: int) -> int:
    return code - (1 << 32)  # a LONG of 64 bits may come with or without its sign


@pytest.mark.parametrize("answer", [pcsc.E_NO_ACCESS, signed(pcsc.E_NO_ACCESS)])
def test_errors_are_told_by_their_unsigned_code(answer: int) -> None:
    library = PcscLite(Functions(SCardReleaseContext=lambda _: answer))
    with pytest.raises(PcscError, match="PC/SC error 0x80100027") as caught:
        library.release(1)
    assert caught.value.code == pcsc.E_NO_ACCESS


def test_readers_that_come_between_the_two_calls() -> None:
    answers = iter([0, pcsc.E_INSUFFICIENT_BUFFER, pcsc.E_NO_READERS_AVAILABLE])
    library = PcscLite(Functions(SCardListReaders=lambda *_: next(answers)))
    assert library.readers(1) == ()
    always = PcscLite(Functions(SCardListReaders=lambda *_: pcsc.E_INSUFFICIENT_BUFFER))
    with pytest.raises(PcscError):
        always.readers(1)
    refused = PcscLite(Functions(SCardListReaders=lambda *_: pcsc.E_INVALID_HANDLE))
    with pytest.raises(PcscError):
        refused.readers(1)


def test_a_connection_shows_no_card() -> None:
    assert repr(ConnectedCard(1, 2)) == "ConnectedCard(handle=1, protocol=2)"
    assert repr(ReaderStatus("R", 0x20, b"\x3b\xab")) == "ReaderStatus('R', 0x00000020)"
