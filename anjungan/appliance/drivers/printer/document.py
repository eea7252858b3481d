"""What is to be printed, as a value: lines of text, rules, QR codes, the logo, feeds and cuts.

A document knows nothing of printer commands.  It is checked when it is made, so that whatever
reaches a printer fits the paper and holds no control character.
"""

from dataclasses import dataclass
from typing import Literal

from anjungan.appliance.drivers.printer.text import is_printable

COLUMNS_58_MM = 32  # font A (12 dots) on 384 dots
COLUMNS_80_MM = 48  # on 576
COLUMN_DOTS = 12
MAX_SCALE = 8  # GS ! takes 1 to 8 in each direction
MAX_FEED_LINES = 20
MAX_SPACE_DOTS = 255  # ESC J takes one byte
MAX_QR_BYTES = 400  # keeps a code at four dots a module on 58 mm paper

Align = Literal["left", "center", "right"]
RuleStyle = Literal["solid", "dashed", "kawung"]


@dataclass(frozen=True, slots=True)
class Text:
    """One line of printable text; ``inverse`` is white on black.

    The text is left out of the repr: it may hold a resident's answers.
    """

    text: str
    align: Align = "left"
    bold: bool = False
    width_scale: int = 1
    height_scale: int = 1
    inverse: bool = False

    def __post_init__(self) -> None:
        if not is_printable(self.text):
            raise ValueError("a line holds characters that a printer cannot be trusted with")
        if not (1 <= self.width_scale <= MAX_SCALE and 1 <= self.height_scale <= MAX_SCALE):
            raise ValueError("scales are 1 to 8")

    @property
    def columns(self) -> int:
        """The width in columns of the plain font."""
        return len(self.text) * self.width_scale

    def __repr__(self) -> str:
        return f"Text(<{len(self.text)} characters>)"


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper: solid, dashed, or a strip of kawung batik."""

    style: RuleStyle = "solid"


@dataclass(frozen=True, slots=True)
class Qr:
    """A QR code (model 2, error correction M), centred; ``module_dots`` is one square's side.

    The data is left out of the repr: it may open a resident's tracking page.
    """

    data: str
    module_dots: int

    def __post_init__(self) -> None:
        if not 1 <= len(self.data.encode()) <= MAX_QR_BYTES:
            raise ValueError(f"a QR code takes 1 to {MAX_QR_BYTES} bytes")
        if not self.data.isascii() or not self.data.isprintable():
            raise ValueError("a QR code takes printable ASCII")
        if not 1 <= self.module_dots <= 16:  # noqa: PLR2004 - GS ( k fn 167 takes 1 to 16
            raise ValueError("a module has 1 to 16 dots")

    def __repr__(self) -> str:
        return f"Qr(<{len(self.data)} characters>, module_dots={self.module_dots})"


@dataclass(frozen=True, slots=True)
class Logo:
    """The village's logo, centred; nothing on a printer that was given none."""


@dataclass(frozen=True, slots=True)
class Feed:
    """Blank lines."""

    lines: int = 1

    def __post_init__(self) -> None:
        if not 1 <= self.lines <= MAX_FEED_LINES:
            raise ValueError(f"a feed has 1 to {MAX_FEED_LINES} lines")


@dataclass(frozen=True, slots=True)
class Space:
    """A little white, in dots (an eighth of a millimetre at 203 dpi)."""

    dots: int

    def __post_init__(self) -> None:
        if not 1 <= self.dots <= MAX_SPACE_DOTS:
            raise ValueError(f"a space has 1 to {MAX_SPACE_DOTS} dots")


@dataclass(frozen=True, slots=True)
class Cut:
    """The end of a piece of paper."""


Block = Text | Rule | Qr | Logo | Feed | Space | Cut


@dataclass(frozen=True, slots=True)
class Document:
    """Blocks from top to bottom, none wider than ``columns`` (32 on 58 mm paper, 48 on 80 mm).

    Raises:
        ValueError: a line is wider than the paper.  The message names the block, not its text.
    """

    blocks: tuple[Block, ...]
    columns: int = COLUMNS_58_MM

    def __post_init__(self) -> None:
        for index, block in enumerate(self.blocks):
            if isinstance(block, Text) and block.columns > self.columns:
                raise ValueError(f"block {index} is {block.columns} columns wide")

    @property
    def dots(self) -> int:
        """The width in dots: 384 for 32 columns."""
        return self.columns * COLUMN_DOTS

    def lines(self) -> tuple[str, ...]:
        """The text alone, one entry a line, as the screen or a transcript shows it."""
        return tuple(block.text for block in self.blocks if isinstance(block, Text))
