"""A document as ESC/POS commands, in segments that may be sent one after another.

python-escpos builds the commands (its ``Dummy`` collects them); our own link sends them, because
its live printers have no write timeout and call a silent printer "paper adequate".  Importing it
takes a third of a second, so that happens in the first :func:`encode`, away from the event loop.
"""

import os
import shutil
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
    Qr,
    Rule,
    Space,
    Text,
)
from anjungan.appliance.drivers.printer.profile import MAX_BAND_ROWS, PrinterProfile
from anjungan.appliance.drivers.printer.text import ascii_text

LINE_DOTS = 30  # ESC 2: a sixth of an inch at 180 dpi, as printers start up
GLYPH_DOTS = 24
CUTTER_LINES = 5  # 19 mm, more than from the head to the cutter or tear bar of small printers

_INITIALISE = b"\x1b@"
_LEAVE_CHINESE_MODE = b"\x1c."  # clones start in it and would read two letters as one
_AMERICAN_SIGNS = b"\x1bR\x00"  # ESC R 0: # $ @ [ ] as in ASCII
_QUERY_PAPER_IN_ORDER = b"\x1dr\x01"
_CUT = b"\x1dV\x00"


@dataclass(frozen=True, slots=True)
class Segment:
    """Whole commands, between which a real-time question is safe.

    ``dot_rows`` is how far the paper moves, which bounds how long the printer is busy with it.
    """

    data: bytes
    dot_rows: int

    def __repr__(self) -> str:
        return f"Segment(<{len(self.data)} bytes>, dot_rows={self.dot_rows})"


def encode(document: Document, profile: PrinterProfile) -> tuple[Segment, ...]:
    """Turn ``document`` into segments for ``profile``; the first one resets the printer.

    Raises:
        ValueError: the document is wider than the printer's paper.
    """
    if document.dots > profile.dots:
        raise ValueError("the document is wider than the paper")
    builder = _Builder(profile)
    segments = [builder.start()]
    for block in document.blocks:
        segments.extend(builder.block(block))
    return tuple(segments)


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
    """One document's worth of python-escpos, emptied block by block."""

    def __init__(self, profile: PrinterProfile) -> None:
        self._profile = profile
        self._dummy = _dummy(profile)

    def start(self) -> Segment:
        self._dummy.hw("INIT")
        self._dummy._raw(_LEAVE_CHINESE_MODE + _AMERICAN_SIGNS)  # noqa: SLF001 - no public name for raw bytes in 3.1
        # ESC @ resets the code page, but python-escpos believes its cached one: send it again.
        self._dummy.magic.encoding = None
        self._dummy.charcode("CP437")
        return Segment(self._take(), 0)

    def block(self, block: Block) -> list[Segment]:
        match block:
            case Text():
                return [self._text(block)]
            case Rule(style=style):
                return self._raster(rule_bitmap(style, self._profile.dots))
            case Qr():
                return self._qr(block)
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
        self._dummy.set(
            align=block.align,
            bold=block.bold,
            custom_size=True,
            width=block.width_scale,
            height=block.height_scale,
            invert=block.inverse,
        )
        simple = self._profile.code_page == "ascii"
        self._dummy.textln(ascii_text(block.text) if simple else block.text)
        return Segment(self._take(), max(LINE_DOTS, block.height_scale * GLYPH_DOTS))

    def _qr(self, block: Qr) -> list[Segment]:
        if not self._profile.native_qr:
            return self._raster(qr_bitmap(block.data, block.module_dots))
        self._dummy.set(align="center")
        self._dummy.qr(block.data, ec=_EC_M, size=block.module_dots, native=True)
        return [Segment(self._take(), qr_modules(block.data) * block.module_dots)]

    def _raster(self, bitmap: Bitmap) -> list[Segment]:
        rows = max(1, min(MAX_BAND_ROWS, self._profile.band_bytes // bitmap.width_bytes))
        self._dummy.set(align="center")
        segments = []
        for band in bitmap.bands(rows):
            self._dummy.image(_picture(band), fragment_height=MAX_BAND_ROWS)
            segments.append(Segment(self._take(), band.height_dots))
        return segments

    def _cut(self) -> Segment:
        self._dummy.print_and_feed(CUTTER_LINES)
        if self._profile.cutter:
            self._dummy._raw(_CUT)  # noqa: SLF001 - the library's cut() feeds 6 lines, none fewer
        return Segment(self._take(), CUTTER_LINES * LINE_DOTS)

    def _take(self) -> bytes:
        data: bytes = self._dummy.output
        self._dummy.clear()
        return data


_EC_M = 1  # escpos.constants.QR_ECLEVEL_M


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


def _picture(bitmap: Bitmap) -> Any:
    from PIL import Image  # noqa: PLC0415 - comes with python-escpos, loaded when it is

    white_is_one = bytes(byte ^ 0xFF for byte in b"".join(bitmap.rows))
    size = (bitmap.width_bytes * 8, bitmap.height_dots)
    return Image.frombytes("1", size, white_is_one)
