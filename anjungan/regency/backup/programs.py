"""PostgreSQL's own client programs, which make and read its dumps."""

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from anjungan.regency.backup.manifest import BackupError
from anjungan.regency.store.address import PostgresUrl

_DEBIAN: Final = Path("/usr/lib/postgresql")
_NOT_FOR_LIBPQ: Final = frozenset({"passfile", "password"})


def run_client(program: str, address: PostgresUrl, arguments: Sequence[str]) -> None:
    """Run ``pg_dump`` or ``pg_restore`` on a database; raise BackupError with its last words.

    The password goes by the environment, never by the command line, which everybody can read.
    """
    command = [str(find_program(program)), f"--dbname={_connection_words(address)}", *arguments]
    environment = dict(os.environ)
    if address.url.password is not None:
        environment["PGPASSWORD"] = str(address.url.password)
    passfile = address.url.query.get("passfile")
    if isinstance(passfile, str):
        environment["PGPASSFILE"] = passfile
    done = subprocess.run(  # noqa: S603 - a found program, and words of our own settings
        command, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    if done.returncode != 0:
        words = done.stderr.decode("utf-8", "replace").strip().splitlines()
        raise BackupError(f"{program}: {words[0] if words else f'exit code {done.returncode}'}")


def find_program(program: str) -> Path:
    """Where a client program stands; of Debian's versions the newest, which reads all older ones.

    Raises BackupError where PostgreSQL's client programs are not installed.
    """
    versions = sorted(_DEBIAN.glob(f"*/bin/{program}"), key=_version_of, reverse=True)
    if versions:
        return versions[0]
    found = shutil.which(program)
    if found is None:
        raise BackupError(f"{program} is missing: install postgresql-client")
    return Path(found)


def _version_of(program: Path) -> tuple[int, ...]:
    return tuple(int(part) for part in program.parts[-3].split(".") if part.isdigit())


def _connection_words(address: PostgresUrl) -> str:
    """A connection string of libpq without the password (PostgreSQL manual, 34.1.1)."""
    url = address.url
    words: dict[str, object] = {
        "host": url.host,
        "port": url.port,
        "user": url.username,
        "dbname": url.database,
    }
    words |= {name: value for name, value in url.query.items() if name not in _NOT_FOR_LIBPQ}
    return " ".join(f"{name}={_quoted(value)}" for name, value in words.items() if value)


def _quoted(value: object) -> str:
    escaped = str(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"
