"""Calls that block, one after the other on a thread of their own, each waited for with a limit.

A library that hangs cannot be stopped.  Its thread is left to it, and no further call is tried
until it comes back.
"""

import asyncio
import logging
import queue
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any, TypeVar

log = logging.getLogger(__name__)

Result = TypeVar("Result")
_Jobs = queue.SimpleQueue[Callable[[], None] | None]


class CallHangs(TimeoutError):  # noqa: N818 - named after what happened, as LinkLost is
    """The call did not end in time, or an earlier one has not ended yet."""


class BlockingCalls:
    """The thread begins with the first call, and does not keep the program from ending."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: _Jobs | None = None
        self._running = 0

    async def call(self, function: Callable[[], Result], limit_s: float) -> Result:
        """Run ``function`` on the thread and return what it returns, or raise what it raises.

        Raises:
            CallHangs: it did not end within ``limit_s``; it goes on, and what it returns is lost.
        """
        if self._running:
            raise CallHangs
        loop = asyncio.get_running_loop()
        outcome: asyncio.Future[Result] = loop.create_future()
        self._running += 1

        def ended(settle: Callable[[Any], None], value: object) -> None:
            self._running -= 1
            if not outcome.done():
                settle(value)

        def run() -> None:
            try:
                told: tuple[Callable[[Any], None], object] = (outcome.set_result, function())
            except Exception as error:  # noqa: BLE001 - a thread boundary: raised where it is awaited
                told = (outcome.set_exception, error)
            with suppress(RuntimeError):  # the loop has ended meanwhile
                loop.call_soon_threadsafe(ended, *told)

        self._queue().put(run)
        try:
            await asyncio.wait((outcome,), timeout=limit_s)
            if not outcome.done():
                raise CallHangs
            return outcome.result()
        finally:
            outcome.cancel()

    def stop(self, last: Callable[[], None]) -> None:
        """End the thread once it is free, after ``last``; nobody waits for it."""
        jobs, self._jobs = self._jobs, None
        if jobs is not None:
            jobs.put(last)
            jobs.put(None)

    def _queue(self) -> _Jobs:
        if self._jobs is None:
            self._jobs = queue.SimpleQueue()
            threading.Thread(target=_work, args=(self._jobs,), name=self._name, daemon=True).start()
        return self._jobs


def _work(jobs: _Jobs) -> None:
    while (job := jobs.get()) is not None:
        try:
            job()
        except Exception as error:  # noqa: BLE001 - a thread boundary: the last call, which nobody awaits
            log.warning("a call at the end failed: %s", type(error).__name__)
