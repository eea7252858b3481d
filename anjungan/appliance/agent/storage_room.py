"""Whether a request would find room, so that nobody types a form that cannot be stored."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Final

from anjungan.appliance.storage.records import StorageError, StorageFull

log = logging.getLogger(__name__)

LOOK_EVERY_S: Final = 10.0
"""A disk fills from outside, too; a look reads three counters and writes nothing."""


class StorageRoom:
    """Asks the storage from time to time and after every change of its own; only reads.

    ``ask`` returns the limit that is reached, or None. ``on_change`` is called when ``accepting``
    has changed. What is stored is decided at the submit alone; this only spares vain typing.
    """

    def __init__(
        self, ask: Callable[[], Awaitable[StorageFull | None]], *, on_change: Callable[[], None]
    ) -> None:
        self._ask = ask
        self._on_change = on_change
        self._accepting = True
        self._news = asyncio.Event()

    @property
    def accepting(self) -> bool:
        """Whether a request would have found room at the last look; true before the first."""
        return self._accepting

    def look_soon(self) -> None:
        """Something was queued or receipted."""
        self._news.set()

    async def run(self) -> None:
        """Keep looking; returns only by being cancelled."""
        while True:
            await self._look()
            try:
                async with asyncio.timeout(LOOK_EVERY_S):
                    await self._news.wait()
            except TimeoutError:
                pass
            self._news.clear()

    async def _look(self) -> None:
        try:
            full = await self._ask()
        except StorageError as error:
            # what was known stays; the submit says for itself what fails
            log.warning("whether there is room is not known: %s", error)
            return
        accepting = full is None
        if accepting == self._accepting:
            return
        if full is None:
            log.info("requests are taken again")
        else:
            log.error("no request is taken: storage is full (%s)", full.because.value)
        self._accepting = accepting
        self._on_change()
