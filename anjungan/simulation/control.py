"""How other terminals steer a running simulation: one JSON line to a UNIX socket, one back.

The verb ``watch`` gets no reply but the events of the part's feed, a line each, while both sides
hold the connection.
"""

import asyncio
import logging
import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Final

import msgspec

from anjungan.simulation.feed import Event, Feed, decode_event, encode_event

log = logging.getLogger(__name__)

MAX_LINE_BYTES: Final = 64 * 1024
MAX_EVENT_BYTES: Final = 4 * 1024 * 1024
WATCH: Final = "watch"
_SENT_WITHIN_S: Final = 10.0


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
async def serve_control(
    path: Path, handle: Handler, feed: Feed | None = None
) -> AsyncIterator[None]:
    """Answer commands at ``path`` while the context lasts; the socket is gone afterwards."""
    watching: set[asyncio.Task[None]] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(10):
                line = await reader.readline()
                if feed is None or not _asks_to_watch(line):
                    reply = await _reply_to(line, handle)
                    writer.write(msgspec.json.encode(reply) + b"\n")
                    await writer.drain()
                    return
            telling = asyncio.create_task(_tell(feed, writer))
            watching.add(telling)
            telling.add_done_callback(watching.discard)
            await reader.read()  # until the watcher hangs up
            telling.cancel()
        except (TimeoutError, OSError, ValueError):
            log.warning("a control connection ended early")
        finally:
            writer.close()

    server = await asyncio.start_unix_server(answer, path, limit=MAX_LINE_BYTES)
    try:
        yield
    finally:
        server.close()
        ended = tuple(watching)
        for task in ended:
            task.cancel()
        await asyncio.gather(*ended, return_exceptions=True)
        _remove(path)


async def _tell(feed: Feed, writer: asyncio.StreamWriter) -> None:
    """Send events until cancelled, or until the watcher takes none for a while."""
    events = feed.subscribe()
    try:
        while True:
            for event in await events.take():
                writer.write(encode_event(event) + b"\n")
            async with asyncio.timeout(_SENT_WITHIN_S):
                await writer.drain()
    except (TimeoutError, OSError):
        log.warning("a watcher does not read any more")
    finally:
        feed.unsubscribe(events)
        writer.transport.abort()


def _asks_to_watch(line: bytes) -> bool:
    try:
        return _COMMANDS.decode(line).verb == WATCH
    except msgspec.DecodeError:
        return False


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


async def events_of(path: Path) -> AsyncIterator[Event]:
    """Watch what happens at ``path`` until it ends; raise NoAnswerError when nothing listens."""
    try:
        async with asyncio.timeout(_SENT_WITHIN_S):
            reader, writer = await asyncio.open_unix_connection(path, limit=MAX_EVENT_BYTES)
            writer.write(msgspec.json.encode(Command(verb=WATCH)) + b"\n")
            await writer.drain()
    except (OSError, TimeoutError) as error:
        raise NoAnswerError(f"no answer from {path.name}") from error
    try:
        while line := await reader.readline():
            yield decode_event(line)
    except (OSError, ValueError) as error:
        raise NoAnswerError(f"{path.name} ended in the middle") from error
    finally:
        writer.transport.abort()
