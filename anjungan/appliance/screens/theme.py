"""Colours, text styles and measures of the look, as frozen values.

Sizes are logical pixels at the reference density (1024x600 on 10.1 inches, 117.5 pixels an inch);
:class:`Theme` turns them into device pixels.
"""

import enum
import math
from dataclasses import dataclass
from typing import Final

from anjungan.appliance.session.intents import TextSize
from anjungan.appliance.session.views import Look, Tone

REFERENCE_PPI: Final = 117.5
_TOUCH_MM: Final = 20.0
_TOUCH_FLOOR_MM: Final = 15.0
_SMALL_SCREEN_MM: Final = 180.0
_MM_PER_INCH: Final = 25.4

_TEXT_STEPS: Final = {TextSize.NORMAL: 1.0, TextSize.LARGE: 1.15, TextSize.LARGEST: 1.30}


class Font(enum.Enum):
    """The font files; every weight is a file of its own, so nothing is faked bold."""

    REGULAR = "text-400"
    SEMIBOLD = "text-600"
    BOLD = "text-700"
    EXTRABOLD = "text-800"
    MONO = "mono-700"
    MONO_CODE = "mono-800"
    ICON = "icons"
    ICON_FILLED = "icons-filled"


@dataclass(frozen=True, slots=True)
class TextStyle:
    """A step of the type scale: size in logical pixels, font and line height."""

    size: float
    font: Font
    line_height: float


CODE: Final = TextStyle(84, Font.MONO_CODE, 1.08)
CLOCK_IDLE: Final = TextStyle(84, Font.EXTRABOLD, 1.0)
VILLAGE_IDLE: Final = TextStyle(54, Font.EXTRABOLD, 1.02)
COUNTDOWN: Final = TextStyle(92, Font.EXTRABOLD, 1.0)
DISPLAY: Final = TextStyle(40, Font.EXTRABOLD, 1.1)
QUESTION: Final = TextStyle(34, Font.EXTRABOLD, 1.1)
SCREEN_TITLE: Final = TextStyle(32, Font.BOLD, 1.0)
SECTION: Final = TextStyle(28, Font.BOLD, 1.15)
BUTTON: Final = TextStyle(28, Font.BOLD, 1.05)
ROW_TITLE: Final = TextStyle(27, Font.BOLD, 1.1)
TILE_TITLE: Final = TextStyle(25, Font.BOLD, 1.05)
BODY: Final = TextStyle(24, Font.REGULAR, 1.2)
BODY_BOLD: Final = TextStyle(24, Font.BOLD, 1.2)
SUPPORT: Final = TextStyle(22, Font.REGULAR, 1.2)
SUPPORT_BOLD: Final = TextStyle(22, Font.BOLD, 1.2)
LABEL: Final = TextStyle(20, Font.SEMIBOLD, 1.05)
LABEL_BOLD: Final = TextStyle(20, Font.BOLD, 1.05)
KEY_DIGIT: Final = TextStyle(46, Font.BOLD, 1.0)
KEY_LETTER: Final = TextStyle(38, Font.BOLD, 1.0)
FIELD: Final = TextStyle(38, Font.BOLD, 1.0)
SMALLEST_PX: Final = 20


@dataclass(frozen=True, slots=True)
class ToneColours:
    """Background, text and line of a status."""

    fill: str
    text: str
    line: str


@dataclass(frozen=True, slots=True)
class Palette:
    """All colours, as #RRGGBB; the ratios are measured in the widget walk of the tests."""

    ink: str = "#1A2033"
    ink_2: str = "#33384A"
    muted: str = "#474C5E"
    paper: str = "#FBF6EA"
    surface: str = "#FFFFFF"
    surface_2: str = "#F3EAD5"
    line: str = "#D6C8A5"
    line_touch: str = "#8C7C55"
    indigo_900: str = "#14213F"
    indigo_800: str = "#1D2F5C"
    indigo_700: str = "#2A4180"
    indigo_line: str = "#33477F"
    indigo_text: str = "#DDE3F3"
    indigo_off: str = "#8FA0CC"
    white: str = "#FFFFFF"
    teal_700: str = "#0A5558"
    teal_800: str = "#063B3D"
    marigold: str = "#F5B335"
    focus_fill: str = "#FFE9B8"
    selected_fill: str = "#DDEEEB"
    disabled_fill: str = "#E5DFCF"
    disabled_text: str = "#5A5648"
    ok_strong: str = "#14532D"
    sky: str = "#F3EAD5"
    plates: tuple[str, ...] = (
        "#0A5558", "#1D2F5C", "#8E1B16", "#74390F", "#5C2450", "#74390F", "#0A5558", "#1D2F5C",
    )  # fmt: skip
    neutral: ToneColours = ToneColours("#E8E4D8", "#33384A", "#8C7C55")
    info: ToneColours = ToneColours("#DDEEEB", "#073F41", "#0E6B6C")
    ok: ToneColours = ToneColours("#DFF0DF", "#14532D", "#2F7A4A")
    warn: ToneColours = ToneColours("#FFE9B8", "#4A2F00", "#9A6500")
    error: ToneColours = ToneColours("#FBE4DE", "#8E1B16", "#8E1B16")

    def tone(self, tone: Tone) -> ToneColours:
        """Return the three colours of a tone."""
        match tone:
            case Tone.NEUTRAL:
                return self.neutral
            case Tone.INFO:
                return self.info
            case Tone.OK:
                return self.ok
            case Tone.WARN:
                return self.warn
            case Tone.ERROR:
                return self.error

    def plate(self, index: int) -> str:
        """Return the colour of a tile's plate, counted from 0 and round again."""
        return self.plates[index % len(self.plates)]


STANDARD: Final = Palette()
HIGH_CONTRAST: Final = Palette(
    ink="#000000",
    ink_2="#000000",
    muted="#000000",
    paper="#FFFFFF",
    surface_2="#FFFFFF",
    line="#000000",
    line_touch="#000000",
    disabled_text="#33384A",
    plates=("#14213F",),
    neutral=ToneColours("#FFFFFF", "#000000", "#000000"),
    info=ToneColours("#FFFFFF", "#000000", "#000000"),
    ok=ToneColours("#FFFFFF", "#000000", "#000000"),
    warn=ToneColours("#FFFFFF", "#000000", "#000000"),
    error=ToneColours("#FFFFFF", "#000000", "#000000"),
)


@dataclass(frozen=True, slots=True)
class Theme:
    """How logical sizes and colours become pixels for this screen and this resident."""

    palette: Palette
    scale: float
    text_step: float
    high_contrast: bool

    @property
    def card_stroke(self) -> float:
        """Line width of cards, rows, tiles and keys."""
        return 3 if self.high_contrast else 2

    def px(self, logical: float) -> int:
        """Return device pixels, rounded."""
        return round(logical * self.scale)

    @property
    def enlarged(self) -> bool:
        """Whether the resident reads larger text."""
        return self.text_step > 1

    def text_px(self, style: TextStyle, *, fixed: bool = False) -> int:
        """Return the font size in device pixels; ``fixed`` leaves the resident's step out."""
        return round(style.size * self.scale * (1.0 if fixed else self.text_step))

    def row(self, logical: float) -> float:
        """Return a row height that grows with the text."""
        return logical * (1.0 + (self.text_step - 1.0) * 0.7)


def theme_for(look: Look, scale: float) -> Theme:
    """Return the theme of a resident's look at a screen's scale."""
    return Theme(
        palette=HIGH_CONTRAST if look.high_contrast else STANDARD,
        scale=scale,
        text_step=_TEXT_STEPS[look.text_size],
        high_contrast=look.high_contrast,
    )


def pixels_per_inch(width_px: int, height_px: int, diagonal_in: float) -> float:
    """Return the density of a screen."""
    return math.hypot(width_px, height_px) / diagonal_in


def scale_for(width_px: int, height_px: int, diagonal_in: float) -> float:
    """Return the factor of all tokens: ``max(1, fit, 0.85 * ppi / 117.5)``."""
    landscape = width_px >= height_px
    fit = min(width_px / 1024, height_px / 600) if landscape else width_px / 720
    return max(1.0, fit, 0.85 * pixels_per_inch(width_px, height_px, diagonal_in) / REFERENCE_PPI)


def touch_target_px(width_px: int, height_px: int, diagonal_in: float) -> int:
    """Return the smallest side of a touch target in device pixels: 20 mm, or 15 mm.

    15 mm is the floor of screens less than 180 mm wide.
    """
    ppi = pixels_per_inch(width_px, height_px, diagonal_in)
    width_mm = width_px / ppi * _MM_PER_INCH
    millimetres = _TOUCH_FLOOR_MM if width_mm < _SMALL_SCREEN_MM else _TOUCH_MM
    return math.ceil(millimetres * ppi / _MM_PER_INCH)


def rgba(colour: str) -> tuple[float, float, float, float]:
    """Return #RRGGBB as four numbers from 0 to 1."""
    red, green, blue = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    return red, green, blue, 1.0
