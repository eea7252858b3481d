"""How often ticket codes may be guessed."""

import pytest

from anjungan.appliance.agent.code_tries import (
    FIRST_WAIT_S,
    FORGIVEN_AFTER_S,
    FREE_TRIES,
    LONGEST_WAIT_S,
    CodeTries,
)


def wrong(tries: CodeTries, times: int, now_s: float = 0.0) -> float:
    """Fail that often, each time after waiting as asked; returns the time after the last."""
    for _ in range(times):
        now_s += tries.wait_s(now_s)
        tries.failed(now_s)
    return now_s


def test_the_first_tries_are_free() -> None:
    tries = CodeTries()
    assert wrong(tries, FREE_TRIES - 1) == 0.0
    assert tries.wait_s(0.0) == 0.0


def test_then_each_wrong_code_doubles_the_wait() -> None:
    tries = CodeTries()
    now_s = wrong(tries, FREE_TRIES)
    waits = []
    for _ in range(8):
        waits.append(tries.wait_s(now_s))
        now_s = wrong(tries, 1, now_s)
    assert waits[:3] == [FIRST_WAIT_S, 2 * FIRST_WAIT_S, 4 * FIRST_WAIT_S]
    assert max(waits) == LONGEST_WAIT_S


def test_a_guesser_gets_few_tries_a_night() -> None:
    tries, night_s, now_s, count = CodeTries(), 12 * 3600.0, 0.0, 0
    while True:
        now_s += tries.wait_s(now_s)
        if now_s > night_s:
            break
        tries.failed(now_s)
        count += 1
    # an hour's wait forgives, so the free tries come again; still a handful an hour
    assert count <= 12 * 2 * FREE_TRIES


@pytest.mark.parametrize("times", [2_000, 5_000])
def test_no_count_overflows(times: int) -> None:
    tries = CodeTries()
    for _ in range(times):
        tries.failed(0.0)
    assert tries.wait_s(0.0) == LONGEST_WAIT_S


def test_a_right_code_forgives() -> None:
    tries = CodeTries()
    now_s = wrong(tries, FREE_TRIES)
    tries.found()
    assert tries.wait_s(now_s) == 0.0
    wrong(tries, FREE_TRIES - 1, now_s)
    assert tries.wait_s(now_s) == 0.0


def test_an_hour_of_quiet_forgives() -> None:
    tries = CodeTries()
    wrong(tries, FREE_TRIES - 1)
    assert tries.wait_s(FORGIVEN_AFTER_S) == 0.0
    tries.failed(FORGIVEN_AFTER_S)
    assert tries.wait_s(FORGIVEN_AFTER_S) == 0.0
