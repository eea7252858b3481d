import asyncio
from collections.abc import Callable
from random import Random
from typing import Any

import pytest

from anjungan.appliance.drivers.device import (
    DeviceState,
    Fault,
    Missing,
    Pacing,
    Ready,
    Starting,
    StateReport,
    keep_open,
    tell,
)
from anjungan.appliance.drivers.link.byte_link import LinkLost, LinkTimeout
from anjungan.simulation.memory_link import MemoryLink, memory_line


class Enough(BaseException):
    """Ends a loop that has no end."""


class Paces:
    """A clock that only moves when asked, and a sleep that counts; ends after ``rounds`` sleeps."""

    def __init__(self, rounds: int) -> None:
        self.now_s = 0.0
        self.slept_s: list[float] = []
        self._rounds = rounds
        self.pacing = Pacing(
            monotonic=lambda: self.now_s,
            sleep=self._sleep,
            random=Random(5),  # noqa: S311 - the jitter of a test, repeatable
        )

    async def _sleep(self, delay_s: float) -> None:
        self.slept_s.append(delay_s)
        self.now_s += delay_s
        if len(self.slept_s) == self._rounds:
            raise Enough


async def run(
    link: MemoryLink, serve: Callable[[StateReport], Any], paces: Paces
) -> list[DeviceState]:
    told: list[DeviceState] = []
    report = StateReport("nfc", lambda _, state: told.append(state))
    with pytest.raises(Enough):
        await keep_open(link, lambda: serve(report), report=report, pacing=paces.pacing)
    assert not link.is_open
    return told


async def never_served(report: StateReport) -> Missing:
    raise AssertionError("the line was opened")


async def test_an_absent_device_is_told_once_and_waited_for_ever_longer() -> None:
    near, _ = memory_line()
    near.unplug()
    paces = Paces(200)
    assert await run(near, never_served, paces) == [Missing("absent")]
    ceilings_s = [min(10.0, 0.5 * 2**n) for n in range(200)]
    assert all(
        0.05 <= slept_s <= max(ceiling_s, 0.05)
        for slept_s, ceiling_s in zip(paces.slept_s, ceilings_s, strict=True)
    )
    assert max(paces.slept_s) > 9.0
    assert len(set(paces.slept_s)) > 150  # jitter, not a fixed rhythm


async def test_states_of_a_device_that_is_lost_and_found() -> None:
    near, _ = memory_line()

    async def serve(report: StateReport) -> Missing | Fault:
        report.set(Ready("one"))
        report.set(Ready("one"))
        if near.opened_count == 1:
            raise LinkLost("unplugged")
        return Fault("broken", "for good")

    assert await run(near, serve, Paces(2)) == [
        Starting(),
        Ready("one"),
        Missing("unplugged"),
        Starting(),
        Ready("one"),
        Fault("broken", "for good"),
    ]


async def test_a_fault_stands_until_the_device_is_ready() -> None:
    near, _ = memory_line()

    async def serve(report: StateReport) -> Fault:
        if near.opened_count == 3:
            report.set(Ready("at last"))
        return Fault("not_answering", "silent")

    assert await run(near, serve, Paces(3)) == [
        Starting(),
        Fault("not_answering", "silent"),
        Ready("at last"),
        Fault("not_answering", "silent"),
    ]


async def test_a_line_that_takes_no_bytes_is_a_fault() -> None:
    near, _ = memory_line()

    async def serve(report: StateReport) -> Missing:
        raise LinkTimeout(3)

    told = await run(near, serve, Paces(1))
    assert told[-1] == Fault("not_taking_bytes", "the device does not take bytes")


async def test_a_bug_in_a_driver_is_a_fault_and_is_tried_again(
    caplog: pytest.LogCaptureFixture,
) -> None:
    near, _ = memory_line()

    async def serve(report: StateReport) -> Missing:
        raise ZeroDivisionError

    told = await run(near, serve, Paces(3))
    assert told[-1] == Fault("internal_error", "ZeroDivisionError")
    assert near.opened_count == 3
    assert "a device session failed" in caplog.text


async def test_a_line_that_held_long_is_tried_again_soon() -> None:
    near, _ = memory_line()
    paces = Paces(60)

    async def serve(report: StateReport) -> Missing:
        paces.now_s += 11.0
        raise LinkLost("loose plug")

    await run(near, serve, paces)
    assert max(paces.slept_s) <= 0.5


async def test_a_line_that_dies_at_once_is_not_tried_ever_faster() -> None:
    near, _ = memory_line()
    paces = Paces(60)

    async def serve(report: StateReport) -> Missing:
        report.set(Ready("for an instant"))
        raise LinkLost("loose plug")

    await run(near, serve, paces)
    assert max(paces.slept_s) > 5.0


async def test_cancelling_closes_the_line() -> None:
    near, _ = memory_line()

    serving = asyncio.Event()

    async def serve() -> Missing:
        serving.set()
        await asyncio.Event().wait()
        raise AssertionError

    report = StateReport("nfc", lambda *_: None)
    task = asyncio.create_task(keep_open(near, serve, report=report))
    await asyncio.wait_for(serving.wait(), 5.0)
    assert near.is_open
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert not near.is_open


def test_a_listener_that_raises_does_no_harm_and_leaks_nothing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    def bad(*_: object) -> None:
        raise ValueError("3505110101900001")

    report = StateReport("nfc", bad)
    report.set(Starting())
    assert report.state == Starting()
    caplog.clear()
    tell("nfc", bad, "event")
    assert "the listener of device nfc failed: ValueError" in caplog.text
    assert "3505110101900001" not in caplog.text
