"""Breaks the blocks of a readable page into pieces and the pieces into pages.

A piece is a line or a table row with its height; pieces are never split. A heading keeps at
least one piece of what it heads on its page.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final, assert_never

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.painter import Kit, Painter
from anjungan.appliance.screens.theme import BODY, BODY_BOLD, SECTION, SUPPORT_BOLD, Font
from anjungan.appliance.screens.typeset import Run, Typeset
from anjungan.appliance.session.views import Block, Bullets, FactRows, Paragraph, Timetable

_BLOCK_GAP: Final = 14.0
_ITEM_GAP: Final = 7.0
_LABEL_SHARE: Final = 0.36
_LINES: Final = 40
_CELL_PAD: Final = 10.0
_NARROW_COLUMN: Final = 110.0


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of a piece, from ``left`` and ``width`` wide."""

    typeset: Typeset
    left: float
    width: float


@dataclass(frozen=True, slots=True)
class Piece:
    """What is drawn as one: cells side by side.

    Attributes:
        bullet: draws a dot at the left.
        head: keeps with the piece that follows.
        ruled: draws a table row: shaded if ``head``, with a line below.
    """

    cells: tuple[Cell, ...]
    height: float
    gap_above: float
    bullet: bool = False
    head: bool = False
    ruled: bool = False


def pieces_of(kit: Kit, blocks: Sequence[Block], width: float, most: float) -> list[Piece]:
    """Set all blocks for a column of that width; no piece is higher than ``most``."""
    pieces: list[Piece] = []
    for block in blocks:
        pieces.extend(_pieces(kit, block, width, most))
    return pieces


def paginate(pieces: Sequence[Piece], height: float) -> list[list[Piece]]:
    """Share pieces among pages of that height."""
    pages: list[list[Piece]] = [[]]
    used = 0.0
    for index, piece in enumerate(pieces):
        needed = piece.height + (piece.gap_above if pages[-1] else 0.0)
        kept = needed
        if piece.head and index + 1 < len(pieces):
            following = pieces[index + 1]
            kept += following.height + following.gap_above
        if pages[-1] and used + kept > height:
            pages.append([])
            used, needed = 0.0, piece.height
        pages[-1].append(piece)
        used += needed
    return pages


def _pieces(kit: Kit, block: Block, width: float, most: float) -> Iterator[Piece]:
    match block:
        case Paragraph(text=text):
            yield from _lines(kit, text, width, most, _BLOCK_GAP)
        case Bullets(heading=heading, items=items):
            yield from _heading(kit, heading, width)
            for item in items:
                number, dot, rest = item.partition(". ")
                numbered = bool(dot) and number.isdigit()
                yield _bullet(
                    kit, rest if numbered else item, number if numbered else "", width, most
                )
        case FactRows(heading=heading, rows=rows):
            yield from _heading(kit, heading, width)
            for place, (label, value) in enumerate(rows):
                above = _ITEM_GAP if place or heading else _BLOCK_GAP
                yield _fact(kit, (label, value), width, most, above)
        case Timetable(heading=heading, columns=columns, rows=rows):
            yield from _heading(kit, heading, width)
            yield from _table(kit, columns, rows, width, most)
        case _:
            assert_never(block)


def _heading(kit: Kit, heading: str, width: float) -> Iterator[Piece]:
    if heading:
        typeset = kit.typesetter.set_text(heading, SECTION, width, max_lines=3)
        height = typeset.height_px / kit.theme.scale
        yield Piece((Cell(typeset, 0, width),), height, _BLOCK_GAP + 4, head=True)


def _lines(kit: Kit, text: str, width: float, most: float, gap: float) -> Iterator[Piece]:
    """Yield a paragraph as one piece, or line by line when it is longer than a page."""
    typeset = kit.typesetter.set_text(text, BODY, width, max_lines=_LINES)
    if typeset.height_px / kit.theme.scale <= most:
        yield Piece((Cell(typeset, 0, width),), typeset.height_px / kit.theme.scale, gap)
        return
    for index, line in enumerate(typeset.lines):
        one = Typeset((line,), typeset.font_px, typeset.pitch_px, True, typeset.reduced)
        height = typeset.pitch_px / kit.theme.scale
        yield Piece((Cell(one, 0, width),), height, gap if index == 0 else 0.0)


def _bullet(kit: Kit, text: str, number: str, width: float, most: float) -> Piece:
    left = 34.0 if not number else 44.0
    typeset = kit.typesetter.set_text(text, BODY, width - left, max_lines=_LINES, max_height=most)
    cells = [Cell(typeset, left, width - left)]
    if number:
        mark = kit.typesetter.set_text(f"{number}.", BODY_BOLD, left, max_lines=1)
        cells.insert(0, Cell(mark, 4, left))
    height = typeset.height_px / kit.theme.scale
    return Piece(tuple(cells), height, _ITEM_GAP, bullet=not number)


def _fact(kit: Kit, pair: tuple[str, str], width: float, most: float, above: float) -> Piece:
    label, value = pair
    split = round(width * _LABEL_SHARE)
    name = kit.typesetter.set_text(label, BODY, split - 14, max_lines=_LINES, max_height=most)
    told = kit.typesetter.set_text(
        value, BODY_BOLD, width - split, max_lines=_LINES, max_height=most
    )
    height = max(name.height_px, told.height_px) / kit.theme.scale
    return Piece((Cell(name, 0, split - 14), Cell(told, split, width - split)), height, above)


def _table(
    kit: Kit, columns: Sequence[str], rows: Sequence[Sequence[str]], width: float, most: float
) -> Iterator[Piece]:
    """Yield a table; one with more columns than fit is told row by row instead."""
    widths = _column_widths(kit, columns, rows, width)
    if widths is None:
        for row in rows:
            yield from _row_told(kit, columns, row, width, most)
        return
    for index, row in enumerate((columns, *rows)):
        head = index == 0
        cells = []
        left = 0.0
        tallest = 0
        for text, cell_w in zip(row, widths, strict=True):
            runs = [Run(text, Font.BOLD if head else Font.REGULAR)]
            typeset = kit.typesetter.set_text(
                runs, SUPPORT_BOLD, cell_w - 2 * _CELL_PAD, max_lines=6, max_height=most - 12
            )
            cells.append(Cell(typeset, left + _CELL_PAD, cell_w - 2 * _CELL_PAD))
            tallest = max(tallest, typeset.height_px)
            left += cell_w
        height = tallest / kit.theme.scale + 12
        yield Piece(tuple(cells), height, 6.0 if head else 0.0, head=head, ruled=True)


def _row_told(
    kit: Kit, columns: Sequence[str], row: Sequence[str], width: float, most: float
) -> Iterator[Piece]:
    first, *others = row
    typeset = kit.typesetter.set_text(first, BODY_BOLD, width, max_lines=4)
    height = typeset.height_px / kit.theme.scale
    yield Piece((Cell(typeset, 0, width),), height, _BLOCK_GAP, head=True)
    for column, text in zip(columns[1:], others, strict=True):
        yield _fact(kit, (column, text), width, most, _ITEM_GAP)


def _column_widths(
    kit: Kit, columns: Sequence[str], rows: Sequence[Sequence[str]], width: float
) -> list[float] | None:
    """Share the width by the length of the cells; None if a word would not fit."""
    font_px = kit.theme.text_px(SUPPORT_BOLD)
    scale = kit.theme.scale
    needed, wanted = [], []
    for place in range(len(columns)):
        cells = [columns[place], *(row[place] for row in rows)]
        words = [word for cell in cells for word in cell.split()] or [""]
        longest = max(kit.typesetter.width_px(word, Font.BOLD, font_px) for word in words)
        whole = max(kit.typesetter.width_px(cell, Font.BOLD, font_px) for cell in cells)
        needed.append(max(_NARROW_COLUMN * 0.5, longest / scale + 2 * _CELL_PAD + 2))
        wanted.append(whole / scale + 2 * _CELL_PAD + 2)
    if sum(needed) > width:
        return None
    spare = width - sum(needed)
    wishes = [max(0.0, wish - need) for wish, need in zip(wanted, needed, strict=True)]
    total = sum(wishes)
    if total <= 0:
        return [need + spare / len(needed) for need in needed]
    return [need + spare * wish / total for need, wish in zip(needed, wishes, strict=True)]


def paint_pieces(painter: Painter, pieces: Sequence[Piece], room: Rect) -> None:
    """Draw the pieces of one page from the top of ``room``."""
    palette = painter.theme.palette
    y = room.y
    for index, piece in enumerate(pieces):
        if index:
            y += piece.gap_above
        line = Rect(room.x, y, room.w, piece.height)
        if piece.ruled:
            if piece.head:
                painter.box(line, palette.surface_2, radius=8)
            painter.fill(Rect(line.x, line.bottom - 2, line.w, 2), palette.line)
        if piece.bullet:
            pitch = piece.cells[0].typeset.pitch_px / painter.theme.scale
            dot = Rect(room.x + 10, y + pitch / 2 - 5, 10, 10)
            painter.circle(dot, palette.teal_700)
        for cell in piece.cells:
            where = Rect(room.x + cell.left, y, cell.width, piece.height)
            painter.typeset(
                where, cell.typeset, palette.ink, valign="middle" if piece.ruled else "top"
            )
        y += piece.height
