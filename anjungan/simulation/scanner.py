"""A barcode scanner on a simulated line: what is scanned appears on it as typed text."""

from anjungan.simulation.line_place import Place, open_simulated_line
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine

CARRIAGE_RETURN = b"\r"


class ScannerSimulator:
    """The simulated scanner.  ``start`` and all that follows need a running event loop."""

    def __init__(self, place: Place, *, byte_log: ByteLog | None = None) -> None:
        # The driver sends nothing; what another program writes is dropped, as a scanner drops it.
        self._line = open_simulated_line(place, lambda _: None, byte_log)

    @property
    def line(self) -> SimulatedLine:
        """The line to the host."""
        return self._line

    def start(self) -> None:
        """Make the line appear."""
        self._line.plug()

    def stop(self) -> None:
        """Take the line away."""
        self._line.unplug()

    def plug(self) -> None:
        """Plug the scanner in: a new line at the same place."""
        self._line.plug()

    def unplug(self) -> None:
        """Pull the plug."""
        self._line.unplug()

    def scan(self, code: bytes | str, suffix: bytes = CARRIAGE_RETURN) -> None:
        """Scan a code; text is sent as UTF-8.  ``suffix`` may be empty, as on some scanners."""
        self._line.send((code.encode() if isinstance(code, str) else code) + suffix)

    def inject(self, noise: bytes) -> None:
        """Put bytes on the line that were never scanned."""
        self._line.inject(noise)
