"""Putting the desk's page together."""

import asyncio
import logging
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

from litestar import Litestar, Response, WebSocket, get, websocket
from litestar.datastructures import MutableScopeHeaders, State
from litestar.params import FromPath
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from anjungan.simulation.desk.board import Board
from anjungan.simulation.desk.page_line import Hello, PageLine
from anjungan.simulation.desk.pages import File, load_files
from anjungan.simulation.desk.parts import Parts
from anjungan.simulation.desk.picture import Picture
from anjungan.simulation.desk.things import CODES, code_picture
from anjungan.simulation.loopback import HEADERS, may_ask
from anjungan.simulation.paper_shelf import PIECE
from anjungan.simulation.places import Places

log = logging.getLogger(__name__)

HTTP_FORBIDDEN: Final = 403
_HTTP_NOT_FOUND: Final = 404
_REFUSED_SOCKET: Final = 1008
"""WebSocket's "policy violation" (RFC 6455, section 7.4.1)."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the handlers need."""

    board: Board
    parts: Parts
    picture: Picture
    hello: Hello
    files: Mapping[str, File]
    paper_dir: Path


def create_app(places: Places, *, screen_port: int, hello: Hello, random: Random) -> Litestar:
    """The desk of the demo on ``places``; it listens to the parts while it lives."""
    board = Board()
    desk = Desk(
        board=board,
        parts=Parts(places, board, random),
        picture=Picture(screen_port),
        hello=hello,
        files=load_files(),
        paper_dir=places.paper_dir,
    )

    @asynccontextmanager
    async def listening(_app: Litestar) -> AsyncIterator[None]:
        task = asyncio.create_task(desk.parts.run(), name="listen to the parts")
        try:
            yield
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
            await desk.picture.close()

    return Litestar(
        route_handlers=[page, static_file, paper, code, live],
        state=State({"desk": desk}),
        lifespan=[listening],
        before_send=[_add_headers],
        openapi_config=None,
        logging_config=None,
    )


class Guard:
    """Lets only this machine's own pages and programs through, on that port."""

    def __init__(self, app: ASGIApp, port: int) -> None:
        self._app = app
        self._port = port

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve, or refuse."""
        kind = str(scope["type"])
        if kind == "lifespan" or self._admits(kind, scope["headers"]):
            await self._app(scope, receive, send)
        elif kind == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": _REFUSED_SOCKET, "reason": None})
        else:
            await send({"type": "http.response.start", "status": HTTP_FORBIDDEN, "headers": []})
            await send({"type": "http.response.body", "body": b"", "more_body": False})

    def _admits(self, kind: str, raw: Iterable[tuple[bytes, bytes]]) -> bool:
        headers = {name.lower(): value.decode("latin-1") for name, value in raw}
        return may_ask(
            self._port,
            headers.get(b"host"),
            headers.get(b"origin"),
            needs_origin=kind == "websocket",
        )


@get("/", sync_to_thread=False)
def page(state: State) -> Response[bytes]:
    """The page."""
    return _file(state, "desk.html")


@get("/static/{name:str}", sync_to_thread=False)
def static_file(state: State, name: FromPath[str]) -> Response[bytes]:
    """A file of the page."""
    return _file(state, name)


@get("/paper/{piece:str}", sync_to_thread=True)
def paper(state: State, piece: FromPath[str]) -> Response[bytes]:
    """The picture of a piece of paper that came out of the printer."""
    desk: Desk = state["desk"]
    name = piece.removesuffix(".png")
    if not PIECE.match(name):
        return Response(b"", status_code=_HTTP_NOT_FOUND)
    try:
        content = (desk.paper_dir / f"{name}.png").read_bytes()
    except FileNotFoundError:
        return Response(b"", status_code=_HTTP_NOT_FOUND)
    return Response(content, media_type="image/png")


@get("/codes/{name:str}", sync_to_thread=False)
def code(name: FromPath[str]) -> Response[bytes]:
    """The picture of a code that lies on the desk from the beginning."""
    for each in CODES:
        if name == f"{each.id}.svg":
            return Response(code_picture(each.text), media_type="image/svg+xml")
    return Response(b"", status_code=_HTTP_NOT_FOUND)


@websocket("/live")
async def live(socket: WebSocket[Any, Any, Any], state: State) -> None:
    """Frames and events to a page, wishes from it."""
    desk: Desk = state["desk"]
    await PageLine(socket, desk.board, desk.parts, desk.picture, desk.hello).run()


def _file(state: State, name: str) -> Response[bytes]:
    desk: Desk = state["desk"]
    file = desk.files.get(name)
    if file is None:
        return Response(b"", status_code=_HTTP_NOT_FOUND)
    return Response(file.content, media_type=file.media_type)


async def _add_headers(message: Message, scope: Scope) -> None:
    del scope
    if message["type"] == "http.response.start":
        headers = MutableScopeHeaders.from_message(message)
        for name, value in HEADERS.items():
            headers[name] = value
