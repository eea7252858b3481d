import asyncio
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
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
from anjungan.appliance.drivers.link.serial_link import SerialLink
from anjungan.appliance.drivers.link.tcp_link import TcpLink
from anjungan.simulation.line_place import TcpPlace, open_simulated_line
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
        raise ZeroDivisionError("3505110101900001")

    told = await run(near, serve, Paces(3))
    assert told == [Starting(), Fault("internal_error", "ZeroDivisionError")]
    assert near.opened_count == 3
    assert "a session of device nfc failed: ZeroDivisionError in serve:" in caplog.text
    assert "3505110101900001" not in caplog.text


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
    assert (report.name, report.state) == ("nfc", Starting())
    assert "the state listener of device nfc failed: ValueError" in caplog.text
    tell("nfc", bad, "event")
    assert "the listener of device nfc failed: ValueError" in caplog.text
    assert "3505110101900001" not in caplog.text


async def test_a_line_that_opens_and_is_lost_again_and_again_is_told_once() -> None:
    """So is a network printer that serves somebody else: it takes the connection and resets it."""
    near, _ = memory_line()

    async def serve(report: StateReport) -> Missing:
        if near.opened_count == 5:
            report.set(Ready("free again"))
        raise LinkLost("connection reset")

    assert await run(near, serve, Paces(8)) == [
        Starting(),
        Missing("connection reset"),
        Ready("free again"),
        Missing("connection reset"),
        Starting(),
        Missing("connection reset"),
    ]


async def test_a_device_that_goes_and_comes_is_told_to_start_each_time() -> None:
    near, _ = memory_line()
    paces = Paces(6)

    async def serve(report: StateReport) -> Missing:
        raise LinkLost("dropped off the bus")

    told: list[DeviceState] = []
    report = StateReport("nfc", lambda _, state: told.append(state))
    near.unplug()
    sleep = paces.pacing.sleep

    async def plug_or_unplug(delay_s: float) -> None:
        if len(paces.slept_s) % 2:
            near.unplug()
        else:
            near.plug()
        await sleep(delay_s)

    with pytest.raises(Enough):
        await keep_open(
            near,
            lambda: serve(report),
            report=report,
            pacing=replace(paces.pacing, sleep=plug_or_unplug),
        )
    gone, dropped = Missing("absent"), Missing("dropped off the bus")
    assert told == [gone, *[Starting(), dropped, gone] * 2, Starting(), dropped]


async def test_a_fault_that_comes_and_goes_with_the_plug_is_told_each_time() -> None:
    near, _ = memory_line()

    async def serve(report: StateReport) -> Fault:
        if near.opened_count % 2:
            raise LinkLost("unplugged")
        return Fault("not_answering", "silent")

    assert await run(near, serve, Paces(4)) == [
        Starting(),
        *[Missing("unplugged"), Fault("not_answering", "silent")] * 2,
    ]


async def test_a_cancellation_from_inside_does_not_end_the_device(
    caplog: pytest.LogCaptureFixture,
) -> None:
    near, _ = memory_line()

    async def serve(report: StateReport) -> Missing:
        if near.opened_count == 2:
            report.set(Ready("again"))
        inner = asyncio.get_running_loop().create_future()
        inner.cancel()
        await inner
        raise AssertionError

    told = await run(near, serve, Paces(2))
    fault = Fault("internal_error", "CancelledError")
    assert told == [Starting(), fault, Ready("again"), fault]
    assert "a session of device nfc failed: CancelledError" in caplog.text


class SlowLine(MemoryLink):
    """A line whose opening can be waited in, as that of a network printer."""

    def __init__(self) -> None:
        super().__init__(100)
        self.opening = asyncio.Event()
        self.let_open = asyncio.Event()
        self.closed_count = 0

    async def open(self) -> None:
        self.opening.set()
        await self.let_open.wait()
        await super().open()

    async def close(self) -> None:
        self.closed_count += 1
        await super().close()


@pytest.mark.parametrize("when", ["opening", "starting", "ready", "faulty", "backing off"])
async def test_cancelling_ends_the_device_whatever_it_is_at(when: str) -> None:
    link = SlowLine()
    reached = asyncio.Event()
    for_ever = asyncio.Event()

    async def serve() -> Missing | Fault:
        if when == "starting":
            reached.set()
            await for_ever.wait()
        report.set(Ready("one"))
        if when == "ready":
            reached.set()
            await for_ever.wait()
        if when == "faulty":
            report.set(Fault("silent", "no answer"))
            reached.set()
            await for_ever.wait()
        raise LinkLost("unplugged")

    async def sleep(delay_s: float) -> None:
        reached.set()
        await for_ever.wait()

    report = StateReport("nfc", lambda *_: None)
    task = asyncio.create_task(keep_open(link, serve, report=report, pacing=Pacing(sleep=sleep)))
    await asyncio.wait_for(link.opening.wait(), 20)
    if when != "opening":
        link.let_open.set()
        await asyncio.wait_for(reached.wait(), 20)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 20)
    assert task.cancelled()
    assert not link.is_open
    assert link.closed_count == 1


@pytest.mark.parametrize("kind", ["serial", "tcp"])
async def test_two_devices_at_one_place_share_nothing_and_take_turns(
    kind: str, tmp_path: Path
) -> None:
    got = bytearray()
    place: Path | TcpPlace = tmp_path / "dev" if kind == "serial" else TcpPlace(0)
    line = open_simulated_line(place, got.extend)
    line.plug()
    links = [
        SerialLink(line.address) if kind == "serial" else TcpLink("127.0.0.1", line.port)  # type: ignore[attr-defined]  # a TcpLine
        for _ in range(2)
    ]
    told: dict[str, list[DeviceState]] = {"first": [], "second": []}
    tries = {"first": 0, "second": 0}
    changed = asyncio.Event()

    def run_device(name: str, link: SerialLink | TcpLink) -> "asyncio.Task[None]":
        def listener(_: str, state: DeviceState) -> None:
            told[name].append(state)
            changed.set()

        async def serve() -> Missing:
            while True:
                if await link.read(10, 60.0):
                    report.set(Ready("heard"))

        async def sleep(delay_s: float) -> None:
            tries[name] += 1
            changed.set()
            await asyncio.sleep(0.01)

        report = StateReport(name, listener)
        return asyncio.create_task(
            keep_open(link, serve, report=report, pacing=Pacing(sleep=sleep))
        )

    async def until(holds: Callable[[], bool]) -> None:
        async with asyncio.timeout(20):
            while not holds():
                changed.clear()
                await changed.wait()

    first = run_device("first", links[0])
    await until(lambda: told["first"] == [Starting()])
    second = run_device("second", links[1])
    await until(lambda: tries["second"] >= 3)
    line.send(b"for the first")
    await until(lambda: told["first"] == [Starting(), Ready("heard")])
    assert isinstance(told["second"][-1], Missing)
    if kind == "serial":
        assert told["second"] == [Missing("held by another program")]
    else:
        # reset at once, whether its connection had been seen to stand or not
        assert told["second"].count(Starting()) <= 1
        assert len(told["second"]) <= 2
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    async with asyncio.timeout(20):
        while told["second"][-1] != Ready("heard"):
            line.send(b"for the second")
            await asyncio.sleep(0.01)
    second.cancel()
    with pytest.raises(asyncio.CancelledError):
        await second
    line.unplug()
