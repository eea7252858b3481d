"""A letter as PDF: F4 or A4, text that can be selected, the same bytes for the same sheet.

Nothing personal stands in the document's metadata.
"""

import io
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, time
from typing import Final

from fpdf import FPDF
from fpdf.enums import Align, WrapMode, XPos, YPos

from anjungan.regency.letters.pdf_page import FONT, LEFT_MM, SMALL_PT, TOP_MM, Page, draw_qr
from anjungan.regency.letters.sheet import Check, Paragraph, Rows, Sheet, Signature
from anjungan.regency.requests.lateness import WIB

MAX_PAGES: Final = 5

_HEAD_GAP_MM: Final = 9.0
_LOGO_MM: Final = 25.0
_LABEL_MM: Final = 50.0
_COLON_MM: Final = 4.0
_INDENT_MM: Final = 8.0
_SIGNATURE_MM: Final = 82.0
_ROW_GAP_MM: Final = 3.0
_CHECK_GAP_MM: Final = 4.0
_QR_MM: Final = 25.0


@dataclass(frozen=True, slots=True)
class _Density:
    text_pt: float
    line_mm: float
    gap_mm: float
    signing_mm: float


_USUAL: Final = _Density(12, 5.6, 2.4, 23)
_CLOSE: Final = _Density(11, 4.8, 1.4, 20)
"""For a letter that then fits one sheet."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A checked picture for the head, as PNG."""

    png: bytes


class TooManyPagesError(ValueError):
    """A letter is longer than MAX_PAGES."""


def render_pdf(sheet: Sheet, made_at: datetime, logo: Logo | None = None) -> bytes:
    """The letter as PDF; raise TooManyPagesError when it is longer than MAX_PAGES."""
    density = _USUAL
    pages = _count_pages(sheet, logo, density)
    if pages > MAX_PAGES:
        raise TooManyPagesError
    if pages > 1 and _count_pages(sheet, logo, _CLOSE) == 1:
        density, pages = _CLOSE, 1
    with closing(_Letter(sheet, logo, density, pages)) as letter:
        pdf = letter.draw()
        pdf.set_title(f"{sheet.title.capitalize()} {sheet.number}".strip())
        pdf.set_lang("id")
        pdf.set_producer("Anjungan Desa")
        # the day alone: the same letter drawn later has the same bytes
        pdf.set_creation_date(datetime.combine(made_at.astimezone(WIB).date(), time.min, WIB))
        return bytes(pdf.output())


def _count_pages(sheet: Sheet, logo: Logo | None, density: _Density) -> int:
    with closing(_Letter(sheet, logo, density)) as letter:
        return letter.draw().page_no()


class _Letter:
    def __init__(self, sheet: Sheet, logo: Logo | None, density: _Density, pages: int = 1) -> None:
        self._sheet = sheet
        self._logo = logo
        self._density = density
        self._pages = pages
        self._pdf = Page(sheet.paper, sheet.watermark, self._foot)

    def close(self) -> None:
        """Close the font files."""
        self._pdf.close_fonts()

    def _foot(self, page: int) -> str:
        if self._pages > 1:
            number = f"Nomor {self._sheet.number} – " if self._sheet.number else ""
            return f"{number}halaman {page} dari {self._pages}"
        return ""

    def draw(self) -> FPDF:
        pdf = self._pdf
        pdf.add_page()
        self._head()
        self._title()
        parts = self._sheet.parts
        for number, part in enumerate(parts):
            match part:
                case Paragraph(text=text):
                    # a line that leads to a table stays with its first row, and signatures never
                    # stand alone on a page
                    leads = number + 1 < len(parts) and isinstance(parts[number + 1], Rows)
                    needed = self._density.line_mm * (3 if leads else 2)
                    if number + 1 == len(parts):
                        lines = self._count_lines(pdf.epw, text)
                        needed = lines * self._density.line_mm + self._signatures_mm()
                    self._keep_together(needed)
                    self._paragraph(text)
                case Rows(rows=rows):
                    self._rows(rows)
        self._signatures()
        return pdf

    def _head(self) -> None:
        pdf, head = self._pdf, self._sheet.letterhead
        top = pdf.get_y() + 2
        pdf.set_y(top)
        if self._logo is not None:
            pdf.image(
                io.BytesIO(self._logo.png),
                x=LEFT_MM,
                y=top,
                w=_LOGO_MM,
                h=_LOGO_MM,
                keep_aspect_ratio=True,
            )
        side = _LOGO_MM + 2 if self._logo is not None else 0.0
        width = pdf.epw - 2 * side
        for line in head.lines:
            last = line == head.lines[-1]
            pdf.set_font(FONT, "B", 18 if last else 14)
            pdf.set_x(LEFT_MM + side)
            self._lines(width, 7.6 if last else 6.2, line, Align.C)
        pdf.set_font(FONT, "", 10)
        for line in head.address:
            pdf.set_x(LEFT_MM + side)
            self._lines(width, 4.4, line, Align.C)
        below = max(pdf.get_y(), top + (_LOGO_MM if self._logo is not None else 0)) + 1.6
        pdf.set_line_width(1.0)
        pdf.line(LEFT_MM, below, pdf.w - LEFT_MM, below)
        pdf.set_line_width(0.3)
        pdf.line(LEFT_MM, below + 1.2, pdf.w - LEFT_MM, below + 1.2)
        pdf.set_y(below + _HEAD_GAP_MM)

    def _title(self) -> None:
        pdf, sheet = self._pdf, self._sheet
        pdf.set_font(FONT, "B", 14)
        if pdf.get_string_width(sheet.title) < pdf.epw:
            pdf.set_font(FONT, "BU", 14)
        self._lines(pdf.epw, 6.4, sheet.title, Align.C)
        pdf.set_font(FONT, "", self._density.text_pt)
        number = sheet.number or "........................................"
        self._lines(pdf.epw, 6, f"Nomor: {number}", Align.C)
        pdf.ln(6)

    def _paragraph(self, text: str) -> None:
        pdf = self._pdf
        pdf.set_font(FONT, "", self._density.text_pt)
        for line in text.split("\n"):
            self._lines(pdf.epw, self._density.line_mm, line, Align.J)
        pdf.ln(self._density.gap_mm)

    def _rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        pdf = self._pdf
        left = LEFT_MM + _INDENT_MM
        width = pdf.epw - _INDENT_MM - _LABEL_MM - _COLON_MM
        for label, value in rows:
            label_lines = self._count_lines(_LABEL_MM, label)
            lines = max(label_lines, min(3, self._count_lines(width, value)))
            self._keep_together(lines * self._density.line_mm)
            top, page = pdf.get_y(), pdf.page_no()
            pdf.set_xy(left, top)
            self._lines(_LABEL_MM, self._density.line_mm, label, Align.L)
            below_label = pdf.get_y()
            pdf.set_xy(left + _LABEL_MM, top)
            pdf.cell(_COLON_MM, self._density.line_mm, ":")
            for line in value.split("\n"):
                pdf.set_x(left + _LABEL_MM + _COLON_MM)
                self._lines(width, self._density.line_mm, line, Align.L)
            if pdf.page_no() == page:
                pdf.set_y(max(pdf.get_y(), below_label))
        pdf.ln(self._density.gap_mm)

    def _signatures(self) -> None:
        """The last row holds the head of the village and, at its left, how to check the letter.

        One other person signs beside the head; several sign in rows of two above.
        """
        pdf, sheet = self._pdf, self._sheet
        self._keep_together(self._signatures_mm())
        pdf.set_y(pdf.get_y() + _ROW_GAP_MM)
        right = pdf.w - LEFT_MM - _SIGNATURE_MM
        if len(sheet.others) == 1:
            top = pdf.get_y()
            self._signature(sheet.official, LEFT_MM, top)
            self._signature(sheet.others[0], right, top, dated=True)
            height = max(self._height(each) for each in (sheet.official, sheet.others[0]))
            self._check(sheet.check, top + height + _CHECK_GAP_MM)
            return
        for number, row in enumerate(self._rows_of_signatures()):
            top = pdf.get_y()
            for signature, left in zip(row, (right, LEFT_MM), strict=False):
                self._signature(signature, left, top, dated=number == 0 and left == right)
            pdf.set_y(top + max(self._height(each) for each in row) + _ROW_GAP_MM)
        top = pdf.get_y()
        self._signature(sheet.official, right, top, dated=not sheet.others)
        self._check(sheet.check, top + self._density.line_mm)

    def _rows_of_signatures(self) -> Sequence[Sequence[Signature]]:
        others = self._sheet.others
        return [others[start : start + 2] for start in range(0, len(others), 2)]

    def _signatures_mm(self) -> float:
        sheet = self._sheet
        official = self._height(sheet.official)
        check = _QR_MM + _CHECK_GAP_MM if sheet.check is not None else 0.0
        if len(sheet.others) == 1:
            return max(official, self._height(sheet.others[0])) + check + _ROW_GAP_MM
        rows = [
            max(self._height(each) for each in row) + _ROW_GAP_MM
            for row in self._rows_of_signatures()
        ]
        return sum(rows) + max(official, check) + _ROW_GAP_MM

    def _height(self, signature: Signature) -> float:
        texts = (*signature.words, signature.name, signature.below)
        lines = sum(self._count_lines(_SIGNATURE_MM, each) for each in texts if each)
        # the line of place and date, and the dots where there is no name
        lines += 1 if signature.name else 2
        return lines * self._density.line_mm + self._density.signing_mm

    def _signature(
        self, signature: Signature, left: float, top: float, *, dated: bool = False
    ) -> None:
        pdf = self._pdf
        first = self._sheet.place_and_date if dated else ""
        pdf.set_y(top)
        pdf.set_font(FONT, "", self._density.text_pt)
        for line in (first, *signature.words):
            pdf.set_x(left)
            self._lines(_SIGNATURE_MM, self._density.line_mm, line, Align.C)
        pdf.set_y(pdf.get_y() + self._density.signing_mm)
        pdf.set_font(FONT, "BU" if signature.name else "", self._density.text_pt)
        pdf.set_x(left)
        self._lines(
            _SIGNATURE_MM, self._density.line_mm, signature.name or "(" + "." * 44 + ")", Align.C
        )
        if signature.below:
            pdf.set_font(FONT, "", self._density.text_pt)
            pdf.set_x(left)
            self._lines(_SIGNATURE_MM, self._density.line_mm, signature.below, Align.C)

    def _check(self, check: Check | None, top: float) -> None:
        pdf = self._pdf
        if check is None:
            return
        below = pdf.get_y()
        draw_qr(pdf, check.url, x=LEFT_MM, y=top, side=_QR_MM)
        pdf.set_xy(LEFT_MM + _QR_MM + 1.5, top + 2.5)
        pdf.set_font(FONT, "", SMALL_PT)
        width = pdf.w - 2 * LEFT_MM - _SIGNATURE_MM - _QR_MM - 4
        for words, style in (
            ("Periksa keaslian surat ini:", ""),
            ("pindai kode di samping, atau buka", ""),
            (check.typed_at, ""),
            (f"kode {check.code}", "B"),
        ):
            pdf.set_font(FONT, style, SMALL_PT)
            pdf.set_x(LEFT_MM + _QR_MM + 1.5)
            self._lines(width, 4, words, Align.L)
        pdf.set_font(FONT, "", self._density.text_pt)
        pdf.set_y(max(below, top + _QR_MM))

    def _lines(self, width: float, height: float, text: str, align: Align) -> None:
        self._pdf.multi_cell(
            width,
            height,
            text,
            align=align,
            new_x=XPos.LMARGIN,
            new_y=YPos.NEXT,
            wrapmode=WrapMode.WORD,
            padding=0,
        )

    def _count_lines(self, width: float, text: str) -> int:
        counted = self._pdf.multi_cell(
            width, self._density.line_mm, text, dry_run=True, output="LINES"
        )
        return len(counted) if isinstance(counted, list) else 1

    def _keep_together(self, height_mm: float) -> None:
        if self._pdf.will_page_break(height_mm):
            self._pdf.add_page()
            self._pdf.set_y(TOP_MM + 8)
