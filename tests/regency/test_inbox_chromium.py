"""The inbox in a real browser: by keyboard, told of changes, and never under somebody's typing."""

import re
import shutil

import pytest
from driven_chromium import CHROMIUM, browser
from inbox_lab import set_status
from live_lab import served
from regency_lab import PASSWORD

from anjungan.protocol.status import RequestStatus
from anjungan.regency.keys import KeyFiles
from anjungan.regency.opener.local import Opener
from anjungan.regency.staff.sessions import end_sessions_of
from anjungan.regency.web.app import create_app, utc_now

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None or shutil.which("chromedriver") is None, reason="Chromium is not installed"
    ),
]

DOWN, ESCAPE, ENTER = "\ue015", "\ue00c", "\ue007"
STREAM_OPEN = "return document.documentElement.dataset.stream === 'open'"
HOLDS = "return document.getElementById('lines').innerText.includes(arguments[0])"
FOCUSED = "return document.activeElement.id"


class Officer:
    """Ratna at the keyboard; the mouse is only used to log in."""

    def __init__(self, page, base):
        self.page = page
        self.base = base

    def log_in(self):
        self.page.open(f"{self.base}/masuk")
        self.page.type_into("#name", "ratna")
        self.page.type_into("#password", PASSWORD + ENTER)
        self.page.wait_for("#lines")

    def go(self, path):
        self.page.open(self.base + path)
        self.page.wait_for("#pane-scroll, main")

    def press(self, keys):
        strokes = [{"type": kind, "value": key} for key in keys for kind in ("keyDown", "keyUp")]
        keyboard = {"type": "key", "id": "keyboard", "actions": strokes}
        self.page.call("POST", "/actions", {"actions": [keyboard]})

    def wait_focus(self, element_id):
        self.page.wait(f"{FOCUSED} === arguments[0]", element_id)

    @property
    def path(self):
        return self.page.run("return location.pathname")


@pytest.fixture
def app(settings, database, accounts):
    opener = Opener(KeyFiles(settings.keys_path))
    app = create_app(settings, database, opener=opener)
    app.state.site.hub._look_every_s = 0.1
    app.state.site.hub._check_sessions_every_s = 0.1
    return app


@pytest.fixture
def base(app):
    with served(app) as address:
        yield address


@pytest.fixture(scope="module")
def window(tmp_path_factory):
    """One browser for all; every test has a server, and so an origin, of its own."""
    with browser(tmp_path_factory.mktemp("chromium")) as page:
        yield page


@pytest.fixture
def officer(base, window):
    window.resize(1440, 900)
    officer = Officer(window, base)
    officer.log_in()
    yield officer
    assert not [each for each in window.complaints() if re.search("SEVERE|Refused", each)]
    window.open("about:blank")


@pytest.fixture
def real_time(clock):
    """The browser lives in the present, so what it is shown has to as well."""
    clock.moment = utc_now()
    return clock


@pytest.fixture
def requests(real_time, intake, kiosk, sealing_key):
    made = []
    for number in range(12):
        made.append(kiosk.request(sealing_key, queue_number=f"241126-{number:03d}"))
        intake(made[-1])
        real_time.pass_time(seconds=1)
    return list(reversed(made))


def test_a_request_is_processed_without_the_mouse(requests, officer):
    officer.go("/permohonan")
    officer.press("j")
    officer.wait_focus(f"r-{requests[0].id}")
    officer.press("j")
    officer.press(DOWN)
    officer.wait_focus(f"r-{requests[2].id}")
    officer.press("k")
    officer.wait_focus(f"r-{requests[1].id}")
    outline = officer.page.run("return getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"
    officer.press(ENTER)
    officer.page.wait_for("#open-answers")
    assert officer.path == f"/permohonan/{requests[1].id}"

    officer.press("?")
    officer.page.wait("return document.getElementById('keys').open")
    officer.press(ESCAPE)
    officer.page.wait("return !document.getElementById('keys').open")

    officer.press("/")
    officer.wait_focus("cari")
    officer.press("jo?")
    assert officer.page.run("return document.getElementById('cari').value") == "jo?"
    officer.press(ESCAPE)
    officer.page.wait(f"{FOCUSED} !== 'cari'")

    officer.press("o")
    officer.page.wait_for(".answers")
    assert "Siti Aminah" in officer.page.text(".answers")
    assert "3505104107900147" not in officer.page.text(".answers"), "the NIK is covered"

    officer.press("s")
    officer.wait_focus("note")
    officer.press("Sedang ditandatangani.\t")
    while officer.page.run("return document.activeElement.value") != "2":
        officer.press("\t")
    officer.press(ENTER)
    officer.page.wait("return document.body.innerText.includes('Status tersimpan.')")
    assert "Menunggu tanda tangan" in officer.page.text("#signs")
    # the list goes on from where the officer was
    officer.press("j")
    officer.wait_focus(f"r-{requests[0].id}")


def test_keys_can_be_switched_off(requests, officer):
    officer.go("/permohonan")
    officer.press("?")
    officer.page.wait("return document.getElementById('keys').open")
    officer.page.click("#keys-on")
    officer.press(ESCAPE)
    officer.page.wait("return !document.getElementById('keys').open")
    officer.press("j")
    assert officer.page.run(FOCUSED) != f"r-{requests[0].id}"


def test_news_come_at_once_and_nothing_typed_or_looked_at_is_lost(
    *, requests, officer, intake, kiosk, database, real_time, app
):
    opened = requests[5]
    officer.go(f"/permohonan/{opened.id}")
    officer.page.wait(STREAM_OPEN)
    officer.press("s")
    officer.press("Catatan yang belum selesai")
    officer.page.run("document.getElementById('pane-scroll').scrollTop = 260")
    place = f"return document.getElementById('r-{requests[4].id}').getBoundingClientRect().top"
    before = officer.page.run(place)

    new = [kiosk.request(queue_number=f"251126-{number:03d}") for number in range(3)]
    intake(*new)
    officer.page.wait(HOLDS, "251126-002", within_s=5.0)
    assert officer.page.run(FOCUSED) == "note"
    officer.press(" masih")
    note = officer.page.run("return document.getElementById('note').value")
    assert note == "Catatan yang belum selesai masih"
    assert abs(officer.page.run(place) - before) < 2, "lines under the eye stay where they were"

    # somebody else changes the opened request: it is told, the note is not touched
    intake(kiosk.cancel(opened.id))
    officer.page.wait("return !document.getElementById('changed').hidden")
    assert "Dibatalkan" in officer.page.text("#history")
    assert officer.page.run("return document.getElementById('note').value") == note

    # what is typed into the search stays as well while the list goes on
    officer.page.run("document.getElementById('cari').focus()")
    officer.press("24")
    set_status(database, requests[0], RequestStatus.READY)
    real_time.pass_time(seconds=1)
    intake(kiosk.request(queue_number="251126-009"))
    officer.page.wait(HOLDS, "251126-009")
    assert officer.page.run("return document.getElementById('cari').value") == "24"
    assert officer.page.run(FOCUSED) == "cari"


def test_without_a_stream_the_page_asks_by_itself(requests, officer, intake, kiosk, app):
    app.state.site.hub.close()
    officer.go("/permohonan")
    intake(kiosk.request(queue_number="251126-001"))
    officer.page.wait(HOLDS, "251126-001", within_s=20.0)
    assert not officer.page.run(STREAM_OPEN)
    # the browser says that the stream was refused, and that alone
    complaints = officer.page.complaints()
    assert all("/kabar" in each for each in complaints), complaints


def test_a_focused_line_is_kept_when_lines_come_above_it(requests, officer, intake, kiosk):
    officer.go("/permohonan")
    officer.page.wait(STREAM_OPEN)
    officer.press("j")
    officer.press("j")
    officer.wait_focus(f"r-{requests[1].id}")
    intake(kiosk.request(queue_number="251126-001"))
    officer.page.wait(HOLDS, "251126-001")
    assert officer.page.run(FOCUSED) == f"r-{requests[1].id}"
    officer.press("k")
    officer.wait_focus(f"r-{requests[0].id}")


def test_when_the_session_ends_what_was_typed_is_not_lost(requests, officer, database):
    officer.go(f"/permohonan/{requests[0].id}")
    officer.page.wait(STREAM_OPEN)
    officer.press("s")
    officer.press("Catatan yang belum selesai")
    with database.writing() as connection:
        end_sessions_of(connection, 1)
    officer.page.wait("return !document.getElementById('stale').hidden")
    assert "Sesi Anda berakhir" in officer.page.text("#stale")
    note = officer.page.run("return document.getElementById('note').value")
    assert note == "Catatan yang belum selesai"
    # without anything typed the page goes to the login
    officer.log_in()
    officer.go("/permohonan")
    officer.page.wait(STREAM_OPEN)
    with database.writing() as connection:
        end_sessions_of(connection, 1)
    officer.page.wait("return location.pathname === '/masuk'")


def test_on_a_phone_the_list_and_the_request_are_pages_of_their_own(requests, officer):
    officer.page.resize(390, 844)
    officer.go("/permohonan")
    sideways = "return document.documentElement.scrollWidth"
    assert officer.page.run(sideways) <= 390
    assert officer.page.run("return document.getElementById('lines').checkVisibility()")
    officer.go(f"/permohonan/{requests[0].id}")
    assert officer.page.run(sideways) <= 390
    assert not officer.page.run("return document.getElementById('lines').checkVisibility()")
    officer.page.click(".back")
    officer.page.wait("return document.getElementById('lines').checkVisibility()")
