"""The modes of a printer: how text looks, where it stands, which characters bytes mean.

Each command changes one of them; ESC @ sets all back.
"""

from dataclasses import dataclass, field, replace
from typing import Final

from anjungan.simulation.printer.barcodes import BarcodeStyle
from anjungan.simulation.printer.font import FONT_A, FONT_B
from anjungan.simulation.printer.paper import DEFAULT_SPACING_DOTS, Align, Style

_ALIGNMENTS: Final[tuple[Align, ...]] = ("left", "center", "right")
_CODE_PAGES: Final = {
    0: "cp437",
    2: "cp850",
    3: "cp860",
    4: "cp863",
    5: "cp865",
    16: "cp1252",
    17: "cp866",
    18: "cp852",
    19: "cp858",
}
_DEFAULT_TABS: Final = tuple(range(8, 256, 8))


@dataclass(slots=True)
class Modes:
    """Everything that ESC @ resets."""

    style: Style = field(default_factory=Style)
    align: Align = "left"
    spacing_dots: int = DEFAULT_SPACING_DOTS
    code_page: str = "cp437"
    tabs: tuple[int, ...] = _DEFAULT_TABS
    barcode: BarcodeStyle = field(default_factory=BarcodeStyle)

    def change(self, command: str, parameters: bytes, *, code_pages: bool) -> bool:
        """Carry out a command that changes a mode; False for one that does something else."""
        n = parameters[0] if parameters else 0
        match command:
            case "ESC !" | "ESC M" | "ESC E" | "ESC G" | "ESC -" | "ESC SP" | "ESC V":
                self._change_style(command, n)
            case "GS !" | "GS B":
                self._change_style(command, n)
            case "ESC a":
                self._change_alignment(n)
            case "ESC 2":
                self.spacing_dots = DEFAULT_SPACING_DOTS
            case "ESC 3":
                self.spacing_dots = n
            case "ESC t":
                if code_pages:
                    self.code_page = _CODE_PAGES.get(n, "cp437")
            case "ESC D":
                self.tabs = tuple(parameters.rstrip(b"\x00"))
            case "GS h":
                self.barcode = self.barcode.with_height(n)
            case "GS w":
                self.barcode = self.barcode.with_width(n)
            case "GS H":
                self.barcode = self.barcode.with_text(n)
            case "GS f":
                self.barcode = self.barcode.with_face(n)
            case _:
                return False
        return True

    def next_tab_dots(self, position_dots: int) -> int | None:
        """Where HT goes; None when there is no tab stop further right."""
        stops = (column * FONT_A.width_dots for column in self.tabs)
        return next((dots for dots in stops if dots > position_dots), None)

    def _change_style(self, command: str, n: int) -> None:
        match command:
            case "ESC !":
                self.style = replace(
                    self.style,
                    face=FONT_B if n & 0x01 else FONT_A,
                    bold=bool(n & 0x08),
                    height_scale=2 if n & 0x10 else 1,
                    width_scale=2 if n & 0x20 else 1,
                    underline_dots=1 if n & 0x80 else 0,
                )
            case "GS !":
                self.style = replace(
                    self.style, width_scale=(n >> 4 & 7) + 1, height_scale=(n & 7) + 1
                )
            case "ESC M":
                self.style = replace(self.style, face=FONT_B if n & 1 else FONT_A)
            case "ESC E" | "ESC G":
                self.style = replace(self.style, bold=bool(n & 1))
            case "ESC -":
                self.style = replace(self.style, underline_dots=n % 48 if n % 48 <= 2 else 0)  # noqa: PLR2004 - none, thin, thick
            case "ESC SP":
                self.style = replace(self.style, spacing_dots=n)
            case "ESC V":
                self.style = replace(self.style, rotated=bool(n & 1))
            case _:
                self.style = replace(self.style, inverse=bool(n & 1))

    def _change_alignment(self, n: int) -> None:
        if n % 48 < len(_ALIGNMENTS):
            self.align = _ALIGNMENTS[n % 48]
