"""Settings, keys, database, space, socket and line."""

import asyncio
import os
import shutil
import socket
import sqlite3
from contextlib import asynccontextmanager, closing
from datetime import date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import msgspec
import pytest
from doctor_desk import WORDS, about, ask_doctor, said
from kiosk_lab import KioskLab, make_kiosk
from storage_lab import make_draft

from anjungan.appliance.agent.app import DATABASE_NAME, SOCKET_NAME
from anjungan.appliance.agent.wall_clock import VILLAGE_ZONE, WallClock, latest_change
from anjungan.appliance.doctor import check_line, check_site
from anjungan.appliance.doctor.finding import Verdict
from anjungan.appliance.doctor.words import LANGUAGES
from anjungan.appliance.settings.site import LimitSettings, LineSettings
from anjungan.appliance.storage.records import Stored
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.messages import EventKind


@pytest.fixture
def kiosk(tmp_path: Path) -> KioskLab:
    lab = make_kiosk(tmp_path)
    lab.data_dir.mkdir(mode=0o700)
    return lab


@pytest.fixture
def config(kiosk: KioskLab, tmp_path: Path) -> Path:
    return kiosk.write_config(tmp_path / "site.toml")


def replace_in(file: Path, old: str, new: str) -> None:
    text = file.read_text(encoding="utf-8")
    assert old in text
    file.write_text(text.replace(old, new), encoding="utf-8")


def with_settings(kiosk: KioskLab, tmp_path: Path, **changes: object) -> Path:
    changed = msgspec.structs.replace(kiosk.settings, **changes)
    return KioskLab(changed, kiosk.private_key, kiosk.village_key, kiosk.root).write_config(
        tmp_path / "changed.toml"
    )


async def make_database(kiosk: KioskLab, events: int = 0) -> Path:
    path = kiosk.data_dir / DATABASE_NAME
    clock = WallClock(not_before=latest_change(), synchronised_mark=kiosk.data_dir / "mark")
    async with (await Storage.open(path, clock_now=clock.now)).storage as storage:
        for _ in range(events):
            await storage.queue_event(EventKind.STARTED)
    return path


@asynccontextmanager
async def broker():
    server = await asyncio.start_server(lambda _reader, writer: writer.close(), "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


class TestSettings:
    async def test_a_good_kiosk_has_nothing_wrong(self, kiosk: KioskLab, tmp_path: Path) -> None:
        await make_database(kiosk, events=2)
        async with broker() as port:
            line = LineSettings(host="127.0.0.1", port=port)
            diagnosis = await ask_doctor(with_settings(kiosk, tmp_path, line=line))
        assert diagnosis.exit_code == 0
        assert about(diagnosis, "line.subject").verdict is Verdict.GOOD
        assert about(diagnosis, "settings.subject").answered.values["kiosk"] == "3505102001-1"
        assert "Minggirsari" in str(about(diagnosis, "settings.subject").answered.values["village"])
        assert about(diagnosis, "keys.subject").answered.values == {"serial": 7}
        assert about(diagnosis, "database.subject").answered.values["waiting"] == 2
        assert about(diagnosis, "space.subject").verdict is Verdict.GOOD

    async def test_wrong_settings_end_with_3_and_name_the_place(self, tmp_path: Path) -> None:
        file = tmp_path / "site.toml"
        file.write_text("[line]\nport = 99999\n")
        diagnosis = await ask_doctor(file)
        assert diagnosis.exit_code == 3
        answered = diagnosis.findings[0].answered.values
        assert (answered["origin"], answered["key"]) == (str(file), "line.port")

    async def test_a_village_that_there_is_not_is_a_wrong_setting(self, tmp_path: Path) -> None:
        file = tmp_path / "site.toml"
        file.write_text('kiosk.id = "9999999999-1"\n')
        assert (await ask_doctor(file)).exit_code == 3

    async def test_a_printer_profile_that_there_is_not_is_a_wrong_setting(
        self, config: Path
    ) -> None:
        replace_in(config, "devices.printer = false", 'devices.printer.profile = "x"')
        assert (await ask_doctor(config)).exit_code == 3


class TestKeys:
    @pytest.mark.parametrize("name", ["keyring.json", "root.pub", "village.key"])
    async def test_a_missing_key_file_is_named(
        self, config: Path, tmp_path: Path, name: str
    ) -> None:
        (tmp_path / "keys" / name).unlink()
        diagnosis = await ask_doctor(config)
        finding = about(diagnosis, "keys.subject")
        assert finding.verdict is Verdict.WRONG
        assert finding.answered.values["file"] == str(tmp_path / "keys" / name)
        assert diagnosis.exit_code == 1

    async def test_a_ring_of_another_root_is_refused(self, config: Path, tmp_path: Path) -> None:
        other = make_kiosk(tmp_path / "other")
        shutil.copy(other.settings.paths.keyring_file, tmp_path / "keys" / "keyring.json")
        assert about(await ask_doctor(config), "keys.subject").verdict is Verdict.WRONG


class TestDatabase:
    async def test_a_database_that_is_not_there_yet_is_nothing_wrong(self, config: Path) -> None:
        finding = about(await ask_doctor(config), "database.subject")
        assert finding.verdict is Verdict.NOTE
        assert said(finding) == ["database.none", "database.none_fix"]

    async def test_looking_at_it_does_not_change_it(self, kiosk: KioskLab, config: Path) -> None:
        path = await make_database(kiosk)
        before = path.read_bytes()
        await ask_doctor(config)
        assert path.read_bytes() == before

    @pytest.mark.parametrize("damage", [b"no database at all" * 99, None])
    async def test_a_damaged_one_is_told(
        self, kiosk: KioskLab, config: Path, damage: bytes | None
    ) -> None:
        path = await make_database(kiosk, events=50)
        content = bytearray(path.read_bytes())
        # a page in the middle is overwritten, or the whole file
        content[2 * 4096 : 3 * 4096] = b"\xaa" * 4096
        path.write_bytes(damage or bytes(content))
        finding = about(await ask_doctor(config), "database.subject")
        assert finding.verdict is Verdict.WRONG
        assert said(finding)[0] == "database.damaged"

    async def test_one_that_cannot_be_opened_is_told(self, kiosk: KioskLab, config: Path) -> None:
        (kiosk.data_dir / DATABASE_NAME).mkdir()
        finding = about(await ask_doctor(config), "database.subject")
        assert said(finding)[0] == "database.unreadable"

    async def test_a_folder_that_may_not_be_entered_is_told(
        self, kiosk: KioskLab, config: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_path: Path) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(check_site, "inspect_database", refuse)
        await make_database(kiosk)
        finding = about(await ask_doctor(config), "database.subject")
        assert finding.answered.values == {"reason": "Permission denied"}

    async def test_a_database_without_our_tables_is_told(
        self, kiosk: KioskLab, config: Path
    ) -> None:
        with closing(sqlite3.connect(kiosk.data_dir / DATABASE_NAME)) as connection:
            connection.execute("CREATE TABLE other (x)")
        finding = about(await ask_doctor(config), "database.subject")
        assert finding.verdict is Verdict.WRONG


async def number_a_ticket(kiosk: KioskLab, *, days_ahead: int) -> date:
    """One request stored by a clock that is so far ahead."""
    at = datetime.now(ZoneInfo(VILLAGE_ZONE)) + timedelta(days=days_ahead)
    path = kiosk.data_dir / DATABASE_NAME
    async with (await Storage.open(path, clock_now=lambda: at)).storage as storage:
        assert isinstance(await storage.submit(make_draft(at=at)), Stored)
    return at.date()


class TestQueueNumbers:
    async def test_a_number_of_a_clock_far_ahead_is_a_note(
        self, kiosk: KioskLab, config: Path, tmp_path: Path
    ) -> None:
        day = await number_a_ticket(kiosk, days_ahead=10)
        (tmp_path / "clock-is-set").touch()
        diagnosis = await ask_doctor(config)
        finding = about(diagnosis, "queue.subject")
        assert finding.verdict is Verdict.NOTE
        assert said(finding) == ["queue.ahead", "queue.fix"]
        assert finding.fix is not None
        for language in LANGUAGES:
            assert f"{day:%d-%m-%Y}" in WORDS.text(finding.answered, language)
            assert f"{day:%d-%m-%Y}" in WORDS.text(finding.fix, language)

    @pytest.mark.parametrize(("days_ahead", "clock_set"), [(10, False), (0, True), (-10, True)])
    async def test_otherwise_nothing_is_said(
        self, kiosk: KioskLab, config: Path, tmp_path: Path, days_ahead: int, clock_set: bool
    ) -> None:
        """A clock that nobody set cannot say what is ahead."""
        await number_a_ticket(kiosk, days_ahead=days_ahead)
        if clock_set:
            (tmp_path / "clock-is-set").touch()
        diagnosis = await ask_doctor(config)
        assert about(diagnosis, "database.subject").verdict is Verdict.GOOD
        assert "queue.subject" not in {each.subject.key for each in diagnosis.findings}

    @pytest.mark.parametrize(("days", "is_told"), [(0, False), (1, False), (2, True)])
    def test_a_day_ahead_may_be_midnight(self, days: int, is_told: bool) -> None:
        today = date(2026, 11, 24)
        told = check_site.queue_ahead(today + timedelta(days=days), today)
        assert (told is not None) == is_told


class TestSpace:
    async def test_too_little_free_space_is_wrong(self, kiosk: KioskLab, tmp_path: Path) -> None:
        limits = LimitSettings(min_free_disk_bytes=2**60)
        diagnosis = await ask_doctor(with_settings(kiosk, tmp_path, limits=limits))
        finding = about(diagnosis, "space.subject")
        assert finding.verdict is Verdict.WRONG
        assert said(finding) == ["space.answer", "space.expected", "space.fix"]

    async def test_a_folder_to_be_made_is_measured_where_it_will_be(
        self, kiosk: KioskLab, config: Path, tmp_path: Path
    ) -> None:
        kiosk.data_dir.rmdir()
        assert about(await ask_doctor(config), "space.subject").subject.values["folder"] == tmp_path

    async def test_a_reading_that_fails_is_told(
        self, config: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def fail(_folder: Path) -> None:
            raise OSError(5, "Input/output error")

        monkeypatch.setattr(check_site.os, "statvfs", fail)
        assert said(about(await ask_doctor(config), "space.subject"))[0] == "space.unknown"


class TestClock:
    async def test_a_clock_that_nobody_set_is_a_note(self, config: Path) -> None:
        finding = about(await ask_doctor(config), "clock.subject")
        assert said(finding) == ["clock.unsure", "clock.fix"]
        assert finding.verdict is Verdict.NOTE

    async def test_a_clock_that_was_set(self, config: Path, tmp_path: Path) -> None:
        (tmp_path / "clock-is-set").touch()
        assert about(await ask_doctor(config), "clock.subject").verdict is Verdict.GOOD


class TestUser:
    async def test_the_agents_own_user_is_not_mentioned(self, config: Path) -> None:
        diagnosis = await ask_doctor(config)
        assert "user.subject" not in {each.subject.key for each in diagnosis.findings}

    @pytest.mark.parametrize("known", [True, False])
    async def test_another_user_is_told_whose_rights_count(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, known: bool
    ) -> None:
        monkeypatch.setattr(check_site.os, "getuid", lambda: 4_000_000)
        if not known:
            monkeypatch.setattr(check_site.pwd, "getpwuid", lambda _user: {}[0])
        finding = about(await ask_doctor(config), "user.subject")
        assert finding.verdict is Verdict.NOTE
        assert finding.fix is not None
        owner = str(finding.fix.values["owner"])
        assert owner.startswith("#") is not known


class TestAgent:
    async def test_no_agent_is_a_note(self, config: Path) -> None:
        assert said(about(await ask_doctor(config), "agent.subject")) == [
            "agent.stopped",
            "agent.stopped_fix",
        ]

    async def test_a_socket_that_nobody_serves_is_no_agent(
        self, kiosk: KioskLab, config: Path
    ) -> None:
        kiosk.runtime_dir.mkdir()
        with socket.socket(socket.AF_UNIX) as left_over:
            left_over.bind(str(kiosk.runtime_dir / SOCKET_NAME))
        assert about(await ask_doctor(config), "agent.subject").answered.key == "agent.stopped"

    async def test_a_running_agent_is_found_without_a_word(
        self, kiosk: KioskLab, config: Path
    ) -> None:
        heard: asyncio.Queue[bytes] = asyncio.Queue()

        async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            heard.put_nowait(await reader.read())
            writer.close()

        kiosk.runtime_dir.mkdir()
        server = await asyncio.start_unix_server(serve, kiosk.runtime_dir / SOCKET_NAME)
        async with server:
            finding = about(await ask_doctor(config), "agent.subject")
            async with asyncio.timeout(5):
                assert await heard.get() == b""
        assert finding.verdict is Verdict.GOOD

    async def test_a_socket_that_may_not_be_opened_is_wrong(
        self, config: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        async def refuse(_path: Path) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr(check_line.asyncio, "open_unix_connection", refuse)
        finding = about(await ask_doctor(config), "agent.subject")
        assert said(finding) == ["agent.closed", "agent.expected", "agent.closed_fix"]


class TestLine:
    async def test_a_port_where_nobody_listens(self, config: Path) -> None:
        finding = about(await ask_doctor(config), "line.subject")
        assert said(finding) == ["line.refused", "line.expected", "line.fix"]

    async def test_plain_mqtt_off_this_machine(self, kiosk: KioskLab, tmp_path: Path) -> None:
        line = LineSettings(host="broker.example", tls=False)
        finding = about(await ask_doctor(with_settings(kiosk, tmp_path, line=line)), "line.subject")
        assert said(finding) == ["line.plain", "line.plain_expected", "line.plain_fix"]

    @pytest.mark.parametrize(
        ("error", "key"),
        [
            (socket.gaierror(-2, "Name or service not known"), "line.no_name"),
            (TimeoutError(), "line.silent"),
            (OSError(113, "No route to host"), "line.unreachable"),
            (OSError("several addresses failed"), "line.unreachable"),
        ],
    )
    async def test_every_way_a_connection_fails(
        self, config: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, key: str
    ) -> None:
        async def fail(*_: object) -> None:
            raise error

        monkeypatch.setattr(check_line.asyncio, "open_connection", fail)
        assert about(await ask_doctor(config), "line.subject").answered.key == key


def test_this_machine_answers_for_its_own_folder(tmp_path: Path) -> None:
    kiosk = make_kiosk(tmp_path)
    assert os.getuid() == tmp_path.stat().st_uid
    assert check_site.check_user(kiosk.settings) is None
