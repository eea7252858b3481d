"""What the tests of serial devices share."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import pytest

PATIENCE_S = 15.0


class Recorder:
    """A listener that keeps what it was told, and can be waited for."""

    def __init__(self) -> None:
        self.told: list[Any] = []
        self._changed = asyncio.Event()

    def __call__(self, *told: Any) -> None:
        self.told.append(told[-1])  # state listeners are told a name first
        self._changed.set()

    async def until(self, holds: Callable[[list[Any]], bool]) -> None:
        """Wait until ``holds`` of everything told so far; fail after a generous time."""
        async with asyncio.timeout(PATIENCE_S):
            while not holds(self.told):
                self._changed.clear()
                await self._changed.wait()

    async def last(self, value: Any) -> None:
        """Wait until ``value`` is what was told last."""
        await self.until(lambda told: bool(told) and told[-1] == value)

    async def last_of(self, kind: type) -> None:
        """Wait until what was told last is of ``kind``."""
        await self.until(lambda told: bool(told) and isinstance(told[-1], kind))


@pytest.fixture
def recorder() -> Callable[[], Recorder]:
    return Recorder


@pytest.fixture(scope="session")
def pcscd_path(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Where the real libpcsclite looks for its daemon; it reads that once and keeps it."""
    path = tmp_path_factory.mktemp("pcsc") / "pcscd"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PCSCLITE_CSOCK_NAME", str(path))
        yield path


Start = Callable[[Coroutine[Any, Any, None]], "asyncio.Task[None]"]


@pytest.fixture
async def start() -> AsyncIterator[Start]:
    """Start tasks that are cancelled, and must end by it, when the test is over."""
    tasks: list[asyncio.Task[None]] = []

    def begin(coroutine: Coroutine[Any, Any, None]) -> "asyncio.Task[None]":
        tasks.append(asyncio.create_task(coroutine))
        return tasks[-1]

    yield begin
    for task in tasks:
        task.cancel()
    results = await asyncio.gather(*tasks, return_exceptions=True)
    assert all(isinstance(result, asyncio.CancelledError) for result in results), results
