"""The page letters are drawn on: paper, margins, fonts, what stands on every page, the QR.

Margins and the preference for F4 are those OpenSID ships.
"""

import logging
from collections.abc import Callable, Mapping
from importlib import resources
from types import MappingProxyType
from typing import Final

import segno
from fpdf import FPDF
from fpdf.enums import Align
from fpdf.fonts import TTFFont

from anjungan.regency.letters.frame import Paper

PAPERS_MM: Final[Mapping[Paper, tuple[float, float]]] = MappingProxyType(
    {"F4": (215.0, 330.0), "A4": (210.0, 297.0)}
)

LEFT_MM: Final = 17.8
TOP_MM: Final = 6.3
BOTTOM_MM: Final = 13.7
SMALL_PT: Final = 8.5
FONT: Final = "Tinos"
INK: Final = 0
FAINT: Final = 230
_QR_QUIET_MODULES: Final = 4


class Page(FPDF):
    """Page size, fonts and the foot of every page."""

    def __init__(self, paper: Paper, watermark: str, foot: Callable[[int], str]) -> None:
        super().__init__(orientation="portrait", unit="mm", format=PAPERS_MM[paper])
        self._watermark = watermark
        self._foot = foot
        self.set_margins(LEFT_MM, TOP_MM, LEFT_MM)
        self.set_auto_page_break(auto=True, margin=BOTTOM_MM + 5)
        self.alias_nb_pages("")  # "{nb}" is what a resident may have written
        folder = resources.files("anjungan.regency.letters").joinpath("fonts")
        for style, name in (("", "tinos-regular.ttf"), ("B", "tinos-bold.ttf")):
            with resources.as_file(folder.joinpath(name)) as path:
                self.add_font(FONT, style, path)
        # what it warns of is the text of letters; missing characters were refused before
        logging.getLogger("fpdf.output").setLevel(logging.ERROR)

    def close_fonts(self) -> None:
        """The library reads font files as it goes, and leaves them open."""
        for font in self.fonts.values():
            if isinstance(font, TTFFont):
                font.close()

    def header(self) -> None:
        """The watermark, under everything else."""
        if not self._watermark:
            return
        self.set_font(FONT, "B", 90)
        self.set_text_color(FAINT)
        width = self.get_string_width(self._watermark)
        with self.rotation(45, self.w / 2, self.h / 2):
            self.text(self.w / 2 - width / 2, self.h / 2 + 12, self._watermark)
        self.set_text_color(INK)

    def footer(self) -> None:
        """Number of the letter and of the page, where there are several."""
        words = self._foot(self.page_no())
        if words:
            self.set_y(-BOTTOM_MM + 1)
            self.set_font(FONT, "", SMALL_PT)
            self.cell(0, 4, words, align=Align.R)


def draw_qr(pdf: FPDF, text: str, *, x: float, y: float, side: float) -> None:
    """A QR as rectangles, with its quiet zone, in a square of ``side`` millimetres."""
    matrix = tuple(tuple(row) for row in segno.make(text, error="m", micro=False).matrix)
    module = side / (len(matrix) + 2 * _QR_QUIET_MODULES)
    pdf.set_fill_color(INK)
    for row, modules in enumerate(matrix):
        column = 0
        while column < len(modules):
            run = column
            while run < len(modules) and modules[run]:
                run += 1
            if run > column:
                left = x + (column + _QR_QUIET_MODULES) * module
                top = y + (row + _QR_QUIET_MODULES) * module
                # a hair taller, so that no viewer leaves white between rows
                pdf.rect(left, top, (run - column) * module, module * 1.02, style="F")
            column = run + 1
