import asyncio
import socket
from collections.abc import AsyncIterator, Callable

import pytest

from anjungan.appliance.drivers.link import tcp_link
from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.appliance.drivers.link.peer_watch import PeerSigns, PeerWatch
from anjungan.appliance.drivers.link.tcp_link import VANISHED, TcpLink
from anjungan.simulation.tcp_line import TcpLine


class Printer:
    """A listening socket and the one connection it took, without any manners of its own."""

    def __init__(self) -> None:
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self.listener.getsockname()[1]
        self.connection: socket.socket | None = None

    def take(self) -> socket.socket:
        self.listener.settimeout(10)
        self.connection, _ = self.listener.accept()
        return self.connection

    def close(self) -> None:
        self.listener.close()
        if self.connection is not None:
            self.connection.close()


@pytest.fixture
async def printer() -> AsyncIterator[Printer]:
    printer = Printer()
    yield printer
    printer.close()


@pytest.fixture
async def link(printer: Printer) -> AsyncIterator[TcpLink]:
    link = TcpLink("127.0.0.1", printer.port)
    await link.open()
    yield link
    await link.close()


def received_whole(connection: socket.socket) -> bytes:
    """Receive until the other side hangs up."""
    received = bytearray()
    while data := connection.recv(65_536):
        received += data
    return bytes(received)


async def lost_at_open(link: TcpLink) -> str:
    with pytest.raises(LinkLost) as caught:
        await link.open()
    await link.close()
    return caught.value.reason


async def test_nobody_listens(printer: Printer) -> None:
    printer.listener.close()
    link = TcpLink("127.0.0.1", printer.port)
    assert link.address == f"127.0.0.1:{printer.port}"
    assert await lost_at_open(link) == "connection refused"


async def test_a_name_that_is_not_known() -> None:
    assert await lost_at_open(TcpLink("printer.invalid", 9100)) == "the name is not known"


async def test_a_printer_that_does_not_answer_the_connection_is_not_waited_for_for_ever() -> None:
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    full.setblocking(False)
    waiting: list[socket.socket] = []
    try:
        for _ in range(8):  # the queue of connections nobody accepts is full; then none is answered
            one = socket.socket()
            one.setblocking(False)
            one.connect_ex(full.getsockname())
            waiting.append(one)
        link = TcpLink("127.0.0.1", full.getsockname()[1], connect_timeout_s=0.2)
        assert await lost_at_open(link) == "no answer to the connection"
    finally:
        full.close()
        for one in waiting:
            one.close()


async def test_a_connection_that_is_cancelled_leaves_nothing_open() -> None:
    full = socket.create_server(("127.0.0.1", 0), backlog=0)
    waiting = [socket.socket() for _ in range(8)]
    try:
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        link = TcpLink("127.0.0.1", full.getsockname()[1], connect_timeout_s=60)
        opening = asyncio.create_task(link.open())
        await asyncio.sleep(0.05)
        opening.cancel()
        with pytest.raises(asyncio.CancelledError):
            await opening
        with pytest.raises(LinkLost):
            await link.read(1, 0.1)
    finally:
        full.close()
        for one in waiting:
            one.close()


async def test_reset_by_the_printer(printer: Printer, link: TcpLink) -> None:
    connection = printer.take()
    reading = asyncio.create_task(link.read(10, 60.0))
    await asyncio.sleep(0)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, tcp_link.RESET_AT_CLOSE)
    connection.close()
    with pytest.raises(LinkLost):
        await asyncio.wait_for(reading, 20)


async def test_a_printer_that_closes_its_half_has_hung_up_after_its_last_words(
    printer: Printer, link: TcpLink
) -> None:
    connection = printer.take()
    connection.sendall(b"last words")
    connection.shutdown(socket.SHUT_WR)
    got = b""
    while len(got) < 10:
        got += await link.read(3, 20.0)
    assert got == b"last words"
    with pytest.raises(LinkLost) as caught:
        await link.read(3, 20.0)
    assert caught.value.reason == "hung up"
    with pytest.raises(LinkLost):
        await link.write(b"x", 1.0)


async def test_a_hang_up_ends_a_write_that_waits_for_room(printer: Printer, link: TcpLink) -> None:
    connection = printer.take()
    with pytest.raises(LinkTimeout):
        await link.write(bytes(16_000_000), 0.2)
    writing = asyncio.create_task(link.write(bytes(100_000), 60.0))
    for _ in range(3):
        await asyncio.sleep(0)
    connection.shutdown(socket.SHUT_WR)
    with pytest.raises(LinkLost):
        await asyncio.wait_for(writing, 20)


async def test_the_socket_sends_at_once_and_asks_an_idle_printer_for_a_sign_of_life(
    link: TcpLink,
) -> None:
    connected = link._socket
    assert connected is not None
    assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) != 0
    assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE) != 0
    options = (socket.TCP_KEEPIDLE, socket.TCP_KEEPINTVL, socket.TCP_KEEPCNT)
    idle_s, every_s, tries = (connected.getsockopt(socket.IPPROTO_TCP, each) for each in options)
    assert idle_s + every_s * tries <= 30
    assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF) <= 16_384
    # It would end the connection to a printer that waits for paper, see PeerWatch.
    assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) == 0
    assert not connected.get_inheritable()


async def test_half_a_ticket_does_not_go_on_after_the_line_was_closed(
    printer: Printer, link: TcpLink
) -> None:
    connection = printer.take()
    with pytest.raises(LinkTimeout):
        await link.write(bytes(16_000_000), 0.2)
    await link.close()
    connection.settimeout(20)
    with pytest.raises(ConnectionResetError):
        received_whole(connection)


async def test_a_line_that_has_said_everything_is_closed_in_peace(
    printer: Printer, link: TcpLink
) -> None:
    connection = printer.take()
    await link.write(b"whole ticket", 5.0)
    await link.close()
    connection.settimeout(20)
    assert received_whole(connection) == b"whole ticket"


def test_a_connection_that_met_itself_is_no_device() -> None:
    with socket.socket() as oneself:
        oneself.bind(("127.0.0.1", 0))
        oneself.connect(oneself.getsockname())
        with pytest.raises(ConnectionRefusedError):
            tcp_link._refuse_oneself(oneself)


GONE = PeerSigns(retransmits=3, unanswered_probes=0, since_heard_s=20.0)
GONE_WITHOUT_PAPER = PeerSigns(retransmits=0, unanswered_probes=2, since_heard_s=15.0)


@pytest.mark.parametrize(
    ("signs", "vanished"),
    [
        (GONE, True),
        (GONE_WITHOUT_PAPER, True),
        (PeerSigns(retransmits=3, unanswered_probes=0, since_heard_s=14.9), False),
        (PeerSigns(retransmits=0, unanswered_probes=0, since_heard_s=9000.0), False),  # idle
        (PeerSigns(retransmits=0, unanswered_probes=1, since_heard_s=119.0), False),  # waits
    ],
)
def test_signs_of_a_printer_that_vanished(signs: PeerSigns, vanished: bool) -> None:
    assert signs.tell_vanished(15.0) is vanished


async def test_the_kernel_tells_of_a_living_printer(printer: Printer, link: TcpLink) -> None:
    connection = printer.take()
    connection.sendall(b"x")
    assert await link.read(1, 5.0) == b"x"
    connected = link._socket
    assert connected is not None
    signs = PeerSigns.of(connected)
    assert (signs.retransmits, signs.unanswered_probes) == (0, 0)
    assert 0 <= signs.since_heard_s < 60
    assert not signs.tell_vanished(0.0)


async def test_an_acknowledgement_is_a_sign_of_life_though_nothing_is_said(
    printer: Printer, link: TcpLink
) -> None:
    connected = link._socket
    assert connected is not None
    await asyncio.sleep(0.3)
    async with asyncio.timeout(20):
        while PeerSigns.of(connected).since_heard_s >= 0.25:  # else it counts from the connection
            await link.write(b"x", 5.0)
            await asyncio.sleep(0.001)


class Looks:
    """Gives signs one after another, the last for ever, and can be waited for."""

    def __init__(self, *signs: PeerSigns | OSError) -> None:
        self.count = 0
        self.signs = signs
        self._changed = asyncio.Event()

    def __call__(self, connected: socket.socket) -> PeerSigns:
        signs = self.signs[min(self.count, len(self.signs) - 1)]
        self.count += 1
        self._changed.set()
        if isinstance(signs, OSError):
            raise signs
        return signs

    async def until(self, count: int) -> None:
        async with asyncio.timeout(20):
            while self.count < count:
                self._changed.clear()
                await self._changed.wait()


WELL = PeerSigns(retransmits=0, unanswered_probes=0, since_heard_s=0.0)


async def test_a_vanished_printer_is_told_once_and_then_not_looked_after() -> None:
    told = asyncio.Queue[None]()
    looks = Looks(WELL, WELL, GONE)
    with socket.socket() as any_socket:
        watch = PeerWatch(
            any_socket, lambda: told.put_nowait(None), look_every_s=0.001, read_signs=looks
        )
        await asyncio.wait_for(told.get(), 20)
        assert looks.count == 3
        await asyncio.sleep(0.02)
        assert (looks.count, told.qsize()) == (3, 0)
        watch.close()


async def test_a_closed_socket_ends_the_looking() -> None:
    looks = Looks(WELL, OSError("bad descriptor"))
    with socket.socket() as any_socket:
        watch = PeerWatch(any_socket, pytest.fail, look_every_s=0.001, read_signs=looks)
        await looks.until(2)
        await asyncio.sleep(0.02)
        assert looks.count == 2
        watch.close()


@pytest.fixture
def quick_watch(monkeypatch: pytest.MonkeyPatch) -> Callable[[Looks], None]:
    def arrange(looks: Looks) -> None:
        monkeypatch.setattr(
            tcp_link,
            "PeerWatch",
            lambda connected, vanished: PeerWatch(
                connected, vanished, look_every_s=0.01, read_signs=looks
            ),
        )

    return arrange


async def test_a_vanished_printer_ends_reading_and_writing(
    printer: Printer, quick_watch: Callable[[Looks], None]
) -> None:
    looks = Looks(WELL)
    quick_watch(looks)
    link = TcpLink("127.0.0.1", printer.port)
    await link.open()
    with pytest.raises(LinkTimeout):
        await link.write(bytes(16_000_000), 0.2)
    reading = asyncio.create_task(link.read(10, 60.0))
    writing = asyncio.create_task(link.write(bytes(100_000), 60.0))
    for _ in range(3):
        await asyncio.sleep(0)
    looks.signs = (GONE,)
    for waiting in (reading, writing):
        with pytest.raises(LinkLost) as caught:
            await asyncio.wait_for(waiting, 20)
        assert caught.value.reason == VANISHED
    with pytest.raises(LinkLost):
        await link.write(b"x", 1.0)
    await link.close()


async def test_a_printer_that_waits_for_paper_is_waited_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Its window is shut, and it answers the kernel's own questions: the connection stays."""
    looks = Looks(WELL)

    def read_signs(connected: socket.socket) -> PeerSigns:
        looks(connected)
        return PeerSigns.of(connected)

    monkeypatch.setattr(
        tcp_link,
        "PeerWatch",
        lambda connected, vanished: PeerWatch(
            connected, vanished, after_s=0.3, look_every_s=0.01, read_signs=read_signs
        ),
    )
    received = bytearray()
    line = TcpLine("127.0.0.1", 0, received.extend)
    line.plug()
    link = TcpLink("127.0.0.1", line.port)
    await link.open()
    line.pause_reading()
    with pytest.raises(LinkTimeout) as caught:
        await link.write(bytes(16_000_000), 0.2)
    await looks.until(looks.count + 60)  # 0.6 s and more with a shut window
    line.resume_reading()
    await link.write(b"end", 20.0)
    async with asyncio.timeout(20):
        while len(received) < caught.value.written_bytes + 3:  # noqa: ASYNC110 - has no event
            await asyncio.sleep(0.001)
    assert received.endswith(b"\0end")
    await link.close()
    line.unplug()
