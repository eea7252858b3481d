"""The buzzer: patterns as they are given, the latest alone, and silence at the end."""

import asyncio

import pytest

from anjungan.appliance.drivers.buttons.buzzer import (
    ACCEPTED,
    LONGEST_S,
    PRESS,
    REFUSED,
    Buzzer,
    BuzzPattern,
)


class Bench:
    def __init__(self):
        self.levels = []
        self.buzzer = Buzzer(self.levels.append)

    async def silent(self, tones):
        async with asyncio.timeout(20):
            while self.levels.count(True) < tones or self.levels[-1]:  # noqa: ASYNC110 - levels are waited for
                await asyncio.sleep(0.002)


async def test_a_pattern_sounds_and_ends_in_silence():
    bench = Bench()
    bench.buzzer.play(BuzzPattern((0.01, 0.01, 0.02)))
    assert bench.levels == [True]  # at once, and without waiting
    await bench.silent(2)
    await asyncio.sleep(0.05)
    assert bench.levels == [True, False, True, False]


async def test_a_later_pattern_takes_the_place_of_one_that_plays():
    bench = Bench()
    bench.buzzer.play(BuzzPattern((1.0, 0.5, 0.4)))
    bench.buzzer.play(BuzzPattern((0.01,)))
    assert bench.levels == [True, False, True]
    await bench.silent(2)
    await asyncio.sleep(0.05)
    assert bench.levels == [True, False, True, False]


async def test_stopping_is_silence_at_once_and_for_good():
    bench = Bench()
    bench.buzzer.play(BuzzPattern((0.02, 0.02, 0.02)))
    bench.buzzer.stop()
    assert bench.levels == [True, False]
    bench.buzzer.stop()
    await asyncio.sleep(0.08)
    assert bench.levels == [True, False]


@pytest.mark.parametrize(
    "steps_s", [(), (0.1, 0.1), (0.1, 0.0, 0.1), (-0.1,), (LONGEST_S + 0.1,), (1.0, 0.5, 1.0)]
)
def test_what_is_no_pattern_is_refused(steps_s):
    with pytest.raises(ValueError, match="not a pattern"):
        BuzzPattern(steps_s)


def test_the_patterns_can_be_told_apart():
    assert len({PRESS, ACCEPTED, REFUSED}) == 3
    assert sum(PRESS.steps_s) < sum(ACCEPTED.steps_s) < sum(REFUSED.steps_s)
    assert len(ACCEPTED.steps_s) > 1
