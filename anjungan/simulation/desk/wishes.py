"""What the page may ask for, and whom of the simulation it is asked."""

from enum import Enum
from typing import Annotated, Final, Literal, assert_never

import msgspec

from anjungan.simulation.control import Command
from anjungan.simulation.screen_watcher import Phase

MAX_WISH_BYTES: Final = 16 * 1024

Name = Annotated[str, msgspec.Meta(min_length=1, max_length=40)]
_Card = Annotated[str, msgspec.Meta(min_length=1, max_length=200)]
_Code = Annotated[str, msgspec.Meta(min_length=1, max_length=4096)]


class PartName(Enum):
    """A process of the simulation that has a control socket."""

    DEVICES = "devices"
    BUTTONS = "buttons"
    LINE = "line"


class _Wish(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="wish"
):
    """Base of the wishes."""


class Touch(_Wish, frozen=True, tag="touch"):
    """A finger on the kiosk's screen, in pixels of the window from its top left."""

    phase: Phase
    x: Annotated[float, msgspec.Meta(ge=-1, le=10_000)]
    y: Annotated[float, msgspec.Meta(ge=-1, le=10_000)]


class Plug(_Wish, frozen=True, tag="plug"):
    """Put a device's plug in, or pull it."""

    device: Name
    plugged: bool


class Fault(_Wish, frozen=True, tag="fault"):
    """Begin or end a fault of a device."""

    device: Name
    fault: Name
    on: bool


class Card(_Wish, frozen=True, tag="card"):
    """Tap a card, lay it on a reader, or take it away."""

    device: Name
    card: _Card
    act: Literal["tap", "lay", "take"]


class Scan(_Wish, frozen=True, tag="scan"):
    """Hold a code before a scanner."""

    device: Name
    text: _Code


class PaperEnds(_Wish, frozen=True, tag="paper_ends"):
    """Let a printer's paper end after so many lines."""

    device: Name
    lines: Annotated[int, msgspec.Meta(ge=0, le=1000)]


class Tear(_Wish, frozen=True, tag="tear"):
    """Tear off what hangs out of a printer."""

    device: Name


class Button(_Wish, frozen=True, tag="button"):
    """A finger on a button, or off it."""

    button: Name
    down: bool


class Door(_Wish, frozen=True, tag="door"):
    """Open or shut a door."""

    door: Name
    open: bool


class PanelPlug(_Wish, frozen=True, tag="panel_plug"):
    """Take the pins of the panel away, or give them back."""

    plugged: bool


class Link(_Wish, frozen=True, tag="link"):
    """How the line between kiosk and broker shall be."""

    mode: Literal["ok", "slow", "cut", "blackhole"]


PartWish = Plug | Fault | Card | Scan | PaperEnds | Tear | Button | Door | PanelPlug | Link
Wish = Touch | PartWish

decode_wish: Final = msgspec.json.Decoder(Wish).decode
"""Raises msgspec.DecodeError for anything that is no wish."""


def command_of(wish: PartWish) -> tuple[PartName, Command]:
    """Whom to ask, and what."""
    match wish:
        case Plug(device=device, plugged=plugged):
            return _to_device(device, "plug" if plugged else "unplug")
        case Fault(device=device, fault=fault, on=on):
            return _to_device(device, "fault", fault, "on" if on else "off")
        case Card(device=device, card=card, act=act):
            return _to_device(device, act, card)
        case Scan(device=device, text=text):
            return _to_device(device, "scan", text)
        case PaperEnds(device=device, lines=lines):
            return _to_device(device, "end-after", str(lines))
        case Tear(device=device):
            return _to_device(device, "tear")
        case Button(button=button, down=down):
            return PartName.BUTTONS, Command(verb="down" if down else "up", words=(button,))
        case Door(door=door, open=is_open):
            return PartName.BUTTONS, Command(verb="door", words=(door, _door_word(is_open)))
        case PanelPlug(plugged=plugged):
            return PartName.BUTTONS, Command(verb="plug" if plugged else "unplug")
        case Link(mode=mode):
            return PartName.LINE, Command(verb="link", words=(mode,))
        case _:
            assert_never(wish)


def _to_device(*words: str) -> tuple[PartName, Command]:
    return PartName.DEVICES, Command(verb="device", words=words)


def _door_word(is_open: bool) -> str:  # noqa: FBT001 - one obvious argument
    return "open" if is_open else "shut"
