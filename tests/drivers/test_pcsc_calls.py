import asyncio
import threading
from collections.abc import Iterator

import pytest

from anjungan.appliance.drivers.card_reader.blocking_calls import BlockingCalls, CallHangs


@pytest.fixture
def calls() -> Iterator[BlockingCalls]:
    calls = BlockingCalls("test")
    yield calls
    calls.stop(lambda: None)


async def test_a_call_runs_on_another_thread_and_returns(calls: BlockingCalls) -> None:
    first = await calls.call(threading.current_thread, 5.0)
    assert first is not threading.current_thread()
    assert first.daemon
    assert await calls.call(threading.current_thread, 5.0) is first


async def test_what_a_call_raises_is_raised(calls: BlockingCalls) -> None:
    def fail() -> None:
        raise FileNotFoundError("x")

    with pytest.raises(FileNotFoundError):
        await calls.call(fail, 5.0)
    assert await calls.call(lambda: 3, 5.0) == 3


async def test_while_a_call_hangs_no_other_is_tried(calls: BlockingCalls) -> None:
    let_go = threading.Event()
    ran: list[int] = []
    with pytest.raises(CallHangs):
        await calls.call(lambda: let_go.wait(10.0), 0.01)
    with pytest.raises(CallHangs):
        await calls.call(lambda: ran.append(1), 5.0)
    let_go.set()
    async with asyncio.timeout(5.0):
        while calls._running:  # noqa: ASYNC110 - the thread has no event for the loop
            await asyncio.sleep(0.001)
    assert ran == []
    await calls.call(lambda: ran.append(2), 5.0)
    assert ran == [2]


async def test_a_call_whose_caller_went_away_still_counts(calls: BlockingCalls) -> None:
    let_go = threading.Event()
    waiting = asyncio.create_task(calls.call(lambda: let_go.wait(10.0), 5.0))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    with pytest.raises(CallHangs):
        await calls.call(lambda: 1, 5.0)
    let_go.set()


async def test_the_last_call_runs_when_the_thread_is_free_and_may_fail(
    caplog: pytest.LogCaptureFixture,
) -> None:
    calls = BlockingCalls("test")
    thread = await calls.call(threading.current_thread, 5.0)

    def fail() -> None:
        raise ValueError("secret")

    calls.stop(fail)
    await asyncio.to_thread(thread.join, 5.0)
    assert not thread.is_alive()
    assert "ValueError" in caplog.text
    assert "secret" not in caplog.text


async def test_stopping_what_never_began_and_beginning_again() -> None:
    calls = BlockingCalls("test")
    calls.stop(lambda: None)
    first = await calls.call(threading.current_thread, 5.0)
    calls.stop(lambda: None)
    assert await calls.call(threading.current_thread, 5.0) is not first
    calls.stop(lambda: None)


def test_a_loop_that_ended_meanwhile() -> None:
    calls = BlockingCalls("test")
    let_go = threading.Event()
    threads: list[threading.Thread] = []

    def hang() -> None:
        threads.append(threading.current_thread())
        let_go.wait(10.0)

    async def give_up() -> None:
        with pytest.raises(CallHangs):
            await calls.call(hang, 0.01)

    asyncio.run(give_up())
    let_go.set()
    calls.stop(lambda: None)
    threads[0].join(5.0)
    assert not threads[0].is_alive()
