"""Measuring text and breaking it into lines that fit, without ever cutting a word away.

Widths come from the same font library that draws the text. Nothing measured is remembered here:
a text may be somebody's name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from kivy.core.text import Label as CoreLabel

from anjungan.appliance.screens.icons import ASSETS
from anjungan.appliance.screens.theme import SMALLEST_PX, Font, TextStyle, Theme

_FONT_FILES: Final = {font: str(ASSETS / f"{font.value}.ttf") for font in Font}
_SOFT_BREAKS: Final = re.compile(r"(?<=[/\-–—·@.])(?=\w)")


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one font."""

    text: str
    font: Font

    def __repr__(self) -> str:
        return f"Run({len(self.text)} characters)"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: runs and its width in device pixels."""

    runs: tuple[Run, ...]
    width_px: int

    def __repr__(self) -> str:
        return f"Line({self.width_px} px)"


@dataclass(frozen=True, slots=True)
class Typeset:
    """A text broken into lines at one size.

    Attributes:
        lines: from top to bottom.
        font_px: size of the letters.
        pitch_px: distance from line to line.
        fits: whether lines and height stayed within what was asked.
        reduced: whether the letters had to be smaller than the style at the normal text size.
    """

    lines: tuple[Line, ...]
    font_px: int
    pitch_px: int
    fits: bool
    reduced: bool

    @property
    def height_px(self) -> int:
        """Height of all lines."""
        return self.pitch_px * len(self.lines)

    @property
    def width_px(self) -> int:
        """Width of the widest line."""
        return max((line.width_px for line in self.lines), default=0)


def font_file(font: Font) -> str:
    """Return the path of a font file."""
    return _FONT_FILES[font]


class Typesetter:
    """Breaks texts into lines for one theme; keeps one measuring label a font and size."""

    def __init__(self, theme: Theme) -> None:
        self._theme = theme
        self._rulers: dict[tuple[Font, int], Any] = {}

    def width_px(self, text: str, font: Font, font_px: int) -> int:
        """Return the width of ``text`` on one line."""
        ruler = self._rulers.get((font, font_px))
        if ruler is None:
            ruler = CoreLabel(font_name=font_file(font), font_size=font_px)
            self._rulers[font, font_px] = ruler
        width: int = ruler.get_extents(text)[0]
        return width

    def set_text(
        self,
        text: str | Sequence[Run],
        style: TextStyle,
        width: float,
        *,
        max_lines: int = 3,
        max_height: float | None = None,
        fixed: bool = False,
        keep_size: bool = False,
        balance: bool = False,
    ) -> Typeset:
        """Break ``text`` into lines of at most ``width`` logical pixels.

        The resident's text size is tried first. Where that does not fit, letters become smaller
        down to the style at the normal size, then (``reduced``) down to the smallest size there
        is; ``keep_size`` forbids both. ``balance`` makes lines of one text alike in
        length. A word longer than a line is broken at a slash or dash,
        at last between letters.
        """
        runs = [Run(text, style.font)] if isinstance(text, str) else list(text)
        wanted = self._theme.text_px(style, fixed=fixed)
        normal = self._theme.text_px(style, fixed=True)
        smallest = min(normal, self._theme.px(SMALLEST_PX))
        limit = self._theme.px(width)
        sizes = [wanted] if keep_size else range(wanted, smallest - 1, -1)
        result = None
        for font_px in sizes:
            pitch = round(font_px * style.line_height)
            rows = max_lines
            if max_height is not None:
                rows = min(rows, max(1, int(self._theme.px(max_height) // pitch)))
            lines, broken = self._break(runs, font_px, limit)
            fits = len(lines) <= rows and not broken
            if max_height is not None and pitch * len(lines) > self._theme.px(max_height) + 1:
                fits = False
            result = Typeset(tuple(lines), font_px, pitch, fits, font_px < normal)
            if fits:
                return self._balanced(runs, result, limit) if balance else result
        if result is None:
            raise ValueError("no font size to try")
        return result

    def _balanced(self, runs: Sequence[Run], typeset: Typeset, limit: int) -> Typeset:
        """Narrow the lines as long as their number stays."""
        count = len(typeset.lines)
        best = typeset
        for share in (0.9, 0.8, 0.7, 0.6, 0.5):
            lines, broken = self._break(runs, typeset.font_px, round(limit * share))
            if broken or len(lines) > count:
                break
            best = Typeset(tuple(lines), typeset.font_px, typeset.pitch_px, True, typeset.reduced)
        return best

    def _break(self, runs: Sequence[Run], font_px: int, limit: int) -> tuple[list[Line], bool]:
        """Fill lines word by word; the flag tells that a word had to be broken anywhere."""
        words = _words(runs)
        whole = self._on_one_line(words, font_px, limit)
        if whole is not None:
            return [whole], False
        lines: list[Line] = []
        current: tuple[Run, ...] = ()
        broken = False

        def finish() -> None:
            nonlocal current
            lines.append(Line(current, self._line_width(current, font_px)))
            current = ()

        for word, gap in words:
            if word is None:
                finish()
                continue
            longer = _joined(current, Run((" " if gap and current else "") + word.text, word.font))
            if self._line_width(longer, font_px) <= limit:
                current = longer
                continue
            if current:
                finish()
            for part, forced in self._pieces(word, font_px, limit):
                broken = broken or forced
                longer = _joined(current, part)
                if current and self._line_width(longer, font_px) > limit:
                    finish()
                    longer = (part,)
                current = longer
        if current or not lines:
            finish()
        return lines, broken

    def _on_one_line(
        self, words: Sequence[tuple[Run | None, bool]], font_px: int, limit: int
    ) -> Line | None:
        """Return all words as one line where that fits: most texts need no more measuring."""
        line: tuple[Run, ...] = ()
        for word, gap in words:
            if word is None:
                return None
            line = _joined(line, Run((" " if gap and line else "") + word.text, word.font))
        width_px = self._line_width(line, font_px)
        return Line(line, width_px) if width_px <= limit else None

    def _line_width(self, runs: tuple[Run, ...], font_px: int) -> int:
        return sum(self.width_px(run.text, run.font, font_px) for run in runs)

    def _pieces(self, word: Run, font_px: int, limit: int) -> list[tuple[Run, bool]]:
        """Break a word that is longer than a line at its soft places, else between letters."""
        if self.width_px(word.text, word.font, font_px) <= limit:
            return [(word, False)]
        pieces: list[tuple[Run, bool]] = []
        for part in _SOFT_BREAKS.split(word.text):
            rest, forced = part, False
            while rest and self.width_px(rest, word.font, font_px) > limit:
                forced = True
                count = max(1, len(rest) - 1)
                while count > 1 and self.width_px(rest[:count], word.font, font_px) > limit:
                    count -= 1
                pieces.append((Run(rest[:count], word.font), True))
                rest = rest[count:]
            if rest:
                pieces.append((Run(rest, word.font), forced))
        return pieces


def _joined(line: tuple[Run, ...], more: Run) -> tuple[Run, ...]:
    """Return the line with more at its end; neighbours of one font become one run."""
    if line and line[-1].font is more.font:
        return (*line[:-1], Run(line[-1].text + more.text, more.font))
    return (*line, more)


def _words(runs: Sequence[Run]) -> list[tuple[Run | None, bool]]:
    """Split runs into words with whether a space stood before; None is a forced line break."""
    words: list[tuple[Run | None, bool]] = []
    space_before = False
    for run in runs:
        for index, paragraph in enumerate(run.text.split("\n")):
            if index:
                words.append((None, False))
                space_before = False
            for token in re.findall(r"[^ ]+| +", paragraph):
                if token.isspace():
                    space_before = True
                else:
                    words.append((Run(token, run.font), space_before))
                    space_before = False
    return words
