"""Watchers hear the present state, then every event; only bytes are ever dropped."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anjungan.simulation import control
from anjungan.simulation.control import Command, NoAnswerError, Reply, events_of, serve_control
from anjungan.simulation.feed import (
    KEPT_EVENTS,
    BytesPassed,
    Event,
    Feed,
    LineCondition,
    Subscription,
)

UP = LineCondition(mode="ok", connected=True)
CUT = LineCondition(mode="cut", connected=False)


def passed(number: int) -> BytesPassed:
    return BytesPassed(device="printer", way="to_host", data=f"{number:08x}", at_ms=number)


async def test_the_present_state_comes_first() -> None:
    feed = Feed(lambda: (UP,))
    assert not feed.is_watched
    watcher = feed.subscribe()
    assert feed.is_watched
    feed.publish(CUT)
    assert await watcher.take() == [UP, CUT]
    feed.unsubscribe(watcher)
    assert not feed.is_watched


async def test_who_does_not_read_loses_the_oldest_bytes_and_nothing_else() -> None:
    watcher: Subscription[Event] = Subscription()
    watcher.put(UP)
    for number in range(KEPT_EVENTS + 9):
        watcher.put(passed(number))
    watcher.put(CUT)
    events = await watcher.take()
    assert len(events) == KEPT_EVENTS
    assert watcher.dropped == 11
    assert events[0] == UP
    assert events[1] == passed(11)
    assert events[-2:] == [passed(KEPT_EVENTS + 8), CUT]


async def test_conditions_are_kept_even_when_there_are_too_many() -> None:
    watcher: Subscription[Event] = Subscription()
    for number in range(KEPT_EVENTS + 5):
        watcher.put(LineCondition(mode=str(number), connected=True))
    assert len(await watcher.take()) == KEPT_EVENTS + 5


@pytest.fixture
async def served(tmp_path: Path) -> AsyncIterator[tuple[Path, Feed]]:
    feed = Feed(lambda: (UP,))

    async def handle(command: Command) -> Reply:
        return Reply(ok=True, text=command.verb)

    async with serve_control(tmp_path / "line.sock", handle, feed):
        yield tmp_path / "line.sock", feed


async def test_a_watching_connection_gets_events_until_it_hangs_up(
    served: tuple[Path, Feed],
) -> None:
    path, feed = served
    events = events_of(path)
    async with asyncio.timeout(10):
        assert await anext(events) == UP
        feed.publish(CUT)
        assert await anext(events) == CUT
        await events.aclose()
        while feed.is_watched:  # noqa: ASYNC110 - the hang-up has no event here
            await asyncio.sleep(0.01)


async def test_commands_are_answered_beside_it(served: tuple[Path, Feed]) -> None:
    path, _ = served
    events = events_of(path)
    async with asyncio.timeout(10):
        await anext(events)
        reply = await asyncio.to_thread(control.ask, path, Command(verb="status"))
        await events.aclose()
    assert reply == Reply(ok=True, text="status")


async def test_the_end_of_the_part_ends_the_watch(tmp_path: Path) -> None:
    async def handle(_command: Command) -> Reply:
        return Reply(ok=True)

    path = tmp_path / "line.sock"
    async with asyncio.timeout(10):
        async with serve_control(path, handle, Feed(lambda: (UP,))):
            events = events_of(path)
            assert await anext(events) == UP
        assert [event async for event in events] == []
        with pytest.raises(NoAnswerError):
            await anext(events_of(path))


async def test_a_watcher_that_does_not_read_is_let_go(
    served: tuple[Path, Feed], monkeypatch: pytest.MonkeyPatch
) -> None:
    path, feed = served
    monkeypatch.setattr(control, "_SENT_WITHIN_S", 0.05)
    _reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b'{"verb":"watch"}\n')
    async with asyncio.timeout(20):
        while not feed.is_watched:  # noqa: ASYNC110 - the arrival has no event here
            await asyncio.sleep(0.01)
        while feed.is_watched:
            feed.publish(LineCondition(mode="x" * 60_000, connected=True))
            await asyncio.sleep(0.005)
    writer.close()
