"""Something that is done at the start, and again and again where that was asked for."""

import asyncio
from collections.abc import Callable


class Again:
    """Does ``action`` soon after the start, then every ``every_s`` until stopped; None: once."""

    def __init__(self, action: Callable[[], None], every_s: float | None) -> None:
        self._action = action
        self._every_s = every_s
        self._next: asyncio.Handle | None = None

    def start(self) -> None:
        """Do it at the loop's next turn, when whoever starts this has said so."""
        self._next = asyncio.get_running_loop().call_soon(self._act)

    def stop(self) -> None:
        """Do it no more."""
        if self._next is not None:
            self._next.cancel()
            self._next = None

    def _act(self) -> None:
        self._action()
        if self._every_s is not None:
            self._next = asyncio.get_running_loop().call_later(self._every_s, self._act)
