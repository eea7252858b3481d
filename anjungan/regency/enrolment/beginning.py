"""Making the authority, and its next issuing certificates."""

from datetime import datetime

from anjungan.protocol.identity import RegencyCode
from anjungan.regency.enrolment.authority import Authority, make_issuing, make_root
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    AuthorityFilesError,
    issuing_numbers,
    write_certificates,
    write_private_key,
    write_trusted,
)
from anjungan.regency.enrolment.revocation import write_revocation_lists
from anjungan.regency.store.database import Database


def begin_authority(
    database: Database,
    files: AuthorityFiles,
    regency: RegencyCode,
    passphrase: bytes,
    now: datetime,
) -> None:
    """Make the root, the first issuing certificate and an empty revocation list.

    Raises AuthorityFilesError where there is an authority already.
    """
    if files.root.exists() or files.root_key.exists():
        raise AuthorityFilesError(f"{files.folder}: there is an authority already")
    root = make_root(regency, now)
    write_private_key(files.root_key, root.key, passphrase)
    write_certificates(files.root, [root.certificate])
    add_issuing(database, files, root, regency, now)


def add_issuing(
    database: Database, files: AuthorityFiles, root: Authority, regency: RegencyCode, now: datetime
) -> int:
    """Make the next issuing key and certificate; return its number."""
    number = max(issuing_numbers(files), default=0) + 1
    issuing = make_issuing(root, regency, number, now)
    # an interrupted renewal leaves a key that no certificate names
    files.issuing_key(number).unlink(missing_ok=True)
    write_private_key(files.issuing_key(number), issuing.key)
    write_certificates(files.issuing(number), [issuing.certificate])
    write_trusted(files)
    write_revocation_lists(database, files, now)
    return number
