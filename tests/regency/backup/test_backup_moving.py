"""From one machine to many: a back-up of SQLite becomes a PostgreSQL database."""

import msgspec
import pytest
from sqlalchemy import func, select

from anjungan.regency.audit.trail import AuditAction, record, system_actor
from anjungan.regency.backup import moving
from anjungan.regency.backup.manifest import BackupError
from anjungan.regency.backup.restoring import restore_backup
from anjungan.regency.staff.accounts import add_staff
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import AUDIT, STAFF


def test_a_backup_of_sqlite_is_moved_to_postgresql(
    *, filled, backup, fresh, postgres, clock, contents
):
    url = postgres.new_database(template="template0")
    there = msgspec.structs.replace(fresh, database_url=url)
    restore_backup(there, backup, now=clock())
    database = open_database(there.database_address)
    before, after = contents(filled), contents(database)
    for name in set(before) - {"audit", "audit_chain"}:
        assert after[name] == before[name], name
    assert after["staff"], "something was moved"
    with database.writing() as connection:
        # ids go on, and the audit log with its chain
        add_staff(
            connection,
            name="baru",
            display_name="Baru",
            role=Role.VIEWER,
            village=None,
            password="kata sandi yang panjang",
            now=clock(),
        )
        record(
            connection, system_actor("test"), AuditAction.HOLIDAYS_CHANGED, subject="x", now=clock()
        )
    with database.reading() as connection:
        ids = connection.execute(select(STAFF.c.id).order_by(STAFF.c.id)).scalars().all()
        assert ids == list(range(1, len(ids) + 1))
        assert connection.execute(select(func.count()).select_from(AUDIT)).scalar_one() == 3
    database.close()
    with pytest.raises(BackupError, match="restore into an empty one"):
        restore_backup(there, backup, now=clock())


def test_a_move_that_breaks_off_leaves_no_rows(*, backup, fresh, postgres, clock, monkeypatch):
    real_move = moving._move

    def move(reading, writing, table):
        if table.name == "requests":
            raise ZeroDivisionError
        real_move(reading, writing, table)

    url = postgres.new_database(template="template0")
    there = msgspec.structs.replace(fresh, database_url=url)
    monkeypatch.setattr(moving, "_move", move)
    with pytest.raises(ZeroDivisionError):
        restore_backup(there, backup, now=clock())
    database = open_database(there.database_address)
    with database.reading() as connection:
        assert connection.execute(select(func.count()).select_from(STAFF)).scalar_one() == 0
    database.close()
