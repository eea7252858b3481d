"""The tour's hands: forms as a browser sends them, and a window that is waited for."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import parse_qs

import pytest

from anjungan.protocol.status import RequestStatus
from anjungan.simulation.staff import StaffLogin
from anjungan.simulation.tour import window as window_module
from anjungan.simulation.tour.desk import Desk, DeskError
from anjungan.simulation.tour.window import Window, WindowError

LOGIN = StaffLogin(name="petugas", password="rahasia-contoh")
LOGIN_PAGE = """<form action="/cari"><input name="q" value="no"></form>
<form method="post" action="/masuk"><input type="hidden" name="form_token" value="t1">
<input name="name"><input name="password" type="password"></form>"""
REQUEST_PAGE = """<form action="/permohonan/r1/status?halaman=2">
<input type="hidden" name="form_token" value="t2"><input name="revision" value="3">
<textarea name="note"></textarea><button name="status" value="2">Teruskan</button></form>"""


class Server:
    """Answers from a table and notes what is posted."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, str]] = {}
        self.redirects: dict[str, str] = {}
        self.posted: list[tuple[str, dict[str, Any]]] = []
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                code, body = outer.pages.get(self.path, (404, ""))
                self.send_response(code)
                self.end_headers()
                self.wfile.write(body.encode())

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                if self.headers["Content-Type"] == "application/json":
                    held: dict[str, Any] = json.loads(body)
                else:
                    held = {key: value[0] for key, value in parse_qs(body).items()}
                outer.posted.append((self.path, held))
                where = outer.redirects.get(self.path)
                self.send_response(303 if where else outer.pages.get(self.path, (200, ""))[0])
                if where:
                    self.send_header("Location", where)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                pass

        self._http = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._http.server_port}/"
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


@pytest.fixture
def server() -> Iterator[Server]:
    server = Server()
    try:
        yield server
    finally:
        server.close()


def test_the_token_of_the_right_form_travels_along(server: Server) -> None:
    server.pages = {
        "/masuk": (200, LOGIN_PAGE),
        "/permohonan": (200, ""),
        "/permohonan/r1": (200, REQUEST_PAGE),
    }
    server.redirects = {"/masuk": "/permohonan"}
    with Desk(server.url) as desk:
        desk.log_in(LOGIN)
        desk.change_status("r1", RequestStatus.AWAITING_SIGNATURE, "Contoh catatan")
    assert server.posted == [
        ("/masuk", {"form_token": "t1", "name": "petugas", "password": "rahasia-contoh"}),
        (
            "/permohonan/r1/status?halaman=2",
            {"form_token": "t2", "revision": "3", "note": "Contoh catatan", "status": "2"},
        ),
    ]


def test_a_refused_login_and_a_missing_page_and_a_missing_button_are_told(server: Server) -> None:
    server.pages = {"/masuk": (200, LOGIN_PAGE), "/permohonan/r1": (200, REQUEST_PAGE)}
    with Desk(server.url) as desk:
        with pytest.raises(DeskError, match="logging in led to /masuk"):
            desk.log_in(LOGIN)
        with pytest.raises(DeskError, match="answered 404"):
            desk.read("/nowhere")
        with pytest.raises(DeskError, match="does not offer the status READY"):
            desk.change_status("r1", RequestStatus.READY, "")
        with pytest.raises(DeskError, match="has no form /buka"):
            desk.open_answers("r1")
        server.pages["/permohonan/r1/status?halaman=2"] = (409, "")
        with pytest.raises(DeskError, match="answered 409"):
            desk.change_status("r1", RequestStatus.AWAITING_SIGNATURE, "")


def show(server: Server, *texts: str, targets: tuple[tuple[str, bool], ...] = ()) -> None:
    state = {"view": "HomeView", "step": 1, "texts": texts}
    held = [{"name": name, "enabled": enabled, "rect": [0, 0, 1, 1]} for name, enabled in targets]
    server.pages["/state"] = (200, json.dumps(state))
    server.pages["/targets"] = (200, json.dumps(held))
    server.pages["/screen.png"] = (200, "png")


def test_keys_are_touched_one_by_one_and_a_space_is_a_key(server: Server) -> None:
    show(server, targets=(("A", True), ("B", True), ("Spasi", True)))
    with Window(server.url) as window:
        window.type_keys("A B")
    assert [held["label"] for _path, held in server.posted] == ["A", "Spasi", "B"]


def test_words_are_found_over_the_breaks_of_lines(server: Server) -> None:
    show(server, "Surat Keterangan\nUsaha", targets=(("Lanjut", True),))
    with Window(server.url) as window:
        window.wait_for("Keterangan Usaha")
        window.wait_for("Lanjut")
        assert window.view() == "HomeView"
        assert window.picture() == b"png"


def test_what_does_not_come_is_told_with_what_is_there(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    show(server, "Beranda", targets=(("Surat", True), ("Kirim", False)))
    with Window(server.url) as window:
        with pytest.raises(WindowError, match=r"'Tiket' did not come; HomeView shows .*Beranda"):
            window.wait_for("Tiket", within_s=0.05)
        with pytest.raises(WindowError, match="nothing to touch is named 'Kirim'"):
            window.touch("Kirim", within_s=0.05)
        with pytest.raises(WindowError, match="did not go away"):
            window.wait_until_gone("Beranda", within_s=0.05)
        server.pages["/press"] = (409, "")
        with pytest.raises(WindowError, match="was answered 409"):
            window.touch("Surat")
        monkeypatch.setattr(window_module, "READY_WITHIN_S", 0.05)
        del server.pages["/screen.png"]
        with pytest.raises(WindowError, match=r"screen.png was answered 404"):
            window.picture()


def test_a_window_that_is_gone_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(window_module, "READY_WITHIN_S", 0.05)
    server = Server()
    server.close()
    with Window(server.url) as window, pytest.raises(WindowError, match="did not answer"):
        window.picture()
