"""The line to one open page: frames and events go to it, wishes come from it."""

import asyncio
import logging
from typing import Any, Final

import msgspec
from litestar import WebSocket
from litestar.exceptions import WebSocketDisconnect

from anjungan.simulation.control import Reply
from anjungan.simulation.desk.board import Board, DeskEvent
from anjungan.simulation.desk.parts import Parts
from anjungan.simulation.desk.picture import Picture
from anjungan.simulation.desk.things import CARDS, CODES, CardThing, CodeThing
from anjungan.simulation.desk.wishes import (
    Button,
    Touch,
    Wish,
    command_of,
    decode_wish,
)

log = logging.getLogger(__name__)

PageSocket = WebSocket[Any, Any, Any]

_GATHER_S: Final = 0.03
"""Events that come so close together travel in one message."""
_SCREEN_PAUSE_S: Final = 0.5
_HEAD_BYTES: Final = 8

_encode: Final = msgspec.json.Encoder().encode


class Hello(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="hello"):
    """What a page is told first; all it knew before is void."""

    kiosk: str
    regency_url: str
    cards: tuple[CardThing, ...]
    codes: tuple[CodeThing, ...]


class ScreenSeen(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="screen"):
    """Whether the kiosk's screen is to be seen."""

    shown: bool


class Refused(msgspec.Struct, frozen=True, kw_only=True, tag_field="event", tag="refused"):
    """A wish was not fulfilled."""

    text: str


Message = DeskEvent | Hello | ScreenSeen | Refused


class PageLine:
    """One page. A finger or button it holds is let go when it goes away."""

    def __init__(
        self, socket: PageSocket, board: Board, parts: Parts, picture: Picture, hello: Hello
    ) -> None:
        self._socket = socket
        self._board = board
        self._parts = parts
        self._picture = picture
        self._hello = hello
        self._sending = asyncio.Lock()
        self._finger: Touch | None = None
        self._held: set[str] = set()

    async def run(self) -> None:
        """Serve the page until it goes."""
        await self._socket.accept()
        await self._send(self._hello)
        tasks = {
            asyncio.create_task(self._send_events(), name="events to a page"),
            asyncio.create_task(self._send_frames(), name="frames to a page"),
            asyncio.create_task(self._take_wishes(), name="wishes of a page"),
        }
        try:
            await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            results = await asyncio.gather(*tasks, return_exceptions=True)
            await self._let_go()
        for result in results:
            if isinstance(result, Exception) and not isinstance(result, WebSocketDisconnect):
                raise result

    async def _send_events(self) -> None:
        events = self._board.open_page()
        try:
            while True:
                await self._send(*await events.take())
                await asyncio.sleep(_GATHER_S)
        finally:
            self._board.close_page(events)

    async def _send_frames(self) -> None:
        while True:
            shown = False
            async for frame in self._picture.frames():
                if not shown:
                    shown = True
                    await self._send(ScreenSeen(shown=True))
                if len(frame) > _HEAD_BYTES:
                    async with self._sending:
                        await self._socket.send_bytes(frame)
            await self._send(ScreenSeen(shown=False))
            await asyncio.sleep(_SCREEN_PAUSE_S)

    async def _take_wishes(self) -> None:
        while True:
            text = await self._socket.receive_text()
            try:
                wish = decode_wish(text)
            except msgspec.DecodeError:
                await self._send(Refused(text="not a wish"))
                continue
            reply = await self._fulfil(wish)
            if not reply.ok:
                await self._send(Refused(text=reply.text))

    async def _fulfil(self, wish: Wish) -> Reply:
        if isinstance(wish, Touch):
            self._finger = None if wish.phase == "up" else wish
            if await self._picture.touch(wish):
                return Reply(ok=True)
            return Reply(ok=False, text="the screen does not answer")
        if isinstance(wish, Button):
            (self._held.add if wish.down else self._held.discard)(wish.button)
        return await self._parts.ask(*command_of(wish))

    async def _let_go(self) -> None:
        if self._finger is not None:
            finger = self._finger
            await self._picture.touch(Touch(phase="up", x=finger.x, y=finger.y))
        for button in self._held:
            await self._parts.ask(*command_of(Button(button=button, down=False)))

    async def _send(self, *messages: Message) -> None:
        async with self._sending:
            await self._socket.send_text(_encode(messages).decode())


def hello(kiosk: str, regency_url: str) -> Hello:
    """What every page is told first."""
    return Hello(kiosk=kiosk, regency_url=regency_url, cards=CARDS, codes=CODES)
