"""The machines of the simulated fleet: believable, and the same at every start."""

from datetime import UTC, datetime, timedelta

import pytest

from anjungan.protocol.health import DeviceHealth, NetworkKind, PowerFault, PreviousEnd
from anjungan.protocol.identity import KioskId
from anjungan.simulation.fleet import devices, habits_of
from anjungan.simulation.light_kiosk import Away
from anjungan.simulation.light_machine import USUAL, LightMachine, Traits

KIOSK = KioskId("3505171001-1")
OTHER = KioskId("3505102001-1")
NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


def machine(traits: Traits = USUAL, kiosk: KioskId = KIOSK) -> LightMachine:
    return LightMachine(kiosk, traits, NOON)


def test_a_kiosk_tells_the_same_at_every_start_and_another_tells_otherwise() -> None:
    moment = NOON + timedelta(minutes=7)
    assert machine().parts(moment) == machine().parts(moment)
    assert machine().parts(moment) != machine(kiosk=OTHER).parts(moment)


@pytest.mark.parametrize("hour", range(0, 24, 3))
def test_the_numbers_are_those_of_a_village_office(hour: int) -> None:
    parts = machine().parts(NOON + timedelta(hours=hour))
    assert 38 < parts["cpu_temperature_c"] < 60
    assert 0 < parts["memory_available_bytes"] < parts["memory_total_bytes"]
    assert 0 < parts["disk"].free_bytes < parts["disk"].total_bytes
    assert parts["network"].kind is NetworkKind.WIFI
    assert -80 < parts["network"].signal_dbm < -40
    assert parts["power"].now == ()
    assert parts["run"].previous_end is PreviousEnd.REBOOTED
    assert parts["certificate_expires_at"] > NOON + timedelta(days=60)


def test_traits_show() -> None:
    parts = machine(Traits(warmer_by_c=27, weak_supply=True, cellular=True)).parts(NOON)
    assert parts["cpu_temperature_c"] > 72
    assert parts["power"].now == (PowerFault.UNDER_VOLTAGE, PowerFault.SOFT_TEMPERATURE_LIMIT)
    assert parts["network"].kind is NetworkKind.CELLULAR
    assert parts["network"].signal_dbm is None


def test_after_a_power_cut_everything_begins_anew() -> None:
    light = machine()
    light.power_returned(NOON, NOON + timedelta(hours=2))
    later = NOON + timedelta(hours=2, seconds=30)
    run = light.parts(later)["run"]
    assert (run.previous_end, run.last_alive_at) == (PreviousEnd.POWER_LOST, NOON)
    assert (run.host_uptime_s, light.uptime_s(later)) == (30, 30)


def test_paper_gets_shorter_and_is_filled_again() -> None:
    light = machine(Traits(paper_percent=17))
    levels = [light.paper_percent(printed) for printed in range(0, 60, 5)]
    assert levels[0] == 17
    assert levels[1] < levels[0]
    assert max(levels) > 90
    assert all(0 <= level <= 100 for level in levels)


def test_only_the_printer_has_paper_and_an_empty_one_has_none() -> None:
    light = machine()
    told = {each.name: each.level_percent for each in light.with_paper(devices(), 0)}
    assert told["scanner"] is None
    assert told["printer"] is not None
    empty = light.with_paper(devices(printer=("fault", "paper_out")), 0)
    (printer,) = [each for each in empty if each.kind == "printer"]
    assert printer == DeviceHealth(
        name="printer", kind="printer", state="fault", code="paper_out", level_percent=0
    )


def test_some_kiosks_are_in_trouble_and_most_are_not() -> None:
    habits = [habits_of(position, 5.0) for position in range(12)]
    plain = [each for each in habits if each.devices == devices() and each.traits == USUAL]
    assert 3 <= len([each for each in plain if each.away_for_s == 0]) <= 6
    ways = {each.away_by for each in habits if each.away_for_s}
    assert ways == {Away.DEAD_LINE, Away.POWER_CUT}
