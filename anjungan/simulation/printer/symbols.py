"""Pictures inside a print: raster data and QR symbols."""

from PIL import Image

from anjungan.appliance.drivers.printer.bitmap import Bitmap, qr_bitmap
from anjungan.simulation.printer.font import PAPER

_MODULE_DOTS, _STORE = 67, 80


class QrSymbol:
    """The symbol storage of GS ( k: settings and data arrive one by one, then it is printed."""

    def __init__(self) -> None:
        self.text = ""
        self._module_dots = 3

    def set(self, function: int, data: bytes) -> None:
        """Take one function: 67 the module size, 80 the data after its leading ``0``."""
        if function == _MODULE_DOTS and data:
            self._module_dots = data[0]
        elif function == _STORE:
            self.text = data[1:].decode("utf-8", "replace")

    @property
    def side_dots(self) -> int:
        """The height of the symbol."""
        return self.picture().height

    def picture(self) -> Image.Image:
        """Draw the stored text; a blank dot when there is none."""
        if not self.text:
            return Image.new("1", (1, 1), PAPER)
        return bitmap_picture(qr_bitmap(self.text, self._module_dots))


def raster_picture(data: bytes, width_bytes: int) -> Image.Image:
    """Draw raster data of whole rows: 1 bits are black."""
    rows = tuple(data[at : at + width_bytes] for at in range(0, len(data), width_bytes))
    return bitmap_picture(Bitmap(width_bytes * 8, rows))


def bitmap_picture(bitmap: Bitmap) -> Image.Image:
    """Turn packed rows (1 is black) into a picture."""
    inverted = bytes(byte ^ 0xFF for byte in b"".join(bitmap.rows))
    padded = Image.frombytes("1", (bitmap.width_bytes * 8, bitmap.height_dots), inverted)
    return padded.crop((0, 0, bitmap.width_dots, bitmap.height_dots))
