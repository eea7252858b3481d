"""The small web server beside the running screens: a page, pictures, facts, and fingers.

``GET /`` is a page with the live picture that can be clicked, ``/screen.png`` a screenshot,
``/frames`` every change as it is drawn (``screen_frames``), ``/targets`` everything that can be
touched, ``/state`` the view, its step and the words on the glass; ``POST /touch`` ``{"x", "y"}``
and ``POST /press`` ``{"label"}`` put a finger on the window and lift it; ``/touch`` with
``"phase"`` (down, move, up) does only that. Loopback only, and only for this machine's own pages
and programs.
"""

import json
import threading
from collections.abc import Mapping
from contextlib import suppress
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final

from anjungan.simulation.loopback import HEADERS, may_ask
from anjungan.simulation.screen_watcher import ANSWER_WITHIN_S, NoSuchTargetError, Watcher

_MOST_BODY_BYTES: Final = 4096
_MOST_STREAMS: Final = 8
_PAGE: Final = """<!doctype html><html lang="id"><meta charset="utf-8">
<title>Anjungan: layar langsung</title><link rel="stylesheet" href="/page.css">
<img id="screen" src="/screen.png" alt="layar anjungan"><p>Klik gambar untuk menyentuh layar.</p>
<script src="/page.js"></script></html>"""
_STYLE: Final = """
body{margin:0;background:#14213F;color:#fff;font:16px sans-serif;text-align:center}
img{max-width:100%;cursor:pointer;margin-top:12px}"""
_SCRIPT: Final = """const s=document.getElementById("screen");
s.onclick=e=>{const r=s.getBoundingClientRect();fetch("/touch",{method:"POST",
headers:{"Content-Type":"application/json"},body:JSON.stringify({
x:(e.clientX-r.left)*s.naturalWidth/r.width,y:(e.clientY-r.top)*s.naturalHeight/r.height})})};
s.onload=()=>setTimeout(()=>{s.src="/screen.png?"+Date.now()},400);
s.onerror=()=>setTimeout(()=>{s.src="/screen.png?"+Date.now()},2000);"""
_FILES: Final[Mapping[str, tuple[str, str]]] = {
    "/": (_PAGE, "text/html; charset=utf-8"),
    "/page.css": (_STYLE, "text/css; charset=utf-8"),
    "/page.js": (_SCRIPT, "text/javascript; charset=utf-8"),
}


class _Server(ThreadingHTTPServer):
    """Holds what its handlers ask."""

    daemon_threads = True

    def __init__(self, port: int, watcher: Watcher) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.watcher = watcher
        self.streams = threading.BoundedSemaphore(_MOST_STREAMS)


class _Handler(BaseHTTPRequestHandler):
    """Answers requests about one running window."""

    server: _Server

    def do_GET(self) -> None:
        """Answer a question."""
        path = self.path.partition("?")[0]
        if not self._may_ask():
            self.send_error(HTTPStatus.FORBIDDEN)
            return
        try:
            self._show(path)
        except TimeoutError:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)

    def do_POST(self) -> None:
        """Put a finger on the window."""
        try:
            length = min(int(self.headers.get("Content-Length", "0")), _MOST_BODY_BYTES)
            asked = json.loads(self.rfile.read(length) or b"{}")
            if not self._may_ask():
                self.send_error(HTTPStatus.FORBIDDEN)
                return
            if self.path == "/touch":
                self._touch(float(asked["x"]), float(asked["y"]), asked.get("phase"))
            elif self.path == "/press":
                self.server.watcher.press(str(asked.get("label") or asked["name"]))
            else:
                self.send_error(HTTPStatus.NOT_FOUND)
                return
            self._answer_json({"ok": True})
        except NoSuchTargetError as error:
            self.send_error(HTTPStatus.CONFLICT, explain=f"no such target: {error}")
        except (ValueError, KeyError, TypeError, AttributeError):
            self.send_error(HTTPStatus.BAD_REQUEST)
        except TimeoutError:
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)

    def log_message(self, *_arguments: object) -> None:
        """Keep quiet: what is typed must not be logged."""

    def _may_ask(self) -> bool:
        port = int(str(self.server.server_address[1]))
        return may_ask(port, self.headers.get("Host"), self.headers.get("Origin"))

    def _show(self, path: str) -> None:
        watcher = self.server.watcher
        match path:
            case "/frames":
                self._stream()
            case "/screen.png":
                self._answer(watcher.picture(), "image/png")
            case "/targets":
                self._answer_json(watcher.targets())
            case "/state":
                self._answer_json(watcher.state())
            case _ if path in _FILES:
                text, kind = _FILES[path]
                self._answer(text.encode(), kind)
            case _:
                self.send_error(HTTPStatus.NOT_FOUND)

    def _touch(self, x: float, y: float, phase: object) -> None:
        match phase:
            case None:
                self.server.watcher.touch(x, y)
            case "down" | "move" | "up":
                self.server.watcher.finger(phase, x, y)
            case _:
                raise ValueError("no such phase")

    def _stream(self) -> None:
        """Send frames until the other side hangs up."""
        if not self.server.streams.acquire(blocking=False):
            self.send_error(HTTPStatus.SERVICE_UNAVAILABLE, explain="too many watchers")
            return
        try:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/octet-stream")
            self._end_headers()
            self.connection.settimeout(ANSWER_WITHIN_S)
            with suppress(OSError), self.server.watcher.stream.watching() as frames:
                for frame in frames:
                    self.wfile.write(frame.encode())
        finally:
            self.server.streams.release()

    def _answer_json(self, value: Any) -> None:
        self._answer(json.dumps(value, ensure_ascii=False).encode(), "application/json")

    def _answer(self, body: bytes, kind: str) -> None:
        self.send_response(HTTPStatus.OK)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self._end_headers()
        self.wfile.write(body)

    def _end_headers(self) -> None:
        for name, value in HEADERS.items():
            self.send_header(name, value)
        self.end_headers()


def serve_beside(watcher: Watcher, port: int) -> int:
    """Begin to answer on loopback in a thread of its own; return the port (0 takes a free one)."""
    server = _Server(port, watcher)
    threading.Thread(target=server.serve_forever, name="watcher", daemon=True).start()
    return int(str(server.server_address[1]))
