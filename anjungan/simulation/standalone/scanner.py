"""The barcode scanner alone, and what can be typed to it."""

from collections.abc import Iterable, Mapping
from typing import Final

from anjungan.simulation.control import Reply
from anjungan.simulation.line_place import Place
from anjungan.simulation.scanner import ScannerSimulator
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine
from anjungan.simulation.standalone.again import Again
from anjungan.simulation.standalone.device import obey_line_words

SUFFIXES: Final[Mapping[str, bytes]] = {
    "cr": b"\r", "lf": b"\n", "crlf": b"\r\n", "tab": b"\t", "none": b"",
}  # fmt: skip


class StandaloneScanner:
    """See ``StandaloneDevice``; ``codes`` are scanned at the start, again every ``every_s``."""

    def __init__(
        self,
        place: Place,
        codes: Iterable[str],
        byte_log: ByteLog | None,
        *,
        prefix: str = "",
        suffix: str = "cr",
        every_s: float | None = None,
    ) -> None:
        self._scanner = ScannerSimulator(place, byte_log=byte_log)
        self._codes = tuple(codes)
        self._prefix = prefix
        self._suffix = SUFFIXES[suffix]
        self._again = Again(self._scan_all, every_s)

    @property
    def line(self) -> SimulatedLine:
        """See ``StandaloneDevice``."""
        return self._scanner.line

    def start(self) -> None:
        """See ``StandaloneDevice``."""
        self._scanner.start()
        self._again.start()

    async def stop(self) -> None:
        """See ``StandaloneDevice``."""
        self._again.stop()
        self._scanner.stop()

    def obey(self, verb: str, text: str) -> Reply | None:
        """See ``StandaloneDevice``."""
        match verb, text.split():
            case "scan", [_, *_]:
                self._scan(text)
                return Reply(ok=True, text="scanned")
            case _:
                return obey_line_words(self._scanner, verb, text)

    def _scan_all(self) -> None:
        for code in self._codes:
            self._scan(code)

    def _scan(self, code: str) -> None:
        self._scanner.scan(self._prefix + code, self._suffix)
