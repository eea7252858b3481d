"""Pictures as rows of black dots: the rules and QR codes that we draw, and the logo."""

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from anjungan.appliance.drivers.printer.document import RuleStyle

_DOTS_A_BYTE = 8
QUIET_MODULES = 4  # ISO/IEC 18004: a light border of four modules
_SOLID_ROWS = 4
_DASHED_ROWS = 2
_DASH_DOTS, _DASH_PERIOD_DOTS = 6, 10
_KAWUNG_TILE_DOTS = 32
# Real-time commands are obeyed even inside raster data: DLE EOT, DLE ENQ and DLE DC4.
_REALTIME_PREFIXES = (b"\x10\x04", b"\x10\x05", b"\x10\x14")


@dataclass(frozen=True, slots=True)
class Bitmap:
    """Rows of packed dots, most significant bit first, 1 is black; ``width_dots`` may not be full.

    ``rows`` are all ``width_bytes`` long.
    """

    width_dots: int
    rows: tuple[bytes, ...]

    @property
    def width_bytes(self) -> int:
        """The length of one row."""
        return (self.width_dots + 7) // 8

    @property
    def height_dots(self) -> int:
        """The number of rows."""
        return len(self.rows)

    def bands(self, first_rows: int, max_rows: int) -> "tuple[Bitmap, ...]":
        """Cut into strips, top to bottom: one of ``first_rows``, then of at most ``max_rows``."""
        tops = (0, *range(first_rows, self.height_dots, max_rows), self.height_dots)
        return tuple(
            Bitmap(self.width_dots, self.rows[top:bottom]) for top, bottom in pairwise(tops)
        )


@lru_cache(maxsize=8)
def rule_bitmap(style: RuleStyle, width_dots: int, scale: int = 1) -> Bitmap:
    """Draw a rule across ``width_dots``, for a printer that repeats each dot ``scale`` times."""
    across = range(0, width_dots, scale)
    match style:
        case "solid":
            return _from_dots([[True for _ in across]] * (_SOLID_ROWS // scale))
        case "dashed":
            row = [x % _DASH_PERIOD_DOTS < _DASH_DOTS for x in across]
            return _from_dots([row] * (_DASHED_ROWS // scale))
        case "kawung":
            tile = _KAWUNG_TILE_DOTS
            return _from_dots(
                [[_kawung_dot(x % tile, y, scale) for x in across] for y in range(0, tile, scale)]
            )


def qr_modules(data: str) -> int:
    """The side of the QR code for ``data`` in modules, without its quiet zone."""
    return len(_qr_matrix(data))


def qr_bitmap(data: str, module_dots: int) -> Bitmap:
    """Draw the QR code of ``data`` (error correction M) without its quiet zone.

    It stands in the middle of its bytes, because printers centre whole bytes; from there it is
    moved by up to seven dots until no real-time printer command hides in it.
    """
    squares = [
        [bool(module) for module in row for _ in range(module_dots)]
        for row in _qr_matrix(data)
        for _ in range(module_dots)
    ]
    middle_dots = -len(squares) % _DOTS_A_BYTE // 2
    for step in range(_DOTS_A_BYTE):
        shift_dots = (middle_dots + step) % _DOTS_A_BYTE
        bitmap = _from_dots([[False] * shift_dots + row for row in squares])
        if not hides_realtime_command(bitmap):
            return bitmap
    return _from_dots(squares)  # the driver takes a stray status byte for noise


def largest_module_dots(data: str, width_dots: int, limit_dots: int) -> int:
    """The largest module, at most ``limit_dots``, with which the code and its border fit.

    It is even where it can be: then a printer that repeats dots needs a quarter of the bytes.

    Raises:
        ValueError: the code does not fit at all.
    """
    fitting_dots = width_dots // (qr_modules(data) + 2 * QUIET_MODULES)
    if fitting_dots < 1:
        raise ValueError("the QR code is wider than the paper")
    module_dots = min(fitting_dots, limit_dots)
    return module_dots if module_dots == 1 else module_dots - module_dots % 2


def without_realtime_commands(bitmap: Bitmap) -> Bitmap:
    """Take single dots out of a picture until no real-time printer command hides in it."""
    data = b"".join(bitmap.rows)
    for prefix in _REALTIME_PREFIXES:
        data = data.replace(prefix, prefix[:1] + b"\x00")
    width = bitmap.width_bytes
    rows = tuple(data[at : at + width] for at in range(0, len(data), width))
    return Bitmap(bitmap.width_dots, rows)


def hides_realtime_command(bitmap: Bitmap) -> bool:
    """Whether the raster data would be taken for a real-time command somewhere."""
    data = b"".join(bitmap.rows)
    return any(prefix in data for prefix in _REALTIME_PREFIXES)


def _qr_matrix(data: str) -> tuple[bytearray, ...]:
    import segno  # noqa: PLC0415 - slow to import, and the first frame must not wait for it

    code = segno.make_qr(data, error="m", boost_error=False)
    matrix: tuple[bytearray, ...] = code.matrix
    return matrix


def _from_dots(dots: list[list[bool]]) -> Bitmap:
    width_dots = len(dots[0])
    return Bitmap(width_dots, tuple(_pack(row) for row in dots))


def _pack(row: list[bool]) -> bytes:
    width_bytes = (len(row) + 7) // 8
    value = int("".join("1" if dot else "0" for dot in row).ljust(width_bytes * 8, "0"), 2)
    return value.to_bytes(width_bytes, "big")


def _kawung_dot(x: int, y: int, size_dots: int) -> bool:
    """One dot of the tile: four palm fruits meeting crosswise, each with its seed.

    Each petal is the lens between two circles around neighbouring corners of the tile.  Coarse dots
    would close a petal around its seed, so they draw it slimmer and full.
    """
    half = _KAWUNG_TILE_DOTS / 2
    px, py = x + size_dots / 2 - half, y + size_dots / 2 - half
    # Along a diagonal: u runs from the centre outwards, v across.
    u, v = (abs(px) + abs(py)) / 2**0.5, (abs(px) - abs(py)) / 2**0.5
    length = half * 2**0.5
    middle = u - length / 2
    is_fine = size_dots == 1
    radius = length * (0.62 if is_fine else 0.75)
    offset = (radius**2 - (length / 2 * 0.94) ** 2) ** 0.5
    in_petal = middle**2 + (abs(v) + offset) ** 2 <= radius**2
    in_seed = is_fine and abs(v) < 1.1 and abs(middle) < length * 0.26  # noqa: PLR2004 - drawn by eye
    return in_petal and not in_seed
