"""Repeated log lines: the first at once, then one a minute with the count."""

import logging

import pytest

from anjungan.appliance.drivers.limited_log import LimitedLog

log = logging.getLogger("limited")


class Clock:
    def __init__(self) -> None:
        self.now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def limited(clock: Clock, caplog: pytest.LogCaptureFixture) -> LimitedLog:
    caplog.set_level(logging.INFO)
    return LimitedLog(log, logging.INFO, monotonic=clock)


def test_a_storm_is_one_line_and_a_summary_a_minute(
    limited: LimitedLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(485):  # four a second for two minutes
        limited.tell("refused")
        clock.now_s += 0.25
    assert caplog.messages == [
        "refused",
        "refused (and 239 more in the last 60 s)",
        "refused (and 239 more in the last 60 s)",
    ]


def test_another_message_is_not_held_back_and_a_rare_one_counts_nothing(
    limited: LimitedLog, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    limited.tell("one")
    limited.tell("two")
    clock.now_s += 3600.0
    limited.tell("one")
    assert caplog.messages == ["one", "two", "one"]
