"""The pages in a real browser: they keep themselves fresh, and nothing breaks their policy."""

import re
import shutil
import subprocess
import threading

import msgspec
import pytest
import uvicorn
from regency_lab import free_port

from anjungan.regency.settings import WebSettings
from anjungan.regency.web.app import create_app

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed"),
]


class Changing:
    """The pages, and a change that happens once the first page has been sent."""

    def __init__(self, app):
        self._app = app
        self.change = None
        self.live_looks = 0

    async def __call__(self, scope, receive, send):
        await self._app(scope, receive, send)
        if scope["type"] != "http" or not scope["path"].startswith("/t/"):
            return
        if any(name == b"x-live" for name, _ in scope["headers"]):
            self.live_looks += 1
        elif self.change is not None:
            change, self.change = self.change, None
            change()


@pytest.fixture
def pages(settings, database, accounts):
    base = f"127.0.0.1:{free_port()}"
    web = WebSettings(bind=base, public_url=f"http://{base}")
    return Changing(create_app(msgspec.structs.replace(settings, web=web), database))


@pytest.fixture
def served(pages, wait_until):
    """The pages on a loopback port, by the real time; gives their address."""
    port = free_port()
    server = uvicorn.Server(
        uvicorn.Config(pages, host="127.0.0.1", port=port, log_config=None, lifespan="off")
    )
    thread = threading.Thread(target=server.run)
    thread.start()
    wait_until(lambda: server.started, "the pages are served")
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(20)


def open_page(url, tmp_path, *, for_s):
    """The document after ``for_s`` seconds of the browser's own time, and its complaints."""
    done = subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--enable-logging=stderr",
            f"--user-data-dir={tmp_path / 'profile'}",
            f"--virtual-time-budget={for_s * 1000}",
            "--dump-dom",
            url,
        ],
        capture_output=True,
        text=True,
        timeout=100,
        check=True,
    )
    return done.stdout, done.stderr


def test_a_tracking_page_shows_a_new_status_by_itself(served, pages, intake, kiosk, tmp_path):
    request = kiosk.request()
    intake(request)
    pages.change = lambda: intake(kiosk.cancel(request.id))
    html, complaints = open_page(f"{served}/t/{request.ticket_token}", tmp_path, for_s=40)
    assert pages.live_looks >= 1
    assert "Dibatalkan." in html
    assert "Sedang diperiksa." not in html
    assert not re.search(r"CONSOLE|Uncaught|Refused to|Content Security Policy", complaints)
