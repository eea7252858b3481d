"""Chromium through its own driver: the few words of W3C WebDriver that a visit needs."""

import base64
import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from anjungan.simulation.ports import free_port

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
ELEMENT = "element-6066-11e4-a52e-4f735466cecf"
WITHIN_S = 30.0
SWITCHES = (
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--force-device-scale-factor=1",
)


class Browser:
    """One window of a browser."""

    def __init__(self, line: httpx.Client, session: str) -> None:
        self._line = line
        self._session = session

    def call(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        answer = self._line.request(
            method, f"/session/{self._session}{path}", json=body if method == "POST" else None
        )
        value = answer.json()["value"]
        assert answer.status_code == 200, value
        return value

    def open(self, url: str) -> None:
        self.call("POST", "/url", {"url": url})

    def resize(self, width: int, height: int) -> None:
        """Make the page itself that large."""
        self.call("POST", "/window/rect", {"width": width, "height": height})
        inner = self.run("return [innerWidth, innerHeight]")
        self.call(
            "POST",
            "/window/rect",
            {"width": 2 * width - inner[0], "height": 2 * height - inner[1]},
        )

    def run(self, script: str, *arguments: Any) -> Any:
        return self.call("POST", "/execute/sync", {"script": script, "args": list(arguments)})

    def wait(self, script: str, *arguments: Any, within_s: float = WITHIN_S) -> Any:
        """Wait until the script returns something true."""
        deadline_s = time.monotonic() + within_s
        while not (value := self.run(script, *arguments)):
            if time.monotonic() > deadline_s:
                raise AssertionError(f"did not come: {script} {arguments}\n{self.complaints()}")
            time.sleep(0.05)
        return value

    def text(self, css: str) -> str:
        return str(self.run("return document.querySelector(arguments[0])?.innerText ?? ''", css))

    def wait_for(self, css: str, *, within_s: float = WITHIN_S) -> None:
        """Wait until there is such an element, and it is to be seen."""
        seen = "const e = document.querySelector(arguments[0]); return !!e && e.checkVisibility()"
        self.wait(seen, css, within_s=within_s)

    def middle(self, css: str) -> tuple[float, float]:
        """Where an element's middle is; it is scrolled into the view first."""
        self.wait_for(css)
        x, y = self.run(
            "const e = document.querySelector(arguments[0]);"
            "e.scrollIntoView({block: 'nearest', inline: 'nearest'});"
            "const r = e.getBoundingClientRect(); return [r.x + r.width / 2, r.y + r.height / 2]",
            css,
        )
        return x, y

    def click(self, css: str, *, kind: str = "mouse") -> None:
        self.point(self.middle(css), kind=kind)

    def point(self, place: tuple[float, float], *, kind: str = "mouse", hold_ms: int = 30) -> None:
        """Press and let go at a place of the window."""
        self._act(kind, [_move(place), _down(), _pause(hold_ms), _up()])

    def drag(self, css: str, to: str, *, kind: str = "mouse") -> None:
        begin, end = self.middle(css), self.middle(to)
        half = ((begin[0] + end[0]) / 2, (begin[1] + end[1]) / 2)
        self._act(
            kind,
            [_move(self.middle(css)), _down(), _move(half, 60), _move(end, 60), _pause(60), _up()],
        )

    def hold(self, css: str) -> None:
        """Press, and stay there."""
        self._act("mouse", [_move(self.middle(css)), _down()], release=False)

    def let_go(self) -> None:
        self._act("mouse", [_up()])

    def type_into(self, css: str, text: str) -> None:
        found = self.call("POST", "/element", {"using": "css selector", "value": css})
        self.call("POST", f"/element/{found[ELEMENT]}/value", {"text": text})

    def picture(self) -> bytes:
        return base64.b64decode(self.call("GET", "/screenshot"))

    def complaints(self) -> list[str]:
        """What the browser's console complained of since the last look."""
        entries = self.call("POST", "/se/log", {"type": "browser"})
        return [f"{each['level']}: {each['message']}" for each in entries]

    def _act(self, kind: str, actions: list[dict[str, Any]], *, release: bool = True) -> None:
        pointer = {
            "type": "pointer",
            "id": kind,
            "parameters": {"pointerType": kind},
            "actions": actions,
        }
        self.call("POST", "/actions", {"actions": [pointer]})
        if release:
            self.call("DELETE", "/actions")


def _move(place: tuple[float, float], duration_ms: int = 0) -> dict[str, Any]:
    x, y = place
    return {"type": "pointerMove", "x": round(x), "y": round(y), "duration": duration_ms}


def _down() -> dict[str, Any]:
    return {"type": "pointerDown", "button": 0}


def _up() -> dict[str, Any]:
    return {"type": "pointerUp", "button": 0}


def _pause(duration_ms: int) -> dict[str, Any]:
    return {"type": "pause", "duration": duration_ms}


@contextmanager
def browser(folder: Path) -> Iterator[Browser]:
    """A Chromium with a fresh profile in ``folder``; it is ended with the context."""
    if CHROMIUM is None or DRIVER is None:
        raise AssertionError("the Debian packages chromium and chromium-driver are needed")
    port = free_port()
    with (folder / "chromedriver.log").open("wb") as log:
        driver = subprocess.Popen(
            [DRIVER, f"--port={port}"], stdout=log, stderr=log, env=_environment(folder)
        )
    options = {
        "binary": CHROMIUM,
        "args": [*SWITCHES, f"--user-data-dir={folder / 'profile'}"],
    }
    wanted = {"goog:chromeOptions": options, "goog:loggingPrefs": {"browser": "ALL"}}
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60, trust_env=False) as line:
            _wait_for_driver(line)
            body = {"capabilities": {"alwaysMatch": wanted}}
            session = line.post("/session", json=body).json()["value"]["sessionId"]
            try:
                yield Browser(line, session)
            finally:
                line.delete(f"/session/{session}")
    finally:
        driver.terminate()
        driver.wait(30)


def _wait_for_driver(line: httpx.Client) -> None:
    deadline_s = time.monotonic() + WITHIN_S
    while True:
        try:
            if line.get("/status").json()["value"]["ready"]:
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < deadline_s, "the driver did not answer"
        time.sleep(0.05)


def _environment(folder: Path) -> dict[str, str]:
    return {**os.environ, "HOME": str(folder)}
