"""A barcode scanner on a pseudo-terminal: what is scanned appears on the line as typed text."""

from pathlib import Path

from anjungan.simulation.pty_line import ByteLog, PtyLine

CARRIAGE_RETURN = b"\r"


class ScannerSimulator:
    """The simulated scanner.  ``start`` and all that follows need a running event loop."""

    def __init__(self, path: Path, *, byte_log: ByteLog | None = None) -> None:
        # The driver sends nothing; what another program writes is dropped, as a scanner drops it.
        self._line = PtyLine(path, lambda _: None, byte_log=byte_log)

    @property
    def line(self) -> PtyLine:
        """The pseudo-terminal."""
        return self._line

    def start(self) -> None:
        """Make the line appear."""
        self._line.plug()

    def stop(self) -> None:
        """Take the line away."""
        self._line.unplug()

    def plug(self) -> None:
        """Plug the scanner in: a new line at the same path."""
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
