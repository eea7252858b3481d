"""Carries out queued commands: keeps the modes, moves the paper, answers in print order."""

from collections.abc import Callable
from dataclasses import replace

from anjungan.simulation.printer.commands import Command
from anjungan.simulation.printer.faults import Condition
from anjungan.simulation.printer.font import FONT_A, FONT_B
from anjungan.simulation.printer.model import PrinterModel
from anjungan.simulation.printer.paper import (
    DEFAULT_SPACING_DOTS,
    Align,
    PaperPiece,
    PaperRoll,
    Style,
)
from anjungan.simulation.printer.symbols import QrSymbol, raster_picture

_ALIGNMENTS: tuple[Align, ...] = ("left", "center", "right")
_CODE_PAGES = {0: "cp437", 2: "cp850", 3: "cp860", 4: "cp863", 5: "cp865", 16: "cp1252"}
_TAB_COLUMNS = 8
_CHINESE_GLYPH = "\u25a1"  # what two bytes give that a printer reads as one Chinese sign
_HEAD_TO_CUTTER_DOTS = 90


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
        self._reset()
        self._chinese = model.chinese_mode_at_start
        self._handlers: dict[str, Callable[[bytes], None]] = {
            "character": self._character,
            "LF": self._line_feed,
            "FF": self._line_feed,
            "HT": self._tab,
            "CAN": self._cancel,
            "ESC @": self._initialise,
            "ESC !": self._print_mode,
            "ESC M": self._font,
            "ESC E": self._bold,
            "ESC G": self._bold,
            "ESC -": self._underline,
            "ESC a": self._alignment,
            "ESC d": self._print_and_feed_lines,
            "ESC J": self._print_and_feed_dots,
            "ESC 2": self._spacing,
            "ESC 3": self._spacing,
            "ESC t": self._select_code_page,
            "ESC $": self._absolute_position,
            "ESC i": self._cut,
            "ESC m": self._cut,
            "FS .": self._leave_chinese,
            "FS &": self._enter_chinese,
            "GS !": self._size,
            "GS B": self._inverse,
            "GS v": self._raster,
            "GS (": self._two_dimensional,
            "GS k": self._barcode,
            "GS r": self._query_in_order,
            "GS I": self._identify,
            "GS a": self._set_automatic,
            "GS V": self._cut,
        }

    def power_up(self) -> None:
        """Start with the modes of a printer that was just switched on; the paper stays."""
        self._reset()
        self.roll.drop_line()
        self._chinese = self._model.chinese_mode_at_start
        self.automatic_status = False

    def paper_needed_dots(self, command: Command) -> int:
        """How far ``command`` will move the paper; 0 when it only sets or asks something."""
        parameters = command.parameters
        dots = 0
        match command.name:
            case "LF" | "FF":
                dots = self.roll.line_dots(self._spacing_dots)
            case "ESC d":
                dots = parameters[0] * self._spacing_dots
            case "ESC J":
                dots = parameters[0]
            case "GS v":
                dots = int.from_bytes(parameters[4:6], "little") * (1 + (parameters[1] >> 1 & 1))
            case "GS V" | "ESC i" | "ESC m":
                dots = 1
            case "GS (" if parameters[:1] == b"k" and parameters[4:5] == b"Q":
                dots = self._qr.side_dots if self._model.native_qr else 0
            case _:
                pass
        return dots

    def execute(self, command: Command) -> None:
        """Carry ``command`` out.  Real-time commands were obeyed on receipt and are passed over."""
        handler = self._handlers.get(command.name)
        if handler is None:
            if command.name == "unknown":
                self.unknown_commands += 1
            return
        handler(command.parameters)

    def _reset(self) -> None:
        self._style = Style()
        self._align: Align = "left"
        self._spacing_dots = DEFAULT_SPACING_DOTS
        self._code_page = "cp437"
        self._half_sign = False
        self._margin_dots = 0
        self._qr = QrSymbol()

    def _initialise(self, _parameters: bytes) -> None:
        self.roll.drop_line()
        self._reset()

    def _character(self, parameters: bytes) -> None:
        byte = parameters[0]
        if self._chinese and (self._half_sign or byte >= 0x80):  # noqa: PLR2004 - lead bytes are high
            self._half_sign = not self._half_sign
            text = "" if self._half_sign else _CHINESE_GLYPH
        else:
            text = parameters.decode(self._code_page, errors="replace")
        for character in text:
            if not self.roll.put(character, self._style):
                self._line_feed(b"")
                self.roll.put(character, self._style)

    def _line_feed(self, _parameters: bytes) -> None:
        self.roll.print_line(self._align, self._spacing_dots)

    def _print_and_feed_lines(self, parameters: bytes) -> None:
        if self.roll.position_dots:
            self._line_feed(b"")
        self.roll.feed(parameters[0] * self._spacing_dots)

    def _print_and_feed_dots(self, parameters: bytes) -> None:
        if self.roll.position_dots:
            self._line_feed(b"")
        self.roll.feed(parameters[0])

    def _tab(self, _parameters: bytes) -> None:
        step = _TAB_COLUMNS * FONT_A.width_dots
        self.roll.move_to((self.roll.position_dots // step + 1) * step)

    def _cancel(self, _parameters: bytes) -> None:
        self.roll.drop_line()

    def _print_mode(self, parameters: bytes) -> None:
        mode = parameters[0]
        self._style = replace(
            self._style,
            face=FONT_B if mode & 0x01 else FONT_A,
            bold=bool(mode & 0x08),
            height_scale=2 if mode & 0x10 else 1,
            width_scale=2 if mode & 0x20 else 1,
            underline_dots=1 if mode & 0x80 else 0,
        )

    def _font(self, parameters: bytes) -> None:
        self._style = replace(self._style, face=FONT_B if parameters[0] & 1 else FONT_A)

    def _bold(self, parameters: bytes) -> None:
        self._style = replace(self._style, bold=bool(parameters[0] & 1))

    def _underline(self, parameters: bytes) -> None:
        self._style = replace(self._style, underline_dots=parameters[0] & 3)

    def _inverse(self, parameters: bytes) -> None:
        self._style = replace(self._style, inverse=bool(parameters[0] & 1))

    def _size(self, parameters: bytes) -> None:
        self._style = replace(
            self._style,
            width_scale=(parameters[0] >> 4 & 7) + 1,
            height_scale=(parameters[0] & 7) + 1,
        )

    def _alignment(self, parameters: bytes) -> None:
        if parameters[0] % 48 < len(_ALIGNMENTS):
            self._align = _ALIGNMENTS[parameters[0] % 48]

    def _spacing(self, parameters: bytes) -> None:
        self._spacing_dots = parameters[0] if parameters else DEFAULT_SPACING_DOTS

    def _select_code_page(self, parameters: bytes) -> None:
        self._code_page = _CODE_PAGES.get(parameters[0], "cp437")

    def _leave_chinese(self, _parameters: bytes) -> None:
        self._chinese = self._half_sign = False

    def _enter_chinese(self, _parameters: bytes) -> None:
        self._chinese = self._model.chinese_mode_at_start

    def _absolute_position(self, parameters: bytes) -> None:
        self.roll.move_to(int.from_bytes(parameters, "little"))

    def _raster(self, parameters: bytes) -> None:
        width_bytes = int.from_bytes(parameters[2:4], "little")
        scale = (1 + (parameters[1] & 1), 1 + (parameters[1] >> 1 & 1))
        picture = raster_picture(parameters[6:], width_bytes)
        wide, high = picture.width * scale[0], picture.height * scale[1]
        self.roll.print_raster(picture.resize((wide, high)), self._align)

    def _two_dimensional(self, parameters: bytes) -> None:
        letter, data = parameters[:1], parameters[3:]
        if letter == b"H" and data[:2] == b"00" and self._model.process_id:
            self._answer(b"\x37\x22" + data[2:6] + b"\x00")
        elif letter == b"k" and data[:1] == b"1" and self._model.native_qr:
            self._qr.set(data[1], data[2:])
            if data[1:2] == b"Q":
                self.roll.print_raster(self._qr.picture(), self._align)
                self.roll.note(f"[QR {self._qr.text}]")

    def _barcode(self, parameters: bytes) -> None:
        kind, data = parameters[0], parameters[1:]
        letters = data[1:] if kind >= 65 else data.rstrip(b"\x00")  # noqa: PLR2004 - function B
        self.roll.note(f"[barcode {kind} {letters.decode('ascii', 'replace')}]")

    def _query_in_order(self, _parameters: bytes) -> None:
        if self._model.queued_status:
            self._answer(bytes((self._condition.queued_answer(),)))

    def _identify(self, parameters: bytes) -> None:
        texts = {66: self._model.maker, 67: self._model.name}
        if parameters[0] in texts:
            self._answer(b"_" + texts[parameters[0]].encode() + b"\x00")

    def _set_automatic(self, parameters: bytes) -> None:
        self.automatic_status = self._model.automatic_status and parameters[0] != 0
        if self.automatic_status:
            self._answer(self._condition.automatic_frame())

    def _cut(self, parameters: bytes) -> None:
        if not self._model.cutter:
            return
        if parameters[:1] in {b"A", b"B"}:
            self.roll.feed(_HEAD_TO_CUTTER_DOTS + parameters[1])
        self._on_paper(self.roll.cut())
