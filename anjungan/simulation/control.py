"""How other terminals steer a running simulation: one JSON line to a UNIX socket, one back."""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

log = logging.getLogger(__name__)

MAX_LINE_BYTES: Final = 64 * 1024


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """What shall happen: a verb and its words, as typed on the command line."""

    verb: str
    words: tuple[str, ...] = ()


class Reply(msgspec.Struct, frozen=True, kw_only=True):
    """What happened, in words for people; ``facts`` are for programs."""

    ok: bool
    text: str = ""
    facts: dict[str, str] = {}


class NoAnswerError(ConnectionError):
    """Nothing listens at the socket, or it did not answer in time."""


Handler = Callable[[Command], Awaitable[Reply]]

_COMMANDS: Final = msgspec.json.Decoder(Command)
_REPLIES: Final = msgspec.json.Decoder(Reply)


@asynccontextmanager
async def serve_control(path: Path, handle: Handler) -> AsyncIterator[None]:
    """Answer commands at ``path`` while the context lasts; the socket is gone afterwards."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                reply = await _reply_to(await reader.readline(), handle)
                writer.write(msgspec.json.encode(reply) + b"\n")
                await writer.drain()
        except (TimeoutError, OSError, ValueError):
            log.warning("a control connection ended early")
        finally:
            writer.close()

    server = await asyncio.start_unix_server(answer, path, limit=MAX_LINE_BYTES)
    try:
        yield
    finally:
        server.close()
        _remove(path)


def _remove(path: Path) -> None:
    path.unlink(missing_ok=True)


async def _reply_to(line: bytes, handle: Handler) -> Reply:
    try:
        command = _COMMANDS.decode(line)
    except msgspec.DecodeError:
        return Reply(ok=False, text="not a command")
    try:
        return await handle(command)
    except Exception:  # a faulty command must not end the simulation
        log.exception("the command %s failed", command.verb)
        return Reply(ok=False, text=f"{command.verb} failed; see the log")


def ask(path: Path, command: Command, *, timeout_s: float = 10.0) -> Reply:
    """Send ``command`` and wait for its reply; raise NoAnswerError when none comes."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(timeout_s)
        try:
            line.connect(str(path))
            line.sendall(msgspec.json.encode(command) + b"\n")
            with line.makefile("rb") as answer:
                return _REPLIES.decode(answer.readline(MAX_LINE_BYTES))
        except (OSError, msgspec.DecodeError) as error:
            raise NoAnswerError(f"no answer from {path.name}") from error
