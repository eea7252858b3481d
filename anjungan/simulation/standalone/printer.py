"""The receipt printer alone, and what can be typed to it."""

import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from anjungan.simulation.control import Reply
from anjungan.simulation.line_place import Place
from anjungan.simulation.printer.model import PrinterModel
from anjungan.simulation.printer.paper import PaperPiece
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine
from anjungan.simulation.standalone.device import obey_line_words
from anjungan.simulation.standalone.run import NoPlaceError


class StandalonePrinter:
    """See ``StandaloneDevice``.

    What is cut or torn off is saved in ``paper_dir`` as PNG and text; without one its text is shown
    through ``write_line``.
    """

    def __init__(
        self,
        place: Place,
        model: PrinterModel,
        byte_log: ByteLog | None,
        *,
        paper_dir: Path | None,
        write_line: Callable[[str], None],
        slowness: float = 1.0,
    ) -> None:
        self._printer = PrinterSimulator(place, model, byte_log=byte_log)
        self._printer.slow_down(slowness)
        self._printer.on_paper(self._keep)
        self._paper_dir = paper_dir
        self._write_line = write_line

    @property
    def line(self) -> SimulatedLine:
        """See ``StandaloneDevice``."""
        return self._printer.line

    def start(self) -> None:
        """See ``StandaloneDevice``."""
        self._printer.start()

    async def stop(self) -> None:
        """See ``StandaloneDevice``; what has come out uncut is kept too."""
        self._printer.tear()
        await self._printer.stop()

    def obey(self, verb: str, text: str) -> Reply | None:
        """See ``StandaloneDevice``."""
        match verb, text.split():
            case "paper", ["out", "after", lines] if lines.isdecimal():
                self._printer.out_after(int(lines))
                return Reply(ok=True, text=f"the paper ends in {lines} lines")
            case "tear", []:
                piece = self._printer.tear()
                return Reply(ok=True, text="nothing to tear off" if piece is None else "torn off")
            case _:
                action = self._switches().get(" ".join((verb, *text.split())))
        if action is None:
            return obey_line_words(self._printer, verb, text)
        action()
        return Reply(ok=True, text=" ".join((verb, *text.split())))

    def _switches(self) -> Mapping[str, Callable[[], None]]:
        printer = self._printer
        return {
            "paper out": printer.paper_out,
            "paper near": printer.near_end,
            "paper ok": printer.paper_ok,
            "cover open": printer.cover_open,
            "cover closed": printer.cover_close,
            "cutter jam": printer.jam_cutter,
            "cutter free": printer.clear_cutter,
            "head hot": printer.overheat,
            "head cool": printer.cool,
            "feed held": printer.hold_feed,
            "feed released": printer.release_feed,
            "stuck": printer.jam,
            "free": printer.free,
            "offline": printer.go_offline,
            "online": printer.go_online,
            "broken": printer.fail,
            "silent": printer.silence,
            "answering": printer.speak,
            "power off": printer.power_off,
            "power on": printer.power_on,
        }

    def _keep(self, piece: PaperPiece) -> None:
        if self._paper_dir is None:
            self._write_line(f"--- paper ---\n{piece.text}--- cut ---")
            return
        try:
            self._paper_dir.mkdir(parents=True, exist_ok=True)
            number = 1 + len(tuple(self._paper_dir.glob("paper-*.png")))
            saved = piece.save(self._paper_dir, f"paper-{number:03d}")
        except OSError as error:  # the printer knows nothing of it and prints on
            self._write_line(f"not saved: {self._paper_dir}: {error.strerror or error}")
            return
        for path in saved:
            self._write_line(f"printed {path}")


def check_paper_folder(folder: Path) -> None:
    """Make ``folder`` where it is missing, and see that files can be made in it.

    Raises:
        NoPlaceError: with the folder and what is wrong with it.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise NoPlaceError(
            f"{folder}: no paper can be saved there: {error.strerror or error}"
        ) from None
