"""The kiosk's window for the desk: its frames as they are drawn, and fingers on it."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final

import httpx

from anjungan.simulation.desk.wishes import Touch
from anjungan.simulation.screen_frames import LENGTH

log = logging.getLogger(__name__)

_ANSWER_WITHIN_S: Final = 5.0
_LARGEST_FRAME_BYTES: Final = 32 * 1024 * 1024


class Picture:
    """The watched screens at that port of loopback."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._line = httpx.AsyncClient(
            base_url=f"http://127.0.0.1:{port}", timeout=_ANSWER_WITHIN_S, trust_env=False
        )

    async def close(self) -> None:
        """Hang up."""
        await self._line.aclose()

    async def frames(self) -> AsyncIterator[bytes]:
        """Each frame as ``screen_frames`` packs it, without its length, until the screens go.

        Ends by returning; screens that do not answer are an empty stream.
        """
        try:
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                reader, writer = await asyncio.open_connection("127.0.0.1", self._port)
        except (OSError, TimeoutError):
            return
        try:
            writer.write(
                f"GET /frames HTTP/1.0\r\nHost: 127.0.0.1:{self._port}\r\n\r\n".encode("ascii")
            )
            async with asyncio.timeout(_ANSWER_WITHIN_S):
                head = await reader.readuntil(b"\r\n\r\n")
            if b" 200 " not in head.partition(b"\r\n")[0]:
                return
            while True:
                async with asyncio.timeout(_ANSWER_WITHIN_S):
                    (length,) = LENGTH.unpack(await reader.readexactly(LENGTH.size))
                    if length > _LARGEST_FRAME_BYTES:
                        return
                    frame = await reader.readexactly(length)
                yield frame
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError):
            return
        finally:
            writer.transport.abort()

    async def touch(self, touch: Touch) -> bool:
        """Put a finger there; False when the screens do not answer."""
        body = {"phase": touch.phase, "x": touch.x, "y": touch.y}
        try:
            answer = await self._line.post("touch", json=body)
        except httpx.HTTPError:
            return False
        return answer.status_code == httpx.codes.OK
