"""Shared by the tests of back-ups: a filled regency, and a place to restore it to."""

import io
import tarfile
from collections.abc import Callable

import msgspec
import pytest
from sqlalchemy import select

from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.backup import sealed_keys
from anjungan.regency.backup.making import make_backup
from anjungan.regency.backup.manifest import MANIFEST
from anjungan.regency.store.postgres import postgres_engine
from anjungan.regency.store.tables import METADATA


@pytest.fixture(autouse=True)
def cheap_passphrases(monkeypatch):
    """The real costs are looked at in the tests of keys."""
    monkeypatch.setattr(sealed_keys, "OPERATIONS", 1)
    monkeypatch.setattr(sealed_keys, "MEMORY_BYTES", 8192)


@pytest.fixture
def fresh(settings, database_kind, tmp_path, request):
    """Settings of a machine on which nothing stands yet."""
    fresh = msgspec.structs.replace(settings, data_dir=tmp_path / "fresh", database_url="")
    if database_kind == "postgresql":
        server = request.getfixturevalue("postgres")
        url = server.new_database(template="template0")
        fresh = msgspec.structs.replace(fresh, database_url=url)
    return fresh


@pytest.fixture
def filled(*, database, intake, accounts, kiosk, clock, sealing_key):
    """A regency with something in most tables."""
    intake(kiosk.state(), kiosk.health(), kiosk.event("padam"))
    intake(*[kiosk.request(sealing_key) for _ in range(5)])
    with database.writing() as connection:
        record(
            connection,
            system_actor("test"),
            AuditAction.HOLIDAYS_CHANGED,
            subject="2026",
            now=clock(),
        )
    return database


@pytest.fixture
def backup(settings, filled, tmp_path, clock):
    file = tmp_path / "regency.backup"
    make_backup(settings, filled, file, now=clock())
    return file


@pytest.fixture(name="contents")
def contents_fixture() -> Callable[..., object]:
    return contents


def contents(database):
    with database.reading() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in METADATA.sorted_tables
        }


@pytest.fixture(name="is_untouched")
def is_untouched_fixture() -> Callable[..., bool]:
    return is_untouched


def is_untouched(settings):
    """Nothing stands where the restored things would."""
    if settings.database_url:
        engine = postgres_engine(settings.database_address)
        with engine.connect() as connection:
            tables = connection.exec_driver_sql(
                "SELECT count(*) FROM information_schema.tables WHERE table_schema = 'public'"
            ).scalar()
        engine.dispose()
        untouched = tables == 0
    else:
        untouched = not settings.database_path.exists()
    folders = [settings.keys_path, settings.authority_path]
    left = list(settings.data_dir.glob(".*")) if settings.data_dir.exists() else []
    return untouched and not left and not any(folder.exists() for folder in folders)


@pytest.fixture(name="rewritten")
def rewritten_fixture() -> Callable[..., None]:
    return rewritten


def rewritten(backup, *, said=None, members=None):
    """The same archive with another manifest or other members, its checksums right."""
    with tarfile.open(backup) as archive:
        held = {member.name: archive.extractfile(member).read() for member in archive}
    if said is not None:
        held[MANIFEST] = msgspec.json.encode(said)
    if members is not None:
        held = members(held)
    with tarfile.open(backup, "w:gz") as archive:
        for name, content in held.items():
            info = tarfile.TarInfo(name)
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
