"""A document as ESC/POS commands, in segments that may be sent one after another.

python-escpos builds the commands (its ``Dummy`` collects them); our own link sends them, because
its live printers have no write timeout and call a silent printer "paper adequate".  Importing it
takes a third of a second, so that happens in the first :func:`encode`, away from the event loop;
:func:`warm_up` does it before somebody waits for paper.  Pictures are written here: python-escpos
would load an imaging library for eight bytes before the dots that we have already.
"""

import os
import shutil
import struct
from dataclasses import dataclass
from typing import Any, assert_never

from anjungan.appliance.drivers.printer.bitmap import (
    Bitmap,
    qr_bitmap,
    qr_modules,
    rule_bitmap,
)
from anjungan.appliance.drivers.printer.document import (
    Block,
    Cut,
    Document,
    Feed,
    Logo,
    Qr,
    Rule,
    RuleStyle,
    Space,
    Text,
)
from anjungan.appliance.drivers.printer.printer_profile import MAX_BAND_ROWS, PrinterProfile
from anjungan.appliance.drivers.printer.text import ascii_text

LINE_DOTS = 30  # ESC 2: a sixth of an inch at 180 dpi, as printers start up
GLYPH_DOTS = 24
_LOGO_SPACE_DOTS = 12
CUTTER_LINES = 5  # 19 mm, more than from the head to the cutter or tear bar of small printers

_INITIALISE = b"\x1b@"
_LEAVE_CHINESE_MODE = b"\x1c."  # clones start in it and would read two letters as one
_AMERICAN_SIGNS = b"\x1bR\x00"  # ESC R 0: # $ @ [ ] as in ASCII
_QUERY_PAPER_IN_ORDER = b"\x1dr\x01"
_CUT = b"\x1dV\x00"
_RASTER = b"\x1dv0"  # GS v 0, then m: 0 as it is, 3 each dot twice in both directions
_RASTER_MODES = {1: b"\x00", 2: b"\x03"}
_SLOW_BYTES_PER_S = 5_000  # a strip of batik in full detail would hold up a slow line


@dataclass(frozen=True, slots=True)
class Segment:
    """Whole commands, between which a real-time question is safe.

    ``dot_rows`` is how far the paper moves, which bounds how long the printer is busy with it.
    """

    data: bytes
    dot_rows: int

    def __repr__(self) -> str:
        return f"Segment(<{len(self.data)} bytes>, dot_rows={self.dot_rows})"


def encode(
    document: Document, profile: PrinterProfile, logo: Bitmap | None = None
) -> tuple[Segment, ...]:
    """Turn ``document`` into segments for ``profile``; the first one resets the printer.

    Raises:
        ValueError: the document is wider than the printer's paper.
    """
    if document.dots > profile.dots:
        raise ValueError("the document is wider than the paper")
    builder = _Builder(profile, logo)
    segments = [builder.start()]
    for block in document.blocks:
        segments.extend(builder.block(block))
    return tuple(segments)


def warm_up(profile: PrinterProfile) -> None:
    """Load and draw what every paper needs, so that the first one is not late."""
    encode(Document((Text(""), Rule("kawung"), Rule("dashed"), Qr("0", 2))), profile)


def process_id_request(process_id: bytes) -> bytes:
    """GS ( H function 48: answered with these four characters when everything before is printed.

    Source: Epson ESC/POS reference, gs_lparen_ch_fn48.
    """
    if len(process_id) != 4 or not all(0x20 <= byte <= 0x7E for byte in process_id):  # noqa: PLR2004
        raise ValueError("a process id has four printable characters")
    return b"\x1d(H\x06\x00\x30\x30" + process_id


def barrier_request() -> bytes:
    """GS r 1: answered in print order, after everything before it was worked through."""
    return _QUERY_PAPER_IN_ORDER


def flush_segment(profile: PrinterProfile) -> Segment:
    """NULs enough to complete a raster command that was cut off.

    Printers ignore NUL between commands; inside a raster it prints white.
    """
    return Segment(b"\x00" * (profile.band_bytes + 8), MAX_BAND_ROWS)


def separate_segment(profile: PrinterProfile) -> Segment:
    """Push out what a broken-off job left on the paper, so that the next begins on fresh paper."""
    feed = b"\x1bd" + bytes([CUTTER_LINES])
    cut = _CUT if profile.cutter else b""
    return Segment(_INITIALISE + feed + cut, CUTTER_LINES * LINE_DOTS)


class _Builder:
    """One document's worth of commands, block by block; styles are sent when they change."""

    def __init__(self, profile: PrinterProfile, logo: Bitmap | None) -> None:
        self._profile = profile
        self._logo = logo
        self._dummy = _dummy(profile)
        self._style: dict[str, Any] = {}
        self._pictures = 0

    def start(self) -> Segment:
        self._dummy.hw("INIT")
        self._dummy._raw(_LEAVE_CHINESE_MODE + _AMERICAN_SIGNS)  # noqa: SLF001 - no public name for raw bytes in 3.1
        # ESC @ resets the code page, but python-escpos believes its cached one: send it again.
        self._dummy.magic.encoding = None
        self._dummy.charcode("CP437")
        self._style = dict(_INITIAL_STYLE)
        return Segment(self._take(), 0)

    def block(self, block: Block) -> list[Segment]:
        match block:
            case Text():
                return [self._text(block)]
            case Rule(style=style):
                return self._rule(style)
            case Qr():
                return self._qr(block)
            case Logo():
                return [] if self._logo is None else self._logo_above(self._logo)
            case Feed(lines=lines):
                self._dummy.print_and_feed(lines)
                return [Segment(self._take(), lines * LINE_DOTS)]
            case Space(dots=dots):
                return [Segment(b"\x1bJ" + bytes((dots,)), dots)]
            case Cut():
                return [self._cut()]
            case _:
                assert_never(block)

    def _text(self, block: Text) -> Segment:
        self._set(
            align=block.align,
            bold=block.bold,
            size=(block.width_scale, block.height_scale),
            invert=block.inverse,
        )
        simple = self._profile.code_page == "ascii"
        self._dummy.textln(ascii_text(block.text) if simple else block.text)
        return Segment(self._take(), max(LINE_DOTS, block.height_scale * GLYPH_DOTS))

    def _rule(self, style: RuleStyle) -> list[Segment]:
        coarse = style != "kawung" or self._profile.bytes_per_s < _SLOW_BYTES_PER_S
        scale = 2 if coarse and self._profile.raster_scaling else 1
        return self._raster(rule_bitmap(style, self._profile.dots, scale), scale)

    def _qr(self, block: Qr) -> list[Segment]:
        if not self._profile.native_qr:
            scale = 1 if block.module_dots % 2 or not self._profile.raster_scaling else 2
            return self._raster(qr_bitmap(block.data, block.module_dots // scale), scale)
        self._set(align="center")
        self._dummy.qr(block.data, ec=_EC_M, size=block.module_dots, native=True)
        return [Segment(self._take(), qr_modules(block.data) * block.module_dots)]

    def _logo_above(self, logo: Bitmap) -> list[Segment]:
        """The logo with a little white below it."""
        space = Segment(b"\x1bJ" + bytes((_LOGO_SPACE_DOTS,)), _LOGO_SPACE_DOTS)
        return [*self._raster(logo, 1), space]

    def _raster(self, bitmap: Bitmap, scale: int) -> list[Segment]:
        self._set(align="center")
        first_bytes = self._profile.band_bytes if self._pictures else self._profile.first_band_bytes
        self._pictures += 1
        segments = []
        for band in bitmap.bands(
            _rows(first_bytes, bitmap.width_bytes),
            _rows(self._profile.band_bytes, bitmap.width_bytes),
        ):
            size = struct.pack("<HH", band.width_bytes, band.height_dots)
            command = _RASTER + _RASTER_MODES[scale] + size + b"".join(band.rows)
            segments.append(Segment(self._take() + command, band.height_dots * scale))
        return segments

    def _cut(self) -> Segment:
        self._dummy.print_and_feed(CUTTER_LINES)
        if self._profile.cutter:
            self._dummy._raw(_CUT)  # noqa: SLF001 - the library's cut() feeds 6 lines, none fewer
        return Segment(self._take(), CUTTER_LINES * LINE_DOTS)

    def _set(self, **style: Any) -> None:
        """Send of ``style`` what is not in force already."""
        changed = {name: value for name, value in style.items() if self._style[name] != value}
        self._style |= changed
        size = changed.pop("size", None)
        if size is not None:
            width, height = size
            changed |= {"custom_size": True, "width": width, "height": height}
        if changed:
            self._dummy.set(**changed)

    def _take(self) -> bytes:
        data: bytes = self._dummy.output
        self._dummy.clear()
        return data


_EC_M = 1  # escpos.constants.QR_ECLEVEL_M
_INITIAL_STYLE = {"align": "left", "bold": False, "size": (1, 1), "invert": False}  # after ESC @


def _rows(band_bytes: int, width_bytes: int) -> int:
    return max(1, min(MAX_BAND_ROWS, band_bytes // width_bytes))


def _dummy(profile: PrinterProfile) -> Any:
    from escpos import capabilities  # noqa: PLC0415 - 0.3 s, see the module docstring
    from escpos.printer import Dummy  # noqa: PLC0415 - 0.3 s, see the module docstring

    if "ESCPOS_CAPABILITIES_PICKLE_DIR" not in os.environ:
        # The library leaves a new temporary folder behind at every start.
        shutil.rmtree(capabilities.pickle_dir, ignore_errors=True)
    described = capabilities.Profile(
        columns=profile.columns,
        features={"paperFullCut": profile.cutter, "paperPartCut": False},
    )
    # A profile of unknown width makes the library print a warning to stdout for every picture.
    width = {"pixels": profile.dots, "mm": profile.dots // 8}
    described.profile_data = {**described.profile_data, "media": {"width": width}}
    return Dummy(profile=described)
