"""Every address of the web application: who is let in, and that the others are written down.

Whoever adds a page need not change this file: the walk finds it. A page for everybody is named in
``PUBLIC``; an id in an address that says nothing of a village is named in ``VILLAGELESS``, any
other one in ``anjungan.regency.web.scopes``. ``EXAMPLES`` gives ids of each kind in two villages.
"""

import logging
import re
import uuid
from dataclasses import dataclass
from html.parser import HTMLParser

import pytest
from litestar import Litestar, Router, get, post
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath
from litestar.routes import HTTPRoute
from litestar.testing import TestClient
from sqlalchemy import Integer, LargeBinary, String, Text, insert, select

from anjungan.regency.alerts.kinds import AlertKind, Severity
from anjungan.regency.alerts.telling import Told
from anjungan.regency.letters.records import LetterState
from anjungan.regency.staff.permissions import PERMISSIONS, Permission, Role
from anjungan.regency.store.columns import Instant
from anjungan.regency.store.tables import AUDIT, INCIDENTS, LETTERS
from anjungan.regency.web.admission import admit_staff
from anjungan.regency.web.app import create_app
from anjungan.regency.web.scopes import VILLAGE_OF
from anjungan.regency.web.turned_away import Refusal

PUBLIC = {
    "/masuk": "the login",
    "/masuk/kode": "the login's second step, by the cookie of its first",
    "/masuk/kode/periksa": "the login's second step, by the cookie of its first",
    "/masuk/sandi-baru": "the login's second step, by the cookie of its first",
    "/masuk/sandi-baru/simpan": "the login's second step, by the cookie of its first",
    "/masuk/pasang-kode": "the login's second step, by the cookie of its first",
    "/masuk/pasang-kode/pastikan": "the login's second step, by the cookie of its first",
    "/api/enrolment/1/requests": "kiosks that enrol, by their claim code",
    "/api/enrolment/1/answers": "kiosks that enrol, by their key",
    "/api/enrolment/1/nonces": "kiosks that renew their certificate",
    "/api/enrolment/1/renewals": "kiosks that renew, by their certificate",
    "/pendaftaran/qr/{packed:str}": "a technician's phone, by the claim code in the QR",
    "/pendaftaran/qr/kirim/{packed:str}": "a technician's phone, by the claim code in the QR",
    "/pendaftaran/qr/jawaban/{token:str}": "a technician's phone, by a token",
    "/t/{token:str}": "residents, by the ticket's token",
    "/surat": "anybody who checks a letter, by its code",
    "/surat/{token:str}": "anybody who checks a letter, by its QR",
    "/healthz": "whether the process answers",
    "/metrics": "Prometheus, by a token of its own",
    "/robots.txt": "for search engines",
    "/static/{version:str}/{name:str}": "style sheets, scripts, fonts",
}
"""Addresses that need no login, and why."""

VILLAGELESS: dict[str, str] = {
    "service": "services are the same everywhere",
    "session_id": "one's own sessions, looked up with their owner",
}
"""Ids in addresses that a village officer may open and that belong to no village, and why."""

EXAMPLES = {
    "request_id": lambda lab, village: lab.requests[village],
    "kiosk": lambda lab, village: f"{village}-1",
    "letter_id": lambda lab, village: lab.letters[village],
    "incident_id": lambda lab, village: lab.incidents[village],
    "village": lambda lab, village: village,
}
"""For each kind of id of a village: one that belongs to ``village``."""

OWN, FOREIGN = "3505171001", "3505102001"
"""Beru, whose officer is logged in, and Minggirsari."""

ANY_VALUE = {int: "1", str: "x"}

PERSON_OF = {
    Role.ADMINISTRATOR: "ratna",
    Role.STAFF: "sari",
    Role.VILLAGE_OFFICER: "beru",
    Role.TECHNICIAN: "tono",
    Role.VIEWER: "wati",
}


@dataclass(frozen=True)
class Lab:
    """Something of each kind in both villages."""

    requests: dict[str, str]
    letters: dict[str, str]
    incidents: dict[str, int]


@dataclass(frozen=True)
class Page:
    """One handler at one address."""

    method: str
    path: str
    parameters: tuple[tuple[str, type], ...]
    needs: object
    guarded: bool

    def address(self, values=None):
        """The address with its variable parts filled in."""
        found = self.path
        for name, kind in self.parameters:
            value = (values or {}).get(name, ANY_VALUE.get(kind, "x"))
            found = found.replace(f"{{{name}:{kind.__name__}}}", str(value))
        assert "{" not in found, f"{self.path}: what stands in it?"
        return found


NOTHING_NAMED = object()


def pages_of(app):
    """Every handler of the application, as it is registered."""
    found = []
    for route in app.routes:
        assert isinstance(route, HTTPRoute), f"{route.path}: only pages are walked so far"
        for handler in route.route_handlers:
            if handler.http_methods == {"OPTIONS"}:  # the framework's own
                continue
            assert isinstance(handler, HTTPRouteHandler)
            found += [
                Page(
                    method=method,
                    path=route.path,
                    parameters=tuple(
                        (name, each.type) for name, each in route.path_parameters.items()
                    ),
                    needs=handler.opt.get("needs", NOTHING_NAMED),
                    guarded=handler.resolve_before_request() is admit_staff,
                )
                for method in sorted(handler.http_methods)
            ]
    return found


def open_doors(app):
    """Addresses that let somebody in who should not be, as far as their registration tells."""
    problems = []
    for page in pages_of(app):
        if page.guarded and not (page.needs is None or isinstance(page.needs, Permission)):
            problems.append(f"{page.method} {page.path} does not say what it needs")
        if not page.guarded and page.path not in PUBLIC:
            problems.append(f"{page.method} {page.path} is open to everybody and not in PUBLIC")
        if page.guarded and page.needs in {None, *PERMISSIONS[Role.VILLAGE_OFFICER]}:
            problems += [
                f"{page.method} {page.path}: whose village is {name}?"
                for name, _ in page.parameters
                if name not in VILLAGE_OF and name not in VILLAGELESS
            ]
    return problems


@pytest.fixture
def app(settings, database, accounts, clock):
    return create_app(settings, database, now=clock, monotonic_s=clock.monotonic_s)


@pytest.fixture
def staff_pages(app):
    pages = [page for page in pages_of(app) if page.guarded]
    assert len(pages) > 8
    return pages


@pytest.fixture
def lab(intake, kiosk, other_kiosk, database, clock):
    requests = {FOREIGN: kiosk.request(), OWN: other_kiosk.request()}
    intake(requests[FOREIGN])
    intake(requests[OWN], kiosk=other_kiosk.kiosk)
    letters, incidents = {}, {}
    with database.writing() as connection:
        for number, village in enumerate((OWN, FOREIGN)):
            letters[village] = str(uuid.UUID(int=number + 1))
            letter = {
                "id": letters[village],
                "request_id": requests[village].id,
                "village": village,
                "dated": "2026-11-24",
                "state": LetterState.VALID.value,
                "short_code": requests[village].ticket_code,
            }
            connection.execute(insert(LETTERS).values(a_row(LETTERS, number, clock()) | letter))
            incident = {
                "village": village,
                "kiosk": f"{village}-1",
                "kind": AlertKind.OFFLINE.value,
                "severity": Severity.CRITICAL.value,
                "told": Told.NOTHING.value,
            }
            made = connection.execute(
                insert(INCIDENTS)
                .values(a_row(INCIDENTS, number, clock()) | incident)
                .returning(INCIDENTS.c.id)
            )
            incidents[village] = made.scalar_one()
    return Lab({village: each.id for village, each in requests.items()}, letters, incidents)


def a_row(table, number, now):
    """Something for every column that must be filled; different for each number."""
    values = {
        Integer: number,
        String: f"x{number}",
        Text: "{}",
        LargeBinary: bytes([number]) * 32,
        Instant: now,
    }
    return {
        column.name: next(value for kind, value in values.items() if isinstance(column.type, kind))
        for column in table.columns
        if not column.nullable and not (column.primary_key and isinstance(column.type, Integer))
    }


def refusals(database):
    with database.reading() as connection:
        return connection.execute(
            select(AUDIT).where(AUDIT.c.action == "access_refused").order_by(AUDIT.c.id)
        ).all()


def ask(browser, page, address, **fields):
    return browser.client.request(
        page.method,
        address,
        data=fields if page.method != "GET" else None,
        follow_redirects=False,
    )


def token_of(browser):
    return browser.form_token(browser.client.get("/").text)


def test_every_address_is_guarded_or_public_on_purpose(app):
    assert open_doors(app) == []


def test_public_addresses_are_all_there(app):
    assert set(PUBLIC) - {page.path for page in pages_of(app)} == set()


@get("/lupa", sync_to_thread=False)
def without_needs() -> str:
    return ""


@get("/terbuka", opt={"needs": None}, sync_to_thread=False)
def outside() -> str:
    return ""


@post("/pohon/{pohon_id:str}", opt={"needs": Permission.READ_FLEET}, sync_to_thread=False)
def of_no_known_village(pohon_id: FromPath[str]) -> str:
    return pohon_id


def test_the_walk_finds_what_a_newcomer_forgets():
    guarded = Router(
        "/", before_request=admit_staff, route_handlers=[without_needs, of_no_known_village]
    )
    app = Litestar([guarded, outside], openapi_config=None)
    assert sorted(open_doors(app)) == [
        "GET /lupa does not say what it needs",
        "GET /terbuka is open to everybody and not in PUBLIC",
        "POST /pohon/{pohon_id:str}: whose village is pohon_id?",
    ]


def test_without_a_login_every_staff_address_leads_to_it(browser, staff_pages, database):
    for page in staff_pages:
        response = ask(browser, page, page.address(), form_token="x")
        assert (response.status_code, response.headers["location"]) == (303, "/masuk"), page
        assert response.text == "", page
    assert refusals(database) == [], "nobody is no person"
    counts = browser.client.app.state.site.turned_away.counts()
    assert counts[Refusal.NO_SESSION] == len(staff_pages)


@pytest.mark.parametrize("role", list(Role))
def test_with_the_wrong_role_every_address_refuses_and_writes_it_down(
    *, browser, staff_pages, database, role, caplog
):
    closed = [
        page
        for page in staff_pages
        if page.needs is not None and page.needs not in PERMISSIONS[role]
    ]
    browser.log_in(PERSON_OF[role])
    token = token_of(browser)
    with caplog.at_level(logging.WARNING):
        for page in closed:
            response = ask(browser, page, page.address(), form_token=token)
            assert response.status_code == 403, page
            assert "Bukan tugas Anda" in response.text, page
    lines = refusals(database)
    assert [line.subject for line in lines] == [f"{each.method} {each.path}" for each in closed]
    assert {line.role for line in lines} <= {role.value}
    logged = [each for each in caplog.messages if each.startswith("refused: staff ")]
    assert len(logged) == len(closed)


@pytest.mark.parametrize("given", ["", "of-somebody-else"])
def test_a_form_without_its_token_is_refused_everywhere(browser, staff_pages, database, given):
    browser.log_in()
    forms = [page for page in staff_pages if page.method != "GET"]
    assert len(forms) >= 3
    for page in forms:
        fields = {"form_token": given} if given else {}
        response = ask(browser, page, page.address(), **fields)
        assert response.status_code == 403, page
        assert "Formulir tidak dikenal" in response.text, page
    assert len(refusals(database)) == len(forms)


def test_there_is_an_example_of_every_id_of_a_village():
    assert set(EXAMPLES) == set(VILLAGE_OF)


def test_another_villages_id_is_refused_everywhere(browser, staff_pages, lab, database):
    allowed = PERMISSIONS[Role.VILLAGE_OFFICER]
    doors = [
        (page, foreign)
        for page in staff_pages
        if page.needs is None or page.needs in allowed
        for foreign, _ in page.parameters
        if foreign in VILLAGE_OF
    ]
    assert len(doors) >= 4
    browser.log_in("beru")
    token = token_of(browser)
    for page, foreign in doors:
        # one id of another village among ids of one's own
        values = {
            name: EXAMPLES[name](lab, FOREIGN if name == foreign else OWN)
            for name, _ in page.parameters
            if name in EXAMPLES
        }
        response = ask(browser, page, page.address(values), form_token=token)
        assert response.status_code == 404, (page, foreign)
        assert "bukan untuk desa Anda" in response.text, (page, foreign)
    lines = refusals(database)
    assert len(lines) == len(doors)
    assert {line.detail for line in lines} == {Refusal.VILLAGE.value}
    assert {line.subject for line in lines} <= {
        str(each(lab, FOREIGN)) for each in EXAMPLES.values()
    }
    assert {line.village for line in lines} == {FOREIGN}


class Offers(HTMLParser):
    """Where the links and forms of a page lead, with the method."""

    def __init__(self, page):
        super().__init__()
        self.found = set()
        self._form = None
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        held = dict(attrs)
        if tag == "a" and held.get("href", "").startswith("/"):
            self.found.add(("GET", held["href"]))
        elif tag == "form":
            self._form = held.get("method", "get").upper()
            if held.get("action"):
                self.found.add((self._form, held["action"]))
        elif tag in {"button", "input"} and held.get("formaction"):
            self.found.add((held.get("formmethod", self._form).upper(), held["formaction"]))


def leads_to(pages, method, address):
    """The registered page of an address; the one with the fewest variable parts."""
    path = address.partition("?")[0].partition("#")[0]
    fitting = [
        page
        for page in pages
        if page.method == method
        and re.fullmatch(re.sub(r"\\{[^}]*\\}", "[^/]+", re.escape(page.path)), path)
    ]
    return min(fitting, key=lambda page: len(page.parameters), default=None)


@pytest.mark.parametrize("role", list(Role))
def test_nothing_is_offered_that_the_role_may_not_do(*, browser, app, staff_pages, lab, role):
    everything = pages_of(app)
    browser.log_in(PERSON_OF[role])
    looked_at = 0
    for page in staff_pages:
        if page.method != "GET" or not (page.needs is None or page.needs in PERMISSIONS[role]):
            continue
        values = {name: EXAMPLES[name](lab, OWN) for name, _ in page.parameters if name in EXAMPLES}
        response = browser.get(page.address(values))
        assert response.status_code < 500, page
        if response.status_code != 200 or "text/html" not in response.headers["content-type"]:
            continue
        looked_at += 1
        for method, address in Offers(response.text).found:
            target = leads_to(everything, method, address)
            assert target is not None, f"{page.path} leads to {method} {address}"
            assert (
                not target.guarded or target.needs is None or target.needs in PERMISSIONS[role]
            ), f"{page.path} offers {method} {address}"
    assert looked_at >= 4


def test_ones_own_village_is_let_in(browser, intake, other_kiosk, database):
    request = other_kiosk.request()
    intake(request, kiosk=other_kiosk.kiosk)
    intake(other_kiosk.health(), kiosk=other_kiosk.kiosk)
    browser.log_in("beru")
    assert browser.get(f"/permohonan/{request.id}").status_code == 200
    assert browser.get(f"/anjungan/{other_kiosk.kiosk}").status_code == 200
    assert refusals(database) == []


def test_what_was_typed_into_an_address_is_not_written_down(browser, database):
    browser.log_in("beru")
    assert browser.get("/permohonan/3505104107900147").status_code == 404
    assert browser.get("/anjungan/3505104107900147").status_code == 404
    assert refusals(database) == []


def test_other_methods_are_no_way_round(settings, database, accounts, clock):
    del accounts
    app = create_app(settings, database, now=clock)
    with TestClient(app) as client:
        for method in ("OPTIONS", "HEAD", "PUT", "DELETE", "PATCH"):
            response = client.request(method, "/permohonan", follow_redirects=False)
            assert response.status_code in {303, 405}, method
