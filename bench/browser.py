"""Chromium in kiosk mode, painting the idle screen as a static page.

The page tells when the last of its texts and pictures was on the glass: ``renderTime`` of the
Element Timing API, which is the compositor's own. Chromium runs on a virtual X server with the
software renderer that the kiosk has here (Mesa's llvmpipe), its program is started directly, and
its profile has been used before.
"""

import base64
import json
import os
import queue
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Final
from urllib.parse import parse_qs, urlsplit

from anjungan.appliance.screens import assets
from bench.figures import NotMeasuredError
from bench.processes import family, pss_bytes

ASSETS: Final = Path(assets.__file__).parent
SETTLED_S: Final = 3.0
"""Memory is read this long after the first frame."""
_PROGRAMS: Final = ("/usr/lib/chromium/chromium", "chromium", "chromium-browser")
_WITHIN_S: Final = 60.0
_TYPES: Final = {".png": "image/png", ".ttf": "font/ttf"}
_SWITCHES: Final = (
    "--kiosk",
    "--no-first-run",
    "--noerrdialogs",
    "--disable-session-crashed-bubble",
    "--disable-background-networking",
    "--disable-component-update",
    "--password-store=basic",
    "--window-position=0,0",
    "--window-size=1024,600",
    "--ozone-platform=x11",
    "--use-gl=angle",
    "--use-angle=gl-egl",
    "--ignore-gpu-blocklist",
)


@dataclass(frozen=True, slots=True)
class Painted:
    """One start: from the start of the process to the last paint, and its memory afterwards."""

    first_frame_s: float
    pss_bytes: int
    renderer: str = ""


def find_chromium() -> str | None:
    """The program, or None."""
    return next(filter(None, map(shutil.which, _PROGRAMS)), None)


@contextmanager
def virtual_display() -> Iterator[str]:
    """An X server without a screen, 1024 x 600; gives the value for DISPLAY."""
    program = shutil.which("Xvfb")
    if program is None:
        raise NotMeasuredError("Xvfb is not installed (Debian package xvfb)")
    reading, writing = os.pipe()
    server = subprocess.Popen(
        [program, "-displayfd", str(writing), "-screen", "0", "1024x600x24", "-nolisten", "tcp"],
        pass_fds=(writing,),
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        with os.fdopen(reading) as number:
            yield f":{number.readline().strip()}"
    finally:
        server.terminate()
        server.wait(_WITHIN_S)


class Browser:
    """Starts Chromium on one profile, again and again."""

    def __init__(self, folder: Path, display: str) -> None:
        program = find_chromium()
        if program is None:
            raise NotMeasuredError("Chromium is not installed (Debian package chromium)")
        self._program = program
        self._folder = folder
        self._display = display

    def start_once(self, *, ask_renderer: bool = False) -> Painted:
        """Start, wait for the paint, read the memory, and end it.

        ``ask_renderer`` lets the page open a 3D context to learn the renderer, which costs memory.

        Raises:
            NotMeasuredError: nothing was painted in time.
        """
        with _listening() as (address, reports):
            page = self._folder / "idle.html"
            page.write_text(_page(address), encoding="utf-8")
            began_s = time.time()
            process = self._spawn(page.as_uri() + ("#renderer" if ask_renderer else ""))
            try:
                report = reports.get(timeout=_WITHIN_S)
                first_frame_s = float(report["epoch_ms"][0]) / 1000 - began_s
                time.sleep(max(0.0, began_s + first_frame_s + SETTLED_S - time.time()))
                memory = pss_bytes(family(process.pid))
            except queue.Empty:
                raise NotMeasuredError("Chromium painted nothing") from None
            finally:
                _end(process)
        return Painted(first_frame_s, memory, report.get("renderer", [""])[0])

    def _spawn(self, address: str) -> "subprocess.Popen[bytes]":
        as_root = ["--no-sandbox"] if os.getuid() == 0 else []
        profile = f"--user-data-dir={self._folder / 'profile'}"
        return subprocess.Popen(
            [self._program, *_SWITCHES, *as_root, profile, address],
            env={**os.environ, "DISPLAY": self._display},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End it politely, so that its profile is kept whole, then whatever is left."""
    members = family(process.pid)
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(10)
    for pid in members:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    process.wait(10)


def _page(report_to: str) -> str:
    """The page with pictures, fonts and icons put in."""
    icons: dict[str, int] = json.loads((ASSETS / "icons.json").read_text("utf-8"))["outline"]

    def put_in(match: re.Match[str]) -> str:
        name = match[1]
        if name == "report":
            return report_to
        if name.startswith("icon:"):
            return f"&#{icons[name.removeprefix('icon:')]};"
        file = ASSETS / name
        data = base64.b64encode(file.read_bytes()).decode("ascii")
        return f"data:{_TYPES[file.suffix]};base64,{data}"

    text = Path(__file__).with_name("idle.html").read_text(encoding="utf-8")
    return re.sub(r"\{\{([^{}]+)\}\}", put_in, text.replace("{{name}}", "a name"))


Report = dict[str, list[str]]


@contextmanager
def _listening() -> "Iterator[tuple[str, queue.Queue[Report]]]":
    """Where the page tells what it has seen."""
    reports: queue.Queue[Report] = queue.Queue()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            reports.put(parse_qs(urlsplit(self.path).query))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}/painted", reports
        finally:
            server.shutdown()
            thread.join()
