"""Writing the broker's folder: configuration, access list, and copies of what it must read.

The authority's own folder is closed to everybody but the regency's processes; the broker runs as
another user and gets a folder of its own.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anjungan.regency.broker.configuration import BrokerFiles, access_list, configuration
from anjungan.regency.enrolment.authority_files import AuthorityFiles
from anjungan.regency.settings import RegencySettings

_PUBLIC_MODE: Final = 0o644
_KEY_MODE: Final = 0o640
_FOLDER_MODE: Final = 0o750


@dataclass(frozen=True, slots=True)
class Missing:
    """What the authority has not made yet, and the command that makes it."""

    path: Path
    command: str


def missing_files(authority: AuthorityFiles) -> tuple[Missing, ...]:
    """What has to be made before a broker can be configured."""
    key, certificate = authority.server
    wanted = (
        (authority.trusted, "init-authority"),
        (authority.crl, "init-authority"),
        (certificate, "issue-server"),
        (key, "issue-server"),
    )
    return tuple(Missing(path, command) for path, command in wanted if not path.exists())


def install(settings: RegencySettings, folder: Path, *, user: str = "") -> BrokerFiles:
    """Write everything the broker reads, each file in one step; raise OSError when impossible."""
    authority, files = AuthorityFiles(settings.authority_path), BrokerFiles(folder.absolute())
    files.folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    _replace(files.access, access_list(settings.code).encode(), _PUBLIC_MODE)
    bring_over(authority, files)
    text = configuration(settings.broker, files, settings.code, user=user)
    _replace(files.configuration, text.encode(), _PUBLIC_MODE)
    return files


def bring_over(authority: AuthorityFiles, files: BrokerFiles) -> bool:
    """Copy what the authority has made anew; True when something was, so that a reload is due."""
    key, certificate = authority.server
    wanted = (
        (key, files.key, _KEY_MODE),
        (certificate, files.certificate, _PUBLIC_MODE),
        (authority.trusted, files.trusted, _PUBLIC_MODE),
        (authority.crl, files.crl, _PUBLIC_MODE),
    )
    changed = [_copy(source, target, mode) for source, target, mode in wanted]
    return any(changed)


def _copy(source: Path, target: Path, mode: int) -> bool:
    content = source.read_bytes()
    if target.exists() and target.read_bytes() == content:
        return False
    _replace(target, content, mode)
    return True


def _replace(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(descriptor, mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    if path.exists():
        # the broker's group, which an administrator gave the old file, goes on reading
        shutil.chown(draft, group=path.stat().st_gid)
    draft.replace(path)
