"""A receipt printer behind a serial line, one byte at a time: the other side of ``bench.printing``.

``python -m bench.slow_printer --path PATH --baud N`` stands there as a process of its own, so that
its pace does not depend on what the driver does. It takes a byte whenever the line is free (ten
bits a byte), has room for everything, prints at once, and answers as an Epson does: DLE EOT on
receipt, GS r and GS ( H in print order, each answer as slow as the line. A line on standard input
asks for what happened since the last one, as JSON; times are of the monotonic clock.
"""

import argparse
import json
import os
import select
import sys
import time
import tty
from collections import deque
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from anjungan.simulation.printer.commands import Command, CommandBuffer
from anjungan.simulation.printer.realtime import RealtimeScanner, StatusAsked

BITS_A_BYTE: Final = 10
_LOOK_S: Final = 0.5
_ALL_WELL: Final = b"\x12"
_PRINTS: Final = frozenset({"LF", "ESC d", "ESC J", "GS v"})
_NS_PER_S: Final = 1_000_000_000


@dataclass(slots=True)
class Happened:
    """Since the last report.  A job lasts from the reset (ESC @) to the paper's end (GS V)."""

    received_bytes: int = 0
    job_bytes: int = 0
    first_line_ns: int | None = None
    gaps_ns: list[int] = field(default_factory=list)
    in_job: bool = False

    def report(self) -> str:
        """All of it, in one line."""
        return json.dumps(
            {
                "received_bytes": self.received_bytes,
                "job_bytes": self.job_bytes,
                "first_line_ns": self.first_line_ns,
                "gaps_ns": self.gaps_ns,
            }
        )


class SlowPrinter:
    """One printer on an open master side."""

    def __init__(self, fd: int, baud: int) -> None:
        self._fd = fd
        self._byte_ns = BITS_A_BYTE * _NS_PER_S // baud
        self._free_at_ns = 0  # when the line has carried the last byte
        self._answers: deque[tuple[int, bytes]] = deque()
        self._buffer = CommandBuffer()
        self._scanner = RealtimeScanner()
        self.happened = Happened()

    def run_until_asked(self) -> None:
        """Take bytes until somebody asks for a report."""
        had_to_wait = True
        while True:
            self._answer(time.monotonic_ns())
            ready = select.select([self._fd, sys.stdin], [], [], 0)[0]
            if sys.stdin in ready:
                return
            if self._fd in ready:
                self._take_one(had_to_wait=had_to_wait)
                had_to_wait = False
            else:
                had_to_wait = True
                self._wait()

    def _wait(self) -> None:
        """Until a byte, a question, or the time of an answer comes."""
        limit_s = _LOOK_S
        if self._answers:
            limit_s = max(0, self._answers[0][0] - time.monotonic_ns()) / _NS_PER_S
        select.select([self._fd, sys.stdin], [], [], limit_s)

    def _take_one(self, *, had_to_wait: bool) -> None:
        """Take a byte; one that was there in time is not late because this process was."""
        now_ns = time.monotonic_ns()
        if had_to_wait and now_ns > self._free_at_ns:
            if self.happened.in_job:
                self.happened.gaps_ns.append(now_ns - self._free_at_ns)
            self._free_at_ns = now_ns
        self._free_at_ns += self._byte_ns
        byte = os.read(self._fd, 1)
        while (left_ns := self._free_at_ns - time.monotonic_ns()) > 0:
            due_ns = self._answers[0][0] - time.monotonic_ns() if self._answers else left_ns
            time.sleep(max(0, min(left_ns, due_ns)) / _NS_PER_S)
            self._answer(time.monotonic_ns())
        self._arrived(byte)

    def _arrived(self, byte: bytes) -> None:
        happened = self.happened
        happened.received_bytes += 1
        happened.job_bytes += happened.in_job
        self._buffer.add(byte)
        asked = self._scanner.scan(byte[0])
        if isinstance(asked, StatusAsked):
            self._buffer.drop_realtime(asked.length_bytes)
            happened.job_bytes -= asked.length_bytes if happened.in_job else 0
            self._send(_ALL_WELL)
        while (command := self._buffer.peek()) is not None:
            self._buffer.take()
            self._print(command)

    def _print(self, command: Command) -> None:
        happened = self.happened
        if command.name == "ESC @" and not happened.in_job:
            happened.in_job = True
            happened.job_bytes = 2
            happened.gaps_ns.clear()
        elif command.name in _PRINTS and happened.in_job and happened.first_line_ns is None:
            happened.first_line_ns = self._free_at_ns
        elif command.name == "GS V":
            happened.in_job = False
        elif command.name == "GS r":
            self._send(b"\x00")
        elif command.name == "GS (" and command.parameters[:1] == b"H":
            self._send(b"\x37\x22" + command.parameters[5:9] + b"\x00")

    def _send(self, answer: bytes) -> None:
        starts_ns = self._answers[-1][0] if self._answers else time.monotonic_ns()
        for byte in answer:
            starts_ns += self._byte_ns
            self._answers.append((starts_ns, bytes((byte,))))

    def _answer(self, now_ns: int) -> None:
        while self._answers and self._answers[0][0] <= now_ns:
            os.write(self._fd, self._answers.popleft()[1])


def main() -> None:
    """Serve until standard input ends; the first line says that the path is there."""
    parser = argparse.ArgumentParser(description="a printer that takes a byte at a time")
    parser.add_argument("--path", type=Path, required=True)
    parser.add_argument("--baud", type=int, required=True)
    arguments = parser.parse_args()
    master, slave = os.openpty()
    tty.setraw(slave)
    arguments.path.symlink_to(os.ttyname(slave))
    printer = SlowPrinter(master, arguments.baud)
    print("ready", flush=True)
    while True:
        printer.run_until_asked()
        if not sys.stdin.readline():
            return
        print(printer.happened.report(), flush=True)
        printer.happened = Happened()


if __name__ == "__main__":
    main()
