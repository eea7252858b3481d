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
    key, certificate = authority.server
    _replace(files.certificate, certificate.read_bytes(), _PUBLIC_MODE)
    _replace(files.key, key.read_bytes(), _KEY_MODE)
    _replace(files.access, access_list(settings.code).encode(), _PUBLIC_MODE)
    copy_lists(authority, files)
    text = configuration(settings.broker, files, settings.code, user=user)
    _replace(files.configuration, text.encode(), _PUBLIC_MODE)
    return files


def copy_lists(authority: AuthorityFiles, files: BrokerFiles) -> bool:
    """Bring trusted certificates and revocation lists up to date; True when one was another.

    A broker that is not installed here has nothing to be brought up to date.
    """
    if not files.folder.is_dir():
        return False
    changed = False
    for source, target in ((authority.trusted, files.trusted), (authority.crl, files.crl)):
        content = source.read_bytes()
        if not target.exists() or target.read_bytes() != content:
            _replace(target, content, _PUBLIC_MODE)
            changed = True
    return changed


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
