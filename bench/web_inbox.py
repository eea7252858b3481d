"""The inbox over 100,000 requests: its page over HTTP against its own bare SQL query.

The web process is a real one with the default settings (SQLite, one process). A member of staff
has logged in and asks for pages over one kept connection, one after the other; between two pages
the list's statement, as the page makes it, runs alone through Python's ``sqlite3`` on the same
file with all rows fetched. Both p95 are of the same run. The page's time holds everything: session,
counts, lateness, the list, and some 25 kB of HTML.

The weight is of a first visit of Chromium without anything kept: page, style sheets, scripts,
icon and the fonts it needed, headers included, as Chromium counts what came over the line.
"""

import re
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Final
from urllib.parse import parse_qsl

import httpx
from sqlalchemy.dialects import sqlite

from anjungan.regency.requests.lateness import LateLimits
from anjungan.regency.requests.listing import page_statement
from anjungan.regency.requests.targets import read_targets
from anjungan.regency.settings import load_settings
from anjungan.regency.staff.accounts import add_staff
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import open_database
from anjungan.regency.web.requests.list_query import ListQuery
from anjungan.simulation.ports import free_port
from bench.figures import Goal, Limit, NotMeasuredError, Row, percentile
from bench.inbox_requests import seed_requests
from bench.quiet import wait_until_quiet
from bench.scratch import scratch

REQUESTS_IN_TABLE: Final = 100_000
RUNS: Final = 5
PAGES: Final = 100
WARM_UP: Final = 10
DEEP_PAGES: Final = 40
"""So far the deep page lies behind the first one."""
_WITHIN_S: Final = 60.0
_PASSWORD: Final = "only for this measurement"  # noqa: S105 - of a database that is thrown away
_FACTOR: Final = 2.0
_ALLOWED_MS: Final = 20.0

_CASES: Final = {
    "first page": "",
    "all, filtered by service and age": "?bagian=semua&layanan=keterangan-usaha&usia=lebih-30-hari",
    "by name of village": "?cari=sumber",
    "by queue number": "?cari=2411",
}
_DEEP: Final = "deep in what is done"
_ANCHOR: Final = f"{_FACTOR:g} x p95 of its bare SQL query + {_ALLOWED_MS:g} ms"


def _goal(case: str) -> Goal:
    return Goal(name=f"inbox {case}, p95", unit="ms", anchor_name=_ANCHOR, goal=1.0)


WEIGHT: Final = Limit(name="inbox first visit, over the wire", unit="kB", limit=100.0)
GOALS: Final = (*map(_goal, (*_CASES, _DEEP)), WEIGHT)


def measure() -> Sequence[Row]:
    """One row a kind of page, and the weight."""
    with scratch() as folder, _web(folder) as (client, database):
        addresses = {case: f"/permohonan{query}" for case, query in _CASES.items()}
        addresses[_DEEP] = _deep_address(client)
        wait_until_quiet()
        rows = [_compared(client, database, case, each) for case, each in addresses.items()]
        return [*rows, WEIGHT.measured([_first_visit_bytes(client) / 1000])]


@contextmanager
def _web(folder: Path) -> Iterator[tuple[httpx.Client, Path]]:
    """The web process over a full database, and a browser of a member of staff."""
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    config = folder / "regency.toml"
    config.write_text(
        f'data_dir = "{folder / "regency"}"\n[web]\nbind = "127.0.0.1:{port}"\n'
        f'public_url = "{base}"\n',
        encoding="utf-8",
    )
    settings = load_settings(config, {})
    database = open_database(settings.database_address)
    now = datetime.now(tz=UTC)
    seed_requests(database, REQUESTS_IN_TABLE, now)
    with database.writing() as connection:
        add_staff(
            connection,
            name="ratna",
            display_name="Ratna W.",
            role=Role.ADMINISTRATOR,
            village=None,
            password=_PASSWORD,
            now=now,
        )
    database.close()
    command = [sys.executable, "-m", "anjungan.cli", "regency", "web", "--config", str(config)]
    with (folder / "web.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        with httpx.Client(base_url=base, timeout=_WITHIN_S, trust_env=False) as client:
            _wait_until_served(client)
            _log_in(client)
            yield client, settings.database_path
    finally:
        process.terminate()
        process.wait(30)


def _wait_until_served(client: httpx.Client) -> None:
    deadline_s = time.monotonic() + _WITHIN_S
    while True:
        try:
            client.get("/healthz").raise_for_status()
        except httpx.TransportError:
            if time.monotonic() > deadline_s:
                raise
            time.sleep(0.1)
        else:
            return


def _log_in(client: httpx.Client) -> None:
    page = client.get("/masuk").text.partition('name="form_token" value="')[2]
    token = page.partition('"')[0]
    form = {"name": "ratna", "password": _PASSWORD, "form_token": token}
    client.post("/masuk", data=form)
    assert client.get("/permohonan").status_code == httpx.codes.OK


def _deep_address(client: httpx.Client) -> str:
    address = "/permohonan?bagian=selesai"
    for _ in range(DEEP_PAGES):
        found = re.search(r'rel="next" href="([^"]+)"', client.get(address).text)
        assert found is not None
        address = found.group(1).replace("&amp;", "&")
    return address


def _compared(client: httpx.Client, database: Path, case: str, address: str) -> Row:
    statement = _bare_statement(database, address)
    pairs = []
    notes = []
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as bare:
        for _ in range(RUNS):
            pages_ms, queries_ms = _take_turns(client, bare, address, statement)
            page_ms, query_ms = percentile(pages_ms, 95), percentile(queries_ms, 95)
            pairs.append((page_ms, _FACTOR * query_ms + _ALLOWED_MS))
            notes.append(f"{query_ms:.1f}")
    return _goal(case).compared(pairs, note=f"bare query, p95 of each run: {', '.join(notes)} ms")


def _take_turns(
    client: httpx.Client, bare: sqlite3.Connection, address: str, statement: str
) -> tuple[list[float], list[float]]:
    pages_ms: list[float] = []
    queries_ms: list[float] = []
    for number in range(WARM_UP + PAGES):
        began_s = time.perf_counter()
        response = client.get(address)
        page_s = time.perf_counter() - began_s
        began_s = time.perf_counter()
        rows = bare.execute(statement).fetchall()
        query_s = time.perf_counter() - began_s
        assert response.status_code == httpx.codes.OK
        assert bool(rows) == ('id="r-' in response.text)
        if number >= WARM_UP:
            pages_ms.append(page_s * 1000)
            queries_ms.append(query_s * 1000)
    return pages_ms, queries_ms


def _bare_statement(database: Path, address: str) -> str:
    """The list's statement with its values in it."""
    query = ListQuery.read(dict(parse_qsl(address.partition("?")[2])))
    now = datetime.now(tz=UTC)
    opened = open_database(database)
    with opened.reading() as connection:
        limits = LateLimits.at(now, read_targets(connection, 1))
    opened.close()
    statement = page_statement(
        query.as_filter(scope=None, now=now), limits, after=query.after, before=query.before
    )
    assert statement is not None
    return str(statement.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))


def _first_visit_bytes(client: httpx.Client) -> int:
    """What a browser that has kept nothing receives, headers included, as it counts them itself."""
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - heavy, and only needed here
    except ImportError as error:
        raise NotMeasuredError("playwright is not installed") from error
    chromium = shutil.which("chromium")
    if chromium is None:
        raise NotMeasuredError("Chromium is not installed")
    base = str(client.base_url).rstrip("/")
    received: list[int] = []

    def count(event: dict[str, int]) -> None:
        received.append(event["encodedDataLength"])

    with sync_playwright() as play:
        window = play.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = window.new_context(viewport={"width": 1440, "height": 900})
        for name, value in client.cookies.items():
            context.add_cookies([{"name": name, "value": value, "url": base}])
        page = context.new_page()
        counted = context.new_cdp_session(page)
        counted.send("Network.enable")
        counted.on("Network.loadingFinished", count)
        page.goto(f"{base}/permohonan", wait_until="load")
        page.wait_for_function("document.fonts.status === 'loaded'")
        page.wait_for_selector(".line")
        window.close()
    return round(sum(received))
