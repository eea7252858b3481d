"""The simulated printer on its line: receiving, real-time answers, pacing, faults, power."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PIL import Image

from anjungan.simulation.line_place import Place, open_simulated_line
from anjungan.simulation.printer.commands import CommandBuffer
from anjungan.simulation.printer.faults import Condition
from anjungan.simulation.printer.mechanism import Mechanism
from anjungan.simulation.printer.model import EPSON_58, PrinterModel
from anjungan.simulation.printer.pace import Measures, Pace
from anjungan.simulation.printer.paper import PaperPiece
from anjungan.simulation.printer.realtime import (
    ClearAsked,
    RealtimeCommand,
    RealtimeScanner,
    RecoveryAsked,
    StatusAsked,
)
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine

_TICK_S = 0.005
_COMMANDS_AT_ONCE = 256
_GAPS_KEPT = 4096
_WIRE_BYTES = 512  # on their way in the adapter, when the printer stops taking bytes

PaperListener = Callable[[PaperPiece], None]


class PrinterSimulator:
    """A printer at ``place``.  :meth:`start` and all that follows need a running event loop.

    Bytes come in at the model's speed, real-time commands are obeyed on receipt, the rest waits in
    a buffer of the model's size.  When it is full the printer takes no more, so the host's writes
    block.  While the printer is offline nothing is taken out of the buffer.
    """

    def __init__(
        self, place: Place, model: PrinterModel = EPSON_58, *, byte_log: ByteLog | None = None
    ) -> None:
        self._model = model
        self._line = open_simulated_line(place, self._arrive, byte_log)
        self._wire = bytearray()
        self._buffer = CommandBuffer()
        self._scanner = RealtimeScanner()
        self._condition = Condition()
        self._mechanism = Mechanism(model, self._condition, self._send, self._paper_cut)
        self._listeners: list[PaperListener] = []
        self._may_receive = asyncio.Event()
        self._may_print = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []
        self._lines_left: int | None = None
        self._slowness = 1.0
        self._pace = Pace(model.bytes_per_s)
        self.measures = Measures()
        self.pieces: list[PaperPiece] = []

    @property
    def line(self) -> SimulatedLine:
        """The line to the host."""
        return self._line

    @property
    def model(self) -> PrinterModel:
        """Which printer this is."""
        return self._model

    @property
    def condition(self) -> Condition:
        """Sensors and switches, to look at; change them with the methods below."""
        return self._condition

    @property
    def buffered_bytes(self) -> int:
        """How many bytes wait in the receive buffer."""
        return len(self._buffer)

    @property
    def strips(self) -> tuple[Image.Image, ...]:
        """The paper that hangs out of the printer, line by line, since the last cut."""
        return self._mechanism.roll.strips

    @property
    def waiting_bytes(self) -> int:
        """How many bytes have come so far and are not worked through, the line's own included."""
        return len(self._buffer) + len(self._wire)

    @property
    def drawer_pulses(self) -> int:
        """How often a cash drawer would have been opened."""
        return self._mechanism.drawer_pulses

    @property
    def lines_left(self) -> int | None:
        """After how many more lines the paper ends; None when nobody said so."""
        return self._lines_left

    def measure(self) -> Measures:
        """Begin to measure afresh; the value returned goes on being filled."""
        self.measures = Measures()
        return self.measures

    def start(self) -> None:
        """Switch the printer on and make its line appear."""
        self._line.plug()
        self._tasks = [
            asyncio.create_task(self._receive(), name="simulated printer receives"),
            asyncio.create_task(self._print(), name="simulated printer prints"),
        ]

    async def stop(self) -> None:
        """Take the line away and end the printer's tasks."""
        self._line.unplug()
        for task in self._tasks:
            task.cancel()
        for task in self._tasks:
            with suppress(asyncio.CancelledError):
                await task
        self._tasks.clear()

    def on_paper(self, listener: PaperListener) -> None:
        """Call ``listener`` with every piece of paper that is cut or torn off."""
        self._listeners.append(listener)

    def tear(self) -> PaperPiece | None:
        """Tear off what has come out, as people do at a printer without a cutter."""
        if self._mechanism.roll.is_blank:
            return None
        piece = self._mechanism.roll.cut()
        self._paper_cut(piece)
        return piece

    def save(self, folder: Path) -> tuple[Path, ...]:
        """Write every piece so far as ``paper-01.png`` and ``paper-01.txt`` and so on."""
        folder.mkdir(parents=True, exist_ok=True)
        saved: list[Path] = []
        for number, piece in enumerate(self.pieces, start=1):
            saved.extend(piece.save(folder, f"paper-{number:02}"))
        return tuple(saved)

    def paper_out(self) -> None:
        """Take the roll out."""
        self._set(paper_out=True)

    def paper_ok(self) -> None:
        """Put a full roll in; what waits in the buffer is printed on it."""
        self._lines_left = None
        self._set(paper_out=False, near_end=False)

    def near_end(self) -> None:
        """Let the roll become thin."""
        self._set(near_end=True)

    def out_after(self, lines: int) -> None:
        """Let the paper end after ``lines`` more printed lines (or bands, or feeds)."""
        self._lines_left = lines

    def cover_open(self) -> None:
        """Open the cover."""
        self._set(cover_open=True)

    def cover_close(self) -> None:
        """Close the cover; printing goes on."""
        self._set(cover_open=False)

    def jam_cutter(self) -> None:
        """Block the cutter."""
        self._set(cutter_jam=True)

    def clear_cutter(self) -> None:
        """Free the cutter."""
        self._set(cutter_jam=False)

    def overheat(self) -> None:
        """Let the head become too hot."""
        self._set(head_hot=True)

    def cool(self) -> None:
        """Let the head cool; printing goes on by itself."""
        self._set(head_hot=False)

    def hold_feed(self) -> None:
        """Hold the FEED button down: offline, as whoever puts a roll in leaves it for a moment."""
        self._set(feed_button=True)

    def release_feed(self) -> None:
        """Let go of it; printing goes on."""
        self._set(feed_button=False)

    def fail(self) -> None:
        """Raise an unrecoverable error."""
        self._set(broken=True)

    def jam(self) -> None:
        """Let the mechanism get stuck."""
        self._set(stuck=True)

    def free(self) -> None:
        """Undo :meth:`jam`; printing goes on."""
        self._set(stuck=False)

    def go_offline(self) -> None:
        """Be offline for a reason that is not told."""
        self._set(offline=True)

    def go_online(self) -> None:
        """Undo :meth:`go_offline`."""
        self._set(offline=False)

    def silence(self) -> None:
        """Answer nothing any more, though printing goes on (a broken wire towards the host)."""
        self._condition.silent = True

    def speak(self) -> None:
        """Undo :meth:`silence`."""
        self._condition.silent = False

    def slow_down(self, factor: float) -> None:
        """Receive and print ``factor`` times slower than the model; 1 is normal."""
        self._slowness = factor
        if self._model.bytes_per_s is not None:
            self._pace.slow_down(self._model.bytes_per_s / factor)

    def garbage(self, noise: bytes) -> None:
        """Put bytes on the line that the printer never meant to send."""
        self._line.inject(noise)

    def receive(self, data: bytes) -> None:
        """Take ``data`` as if an earlier program had written it to the line."""
        self._arrive(data)

    def power_off(self) -> None:
        """Switch the printer off; the line of its adapter stays.  Everything buffered is lost."""
        self._wire.clear()
        self._buffer.clear()
        self._scanner.reset()
        self._line.resume_reading()
        self._set(powered=False)

    def power_on(self) -> None:
        """Switch it on again with fresh modes; the paper is as it was."""
        self._mechanism.power_up()
        self._set(powered=True)

    def unplug(self) -> None:
        """Pull the cable; the printer goes on with what it has received."""
        self._wire.clear()
        self._line.unplug()

    def plug(self) -> None:
        """Put the cable back."""
        self._line.plug()

    def _set(self, **changes: bool) -> None:
        before = self._condition.automatic_frame()
        for name, value in changes.items():
            setattr(self._condition, name, value)
        frame = self._condition.automatic_frame()
        if self._mechanism.automatic_status and frame != before:
            self._send(frame)
        self._may_print.set()

    def _send(self, data: bytes) -> None:
        if self._condition.powered and not self._condition.silent:
            self._line.send(data)

    def _paper_cut(self, piece: PaperPiece) -> None:
        self.pieces.append(piece)
        for listener in self._listeners:
            listener(piece)

    def _arrive(self, data: bytes) -> None:
        """Take bytes off the line into the wire's own small store."""
        if not self._condition.powered:
            return
        if not self._wire:
            self._note_gap(self._pace.begin(self._now_s()))
        self._wire += data
        if len(self._wire) >= _WIRE_BYTES:
            self._line.pause_reading()
        self._may_receive.set()

    def _note_gap(self, gap_s: float) -> None:
        if self.measures.began_s is None:
            self.measures.began_s = self._now_s()
        else:
            self.measures.gaps.append((self.measures.received_bytes, gap_s))
            del self.measures.gaps[:-_GAPS_KEPT]

    @staticmethod
    def _now_s() -> float:
        return asyncio.get_running_loop().time()

    async def _receive(self) -> None:
        while True:
            room_bytes = self._room_bytes()
            if room_bytes <= 0:
                self._pace.hold(self._now_s())
            count = self._pace.arrived(min(len(self._wire), room_bytes), self._now_s())
            if count > 0:
                self._take_from_wire(min(count, _WIRE_BYTES))
            if self._wire and room_bytes > 0:
                await asyncio.sleep(_TICK_S if self._model.bytes_per_s else 0)
            else:
                self._may_receive.clear()
                await self._may_receive.wait()

    def _room_bytes(self) -> int:
        """How much the buffer takes; a picture longer than it goes on into the image memory."""
        room_bytes = self._model.buffer_bytes - len(self._buffer)
        if room_bytes <= 0 and self._condition.can_print and self._buffer.peek() is None:
            return _WIRE_BYTES
        return room_bytes

    def _take_from_wire(self, count: int) -> None:
        self.measures.received_bytes += count
        received = bytes(self._wire[:count])
        del self._wire[:count]
        if len(self._wire) < _WIRE_BYTES:
            self._line.resume_reading()
        for byte in received:
            self._buffer.add(bytes((byte,)))
            command = self._scanner.scan(byte)
            if command is not None:
                self._buffer.drop_realtime(command.length_bytes)
                self._obey(command)
        self._may_print.set()

    def _obey(self, command: RealtimeCommand) -> None:
        match command:
            case StatusAsked(n=n) if n not in self._model.questions:
                pass
            case StatusAsked(n=n):
                self._send(bytes((self._condition.realtime_answer(n),)))
            case RecoveryAsked(n=n):
                # Obeyed in an error that a person can mend, ignored otherwise (Epson, DLE ENQ).
                if n == 2 and self._condition.cutter_jam:  # noqa: PLR2004 - 2 clears the buffers first
                    self._clear()
            case ClearAsked():
                if self._model.clear_command:
                    self._clear()
                    self._send(b"\x37\x25\x00")

    def _clear(self) -> None:
        """Lose the receive buffer, with the process ids in it, and the line before the head.

        Modes stay as they are (Epson, DLE DC4 function 8).
        """
        self._buffer.clear()
        self._mechanism.roll.drop_line()

    async def _print(self) -> None:
        while True:
            if self._condition.can_print and self._buffer.peek() is not None:
                moved_dots = self._print_some()
                self._may_receive.set()
                if moved_dots and self._model.dots_per_s:
                    await asyncio.sleep(moved_dots * self._slowness / self._model.dots_per_s)
                else:
                    await asyncio.sleep(0)
            else:
                self._may_print.clear()
                await self._may_print.wait()

    def _print_some(self) -> int:
        """Carry out commands until one moves the paper; return by how many dots."""
        for _ in range(_COMMANDS_AT_ONCE):
            command = self._buffer.peek()
            if command is None or not self._condition.can_print:
                break
            needed_dots = self._mechanism.paper_needed_dots(command)
            if needed_dots and self._paper_ends_here():
                break
            self._buffer.take()
            self._mechanism.execute(command)
            if needed_dots:
                if self.measures.first_line_s is None:
                    self.measures.first_line_s = self._now_s()
                return needed_dots
        return 0

    def _paper_ends_here(self) -> bool:
        if self._lines_left is None:
            return False
        if self._lines_left == 0:
            self.paper_out()
            return True
        self._lines_left -= 1
        return False
