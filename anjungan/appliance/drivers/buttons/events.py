"""What a button tells, and the names of the buttons."""

from dataclasses import dataclass
from typing import Literal, get_args

ButtonName = Literal["up", "down", "ok", "back", "help"]
BUTTON_NAMES: tuple[ButtonName, ...] = get_args(ButtonName)


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """The button went down."""

    name: ButtonName


@dataclass(frozen=True, slots=True)
class ButtonHeld:
    """The button has stayed down long enough to count as held; told once a press."""

    name: ButtonName


@dataclass(frozen=True, slots=True)
class ButtonRepeated:
    """The held button is still down; told again and again, to scroll."""

    name: ButtonName


@dataclass(frozen=True, slots=True)
class ButtonReleased:
    """The button went up."""

    name: ButtonName


ButtonEvent = ButtonPressed | ButtonHeld | ButtonRepeated | ButtonReleased
