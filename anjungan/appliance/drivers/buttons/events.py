"""What the panel tells: a button moved, or a door contact changed.

The names are those of the settings.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ButtonPressed:
    """The button went down."""

    name: str


@dataclass(frozen=True, slots=True)
class ButtonHeld:
    """The button has stayed down long enough to count as held; told once a press."""

    name: str


@dataclass(frozen=True, slots=True)
class ButtonRepeated:
    """The held button is still down; told again and again, to scroll."""

    name: str


@dataclass(frozen=True, slots=True)
class ButtonReleased:
    """The button went up."""

    name: str


ButtonEvent = ButtonPressed | ButtonHeld | ButtonRepeated | ButtonReleased


@dataclass(frozen=True, slots=True)
class ContactChanged:
    """A door or tamper contact is now safe, or no longer; told with its state at the start too."""

    name: str
    is_safe: bool
