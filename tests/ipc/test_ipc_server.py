"""The agent's socket with real clients: who is served, who is refused, who is cut off."""

import asyncio
import os
import socket
import stat
import struct
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import ClassVar

import msgspec
import pytest

from anjungan.appliance.ipc.framing import FrameParser, frame
from anjungan.appliance.ipc.messages import (
    MAX_FRAME_BYTES,
    Act,
    AgentMessage,
    ButtonAction,
    ButtonMoved,
    ButtonName,
    Drawn,
    Hello,
    ScreensMessage,
    Touched,
)
from anjungan.appliance.ipc.server import (
    MAX_UNSENT_BYTES,
    Peer,
    ScreensServer,
    peer_of,
)
from anjungan.appliance.session.intents import EnterText, Wake

VERSION = "1.2.3"
HELLO = Hello(version=VERSION, width_px=1024, height_px=600)
PRESSED = ButtonMoved(button=ButtonName.OK, action=ButtonAction.PRESSED)
LIMIT_S = 5.0


@dataclass
class Site:
    """A running server and what it told; ``happened`` is set at each call."""

    server: ScreensServer
    path: Path
    hellos: list[Hello] = field(default_factory=list)
    messages: list[ScreensMessage] = field(default_factory=list)
    gone: int = 0
    happened: asyncio.Event = field(default_factory=asyncio.Event)

    async def until(self, condition: Callable[[], bool]) -> None:
        async with asyncio.timeout(LIMIT_S):
            while not condition():
                self.happened.clear()
                await self.happened.wait()


class Client:
    """What the screens do with the socket, and what they never would."""

    opened: ClassVar[list["Client"]] = []

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self.writer = writer
        self._parser = FrameParser()
        self.opened.append(self)

    @classmethod
    async def connect(cls, path: Path) -> "Client":
        async with asyncio.timeout(LIMIT_S):
            while True:
                with suppress(FileNotFoundError, ConnectionRefusedError):
                    return cls(*await asyncio.open_unix_connection(path))
                await asyncio.sleep(0)

    def say(self, message: ScreensMessage) -> None:
        self.writer.write(frame(msgspec.json.encode(message)))

    async def hear(self) -> AgentMessage:
        async with asyncio.timeout(LIMIT_S):
            while data := await self._reader.read(4096):
                for payload in self._parser.feed(data):
                    return msgspec.json.decode(payload, type=AgentMessage)
        raise ConnectionResetError

    async def is_cut_off(self) -> bool:
        """Wait until the server has ended the connection."""
        async with asyncio.timeout(LIMIT_S):
            try:
                while await self._reader.read(4096):
                    pass
            except ConnectionError:
                pass
        return True


def make_site(path: Path, **changes: object) -> Site:
    site: Site

    def hello(message: Hello) -> None:
        site.hellos.append(message)
        site.happened.set()

    def message(received: ScreensMessage) -> None:
        site.messages.append(received)
        site.happened.set()

    def went() -> None:
        site.gone += 1
        site.happened.set()

    handlers = {"on_hello": hello, "on_message": message, "on_gone": went, **changes}
    site = Site(ScreensServer(path, version=VERSION, **handlers), path)  # type: ignore[arg-type]  # handlers are mixed on purpose
    return site


@pytest.fixture(autouse=True)
async def everything_ends() -> AsyncIterator[None]:
    """Close what a test opened and wait until the server's side of it has ended too."""
    yield
    for client in Client.opened:
        client.writer.transport.abort()
    Client.opened.clear()
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        _done, pending = await asyncio.wait(others, timeout=LIMIT_S)
        assert not pending


@pytest.fixture
async def run_site(tmp_path: Path) -> AsyncIterator[Callable[..., Site]]:
    running: list[asyncio.Task[None]] = []

    def run(**changes: object) -> Site:
        site = make_site(tmp_path / "agent.sock", **changes)
        running.append(asyncio.create_task(site.server.run()))
        return site

    yield run
    for task in running:
        task.cancel()
    await asyncio.gather(*running, return_exceptions=True)


@pytest.fixture
async def site(run_site: Callable[..., Site]) -> Site:
    return run_site()


@pytest.fixture
async def client(site: Site) -> Client:
    return await Client.connect(site.path)


async def greeted(site: Site) -> Client:
    """A client that has said hello and was heard."""
    before = len(site.hellos)
    client = await Client.connect(site.path)
    client.say(HELLO)
    await site.until(lambda: len(site.hellos) > before)
    return client


class TestConversation:
    async def test_hello_then_messages_both_ways(self, site: Site) -> None:
        client = await greeted(site)
        assert site.hellos == [HELLO]
        assert site.server.connected
        client.say(Act(step=3, intent=Wake()))
        client.say(Touched())
        await site.until(lambda: len(site.messages) == 2)
        assert site.messages == [Act(step=3, intent=Wake()), Touched()]
        site.server.send(PRESSED)
        assert await client.hear() == PRESSED
        client.writer.close()
        await site.until(lambda: site.gone == 1)
        assert not site.server.connected
        assert site.server._connections == set()

    async def test_before_hello_nothing_is_heard(self, site: Site, client: Client) -> None:
        client.say(Act(step=1, intent=Wake()))
        client.say(HELLO)
        await site.until(lambda: bool(site.hellos))
        assert site.messages == []

    async def test_without_screens_sending_is_nothing(self, site: Site) -> None:
        site.server.send(PRESSED)
        assert not site.server.connected

    async def test_a_second_hello_of_the_same_screens_gets_the_view_again(self, site: Site) -> None:
        client = await greeted(site)
        client.say(HELLO)
        await site.until(lambda: len(site.hellos) == 2)
        site.server.send(PRESSED)
        assert await client.hear() == PRESSED
        assert site.gone == 0

    async def test_the_newer_of_two_connections_wins(self, site: Site) -> None:
        old = await greeted(site)
        new = await greeted(site)
        assert await old.is_cut_off()
        site.server.send(PRESSED)
        assert await new.hear() == PRESSED
        assert site.gone == 0
        assert site.server.connected

    async def test_what_the_older_one_still_says_is_not_heard(self, site: Site) -> None:
        old = await greeted(site)
        new = await greeted(site)
        with suppress(ConnectionError):
            old.say(Touched())
            await old.is_cut_off()
        new.say(Drawn(step=1))
        await site.until(lambda: bool(site.messages))
        assert site.messages == [Drawn(step=1)]


class TestRefusals:
    async def test_another_version(self, site: Site, client: Client) -> None:
        client.say(msgspec.structs.replace(HELLO, version="0.9"))
        assert await client.is_cut_off()
        assert site.hellos == []
        assert not site.server.connected

    @pytest.mark.parametrize(
        ("peer", "served"),
        [
            (Peer(uid=0, gid=0), True),
            (Peer(uid=os.getuid(), gid=4_000_000), True),
            (Peer(uid=4_000_000, gid=os.getgid()), True),
            (Peer(uid=4_000_000, gid=4_000_000), False),
        ],
    )
    async def test_only_our_user_our_group_and_root_are_served(
        self, run_site: Callable[..., Site], peer: Peer, served: bool
    ) -> None:
        site = run_site(ask_peer=lambda _connection: peer)
        client = await Client.connect(site.path)
        client.say(HELLO)
        if served:
            await site.until(lambda: bool(site.hellos))
        else:
            assert await client.is_cut_off()
            assert site.hellos == []

    def test_the_kernel_says_who_is_there(self) -> None:
        ours, theirs = socket.socketpair(socket.AF_UNIX)
        with ours, theirs:
            assert peer_of(ours) == Peer(os.geteuid(), os.getegid())

    async def test_the_socket_is_for_owner_and_group(self, site: Site, client: Client) -> None:
        # stat() of a socket in a temporary folder does not block
        assert stat.S_IMODE(os.stat(site.path).st_mode) == 0o660  # noqa: PTH116

    @pytest.mark.parametrize(
        "said",
        [
            pytest.param(struct.pack(">I", MAX_FRAME_BYTES + 1), id="a giant"),
            pytest.param(frame(b"not json"), id="no JSON"),
            pytest.param(frame(b'{"type":"Format","disk":1}'), id="an unknown message"),
            pytest.param(frame(b'{"type":"Act","step":"1","intent":{}}'), id="a wrong type"),
            pytest.param(frame(b"[" * 200_000), id="deep nesting"),
            pytest.param(frame(b'{"type":"Hello","version":"\xff\xfe"}'), id="no UTF-8"),
            pytest.param(frame(b""), id="an empty frame"),
        ],
    )
    async def test_garbage_ends_its_connection_and_no_other(self, site: Site, said: bytes) -> None:
        client = await greeted(site)
        client.writer.write(said)
        assert await client.is_cut_off()
        await site.until(lambda: site.gone == 1)
        again = await greeted(site)
        again.say(Touched())
        await site.until(lambda: site.messages == [Touched()])

    async def test_garbage_is_not_quoted_in_the_log(
        self, site: Site, client: Client, caplog: pytest.LogCaptureFixture
    ) -> None:
        client.say(HELLO)
        client.writer.write(frame(b'{"type":"3505014709850147"}'))
        assert await client.is_cut_off()
        await site.until(lambda: site.gone == 1)
        assert "failed: ValidationError" in caplog.text
        assert "3505014709850147" not in caplog.text

    async def test_half_a_frame_and_gone(self, site: Site) -> None:
        client = await greeted(site)
        client.writer.write(frame(b"{}")[:5])
        client.writer.close()
        await site.until(lambda: site.gone == 1)


class TestScreensThatHang:
    async def test_one_that_does_not_read_is_cut_off(self, site: Site) -> None:
        client = await greeted(site)
        client.writer.transport.pause_reading()  # type: ignore[attr-defined]  # a read transport too
        # long enough to fill the kernel's buffers and then ours
        for _ in range(4 * MAX_UNSENT_BYTES // 64):
            site.server.send(PRESSED)
            if site.gone:
                break
            await asyncio.sleep(0)
        await site.until(lambda: site.gone == 1)
        assert not site.server.connected

    async def test_a_view_that_is_too_large_is_not_sent_and_harms_nothing(
        self, site: Site, caplog: pytest.LogCaptureFixture
    ) -> None:
        client = await greeted(site)
        giant = Act(step=1, intent=EnterText(text="x" * MAX_FRAME_BYTES))
        site.server.send(giant)  # type: ignore[arg-type]  # any message that is too large
        assert "cannot be sent" in caplog.text
        site.server.send(PRESSED)
        assert await client.hear() == PRESSED

    async def test_a_listener_that_fails_costs_the_connection_only(
        self, run_site: Callable[..., Site]
    ) -> None:
        def fail(_message: ScreensMessage) -> None:
            raise RuntimeError("a bug")

        site = run_site(on_message=fail)
        client = await greeted(site)
        client.say(Touched())
        assert await client.is_cut_off()
        await site.until(lambda: site.gone == 1)
        assert (await greeted(site)).writer


class TestLife:
    async def test_a_socket_that_was_left_over_is_replaced(self, tmp_path: Path) -> None:
        path = tmp_path / "agent.sock"
        with socket.socket(socket.AF_UNIX) as left_over:
            left_over.bind(str(path))
        site = make_site(path)
        running = asyncio.create_task(site.server.run())
        client = await Client.connect(path)
        client.say(HELLO)
        await site.until(lambda: bool(site.hellos))
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)

    async def test_the_end_waits_for_no_client_and_leaves_no_socket(self, tmp_path: Path) -> None:
        site = make_site(tmp_path / "agent.sock")
        running = asyncio.create_task(site.server.run())
        client = await greeted(site)
        running.cancel()
        async with asyncio.timeout(LIMIT_S):
            await asyncio.gather(running, return_exceptions=True)
        assert await client.is_cut_off()
        assert list(os.scandir(tmp_path)) == []
        await site.until(lambda: site.gone == 1)
