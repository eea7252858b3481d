"""Agent and screens as real processes, started together."""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from anjungan.simulation.places import Places
from bench.figures import NotMeasuredError

WITHIN_S: Final = 60.0
_MOST_BYTES: Final = 65536
_TAIL: Final = 2000
_NS_PER_S: Final = 1e9

Report = dict[str, Any]


@dataclass(slots=True)
class Kiosk:
    """The two running processes and the reports of the measured screens."""

    agent: "subprocess.Popen[bytes]"
    screens: "subprocess.Popen[bytes]"
    started_ns: int
    reports: socket.socket
    logs: tuple[Path, ...]

    @property
    def pids(self) -> tuple[int, int]:
        """Agent and screens."""
        return self.agent.pid, self.screens.pid

    def wait_for_view(self, view: str) -> float:
        """Seconds from the start to the first finished frame of ``view``."""
        report = self.wait_for(lambda each: each.get("view") == view)
        return float(report["frame_ns"] - self.started_ns) / _NS_PER_S

    def wait_for(self, wanted: Any, within_s: float = WITHIN_S) -> Report:
        """Return the first report that is ``wanted``, dropping those before it.

        Raises:
            NotMeasuredError: it did not come in time.
        """
        deadline_s = time.monotonic() + within_s
        while (left_s := deadline_s - time.monotonic()) > 0:
            self.reports.settimeout(left_s)
            try:
                report: Report = json.loads(self.reports.recv(_MOST_BYTES))
            except TimeoutError:
                break
            if wanted(report):
                return report
        for log in self.logs:
            print(f"{log.name}:\n{log.read_text('utf-8')[-_TAIL:]}", file=sys.stderr)
        raise NotMeasuredError("the screens did not show what was waited for")

    def tell_screens(self, command: str) -> None:
        """Give the measured screens a command."""
        assert self.screens.stdin is not None
        self.screens.stdin.write(command.encode() + b"\n")
        self.screens.stdin.flush()


@contextmanager
def running_kiosk(places: Places) -> Iterator[Kiosk]:
    """Start both at the same moment; end both afterwards."""
    address = places.run_dir / "bench.sock"
    address.unlink(missing_ok=True)
    started: list[subprocess.Popen[bytes]] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as reports:
        reports.bind(str(address))
        try:
            started_ns = time.monotonic_ns()
            started.append(_spawn(places, "agent", "anjungan.cli", "agent"))
            started.append(
                _spawn(places, "screens", "bench.measured_screens", "--report", str(address))
            )
            logs = tuple(places.logs_dir / f"{name}.log" for name in ("agent", "screens"))
            yield Kiosk(started[0], started[1], started_ns, reports, logs)
        finally:
            for process in reversed(started):
                _end(process)


def environment() -> dict[str, str]:
    """Our own, but with compiled modules kept as an installation has them, and no real window."""
    variables = {**os.environ, "SDL_VIDEODRIVER": "offscreen", "MESA_SHADER_CACHE_DISABLE": "true"}
    variables.pop("PYTHONDONTWRITEBYTECODE", None)
    return variables


def _spawn(places: Places, name: str, module: str, *words: str) -> "subprocess.Popen[bytes]":
    command = [sys.executable, "-m", module, *words, "--config", str(places.site_file)]
    # lgpio makes a FIFO in the working directory; the bench itself is found from the checkout
    folder = places.folder if module == "anjungan.cli" else None
    with (places.logs_dir / f"{name}.log").open("ab") as log:
        return subprocess.Popen(
            command,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            env=environment(),
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(15)
    if process.stdin is not None:
        process.stdin.close()
