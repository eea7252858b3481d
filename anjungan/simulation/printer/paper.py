"""The paper that comes out: a strip of dots that grows line by line, with a transcript."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from PIL import Image, ImageChops

from anjungan.simulation.printer.font import FONT_A, INK, PAPER, Face, glyph

DEFAULT_SPACING_DOTS = 30
_TOP_AND_BOTTOM_DOTS = 12  # so that a saved piece looks like paper and not like a crop


@dataclass(frozen=True, slots=True)
class Style:
    """How the next characters look."""

    face: Face = FONT_A
    width_scale: int = 1
    height_scale: int = 1
    bold: bool = False
    underline_dots: int = 0
    inverse: bool = False
    rotated: bool = False
    spacing_dots: int = 0

    @property
    def cell_width_dots(self) -> int:
        """How far one character moves the position."""
        across = self.face.height_dots if self.rotated else self.face.width_dots
        return (across + self.spacing_dots) * self.width_scale

    @property
    def cell_height_dots(self) -> int:
        """How tall one character is."""
        down = self.face.width_dots if self.rotated else self.face.height_dots
        return down * self.height_scale


@dataclass(frozen=True, slots=True)
class Mark:
    """A character or a piece of bit image at its place in a line that waits to be printed."""

    at_dots: int
    picture: Image.Image
    text: str
    column: int | None
    """Where it stands in the transcript; None right behind what stands there already."""


@dataclass(frozen=True, slots=True)
class PaperPiece:
    """One piece of paper as it left the printer."""

    image: Image.Image
    text: str

    def save(self, folder: Path, stem: str) -> tuple[Path, Path]:
        """Write ``stem.png`` and ``stem.txt`` into ``folder`` and return both paths."""
        picture, transcript = folder / f"{stem}.png", folder / f"{stem}.txt"
        self.image.save(picture)
        transcript.write_text(self.text, encoding="utf-8")
        return picture, transcript


Align = Literal["left", "center", "right"]


@dataclass(frozen=True, slots=True)
class Area:
    """The part of the paper that is printed on (GS L and GS W)."""

    left_dots: int
    width_dots: int


class PaperRoll:
    """The paper under the head, ``width_dots`` wide, since the last cut."""

    def __init__(self, width_dots: int) -> None:
        self._width_dots = width_dots
        self._strips: list[Image.Image] = []
        self._lines: list[str] = []
        self._at_dots = 0
        self._marks: list[Mark] = []
        self.area = Area(0, width_dots)
        self.upside_down = False
        self.printed_lines = 0

    @property
    def is_blank(self) -> bool:
        """Whether nothing has been printed or fed since the last cut."""
        return not self._strips and not self._marks

    @property
    def strips(self) -> tuple[Image.Image, ...]:
        """What has come out since the last cut, in the order of coming out."""
        return tuple(self._strips)

    @property
    def length_dots(self) -> int:
        """How much has come out since the last cut."""
        return sum(strip.height for strip in self._strips)

    @property
    def width_dots(self) -> int:
        """The width of the paper that can be printed on."""
        return self._width_dots

    def put(self, character: str, style: Style) -> bool:
        """Place one character; False when the line is full and must be printed first."""
        if self._at_dots + style.cell_width_dots > self.area.width_dots:
            return False
        column = None if style.width_scale > 1 else self._at_dots // style.face.width_dots
        self._marks.append(Mark(self._at_dots, _cell(character, style), character, column))
        self._at_dots += style.cell_width_dots
        return True

    def put_picture(self, picture: Image.Image) -> None:
        """Place a piece of bit image in the line; what is too wide is lost."""
        self._marks.append(Mark(self._at_dots, picture, "", None))
        self.move_to(self._at_dots + picture.width)

    def move_to(self, dots: int) -> None:
        """Set the position in the line (ESC $, HT)."""
        self._at_dots = max(0, min(dots, self.area.width_dots))

    @property
    def position_dots(self) -> int:
        """Where the next character goes."""
        return self._at_dots

    def line_dots(self, spacing_dots: int) -> int:
        """How far printing the waiting line moves the paper."""
        return max(spacing_dots, self._tallest_dots())

    def print_line(self, align: Align, spacing_dots: int) -> None:
        """Print the waiting line and move on; an empty line is a feed."""
        height_dots = self.line_dots(spacing_dots)
        tallest_dots = self._tallest_dots()
        line = Image.new("1", (self.area.width_dots, height_dots), PAPER)
        offset = _offset(align, self.area.width_dots - self._at_dots)
        for mark in self._marks:
            top = tallest_dots - mark.picture.height
            line.paste(mark.picture, (offset + mark.at_dots, top))
        if self.upside_down:
            line = line.transpose(Image.Transpose.ROTATE_180)
        self._come_out(line, self.area.left_dots)
        self._lines.append(self._transcript(align))
        self._forget_line()
        self.printed_lines += 1

    def print_raster(self, picture: Image.Image, align: Align) -> None:
        """Print a picture of black and white dots (mode "1"); what is too wide is lost."""
        line = Image.new("1", (self.area.width_dots, picture.height), PAPER)
        line.paste(picture, (max(0, _offset(align, self.area.width_dots - picture.width)), 0))
        self._come_out(line, self.area.left_dots)
        self.printed_lines += 1

    def note(self, line: str) -> None:
        """Add a line to the transcript for something that is not text."""
        self._lines.append(line)

    def feed(self, dots: int) -> None:
        """Move the paper without printing."""
        if dots > 0:
            self._strips.append(Image.new("1", (self._width_dots, dots), PAPER))

    def drop_line(self) -> None:
        """Forget the waiting line (ESC @, CAN)."""
        self._forget_line()

    def cut(self) -> PaperPiece:
        """Take away what has come out so far."""
        height = self.length_dots + 2 * _TOP_AND_BOTTOM_DOTS
        image = Image.new("1", (self._width_dots, height), PAPER)
        top = _TOP_AND_BOTTOM_DOTS
        for strip in self._strips:
            image.paste(strip, (0, top))
            top += strip.height
        piece = PaperPiece(image, "".join(f"{line}\n" for line in self._lines))
        self._strips.clear()
        self._lines.clear()
        return piece

    def _come_out(self, line: Image.Image, left_dots: int) -> None:
        strip = Image.new("1", (self._width_dots, line.height), PAPER)
        strip.paste(line, (left_dots, 0))
        self._strips.append(strip)

    def _tallest_dots(self) -> int:
        return max((mark.picture.height for mark in self._marks), default=0)

    def _transcript(self, align: Align) -> str:
        text = ""
        for mark in self._marks:
            # Wide characters leave no gaps in the transcript, but a jump of the position does.
            text = text if mark.column is None else text.ljust(mark.column)
            text += mark.text
        columns = self.area.width_dots // FONT_A.width_dots
        match align:
            case "center":
                return text.strip().center(columns).rstrip()
            case "right":
                return text.rjust(columns)
            case "left":
                return text.rstrip()

    def _forget_line(self) -> None:
        self._marks.clear()
        self._at_dots = 0


def _cell(character: str, style: Style) -> Image.Image:
    picture = glyph(
        character,
        style.face,
        width_scale=style.width_scale,
        height_scale=style.height_scale,
        bold=style.bold,
        rotated=style.rotated,
    )
    if style.spacing_dots:
        wider = Image.new("1", (style.cell_width_dots, picture.height), PAPER)
        wider.paste(picture, (0, 0))
        picture = wider
    if style.underline_dots and not style.rotated:
        picture = picture.copy()
        line = (0, picture.height - style.underline_dots, picture.width, picture.height)
        picture.paste(INK, line)
    return ImageChops.invert(picture) if style.inverse else picture


def _offset(align: Align, free_dots: int) -> int:
    match align:
        case "left":
            return 0
        case "center":
            return free_dots // 2
        case "right":
            return free_dots
