"""Shared by the regency's tests: a database, messages of a kiosk, a broker, the pages."""

import itertools
import os
import re
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from argon2 import PasswordHasher
from broker_lab import peers, secured  # noqa: F401 - fixtures
from jinja2.bccache import Bucket, BytecodeCache
from litestar import Litestar
from litestar.testing import TestClient
from postgres_lab import PostgresServer, postgres_is_installed, running_postgres
from regency_lab import BEGIN, KIOSK, OTHER_KIOSK, PASSWORD, PLANTED_NIK, REGENCY, free_port

from anjungan.protocol import contract
from anjungan.protocol.amendment import Amendment
from anjungan.protocol.contract import UpMessage
from anjungan.protocol.identity import KioskId, VillageCode
from anjungan.protocol.keyring import SealingKey
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import (
    Ack,
    Cancel,
    Event,
    EventKind,
    Health,
    Presence,
    QueueHealth,
    Request,
    State,
    TimeQuality,
)
from anjungan.protocol.sealing import Answer, Answers, Binding, binding_of, seal
from anjungan.protocol.tickets import new_code, new_token
from anjungan.protocol.topics import UpKind, UpTopic
from anjungan.regency.fleet.presence import PresenceRule
from anjungan.regency.inbox.intake import Taken, take
from anjungan.regency.inbox.reading import read
from anjungan.regency.keys import KeyFiles, check_keys, create_keys
from anjungan.regency.opener.local import Opener
from anjungan.regency.settings import MqttSettings, RegencySettings, load_settings
from anjungan.regency.staff import accounts as staff_accounts
from anjungan.regency.staff.accounts import add_staff
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import Database, open_database
from anjungan.regency.web.app import make_site, serve


@dataclass
class Clock:
    """A time that moves when told."""

    moment: datetime = BEGIN

    def __call__(self) -> datetime:
        return self.moment

    def monotonic_s(self) -> float:
        return self.moment.timestamp()

    def pass_time(self, **span: float) -> None:
        self.moment += timedelta(**span)


@pytest.fixture
def clock() -> Clock:
    return Clock()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """A module that names its DATABASES has its tests run on each of them.

    ``TEST_DATABASES=postgresql`` has all tests run on PostgreSQL alone.
    """
    kinds = getattr(metafunc.module, "DATABASES", ())
    if wanted := os.environ.get("TEST_DATABASES"):
        kinds = tuple(wanted.split())
    marks = metafunc.definition.iter_markers("parametrize")
    chosen = any(mark.args[0] == "database_kind" for mark in marks)
    if kinds and not chosen and "database_kind" in metafunc.fixturenames:
        metafunc.parametrize("database_kind", kinds)


@pytest.fixture
def database_kind() -> str:
    return "sqlite"


@pytest.fixture(scope="session")
def postgres() -> Iterator[PostgresServer]:
    if not postgres_is_installed():
        pytest.skip("PostgreSQL is not installed")
    with running_postgres() as server:
        yield server


@pytest.fixture
def settings(
    tmp_path: Path, database_kind: str, request: pytest.FixtureRequest
) -> Iterator[RegencySettings]:
    settings = load_settings(None, {"ANJUNGAN_REGENCY_DATA_DIR": str(tmp_path / "regency")})
    if database_kind == "sqlite":
        yield settings
        return
    server: PostgresServer = request.getfixturevalue("postgres")
    url = server.new_database()
    yield msgspec.structs.replace(settings, database_url=url)
    server.drop(url)


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated database; copying it is quicker than migrating for every test."""
    path = tmp_path_factory.mktemp("empty") / "regency.db"
    open_database(path).close()
    return path


@pytest.fixture
def database(settings: RegencySettings, empty_database: Path) -> Iterator[Database]:
    settings.data_dir.mkdir(mode=0o700)
    if not settings.database_url:
        shutil.copy(empty_database, settings.database_path)
    database = open_database(settings.database_address)
    yield database
    database.close()


@pytest.fixture
def sealing_key(settings: RegencySettings, clock: Clock) -> SealingKey:
    files = KeyFiles(settings.keys_path)
    create_keys(files, REGENCY, clock())
    return check_keys(files, REGENCY).keys[0]


@dataclass
class Kiosk:
    """Writes the messages of one kiosk."""

    kiosk: KioskId = KIOSK
    now: Callable[[], datetime] = lambda: BEGIN
    counters: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def header(self) -> dict[str, Any]:
        return {
            "id": new_message_id(round(self.now().timestamp() * 1000)),
            "sent_at": self.now(),
            "time_quality": TimeQuality.NTP,
            "enrolment": 1,
            "boot": 3,
            "counter": next(self.counters),
        }

    def request(self, key: SealingKey | None = None, **changes: Any) -> Request:
        request = Request(
            **self.header(),
            service="keterangan-usaha",
            form_version=1,
            ticket_token=new_token(),
            ticket_code=new_code(),
            queue_number="241126-001",
            submitted_at=self.now() - timedelta(minutes=2),
            kid="3505-20261124-1",
            sealed=b"sealed",
        )
        request = msgspec.structs.replace(request, **changes)
        if key is None:
            return request
        return self.sealed(request, key, binding_of(self.kiosk, request))

    def sealed(self, request: Request, key: SealingKey, binding: Binding) -> Request:
        answers = Answers(
            items=(
                Answer(name="nik", label="NIK", value=PLANTED_NIK, shown=PLANTED_NIK),
                Answer(name="nama", label="Nama", value="Siti Aminah", shown="Siti Aminah"),
                Answer(
                    name="keperluan",
                    label="Keperluan",
                    value="<script>alert(1)</script>",
                    shown="<script>alert(1)</script> \u202eterbalik\u202c",
                ),
            )
        )
        return msgspec.structs.replace(request, kid=key.kid, sealed=seal(answers, binding, key))

    def cancel(self, request_id: str) -> Cancel:
        return Cancel(**self.header(), request_id=request_id)

    def ack(self, *message_ids: str) -> Ack:
        return Ack(**self.header(), message_ids=message_ids)

    def event(self, detail: str = "") -> Event:
        return Event(**self.header(), kind=EventKind.STARTED, detail=detail)

    def health(self, **changes: Any) -> Health:
        health = Health(**self.header(), version="1.0.0", uptime_s=3600, queue=QueueHealth(depth=0))
        return msgspec.structs.replace(health, **changes)

    def state(
        self, presence: Presence = Presence.ONLINE, *, boot: int = 3, session: int = 1
    ) -> State:
        return State(presence=presence, boot=boot, session=session, version="1.0.0")


@pytest.fixture
def kiosk(clock: Clock) -> Kiosk:
    return Kiosk(now=clock)


@pytest.fixture
def other_kiosk(clock: Clock) -> Kiosk:
    return Kiosk(OTHER_KIOSK, now=clock)


_KINDS = {
    State: UpKind.STATE,
    Health: UpKind.HEALTH,
    Request: UpKind.REQUEST,
    Amendment: UpKind.AMENDMENT,
    Cancel: UpKind.CANCEL,
    Ack: UpKind.ACK,
    Event: UpKind.EVENT,
}


def topic_for(kiosk: KioskId, message: UpMessage) -> str:
    return str(UpTopic(kiosk, _KINDS[type(message)]))


@pytest.fixture(name="topic_for")
def topic_for_fixture() -> Callable[[KioskId, UpMessage], str]:
    return topic_for


@dataclass
class Intake:
    """Takes messages into the database as the inbox does, one transaction a call."""

    database: Database
    clock: Clock
    rule: PresenceRule

    def __call__(
        self, *messages: UpMessage, kiosk: KioskId = KIOSK, retained: bool = False
    ) -> Taken:
        return self.payloads(
            *((topic_for(kiosk, each), contract.encode(each)) for each in messages),
            retained=retained,
        )

    def payloads(self, *published: tuple[str, bytes], retained: bool = False) -> Taken:
        readings = [
            read(topic, payload, retained=retained, regency=REGENCY) for topic, payload in published
        ]
        with self.database.writing() as connection:
            return take(connection, readings, self.rule, self.clock())


@pytest.fixture
def intake(database: Database, clock: Clock) -> Intake:
    return Intake(database, clock, PresenceRule(timedelta(seconds=300), None))


@dataclass
class Broker:
    """A mosquitto of its own on a loopback port, which can be stopped and started empty."""

    folder: Path
    port: int
    process: "subprocess.Popen[bytes] | None" = None

    def start(self) -> None:
        config = self.folder / "mosquitto.conf"
        config.write_text(
            f"listener {self.port} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n"
            "persistence false\n"
        )
        self.process = subprocess.Popen(
            [mosquitto_program(), "-c", str(config)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        wait_until(lambda: _listens(self.port), "the broker listens")

    def stop(self) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)
            self.process = None


def mosquitto_program() -> str:
    return shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def wait_until(condition: Callable[[], bool], what: str, timeout_s: float = 20.0) -> None:
    """Wait for a condition of another thread or process; fails when it never comes."""
    until_s = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > until_s:
            pytest.fail(f"never happened: {what}")
        time.sleep(0.02)


@pytest.fixture(name="wait_until")
def wait_until_fixture() -> Callable[..., None]:
    return wait_until


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Broker]:
    if not Path(mosquitto_program()).exists():
        pytest.skip("mosquitto is not installed")
    broker = Broker(tmp_path, free_port())
    broker.start()
    yield broker
    broker.stop()


@pytest.fixture
def broker_settings(settings: RegencySettings, broker: Broker) -> RegencySettings:
    return msgspec.structs.replace(settings, mqtt=MqttSettings(port=broker.port))


@dataclass
class Browser:
    """A member of staff, or a resident, with a browser."""

    client: TestClient[Any]

    def form_token(self, html: str) -> str:
        found = re.search(r'name="form_token" value="([^"]+)"', html)
        assert found is not None
        return found.group(1)

    def log_in(self, name: str = "ratna", password: str = PASSWORD) -> Any:
        token = self.form_token(self.client.get("/masuk").text)
        return self.client.post(
            "/masuk",
            data={"name": name, "password": password, "form_token": token},
            follow_redirects=False,
        )

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, follow_redirects=False, headers=headers)

    def post(self, path: str, page: str, **fields: object) -> Any:
        """Post a form as it stands on ``page``."""
        token = self.form_token(self.client.get(page).text)
        return self.client.post(path, data={"form_token": token, **fields}, follow_redirects=False)


ACCOUNTS = (
    ("ratna", "Ratna W.", Role.ADMINISTRATOR, None),
    ("budi", "Budi S.", Role.ADMINISTRATOR, None),
    ("sari", "Sari N.", Role.STAFF, None),
    ("tono", "Tono T.", Role.TECHNICIAN, None),
    ("beru", "Petugas Beru", Role.VILLAGE_OFFICER, VillageCode("3505171001")),
    ("wati", "Wati A.", Role.VIEWER, None),
)


@pytest.fixture
def cheap_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2 with parameters that cost milliseconds; the real ones have a test of their own."""
    cheap = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
    nobody = cheap.hash("nobody")
    monkeypatch.setattr(staff_accounts, "_hasher", lambda: cheap)
    monkeypatch.setattr(staff_accounts, "_hash_of_nobody", lambda: nobody)


@pytest.fixture
def accounts(cheap_hashes: None, database: Database, clock: Clock) -> None:
    with database.writing() as connection:
        for name, display_name, role, village in ACCOUNTS:
            add_staff(
                connection,
                name=name,
                display_name=display_name,
                role=role,
                village=village,
                password=PASSWORD,
                now=clock(),
            )


class CompiledTemplates(BytecodeCache):
    """Templates compiled once for all tests: every browser has an application of its own."""

    def __init__(self) -> None:
        self.compiled: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self.compiled:
            bucket.bytecode_from_string(self.compiled[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self.compiled[bucket.key] = bucket.bytecode_to_string()


COMPILED_TEMPLATES = CompiledTemplates()
IDLE_APPS: list[Litestar] = []
"""Applications no test uses now. Registering the pages takes longer than most tests, so an
application gets a new site instead of being made anew."""


@pytest.fixture
def open_browser(
    settings: RegencySettings, database: Database, clock: Clock, accounts: None
) -> Callable[[], Any]:
    @contextmanager
    def browser() -> Iterator[Browser]:
        # an application of its own for each, as with two web processes
        site = make_site(
            settings,
            database,
            # in this process; the opener as a process has its own tests
            opener=Opener(KeyFiles(settings.keys_path)),
            now=clock,
            monotonic_s=clock.monotonic_s,
        )
        site.templates.bytecode_cache = COMPILED_TEMPLATES
        app = IDLE_APPS.pop() if IDLE_APPS else serve(site)
        app.state.site = site
        with TestClient(app, raise_server_exceptions=False) as client:
            yield Browser(client)
        IDLE_APPS.append(app)

    return browser


@pytest.fixture
def browser(open_browser: Callable[[], Any]) -> Iterator[Browser]:
    with open_browser() as browser:
        yield browser


@pytest.fixture
def officer(browser: Browser) -> Browser:
    """A browser in which Ratna has logged in."""
    assert browser.log_in().status_code == 303
    return browser
