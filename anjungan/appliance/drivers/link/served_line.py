"""What every link over an :class:`OpenLine` does the same; opening and closing differ."""

from anjungan.appliance.drivers.link.byte_link import LinkLost
from anjungan.appliance.drivers.link.open_line import OpenLine


class ServedLine:
    """A link whose bytes go through ``_line`` while it is open; None while it is not."""

    _line: OpenLine | None

    async def read(self, max_bytes: int, timeout_s: float) -> bytes:
        """See ``ByteLink.read``."""
        return await self._opened().read(max_bytes, timeout_s)

    async def write(self, data: bytes, timeout_s: float) -> None:
        """See ``ByteLink.write``."""
        await self._opened().write(data, timeout_s)

    async def discard_input(self) -> None:
        """See ``ByteLink.discard_input``."""
        self._opened().discard_input()

    def _opened(self) -> OpenLine:
        if self._line is None:
            raise LinkLost("closed")
        return self._line
