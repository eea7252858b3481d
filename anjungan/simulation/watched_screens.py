"""The real screens, with a small web server beside them that shows and touches them.

Everything is the kiosk's own program. ``GET /`` is a page with the live picture that can be
clicked, ``/screen.png`` a screenshot, ``/targets`` everything that can be touched, ``/state`` the
view, its step and the words on the glass; ``POST /touch`` ``{"x", "y"}`` and ``POST /press``
``{"label"}`` put a finger on the window. Loopback only.

``python -m anjungan.simulation.watched_screens --config site.toml --port 0``
"""

import argparse
import io
import json
import sys
import threading
import time
from collections.abc import Callable, Sequence
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, TypeVar

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.screens.app import Screens, run_screens
from anjungan.appliance.screens.command import add_arguments, options_from

_ANSWER_WITHIN_S: Final = 5.0
_MOST_BODY_BYTES: Final = 4096
_PAGE: Final = """<!doctype html><html lang="id"><meta charset="utf-8">
<title>Anjungan: layar langsung</title>
<style>body{margin:0;background:#14213F;color:#fff;font:16px sans-serif;text-align:center}
img{max-width:100%;cursor:pointer;margin-top:12px}</style>
<img id="s" src="/screen.png" alt="layar anjungan"><p>Klik gambar untuk menyentuh layar.</p>
<script>const s=document.getElementById("s");
s.onclick=e=>{const r=s.getBoundingClientRect();fetch("/touch",{method:"POST",
headers:{"Content-Type":"application/json"},body:JSON.stringify({
x:(e.clientX-r.left)*s.naturalWidth/r.width,y:(e.clientY-r.top)*s.naturalHeight/r.height})})};
s.onload=()=>setTimeout(()=>{s.src="/screen.png?"+Date.now()},400);
s.onerror=()=>setTimeout(()=>{s.src="/screen.png?"+Date.now()},2000);</script></html>"""

Result = TypeVar("Result")


class NoSuchTargetError(LookupError):
    """Nothing on the glass has that name, or it is disabled."""


class Watcher:
    """Asks Kivy's thread for pictures and facts, and touches the window through it."""

    def __init__(self, screens: Screens) -> None:
        self._screens = screens

    def on_kivy_thread(self, work: Callable[[], Result]) -> Result:
        """Run ``work`` on Kivy's thread and return its result.

        Raises:
            TimeoutError: Kivy's thread did not come to it.
        """
        done = threading.Event()
        results: list[Result] = []
        failures: list[Exception] = []

        def run(_elapsed_s: float) -> None:
            try:
                results.append(work())
            except Exception as error:  # noqa: BLE001 - raised again in the thread that asked
                failures.append(error)
            done.set()

        self._screens.clock.schedule_once(run, -1)
        if not done.wait(_ANSWER_WITHIN_S):
            raise TimeoutError("the screens did not answer")
        if failures:
            raise failures[0]
        return results[0]

    def picture(self) -> bytes:
        """Return a screenshot of the window as PNG."""
        pixels, width, height = self.on_kivy_thread(self._read_pixels)
        from PIL import Image  # noqa: PLC0415 - only for pictures

        image = Image.frombytes("RGBA", (width, height), pixels)
        upright = image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")
        file = io.BytesIO()
        upright.save(file, "PNG")
        return file.getvalue()

    def targets(self) -> list[dict[str, Any]]:
        """Return everything that can be touched, in the order of the focus."""
        return self.on_kivy_thread(self._targets)

    def state(self) -> dict[str, Any]:
        """Return view type, step, and the texts on the glass."""
        return self.on_kivy_thread(self._state)

    def touch(self, x: float, y: float) -> None:
        """Put a finger on a point, counted from the top left, and lift it again.

        A touch so soon after a press that the screens would take it for a double tap waits.
        """
        window = self._screens.window
        time.sleep(self.on_kivy_thread(self._screens.glass.echo_left_s))
        self.on_kivy_thread(lambda: window.dispatch("on_mouse_down", x, y, "left", []))
        self.on_kivy_thread(lambda: window.dispatch("on_mouse_up", x, y, "left", []))

    def press(self, name: str) -> None:
        """Touch the middle of what has that name; a unique beginning of a name will do.

        Raises:
            NoSuchTargetError: there is none that is enabled.
        """
        targets = [each for each in self.targets() if each["enabled"]]
        found = [each for each in targets if each["name"] == name] or [
            each for each in targets if each["name"].startswith(name)
        ]
        if not found:
            raise NoSuchTargetError(name)
        left, top, width, height = found[0]["rect"]
        self.touch(left + width / 2, top + height / 2)

    def _read_pixels(self) -> tuple[bytes, int, int]:
        from kivy.graphics.opengl import (  # noqa: PLC0415 - needs the open window
            GL_RGBA,
            GL_UNSIGNED_BYTE,
            glReadPixels,
        )

        window = self._screens.window
        width, height = (int(side) for side in window.size)
        window.dispatch("on_draw")
        return glReadPixels(0, 0, width, height, GL_RGBA, GL_UNSIGNED_BYTE), width, height

    def _targets(self) -> list[dict[str, Any]]:
        page = self._screens.glass.page
        if page is None:
            return []
        _, height = self._screens.window.size
        return [
            {
                "name": each.name,
                "rect": [each.x, height - each.y - each.height, each.width, each.height],
                "enabled": each.enabled,
                "focused": each.focused,
            }
            for each in page.touchables()
        ]

    def _state(self) -> dict[str, Any]:
        glass = self._screens.glass
        page = glass.page
        texts = [] if page is None else [m.text for m in page.marks() if hasattr(m, "text")]
        name = type(glass.view).__name__ if glass.view is not None else None
        return {"view": name, "step": glass.step, "texts": texts}


def _handler(watcher: Watcher) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """Answers requests about one running window."""

        def do_GET(self) -> None:
            """Answer a question."""
            path = self.path.partition("?")[0]
            try:
                if path == "/":
                    self._answer(_PAGE.encode(), "text/html; charset=utf-8")
                elif path == "/screen.png":
                    self._answer(watcher.picture(), "image/png")
                elif path == "/targets":
                    self._answer_json(watcher.targets())
                elif path == "/state":
                    self._answer_json(watcher.state())
                else:
                    self.send_error(HTTPStatus.NOT_FOUND)
            except TimeoutError:
                self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)

        def do_POST(self) -> None:
            """Put a finger on the window."""
            try:
                length = min(int(self.headers.get("Content-Length", "0")), _MOST_BODY_BYTES)
                asked = json.loads(self.rfile.read(length) or b"{}")
                if self.path == "/touch":
                    watcher.touch(float(asked["x"]), float(asked["y"]))
                elif self.path == "/press":
                    watcher.press(str(asked.get("label") or asked["name"]))
                else:
                    self.send_error(HTTPStatus.NOT_FOUND)
                    return
                self._answer_json({"ok": True})
            except NoSuchTargetError as error:
                self.send_error(HTTPStatus.CONFLICT, explain=f"no such target: {error}")
            except (ValueError, KeyError, TypeError):
                self.send_error(HTTPStatus.BAD_REQUEST)
            except TimeoutError:
                self.send_error(HTTPStatus.SERVICE_UNAVAILABLE)

        def log_message(self, *_arguments: object) -> None:
            """Keep quiet: what is typed must not be logged."""

        def _answer_json(self, value: object) -> None:
            self._answer(json.dumps(value, ensure_ascii=False).encode(), "application/json")

        def _answer(self, body: bytes, kind: str) -> None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "no-store")
            self.end_headers()
            self.wfile.write(body)

    return Handler


def serve_beside(screens: Screens, port: int) -> ThreadingHTTPServer:
    """Begin to answer on loopback in a thread of its own; port 0 takes a free one."""
    server = ThreadingHTTPServer(("127.0.0.1", port), _handler(Watcher(screens)))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, name="watcher", daemon=True).start()
    return server


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and run the screens."""
    parser = argparse.ArgumentParser(description="the screens, watched and touched over HTTP")
    add_arguments(parser)
    parser.add_argument("--port", type=int, default=0, help="loopback port; 0 takes a free one")
    arguments = parser.parse_args(argv)
    try:
        options = options_from(arguments)
    except ConfigError as error:
        sys.stderr.write(f"anjungan: {error}\n")
        return 3

    def observe(screens: Screens) -> None:
        server = serve_beside(screens, arguments.port)
        sys.stdout.write(f"screens: http://127.0.0.1:{server.server_address[1]}/\n")
        sys.stdout.flush()

    return run_screens(options, observe)


if __name__ == "__main__":
    sys.exit(main())
