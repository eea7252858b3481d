"""The kiosk's time never runs behind what it knows to be past."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anjungan.appliance.agent import wall_clock as module
from anjungan.appliance.agent.wall_clock import WallClock, latest_change
from anjungan.protocol.messages import TimeQuality

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
LATER = datetime(2100, 1, 1, tzinfo=UTC)


def test_a_clock_that_is_right_is_told_in_the_villages_zone() -> None:
    now = WallClock(not_before=LONG_AGO, synchronised_mark=Path("/no/mark")).now()
    assert abs(now - datetime.now(UTC)) < timedelta(minutes=1)
    assert now.utcoffset() == timedelta(hours=7)


def test_a_clock_in_the_past_is_lifted_and_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    passed_s = 0.0
    monkeypatch.setattr(module.time, "monotonic", lambda: passed_s)
    clock = WallClock(not_before=LATER, synchronised_mark=Path("/no/mark"))
    assert clock.now() == LATER
    passed_s = 90.0
    assert clock.now() == LATER + timedelta(seconds=90)


def test_a_file_written_while_the_clock_was_ahead_does_not_outdo_a_time_server(
    tmp_path: Path,
) -> None:
    mark = tmp_path / "synchronized"
    clock = WallClock(not_before=LATER, synchronised_mark=mark)
    assert clock.now() >= LATER
    mark.touch()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(minutes=1)


def test_a_time_server_makes_it_sure(tmp_path: Path) -> None:
    mark = tmp_path / "synchronized"
    clock = WallClock(not_before=LONG_AGO, synchronised_mark=mark)
    assert (clock.quality(), clock.sure()) == (TimeQuality.UNSYNCED, False)
    mark.touch()
    assert (clock.quality(), clock.sure()) == (TimeQuality.NTP, True)


def test_the_latest_change_of_the_files_that_exist(tmp_path: Path) -> None:
    older, newer = tmp_path / "older", tmp_path / "newer"
    for file, at in ((older, 1_000_000_000), (newer, 1_500_000_000)):
        file.touch()
        os.utime(file, (at, at))
    found = latest_change(older, newer, tmp_path / "missing")
    assert found == datetime.fromtimestamp(1_500_000_000, UTC)


def test_without_any_file_it_is_1970() -> None:
    assert latest_change() == datetime.fromtimestamp(0, UTC)
