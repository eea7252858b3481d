"""A PostgreSQL server of one's own for tests: a fresh cluster on a UNIX socket, once a session.

It keeps nothing over a power cut (fsync off) and refuses root, so when the tests run as root it
runs as ``postgres``, or as ``nobody`` where there is no such account.
"""

import itertools
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from anjungan.regency.store.address import parse_database_url
from anjungan.regency.store.database import open_database

PROGRAMS = Path("/usr/lib/postgresql/15/bin")
IN_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a folder of its own there
"""Copying a database makes hundreds of files: ten times as fast there."""
GUEST = "guest"
"""The one role that needs a password; a test makes it."""
CONFIGURATION = """\
listen_addresses = ''
unix_socket_directories = '{folder}'
fsync = off
full_page_writes = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 32MB
max_connections = 60
autovacuum = off
jit = off
log_min_messages = fatal
"""


@dataclass
class PostgresServer:
    """A running server. Databases are copies of a migrated one, which is quicker than migrating."""

    folder: Path
    process: "subprocess.Popen[bytes] | None" = None
    names: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1))

    def url(self, database: str) -> str:
        return f"postgresql://postgres@/{database}?host={self.folder}"

    def new_database(self, template: str = "migrated") -> str:
        """The URL of a fresh copy of the migrated database."""
        name = f"test{next(self.names)}"
        self.run(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        return self.url(name)

    def drop(self, url: str) -> None:
        self.run(f"DROP DATABASE {parse_database_url(url).url.database} WITH (FORCE)")

    def run(self, statement: str) -> None:
        """Run one statement of an administrator."""
        url = parse_database_url(self.url("postgres")).url
        engine = create_engine(url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        with engine.connect() as connection:
            connection.execute(text(statement))

    def start(self) -> None:
        self.process = subprocess.Popen(
            # a killed test run leaves no server behind
            ["setpriv", "--pdeathsig", "QUIT", PROGRAMS / "postgres", "-D", self.folder / "data"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=self.folder,
            **_as_somebody_else(),
        )
        asked = [PROGRAMS / "pg_isready", "-q", "-t", "20", "-h", self.folder]
        for _ in range(400):
            if subprocess.run(asked, check=False).returncode == 0:
                return
            if self.process.poll() is not None:
                break
        raise AssertionError("PostgreSQL did not start")

    def stop(self, how: signal.Signals = signal.SIGQUIT) -> None:
        """Immediately, as a crash is; SIGINT ends it in good order."""
        assert self.process is not None
        self.process.send_signal(how)
        self.process.wait(30)
        self.process = None


def postgres_is_installed() -> bool:
    return (PROGRAMS / "postgres").exists()


@contextmanager
def running_postgres() -> Iterator[PostgresServer]:
    """A server with a migrated database to copy."""
    folder = Path(tempfile.mkdtemp(prefix="pg-", dir=IN_MEMORY if IN_MEMORY.is_dir() else None))
    server = PostgresServer(folder)
    if user := _as_somebody_else().get("user"):
        os.chown(folder, pwd.getpwnam(user).pw_uid, -1)
    try:
        subprocess.run(
            [
                PROGRAMS / "initdb",
                *("-D", folder / "data", "-U", "postgres", "-A", "trust", "-E", "UTF8"),
                *("--locale", "C.UTF-8", "--no-sync", "--no-instructions"),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
            **_as_somebody_else(),
        )
        config = folder / "data" / "postgresql.conf"
        config.write_text(CONFIGURATION.format(folder=folder))
        access = folder / "data" / "pg_hba.conf"
        access.write_text(f"local all {GUEST} scram-sha-256\n" + access.read_text())
        server.start()
        server.run("CREATE DATABASE migrated")
        open_database(parse_database_url(server.url("migrated"))).close()
        yield server
    finally:
        if server.process is not None:
            server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def _as_somebody_else() -> dict[str, str]:
    """Arguments for subprocess: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return {}
    names = {each.pw_name for each in pwd.getpwall()}
    return {"user": "postgres" if "postgres" in names else "nobody"}
