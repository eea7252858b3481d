"""The two-dimensional codes of GS ( k: a QR code is kept in a store and then printed."""

from typing import Final

import segno
from PIL import Image

from anjungan.simulation.printer.font import INK, PAPER

_CORRECTION_LEVELS: Final = "lmqh"
_MODEL, _MODULE_DOTS, _CORRECTION, _STORE = 65, 67, 69, 80
_MAX_MODULE_DOTS: Final = 16


class QrSymbol:
    """The symbol storage of GS ( k: settings and data arrive one by one, then it is printed."""

    def __init__(self) -> None:
        self.text = ""
        self._module_dots = 3
        self._level = "l"

    def set(self, function: int, data: bytes) -> None:
        """Take one function: 67 the module size, 69 the error correction, 80 the data after its 0.

        What is out of range is ignored, as a printer does.
        """
        if not data:
            return
        match function:
            case 67 if 1 <= data[0] <= _MAX_MODULE_DOTS:
                self._module_dots = data[0]
            case 69 if 48 <= data[0] <= 51:  # noqa: PLR2004 - the four levels, as digits
                self._level = _CORRECTION_LEVELS[data[0] - 48]
            case 80:
                self.text = data[1:].decode("utf-8", "replace")
            case _:
                pass

    def picture(self, max_width_dots: int) -> Image.Image | None:
        """Draw the stored text; None when there is none, or it does not fit."""
        if not self.text:
            return None
        try:
            code = segno.make_qr(self.text, error=self._level, boost_error=False)
        except (segno.DataOverflowError, ValueError):
            return None
        modules: tuple[bytearray, ...] = code.matrix
        side = len(modules)
        if side * self._module_dots > max_width_dots:
            return None
        small = Image.new("1", (side, side), PAPER)
        for y, row in enumerate(modules):
            for x, module in enumerate(row):
                if module:
                    small.putpixel((x, y), INK)
        return small.resize((side * self._module_dots, side * self._module_dots))
