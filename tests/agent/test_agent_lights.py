"""Which button lights are on."""

from journey import Journey

from anjungan.appliance.agent.lights import lights_of
from anjungan.appliance.session.intents import OpenLetters, Wake


def test_idle_lights_ok_alone() -> None:
    assert [name for name, on in lights_of(Journey().view).items() if on] == ["ok"]


def test_home_has_no_back_but_an_end() -> None:
    lights = lights_of(Journey().press(Wake()).view)
    assert lights["ok"]
    assert lights["up"]


def test_lights_follow_the_rail() -> None:
    journey = Journey().press(Wake()).press(OpenLetters())
    rail = journey.view.frame.rail
    lights = lights_of(journey.view)
    assert lights["back"] is (rail.back is not None)
    assert lights["help"] is (rail.help is not None)
    assert lights["back"]
