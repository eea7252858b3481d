"""Whole systems of real processes, on ports of their own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import pytest

from anjungan.simulation.places import Places
from anjungan.simulation.system import Options, System, running_system

StartSystem = Callable[..., AbstractAsyncContextManager[System]]


@pytest.fixture
def start_system(tmp_path: Path) -> StartSystem:
    """Start a system in a folder of this test; it is stopped when its context ends."""

    @asynccontextmanager
    async def start(**options: object) -> AsyncIterator[System]:
        wanted = {"screens": False, "fleet": False, "web": False} | options
        events: list[str] = []
        async with asyncio.timeout(110):
            async with running_system(
                Places(tmp_path / "demo"), Options(**wanted), on_event=events.append
            ) as system:
                yield system

    return start
