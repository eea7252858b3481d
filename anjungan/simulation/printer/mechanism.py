"""Carries out queued commands: keeps the modes, moves the paper, answers in print order."""

from collections.abc import Callable
from typing import Final

from PIL import Image

from anjungan.simulation.printer.barcodes import barcode_data, barcode_picture
from anjungan.simulation.printer.commands import Command
from anjungan.simulation.printer.faults import Condition
from anjungan.simulation.printer.model import PrinterModel
from anjungan.simulation.printer.modes import Modes
from anjungan.simulation.printer.paper import Area, PaperPiece, PaperRoll
from anjungan.simulation.printer.pictures import (
    GraphicsStore,
    column_picture,
    raster_command,
    raster_rows,
)
from anjungan.simulation.printer.symbols import QrSymbol

_CHINESE_GLYPH: Final = "\u25a1"  # what two bytes give that a printer reads as one Chinese sign
_HEAD_TO_CUTTER_DOTS: Final = 90
_MAX_PIECE_DOTS: Final = 80_000  # ten metres: somebody tears that off
_HIGH_BYTES: Final = 0x80


class Mechanism:
    """Everything behind the receive buffer.

    ``answer`` sends bytes to the host; ``on_paper`` takes each piece that is cut off.
    """

    def __init__(
        self,
        model: PrinterModel,
        condition: Condition,
        answer: Callable[[bytes], None],
        on_paper: Callable[[PaperPiece], None],
    ) -> None:
        self._model = model
        self._condition = condition
        self._answer = answer
        self._on_paper = on_paper
        self.roll = PaperRoll(model.width_dots)
        self.automatic_status = False
        self.unknown_commands = 0
        self.drawer_pulses = 0
        self._margin_dots, self._area_dots = 0, model.width_dots
        self._modes = Modes()
        self._qr = QrSymbol()
        self._graphics = GraphicsStore()
        self._half_sign = False
        self._chinese = model.chinese_mode_at_start
        self._handlers: dict[str, Callable[[bytes], None]] = {
            "character": self._character,
            "LF": self._line_feed,
            "FF": self._line_feed,
            "HT": self._tab,
            "CAN": self._cancel,
            "ESC @": self._initialise,
            "ESC {": self._turn_over,
            "ESC d": self._print_and_feed_lines,
            "ESC J": self._print_and_feed_dots,
            "ESC $": self._absolute_position,
            "ESC \\": self._relative_position,
            "ESC *": self._bit_image,
            "ESC p": self._open_drawer,
            "ESC i": self._cut,
            "ESC m": self._cut,
            "FS .": self._leave_chinese,
            "FS &": self._enter_chinese,
            "GS L": self._left_margin,
            "GS W": self._area_width,
            "GS v": self._raster,
            "GS (": self._counted,
            "GS 8": self._long_counted,
            "GS k": self._barcode,
            "GS r": self._query_in_order,
            "GS I": self._identify,
            "GS a": self._set_automatic,
            "GS V": self._cut,
        }

    def power_up(self) -> None:
        """Start with the modes of a printer that was just switched on; the paper stays."""
        self._initialise(b"")
        self._chinese = self._model.chinese_mode_at_start
        self.automatic_status = False

    def paper_needed_dots(self, command: Command) -> int:
        """How far ``command`` will move the paper; 0 when it only sets or asks something."""
        parameters = command.parameters
        match command.name:
            case "LF" | "FF":
                return self.roll.line_dots(self._modes.spacing_dots)
            case "ESC d":
                return parameters[0] * self._modes.spacing_dots or self._waiting_dots()
            case "ESC J":
                return parameters[0] or self._waiting_dots()
            case "GS v":
                return raster_rows(parameters)
            case "GS V" | "ESC i" | "ESC m":
                return 1
            case "GS k":
                picture = self._bars(parameters)
                return 0 if picture is None else picture.height
            case "GS (" if parameters[:1] == b"k" and parameters[4:5] == b"Q":
                picture = self._qr_code()
                return 0 if picture is None else picture.height
            case "GS (" if parameters[:1] == b"L" and parameters[4:5] in {b"2", b"\x02"}:
                return 0 if self._graphics.picture is None else self._graphics.picture.height
            case _:
                return 0

    def execute(self, command: Command) -> None:
        """Carry ``command`` out.  Real-time commands were obeyed on receipt and are passed over."""
        if self._modes.change(command.name, command.parameters, code_pages=self._model.code_pages):
            return
        handler = self._handlers.get(command.name)
        if handler is not None:
            handler(command.parameters)
        elif command.name == "unknown":
            self.unknown_commands += 1
        if self.roll.length_dots > _MAX_PIECE_DOTS:
            self._on_paper(self.roll.cut())

    def _initialise(self, _parameters: bytes) -> None:
        self.roll.drop_line()
        self._margin_dots, self._area_dots = 0, self._model.width_dots
        self._set_area()
        self.roll.upside_down = False
        self._modes = Modes()
        self._qr = QrSymbol()
        self._graphics = GraphicsStore()
        self._half_sign = False

    def _character(self, parameters: bytes) -> None:
        byte = parameters[0]
        if self._chinese and (self._half_sign or byte >= _HIGH_BYTES):
            self._half_sign = not self._half_sign
            text = "" if self._half_sign else _CHINESE_GLYPH
        else:
            text = parameters.decode(self._modes.code_page, errors="replace")
        for character in text:
            if not self.roll.put(character, self._modes.style):
                self._line_feed(b"")
                self.roll.put(character, self._modes.style)

    def _line_feed(self, _parameters: bytes) -> None:
        self.roll.print_line(self._modes.align, self._modes.spacing_dots)

    def _print_and_feed_lines(self, parameters: bytes) -> None:
        self._print_waiting()
        self.roll.feed(parameters[0] * self._modes.spacing_dots)

    def _print_and_feed_dots(self, parameters: bytes) -> None:
        self._print_waiting()
        self.roll.feed(parameters[0])

    def _print_waiting(self) -> None:
        if self.roll.position_dots:
            self._line_feed(b"")

    def _waiting_dots(self) -> int:
        if not self.roll.position_dots:
            return 0
        return self.roll.line_dots(self._modes.spacing_dots)

    def _tab(self, _parameters: bytes) -> None:
        stop = self._modes.next_tab_dots(self.roll.position_dots)
        if stop is not None:
            self.roll.move_to(stop)

    def _cancel(self, _parameters: bytes) -> None:
        self.roll.drop_line()

    def _turn_over(self, parameters: bytes) -> None:
        self.roll.upside_down = bool(parameters[0] & 1)

    def _leave_chinese(self, _parameters: bytes) -> None:
        self._chinese = self._half_sign = False

    def _enter_chinese(self, _parameters: bytes) -> None:
        self._chinese = self._model.chinese_mode_at_start

    def _absolute_position(self, parameters: bytes) -> None:
        self.roll.move_to(int.from_bytes(parameters, "little"))

    def _relative_position(self, parameters: bytes) -> None:
        by_dots = int.from_bytes(parameters, "little", signed=True)
        self.roll.move_to(self.roll.position_dots + by_dots)

    def _left_margin(self, parameters: bytes) -> None:
        """GS L, at the beginning of a line; the area never leaves the paper."""
        if not self.roll.position_dots:
            self._margin_dots = min(
                int.from_bytes(parameters, "little"), self._model.width_dots - 1
            )
            self._set_area()

    def _area_width(self, parameters: bytes) -> None:
        """GS W, likewise."""
        if not self.roll.position_dots:
            self._area_dots = max(1, int.from_bytes(parameters, "little"))
            self._set_area()

    def _set_area(self) -> None:
        room_dots = self._model.width_dots - self._margin_dots
        self.roll.area = Area(self._margin_dots, min(self._area_dots, room_dots))

    def _bit_image(self, parameters: bytes) -> None:
        picture = column_picture(parameters)
        if picture is not None:
            self.roll.put_picture(picture)

    def _raster(self, parameters: bytes) -> None:
        self._print_picture(raster_command(parameters))

    def _print_picture(self, picture: Image.Image | None) -> None:
        if picture is not None:
            self.roll.print_raster(picture, self._modes.align)

    def _counted(self, parameters: bytes) -> None:
        """GS ( and its letter, two bytes of length, the data."""
        letter, data = parameters[:1], parameters[3:]
        if letter == b"H" and data[:2] == b"00" and self._model.process_id:
            self._answer(b"\x37\x22" + data[2:6] + b"\x00")
        elif letter == b"L":
            self._print_picture(self._graphics.take(data))
        elif letter == b"k" and data[:1] == b"1" and len(data) > 1 and self._model.native_qr:
            self._qr.set(data[1], data[2:])
            if data[1:2] == b"Q":
                self._print_qr()

    def _long_counted(self, parameters: bytes) -> None:
        """GS 8 L, four bytes of length."""
        if parameters[:1] == b"L":
            self._print_picture(self._graphics.take(parameters[5:]))

    def _qr_code(self) -> Image.Image | None:
        if not self._model.native_qr:
            return None
        return self._qr.picture(self.roll.area.width_dots)

    def _print_qr(self) -> None:
        picture = self._qr_code()
        if picture is not None:
            self._print_picture(picture)
            self.roll.note(f"[QR {self._qr.text}]")

    def _bars(self, parameters: bytes) -> Image.Image | None:
        return barcode_picture(parameters, self._modes.barcode, self.roll.area.width_dots)

    def _barcode(self, parameters: bytes) -> None:
        picture = self._bars(parameters)
        if picture is None:
            return
        self._print_picture(picture)
        letters = barcode_data(parameters).decode("ascii", "replace")
        self.roll.note(f"[barcode {parameters[0]} {letters}]")

    def _query_in_order(self, _parameters: bytes) -> None:
        if self._model.queued_status:
            self._answer(bytes((self._condition.queued_answer(),)))

    def _identify(self, parameters: bytes) -> None:
        texts = {65: "1.00", 66: self._model.maker, 67: self._model.name, 68: "SIMULATED"}
        if parameters[0] in texts:
            self._answer(b"_" + texts[parameters[0]].encode() + b"\x00")

    def _set_automatic(self, parameters: bytes) -> None:
        self.automatic_status = self._model.automatic_status and parameters[0] != 0
        if self.automatic_status:
            self._answer(self._condition.automatic_frame())

    def _open_drawer(self, _parameters: bytes) -> None:
        self.drawer_pulses += 1

    def _cut(self, parameters: bytes) -> None:
        if not self._model.cutter:
            return
        if parameters[:1] in {b"A", b"B"}:
            self.roll.feed(_HEAD_TO_CUTTER_DOTS + parameters[1])
        self._on_paper(self.roll.cut())
