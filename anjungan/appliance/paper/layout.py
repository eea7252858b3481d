"""The common pieces of every paper: wrapped text, headings, lists, dates.

Everything is laid out in columns of the plain font, so that the same layout fits 58 mm paper (32
columns) and 80 mm (48).
"""

import textwrap
from datetime import datetime, timedelta, timezone
from typing import Literal

from anjungan.appliance.drivers.printer.document import (
    Align,
    Block,
    Logo,
    Rule,
    RuleStyle,
    Space,
    Text,
)
from anjungan.appliance.drivers.printer.text import printable

WIB = timezone(timedelta(hours=7), "WIB")  # western Indonesian time has no summer time
VillageKind = Literal["Desa", "Kelurahan"]

_DAYS = ("Senin", "Selasa", "Rabu", "Kamis", "Jumat", "Sabtu", "Minggu")
_CODE_GROUP = 3
_BULLET = " - "
_TICK_BOX = " [ ] "
MARGIN_COLUMNS = 1  # on either side of running text
_AIR_DOTS = 10  # above and below a rule


def wrap(text: str, columns: int) -> tuple[str, ...]:
    """Break ``text`` between words into lines of at most ``columns`` printable characters.

    A word longer than a line is broken where the line ends; no character is lost but the spaces at
    the breaks.  Empty text gives no line.
    """
    return tuple(textwrap.wrap(printable(text), columns, break_on_hyphens=False))


def paragraph(
    text: str,
    columns: int,
    *,
    align: Align = "center",
    bold: bool = False,
    width_scale: int = 1,
    height_scale: int = 1,
) -> tuple[Text, ...]:
    """Wrap ``text`` into lines of one style, inside the margins.

    Centred lines are made about equally long, so that no single word is left over.
    """
    margin = " " * MARGIN_COLUMNS if align == "left" else ""
    room = (columns - 2 * MARGIN_COLUMNS) // width_scale
    lines = _balanced(text, room) if align == "center" else wrap(text, room)
    return tuple(Text(margin + line, align, bold, width_scale, height_scale) for line in lines)


def _balanced(text: str, columns: int) -> tuple[str, ...]:
    """Wrap to the narrowest width that needs no more lines than the widest does."""
    lines = wrap(text, columns)
    longest_word = max((len(word) for word in printable(text).split()), default=1)
    for narrower in range(columns - 1, min(longest_word, columns) - 1, -1):
        candidate = wrap(text, narrower)
        if len(candidate) > len(lines):
            break
        lines = candidate
    return lines


def rule(style: RuleStyle = "dashed") -> tuple[Block, ...]:
    """Draw a line across, with air above and below."""
    return (Space(_AIR_DOTS), Rule(style), Space(_AIR_DOTS))


def heading(text: str, columns: int) -> tuple[Text, ...]:
    """Set ``text`` in double size when it then fits on one line, otherwise only twice as high."""
    scale = 2 if len(printable(text)) * 2 <= columns - 2 * MARGIN_COLUMNS else 1
    return paragraph(text, columns, bold=True, width_scale=scale, height_scale=2)


def banner(text: str, columns: int, *, width_scale: int = 2, height_scale: int = 2) -> Text:
    """Set one short line white on a black bar across the paper."""
    plain = printable(text)
    across = columns // width_scale
    across -= (across - len(plain)) % 2  # equal black on both sides
    return Text(
        plain.center(across),
        "center",
        bold=True,
        width_scale=width_scale,
        height_scale=height_scale,
        inverse=True,
    )


def bullets(items: tuple[str, ...], columns: int, *, tick_box: bool = False) -> tuple[Text, ...]:
    """List ``items``, each with a dash (or a box to tick) and its further lines indented."""
    mark = _TICK_BOX if tick_box else _BULLET
    lines: list[Text] = []
    for item in items:
        for index, line in enumerate(wrap(item, columns - len(mark) - MARGIN_COLUMNS)):
            lines.append(Text((mark if index == 0 else " " * len(mark)) + line))
    return tuple(lines)


def letterhead(
    kind: VillageKind, village_name: str, district: str, regency: str, columns: int
) -> tuple[Block, ...]:
    """Name the village, its kecamatan and its kabupaten, under a strip of batik and the logo."""
    return (
        Rule("kawung"),
        Space(2 * _AIR_DOTS),
        Logo(),
        *heading(f"{kind} {village_name}".upper(), columns),
        *paragraph(f"Kec. {district}, {regency}", columns),
        *rule("solid"),
    )


def day_and_time(moment: datetime) -> str:
    """Write an aware moment as people here read it, for example ``Selasa, 24-11-2026 09.41 WIB``.

    Raises:
        ValueError: ``moment`` has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("a moment on paper needs a time zone")
    local = moment.astimezone(WIB)
    return f"{_DAYS[local.weekday()]}, {local:%d-%m-%Y} {local:%H.%M} WIB"


def grouped_code(code: str) -> str:
    """Group a ticket code in threes, as on the screen: ``7KQM2XHRT`` becomes ``7KQ-M2X-HRT``."""
    plain = code.replace("-", "").replace(" ", "")
    return "-".join(plain[at : at + _CODE_GROUP] for at in range(0, len(plain), _CODE_GROUP))
