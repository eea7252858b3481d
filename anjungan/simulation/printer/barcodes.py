"""The bar codes of GS k, most encoded by python-barcode; what a printer refuses is not printed."""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final, Literal

import barcode  # type: ignore[import-untyped]  # python-barcode ships no types
from barcode.errors import BarcodeError  # type: ignore[import-untyped]  # as above
from PIL import Image

from anjungan.simulation.printer.code93 import code93
from anjungan.simulation.printer.font import FONT_A, FONT_B, INK, PAPER, Face, glyph
from anjungan.simulation.printer.upc_e import upc_e

FIRST_COUNTED: Final = 65  # function B: a length, then the data
_CODE_SET_C: Final = ord("C")
_WIDTHS: Final = range(1, 7)
_HRI_GAP_DOTS: Final = 4

TextPlace = Literal["none", "above", "below", "both"]
_TEXT_PLACES: Final[tuple[TextPlace, ...]] = ("none", "above", "below", "both")


@dataclass(frozen=True, slots=True)
class BarcodeStyle:
    """GS h, GS w, GS H and GS f."""

    height_dots: int = 162
    module_dots: int = 3
    text: TextPlace = "none"
    face: Face = FONT_A

    def with_height(self, n: int) -> "BarcodeStyle":
        """GS h; 0 is out of range."""
        return replace(self, height_dots=n) if n else self

    def with_width(self, n: int) -> "BarcodeStyle":
        """GS w; out of 1 to 6 nothing changes."""
        return replace(self, module_dots=n) if n in _WIDTHS else self

    def with_text(self, n: int) -> "BarcodeStyle":
        """GS H: 0 to 3, as number or digit."""
        place = n - 48 if n >= 48 else n  # noqa: PLR2004 - the digit 0
        return replace(self, text=_TEXT_PLACES[place]) if 0 <= place <= 3 else self  # noqa: PLR2004 - four places

    def with_face(self, n: int) -> "BarcodeStyle":
        """GS f: font A or B."""
        return replace(self, face=FONT_B if n & 1 else FONT_A)


def barcode_data(parameters: bytes) -> bytes:
    """The characters of a GS k command, without its length or its NUL."""
    if parameters[0] >= FIRST_COUNTED:
        return parameters[2:]
    return parameters[1:].rstrip(b"\x00")


def barcode_picture(
    parameters: bytes, style: BarcodeStyle, max_width_dots: int
) -> Image.Image | None:
    """Draw a GS k command; None when its data does not fit the kind, or the bars not the paper."""
    kind = parameters[0] - FIRST_COUNTED if parameters[0] >= FIRST_COUNTED else parameters[0]
    encode = _ENCODERS.get(kind)
    if encode is None:
        return None
    encoded = encode(barcode_data(parameters))
    if encoded is None:
        return None
    bars, text = encoded
    width_dots = len(bars) * style.module_dots
    if width_dots > max_width_dots:
        return None
    row = Image.new("1", (len(bars), 1), PAPER)
    for x, bar in enumerate(bars):
        if bar == "1":
            row.putpixel((x, 0), INK)
    picture = row.resize((width_dots, style.height_dots))
    return _with_text(picture, text, style)


def _with_text(bars: Image.Image, text: str, style: BarcodeStyle) -> Image.Image:
    if style.text == "none":
        return bars
    line = Image.new("1", (style.face.width_dots * len(text), style.face.height_dots), PAPER)
    for index, character in enumerate(text):
        shown = glyph(character, style.face, width_scale=1, height_scale=1, bold=False)
        line.paste(shown, (index * style.face.width_dots, 0))
    step = style.face.height_dots + _HRI_GAP_DOTS
    above = step if style.text in {"above", "both"} else 0
    below = step if style.text in {"below", "both"} else 0
    size = (max(bars.width, line.width), above + bars.height + below)
    whole = Image.new("1", size, PAPER)
    whole.paste(bars, ((whole.width - bars.width) // 2, above))
    left = (whole.width - line.width) // 2
    if above:
        whole.paste(line, (left, 0))
    if below:
        whole.paste(line, (left, above + bars.height + _HRI_GAP_DOTS))
    return whole


_TWO_WIDTHS: Final = {"narrow": 1, "wide": 3}
_OPTIONS: Final[dict[str, dict[str, int | bool]]] = {
    "code39": {"add_checksum": False},
    "itf": dict(_TWO_WIDTHS),
    "codabar": dict(_TWO_WIDTHS),
}
Encoded = tuple[str, str]
Encoder = Callable[[bytes], Encoded | None]


def _by_library(
    name: str, pattern: str, decode: Callable[[bytes], str | None] | None = None
) -> Encoder:
    """Encode with python-barcode what matches ``pattern``; its modules as a string of 1 and 0."""
    fitting = re.compile(pattern)

    def encode(data: bytes) -> Encoded | None:
        text = data.decode("ascii", "replace") if decode is None else decode(data)
        if text is None or not fitting.fullmatch(text):
            return None
        options = _OPTIONS.get(name, {})
        try:
            bars = "".join(barcode.get(name, text, options=options).build())
        except (BarcodeError, KeyError, ValueError, IndexError):
            return None
        return bars, text

    return encode


def _code39_text(data: bytes) -> str:
    """CODE39 data without the start and stop signs that may be given; they are always printed."""
    return data.decode("ascii", "replace").removeprefix("*").removesuffix("*")


def _code128_text(data: bytes) -> str | None:
    """The characters of CODE128 data with its code sets: ``{B``, ``{C`` and so on."""
    if not data.startswith(b"{"):
        return None
    text, code_set, at = "", 0, 0
    while at < len(data):
        if data[at] == ord("{"):
            following = data[at + 1 : at + 2]
            at += 2
            if following in {b"A", b"B", b"C"}:
                code_set = following[0]
            elif following == b"{":
                text += "{"
            else:  # FNC1 to FNC4 and SHIFT have no character
                return None
        elif code_set == _CODE_SET_C:
            text += f"{data[at]:02d}"
            at += 1
        else:
            text += chr(data[at])
            at += 1
    return text


_ENCODERS: Final[dict[int, Encoder]] = {
    0: _by_library("upca", r"[0-9]{11,12}"),
    1: upc_e,
    2: _by_library("ean13", r"[0-9]{12,13}"),
    3: _by_library("ean8", r"[0-9]{7,8}"),
    4: _by_library("code39", r"[0-9A-Z $%+\-./]{1,60}", _code39_text),
    5: _by_library("itf", r"(?:[0-9]{2}){1,40}"),
    6: _by_library("codabar", r"[A-D][0-9$+\-./:]{1,40}[A-D]"),
    7: code93,
    8: _by_library("code128", r"[\x20-\x7e]{1,80}", _code128_text),
}
"""By m of function A; function B counts from 65."""
