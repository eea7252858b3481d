"""The desk's server between a page and the parts of a demo: all real but the parts' insides."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from random import SystemRandom
from typing import Any

import httpx
import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import InvalidStatus

from anjungan.simulation.control import Command, Reply, serve_control
from anjungan.simulation.desk.app import Guard, create_app
from anjungan.simulation.desk.page_line import hello
from anjungan.simulation.desk.things import CARDS, CODES
from anjungan.simulation.feed import DeviceCondition, Feed, LineCondition, PanelCondition
from anjungan.simulation.places import Places
from anjungan.simulation.pn532.card import parse_card_spec
from anjungan.simulation.ports import free_port
from anjungan.simulation.rdm6300 import parse_tag_spec
from anjungan.simulation.screen_frames import NOTHING, Frame
from anjungan.simulation.wedge import WedgeSimulator

READER = DeviceCondition(name="card_reader", kind="pn532", family="card_reader", plugged=True)
LINE = LineCondition(mode="ok", connected=True)
PANEL = PanelCondition(plugged=True, buttons=())
PICTURE = Frame(3, 4, 1024, 600, b"\x89PNG of a change")


@dataclass
class Parts:
    """The control sockets of a demo, and a screen that has one frame to show."""

    places: Places
    screen_port: int
    asked: list[Command] = field(default_factory=list)
    touches: list[dict[str, Any]] = field(default_factory=list)
    answer: Reply = field(default_factory=lambda: Reply(ok=True))

    async def handle(self, command: Command) -> Reply:
        self.asked.append(command)
        return self.answer

    @asynccontextmanager
    async def devices(self) -> AsyncIterator[Feed]:
        feed = Feed(lambda: (READER,))
        async with serve_control(self.places.devices_socket, self.handle, feed):
            yield feed

    @asynccontextmanager
    async def screen(self) -> AsyncIterator[None]:
        server = await asyncio.start_server(self._screen, "127.0.0.1", self.screen_port)
        try:
            yield
        finally:
            server.close()

    async def _screen(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        if head.startswith(b"GET /frames "):
            writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + PICTURE.encode() + NOTHING.encode())
            await writer.drain()
            await reader.read()
        else:
            length = int(head.lower().partition(b"content-length: ")[2].split(b"\r\n")[0])
            self.touches.append(json.loads(await reader.readexactly(length)))
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n{}")
            await writer.drain()
        writer.close()


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    places = Places(tmp_path)
    places.make()
    parts = Parts(places, free_port())
    async with AsyncExitStack() as stack:
        for path, condition in ((places.buttons_socket, PANEL), (places.line_socket, LINE)):
            feed = Feed(lambda condition=condition: (condition,))
            await stack.enter_async_context(serve_control(path, parts.handle, feed))
        await stack.enter_async_context(parts.screen())
        yield parts


@asynccontextmanager
async def serving(places: Places, screen_port: int) -> AsyncIterator[int]:
    """A desk that serves; gives its port."""
    port = free_port()
    app = create_app(
        places,
        screen_port=screen_port,
        hello=hello("Desa Contoh", "http://127.0.0.1:1"),
        random=SystemRandom(),
    )
    config = uvicorn.Config(
        Guard(app, port), port=port, ws="websockets-sansio", log_config=None, lifespan="on"
    )
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    try:
        yield port
    finally:
        server.should_exit = True
        await running


@pytest.fixture
async def desk(parts: Parts) -> AsyncIterator[int]:
    """The port of a desk beside the parts."""
    async with serving(parts.places, parts.screen_port) as port:
        yield port


def wedge_takes(card: str) -> None:
    WedgeSimulator(Path("unplugged")).present(card)


TAKEN_BY = {"pn532": parse_card_spec, "rdm6300": parse_tag_spec, "wedge": wedge_takes}


class Page:
    """What a page has heard so far."""

    def __init__(self, line: ClientConnection) -> None:
        self._line = line
        self.frames: list[bytes] = []
        self.events: list[dict[str, Any]] = []

    async def wish(self, **fields: object) -> None:
        await self._line.send(json.dumps(fields))

    async def until(self, **fields: object) -> dict[str, Any]:
        """The first event that has all these fields, of those not yet asked for."""
        async with asyncio.timeout(20):
            while True:
                while self.events:
                    event = self.events.pop(0)
                    if fields.items() <= event.items():
                        return event
                await self._hear()

    async def frame(self) -> bytes:
        async with asyncio.timeout(20):
            while not self.frames:
                await self._hear()
        return self.frames.pop(0)

    async def _hear(self) -> None:
        message = await self._line.recv()
        if isinstance(message, bytes):
            self.frames.append(message)
        else:
            self.events += json.loads(message)


@asynccontextmanager
async def page_at(port: int) -> AsyncIterator[Page]:
    address = f"ws://127.0.0.1:{port}/live"
    async with connect(address, origin=f"http://127.0.0.1:{port}", proxy=None) as line:
        yield Page(line)


async def until(condition: Any) -> None:
    async with asyncio.timeout(20):
        while not condition():  # noqa: ASYNC110 - what a part was asked has no event
            await asyncio.sleep(0.01)


async def test_a_page_is_told_everything_and_then_every_change(parts: Parts, desk: int) -> None:
    async with parts.devices() as devices, page_at(desk) as page:
        said = await page.until(event="hello")
        assert said["kiosk"] == "Desa Contoh"
        assert len(said["cards"]) == len(CARDS)
        await page.until(event="device", name="card_reader", plugged=True)
        devices.publish(DeviceCondition(name="x", kind="pn532", family="card_reader", plugged=True))
        await page.until(event="device", name="x")


async def test_frames_pass_as_they_are_and_the_empty_ones_do_not(parts: Parts, desk: int) -> None:
    async with page_at(desk) as page:
        await page.until(event="screen", shown=True)
        assert await page.frame() == PICTURE.encode()[4:]
        assert page.frames == []


async def test_wishes_reach_the_parts_and_refusals_come_back(parts: Parts, desk: int) -> None:
    async with parts.devices(), page_at(desk) as page:
        await page.wish(wish="link", mode="cut")
        await page.wish(wish="tear", device="printer")
        await until(lambda: len(parts.asked) == 2)
        assert parts.asked == [
            Command(verb="link", words=("cut",)),
            Command(verb="device", words=("printer", "tear")),
        ]
        parts.answer = Reply(ok=False, text="no paper hangs out")
        await page.wish(wish="tear", device="printer")
        await page.until(event="refused", text="no paper hangs out")
        await page.wish(wish="reboot")
        await page.until(event="refused", text="not a wish")


async def test_a_finger_and_a_button_are_let_go_when_their_page_goes(
    parts: Parts, desk: int
) -> None:
    async with page_at(desk) as page:
        await page.wish(wish="touch", phase="down", x=10, y=20)
        await page.wish(wish="button", button="ok", down=True)
        await until(lambda: parts.asked and parts.touches)
    await until(lambda: len(parts.asked) == 2 and len(parts.touches) == 2)
    assert parts.asked[-1] == Command(verb="up", words=("ok",))
    assert parts.touches == [
        {"phase": "down", "x": 10.0, "y": 20.0},
        {"phase": "up", "x": 10.0, "y": 20.0},
    ]


async def test_parts_that_go_and_come_back_are_told(parts: Parts, desk: int) -> None:
    async with page_at(desk) as page:
        await page.until(event="part", part="devices", answers=False)
        await page.wish(wish="tear", device="printer")
        await page.until(event="refused", text="devices does not answer")
        async with parts.devices():
            await page.until(event="part", part="devices", answers=True)
            await page.until(event="device", name="card_reader")
        await page.until(event="part", part="devices", answers=False)
        async with parts.devices():
            await page.until(event="device", name="card_reader")


async def test_a_screen_that_is_not_there_is_told(parts: Parts) -> None:
    async with serving(parts.places, free_port()) as port, page_at(port) as page:
        await page.until(event="screen", shown=False)
        await page.wish(wish="touch", phase="down", x=1, y=1)
        await page.until(event="refused", text="the screen does not answer")


async def test_the_files_of_the_page_and_its_headers(parts: Parts, desk: int) -> None:
    parts.places.paper_dir.mkdir()
    (parts.places.paper_dir / "paper-001.png").write_bytes(b"\x89PNG")
    for other in (parts.places.folder, parts.places.paper_dir):
        (other / "secret.png").write_bytes(b"\x89PNG")
    base = f"http://127.0.0.1:{desk}"
    async with httpx.AsyncClient(base_url=base, trust_env=False) as line:
        page = await line.get("/")
        assert page.status_code == 200
        assert "Content-Security-Policy" in page.headers
        for inline in ("<style", "onclick=", " style="):
            assert inline not in page.text
        assert page.text.count("<script") == page.text.count('<script type="module" src="/static/')
        for name in ("desk.js", "desk.css", "icons.json", "icons.ttf", "mark.png"):
            assert (await line.get(f"/static/{name}")).status_code == 200
        assert (await line.get("/paper/paper-001.png")).content == b"\x89PNG"
        for code in CODES:
            picture = await line.get(f"/codes/{code.id}.svg")
            assert picture.headers["content-type"].startswith("image/svg+xml")
            assert picture.content.startswith(b"<svg")
        for path in (
            *("/static/nothing.js", "/static/..%2fapp.py", "/paper/paper-002.png"),
            *("/paper/..%2fsecret.png", "/paper/secret.png", "/codes/nothing.svg", "/x"),
        ):
            assert (await line.get(path)).status_code == 404, path


async def test_no_other_page_may_drive_the_desk(parts: Parts, desk: int) -> None:
    base = f"http://127.0.0.1:{desk}"
    async with httpx.AsyncClient(base_url=base, trust_env=False) as line:
        assert (await line.get("/", headers={"Host": "evil.example"})).status_code == 403
        assert (await line.get("/", headers={"Origin": "http://evil.example"})).status_code == 403
    for origin in ("http://evil.example", f"http://localhost:{desk}", None):
        with pytest.raises(InvalidStatus):
            async with connect(f"ws://127.0.0.1:{desk}/live", origin=origin, proxy=None):
                pass
    assert parts.asked == []


def test_every_card_on_the_desk_is_one_that_its_readers_take() -> None:
    for card in CARDS:
        for kind in card.kinds:
            TAKEN_BY[kind](card.card)
    specs = [parse_card_spec(card.card) for card in CARDS if "pn532" in card.kinds]
    assert {len(spec.identifier) for spec in specs} == {4, 7}
    assert len({spec.technology for spec in specs}) == 2
