"""Where the authority's keys, certificates and revocation lists stand on disk.

``root/root.key`` is encrypted with a passphrase and belongs on a medium in a safe; everything else
stays. Issuing certificates are numbered; the newest signs, and older ones go on vouching for what
they signed, so the revocation file holds one list for each.
"""

import os
import re
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from anjungan.regency.enrolment.authority import Authority, PrivateKey

_PRIVATE_MODE: Final = 0o600
_PUBLIC_MODE: Final = 0o644
_FOLDER_MODE: Final = 0o700
_ISSUING: Final = re.compile(r"issuing-([0-9]{1,4})\.pem", re.ASCII)


class AuthorityFilesError(ValueError):
    """A file of the authority is missing, damaged or readable by others; the message says which."""


@dataclass(frozen=True, slots=True)
class AuthorityFiles:
    """The names of the authority's files under one folder."""

    folder: Path

    @property
    def root_key(self) -> Path:
        """The offline root's key, encrypted with its passphrase."""
        return self.folder / "root" / "root.key"

    @property
    def root(self) -> Path:
        """The root's certificate: what kiosks and the broker trust."""
        return self.folder / "root.pem"

    @property
    def trusted(self) -> Path:
        """Roots and issuing certificates, for the broker (``cafile``)."""
        return self.folder / "trusted.pem"

    @property
    def crl(self) -> Path:
        """The revocation lists, for the broker (``crlfile``); replaced in one step."""
        return self.folder / "crl.pem"

    def issuing(self, number: int) -> Path:
        """The certificate of an issuing key."""
        return self.folder / f"issuing-{number}.pem"

    def issuing_key(self, number: int) -> Path:
        """An issuing key."""
        return self.folder / f"issuing-{number}.key"

    @property
    def server(self) -> tuple[Path, Path]:
        """Key and certificate chain of the broker and the web."""
        return self.folder / "server.key", self.folder / "server.pem"

    @property
    def inbox(self) -> tuple[Path, Path]:
        """Key and certificate chain of the inbox."""
        return self.folder / "inbox.key", self.folder / "inbox.pem"

    @property
    def lock(self) -> Path:
        """Locked while the revocation lists are made."""
        return self.folder / "lock"


def issuing_numbers(files: AuthorityFiles) -> Sequence[int]:
    """The numbers of the issuing certificates there are, the newest last."""
    try:
        found = (_ISSUING.fullmatch(path.name) for path in files.folder.iterdir())
        return sorted(int(match.group(1)) for match in found if match is not None)
    except OSError as error:
        raise AuthorityFilesError(f"{files.folder}: {error.strerror}") from error


def load_issuing(files: AuthorityFiles) -> Authority:
    """The newest issuing key and certificate."""
    numbers = issuing_numbers(files)
    if not numbers:
        raise AuthorityFilesError(f"{files.folder}: no issuing certificate; run init-authority")
    return load_issuing_number(files, numbers[-1])


def load_issuing_number(files: AuthorityFiles, number: int) -> Authority:
    """One issuing key and certificate."""
    certificate = load_certificates(files.issuing(number))[0]
    return _authority(files.issuing_key(number), certificate, None)


def load_key_of(key_file: Path, certificate: x509.Certificate) -> PrivateKey:
    """The unencrypted private key of a certificate of ours."""
    return _authority(key_file, certificate, None).key


def load_root(files: AuthorityFiles, key_file: Path, passphrase: bytes) -> Authority:
    """The root with its key, wherever the key's medium is mounted."""
    return _authority(key_file, load_certificates(files.root)[0], passphrase)


def load_certificates(path: Path) -> Sequence[x509.Certificate]:
    """The certificates of a PEM file, at least one."""
    try:
        return x509.load_pem_x509_certificates(path.read_bytes())
    except OSError as error:
        raise AuthorityFilesError(f"{path}: {error.strerror}") from error
    except ValueError as error:
        raise AuthorityFilesError(f"{path}: not a certificate") from error


def write_private_key(path: Path, key: PrivateKey, passphrase: bytes | None = None) -> None:
    """Write a new key file; one that is there is never overwritten."""
    protection: KeySerializationEncryption = NoEncryption()
    if passphrase is not None:
        protection = BestAvailableEncryption(passphrase)
    path.parent.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)
    content = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, protection)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _PRIVATE_MODE)
    except FileExistsError as error:
        raise AuthorityFilesError(f"{path}: is there already") from error
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def write_certificates(path: Path, certificates: Sequence[x509.Certificate]) -> None:
    """Write a PEM file in one step, the first certificate first."""
    content = b"".join(each.public_bytes(Encoding.PEM) for each in certificates)
    replace_public_file(path, content)


def replace_public_file(path: Path, content: bytes) -> None:
    """Put a file in place in one step: whoever reads finds the old one or the new one, whole."""
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _PUBLIC_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def write_trusted(files: AuthorityFiles) -> None:
    """Write anew what the broker trusts: the root and every issuing certificate there is."""
    chain = [*load_certificates(files.root)]
    for number in issuing_numbers(files):
        chain.extend(load_certificates(files.issuing(number)))
    write_certificates(files.trusted, chain)


def _authority(
    key_file: Path, certificate: x509.Certificate, passphrase: bytes | None
) -> Authority:
    try:
        mode, content = key_file.stat().st_mode, key_file.read_bytes()
    except OSError as error:
        raise AuthorityFilesError(f"{key_file}: {error.strerror}") from error
    if stat.S_IMODE(mode) & 0o077:
        raise AuthorityFilesError(f"{key_file}: others may read it; chmod 600")
    try:
        key = load_pem_private_key(content, passphrase)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        # the library's own words may tell of the key or the passphrase
        raise AuthorityFilesError(f"{key_file}: not a key, or another passphrase") from None
    if (
        not isinstance(key, ec.EllipticCurvePrivateKey)
        or key.public_key() != certificate.public_key()
    ):
        raise AuthorityFilesError(f"{key_file}: not the key of its certificate")
    return Authority(key, certificate)
