"""``anjungan sim run`` as the process that somebody else's program meets."""

import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_LIMIT_S = 20.0
LINE_LIMIT_S = 10.0
END_LIMIT_S = 10.0


class StandaloneSimulator:
    """A running simulator: what it prints, line by line, and what is typed to it."""

    def __init__(self, words: tuple[str, ...]) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anjungan.cli", "sim", "run", *words],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        self._lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._hearing = threading.Thread(target=self._hear)
        self._hearing.start()
        self._ended: tuple[int, str] | None = None
        self.told: list[str] = []

    def _hear(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self._lines.put(line.rstrip("\n"))
        self._lines.put(None)

    def await_line(self, part: str, limit_s: float = LINE_LIMIT_S) -> str:
        """The next line that holds ``part``."""
        until_s = time.monotonic() + limit_s
        while True:
            try:
                line = self._lines.get(timeout=max(0.0, until_s - time.monotonic()))
            except queue.Empty:
                raise AssertionError(f"no {part!r} in {limit_s} s, but: {self.told}") from None
            assert line is not None, f"it ended before {part!r}: {self.told}"
            self.told.append(line)
            if part in line:
                return line

    def type(self, line: str) -> None:
        """Type one line to it."""
        assert self.process.stdin is not None
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def end(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, str]:
        """Interrupt it, once; its exit code and what it wrote to standard error."""
        if self._ended is None:
            self._ended = self._end(number)
        return self._ended

    def _end(self, number: signal.Signals) -> tuple[int, str]:
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(END_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            raise
        finally:
            self._hearing.join(END_LIMIT_S)
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        assert self.process.stderr is not None
        errors = self.process.stderr.read()
        for stream in (self.process.stdin, self.process.stdout, self.process.stderr):
            stream.close()
        return code, errors


@contextmanager
def standalone(kind: str, *words: str) -> Iterator[StandaloneSimulator]:
    """Run one simulator; afterwards it must have ended well."""
    simulator = StandaloneSimulator((kind, *words))
    try:
        simulator.await_line(f"{kind} at ", START_LIMIT_S)
        yield simulator
    finally:
        code, errors = simulator.end()
    assert (code, errors) == (0, "")


def link_words(path: Path) -> tuple[str, str]:
    """Where the simulator stands, as words of its command line."""
    return "--link", str(path)
