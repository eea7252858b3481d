"""Which button lights are on."""

from dataclasses import replace
from typing import get_args

from journey import Journey

from anjungan.appliance.agent.lights import lights_of
from anjungan.appliance.session.intents import OpenAppearance, OpenHelp, OpenLetters, Wake
from anjungan.appliance.settings.devices import ButtonRole


def lit(journey: Journey) -> set[str]:
    """The lights that are on, after a look at whether every role has one."""
    lights = lights_of(journey.view)
    assert set(lights) == set(get_args(ButtonRole))
    return {name for name, on in lights.items() if on}


def test_idle_lights_ok_alone() -> None:
    assert lit(Journey()) == {"ok"}


def test_the_home_screen_can_be_ended_and_has_no_way_home() -> None:
    journey = Journey().press(Wake())
    assert lit(journey) == {"up", "down", "ok", "back", "help", "language"}


def test_lights_follow_the_rail() -> None:
    journey = Journey().press(Wake()).press(OpenLetters())
    assert lit(journey) == {"up", "down", "ok", "back", "help", "language", "home"}


def test_sound_is_lit_where_it_would_be_heard() -> None:
    journey = Journey()
    journey.devices = replace(journey.devices, sound=True)
    assert lit(journey) == {"ok"}
    assert "sound" in lit(journey.press(Wake()))


def test_help_cannot_be_asked_for_twice() -> None:
    journey = Journey().press(Wake()).press(OpenHelp())
    assert "help" not in lit(journey)


def test_the_language_can_be_changed_on_its_own_screen() -> None:
    journey = Journey().press(Wake()).press(OpenAppearance())
    assert "language" in lit(journey)
