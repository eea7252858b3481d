"""The devices of a kiosk as settings: each has a name, a kind, and what that kind needs to know.

``[devices.<name>]`` with ``kind = "…"``; the name appears in health reports and in the doctor.
Paths are udev symlinks, so a device is found again at any plug and in any order.
"""

from collections.abc import Mapping
from typing import Annotated, Final, Literal, get_args

import msgspec

Path = Annotated[str, msgspec.Meta(min_length=1)]
Host = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9.:_-]{1,253}\Z")]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Baud = Annotated[int, msgspec.Meta(ge=1200, le=3_000_000)]
Percent = Annotated[int, msgspec.Meta(ge=0, le=100)]
Metres = Annotated[float, msgspec.Meta(ge=0, le=500)]
Pin = Annotated[int, msgspec.Meta(ge=0, le=27)]
DeviceName = Annotated[str, msgspec.Meta(pattern=r"^[a-z][a-z0-9_-]{0,31}\Z")]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=r"^([01][0-9]|2[0-3])[.:][0-5][0-9]\Z")]

Family = Literal[
    "card_reader", "scanner", "printer", "document_printer", "buttons", "sound", "backlight"
]


class _Kind(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind"
):
    """Base of the kinds; an unknown name is a mistake, not a wish."""


class Pn532Settings(_Kind, frozen=True, tag="pn532"):
    """A PN532 on a serial line: type A and type B cards."""

    path: Path = "/dev/anjungan/card-reader"
    baud: Baud = 115200


class Rdm6300Settings(_Kind, frozen=True, tag="rdm6300"):
    """An RDM6300 (or ID-12, EM4100 family, 125 kHz) on a serial line."""

    path: Path = "/dev/anjungan/card-reader"
    baud: Baud = 9600


class PcscSettings(_Kind, frozen=True, tag="pcsc"):
    """An ACR122U or another PC/SC reader. ``reader`` is part of its name; empty: the first."""

    reader: str = ""


WedgeTyping = Literal["hex", "decimal-be", "decimal-le"]


class WedgeSettings(_Kind, frozen=True, tag="wedge"):
    """A reader that types like a keyboard.

    ``types`` says what it types: the identifier in hexadecimal, or as a decimal number of the
    bytes read in the order sent (``decimal-be``) or reversed (``decimal-le``).
    """

    path: Path = "/dev/anjungan/wedge"
    types: WedgeTyping = "decimal-le"


class LineScannerSettings(_Kind, frozen=True, tag="line-scanner"):
    """A barcode scanner on a serial line or USB-CDC."""

    path: Path = "/dev/anjungan/scanner"
    baud: Baud = 9600
    idle_gap_ms: Annotated[int, msgspec.Meta(ge=20, le=2000)] = 80


class SerialPrinterSettings(_Kind, frozen=True, tag="escpos-serial"):
    """An ESC/POS receipt printer on a serial line; ``profile`` names what the model can do.

    ``roll_length_m`` is what stands on the paper's packet: with it the kiosk estimates how much is
    left, from the first change of paper on. 0: unknown.
    """

    path: Path = "/dev/anjungan/printer"
    baud: Baud = 19200
    profile: str = "epson-58"
    logo_file: str = ""
    roll_length_m: Metres = 0.0


class UsbPrinterSettings(_Kind, frozen=True, tag="escpos-usb"):
    """An ESC/POS receipt printer on USB, through the kernel's usblp."""

    path: Path = "/dev/anjungan/printer"
    profile: str = "epson-58"
    logo_file: str = ""
    roll_length_m: Metres = 0.0


class NetworkPrinterSettings(_Kind, frozen=True, tag="escpos-tcp"):
    """An ESC/POS receipt printer on the local network (raw port 9100)."""

    host: Host
    port: Port = 9100
    profile: str = "epson-80"
    logo_file: str = ""
    roll_length_m: Metres = 0.0


class CupsSettings(_Kind, frozen=True, tag="cups"):
    """An A4 printer that CUPS knows as ``queue``; empty takes the system's default."""

    queue: str = ""


ButtonRole = Literal["up", "down", "ok", "back", "help", "home", "language", "sound"]
"""What a button does, whatever it is called."""


class ButtonSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One button: its BCM pin, its light's, and what it does; two buttons may do the same."""

    pin: Pin
    light: Pin | None = None
    does: ButtonRole


class ContactSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A door or tamper switch to ground; ``closed_is_safe`` for one that opens with the door."""

    pin: Pin
    closed_is_safe: bool = True


def _five_buttons() -> dict[str, ButtonSettings]:
    """The panel of docs/hardware: UART, I2C and SPI pins stay free."""
    return {
        "up": ButtonSettings(pin=5, light=12, does="up"),
        "down": ButtonSettings(pin=6, light=16, does="down"),
        "ok": ButtonSettings(pin=13, light=20, does="ok"),
        "back": ButtonSettings(pin=19, light=21, does="back"),
        "help": ButtonSettings(pin=26, light=25, does="help"),
    }


class PanelSettings(_Kind, frozen=True, tag="gpio-panel"):
    """Buttons with lights, a door contact and a buzzer on the pins of the header (BCM numbers)."""

    buttons: Mapping[str, ButtonSettings] = msgspec.field(default_factory=_five_buttons)
    contacts: Mapping[str, ContactSettings] = msgspec.field(default_factory=dict)
    buzzer: Pin | None = None


class SpeechSettings(_Kind, frozen=True, tag="espeak"):
    """Reading aloud by espeak-ng, and a beep; ``output`` is an ALSA device, empty the usual.

    Only where it is declared: most kiosks have no loudspeaker, and one that was never bought must
    not be reported as missing.
    """

    output: str = ""
    volume_percent: Percent = 70
    muted: bool = False
    words_per_minute: Annotated[int, msgspec.Meta(ge=80, le=300)] = 140


class BacklightSettings(_Kind, frozen=True, tag="backlight"):
    """The panel's light: off between two times of day while nobody is there, on at a touch.

    ``name`` is the folder in ``/sys/class/backlight``; empty takes the only one.
    """

    name: str = ""
    off_from: TimeOfDay = "21.00"
    off_until: TimeOfDay = "05.00"
    relight_s: Annotated[int, msgspec.Meta(ge=10, le=3600)] = 120


CardReaderSettings = Pn532Settings | Rdm6300Settings | PcscSettings | WedgeSettings
PrinterSettings = SerialPrinterSettings | UsbPrinterSettings | NetworkPrinterSettings
DeviceSettings = (
    Pn532Settings
    | Rdm6300Settings
    | PcscSettings
    | WedgeSettings
    | LineScannerSettings
    | SerialPrinterSettings
    | UsbPrinterSettings
    | NetworkPrinterSettings
    | CupsSettings
    | PanelSettings
    | SpeechSettings
    | BacklightSettings
)

_FAMILIES: Final[Mapping[type[DeviceSettings], Family]] = {
    Pn532Settings: "card_reader",
    Rdm6300Settings: "card_reader",
    PcscSettings: "card_reader",
    WedgeSettings: "card_reader",
    LineScannerSettings: "scanner",
    SerialPrinterSettings: "printer",
    UsbPrinterSettings: "printer",
    NetworkPrinterSettings: "printer",
    CupsSettings: "document_printer",
    PanelSettings: "buttons",
    SpeechSettings: "sound",
    BacklightSettings: "backlight",
}


def family_of(settings: DeviceSettings) -> Family:
    """Which family of devices a declared one belongs to."""
    return _FAMILIES[type(settings)]


def kind_of(settings: DeviceSettings) -> str:
    """The ``kind`` it was declared with."""
    return str(settings.__struct_config__.tag)


def known_values(setting: str) -> str:
    """What may stand behind ``kind``, ``does`` or ``types``, for a message to people."""
    match setting:
        case "kind":
            return ", ".join(sorted(str(kind.__struct_config__.tag) for kind in _FAMILIES))
        case "does":
            return ", ".join(get_args(ButtonRole))
        case _:
            return ", ".join(get_args(WedgeTyping))


def usual_devices() -> dict[str, DeviceSettings | None]:
    """What a kiosk has when its settings say nothing of devices."""
    return {
        "card_reader": Pn532Settings(),
        "scanner": LineScannerSettings(),
        "printer": SerialPrinterSettings(),
        "buttons": PanelSettings(),
    }


def place_of(settings: DeviceSettings) -> str:
    """Where the device is looked for, in a person's words; empty where there are none."""
    match settings:
        case NetworkPrinterSettings(host=host, port=port):
            return f"{host}:{port}"
        case PcscSettings(reader=reader):
            return reader
        case CupsSettings(queue=queue):
            return queue
        case SpeechSettings(output=output):
            return output
        case BacklightSettings(name=name):
            return name
        case PanelSettings():
            return ""
        case _:
            return settings.path
