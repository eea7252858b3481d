"""Which pin is wired to what. Pins are BCM numbers of the 40-pin header."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class ButtonPins:
    """One button: its contact to ground, and its light if it has one."""

    contact: int
    light: int | None = None


@dataclass(frozen=True, slots=True)
class ContactPin:
    """A door or tamper switch to ground; ``closed_is_safe`` for one that opens with the door."""

    pin: int
    closed_is_safe: bool = True


@dataclass(frozen=True, slots=True)
class PanelWiring:
    """All pins of one panel; buttons and contacts by their names in the settings."""

    buttons: Mapping[str, ButtonPins]
    contacts: Mapping[str, ContactPin] = field(default_factory=dict)
    buzzer: int | None = None

    @property
    def pins_used_twice(self) -> tuple[int, ...]:
        """The pins given to more than one thing, in rising order; empty when all is well."""
        times = Counter(self.pins)
        return tuple(sorted(pin for pin, count in times.items() if count > 1))

    @property
    def pins(self) -> tuple[int, ...]:
        """Every pin, as often as it is given."""
        pins = [pin for entry in self.buttons.values() for pin in (entry.contact, entry.light)]
        pins += [entry.pin for entry in self.contacts.values()]
        pins.append(self.buzzer)
        return tuple(pin for pin in pins if pin is not None)
