"""The kiosk's identity on disk, whole after a power cut at any moment.

``key.pem`` and ``certificate.pem`` (its own, then the issuing one) are the pair in use, and
``authorities.pem`` the roots that are trusted. A renewal stands beside it as ``next-key.pem`` and
``next-certificate.pem`` until it has connected once; the uplink then puts it into the pair's
place. Two files cannot be replaced in one step, so the key goes first and ``mend`` finishes what a
power cut interrupted: a certificate is always put beside the key it was made for.
"""

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import msgspec

_FOLDER_MODE: Final = 0o700
_PRIVATE_MODE: Final = 0o600
_PUBLIC_MODE: Final = 0o644


@dataclass(frozen=True, slots=True)
class IdentityPair:
    """A key and the certificate it was made for."""

    key: Path
    certificate: Path


class RegencyAddress(msgspec.Struct, frozen=True, kw_only=True):
    """Where the regency is: the base of its web address, and its broker.

    ``tls_authorities`` is a file of those who may vouch for the web address, where that is not one
    of the identity's own authorities.
    """

    url: str
    tls_authorities: str = ""
    broker_host: str = ""
    broker_port: int = 0


@dataclass(frozen=True, slots=True)
class IdentityFolder:
    """The names of the files."""

    folder: Path

    @property
    def pair(self) -> IdentityPair:
        """The identity in use."""
        return IdentityPair(self.folder / "key.pem", self.folder / "certificate.pem")

    @property
    def next_pair(self) -> IdentityPair:
        """The renewal that has not connected yet."""
        return IdentityPair(self.folder / "next-key.pem", self.folder / "next-certificate.pem")

    @property
    def enrolling_pair(self) -> IdentityPair:
        """Key and certificate of an enrolment that is under way."""
        return IdentityPair(
            self.folder / "enrolling-key.pem", self.folder / "enrolling-certificate.pem"
        )

    @property
    def authorities(self) -> Path:
        """The roots this kiosk trusts."""
        return self.folder / "authorities.pem"

    @property
    def address(self) -> Path:
        """Where the regency is."""
        return self.folder / "regency.json"

    @property
    def enrolling(self) -> Path:
        """What an enrolment under way has to remember: code and poll token."""
        return self.folder / "enrolling.json"

    def make(self) -> None:
        """Make the folder, for its owner alone."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=_FOLDER_MODE)


def install(folder: IdentityFolder) -> None:
    """The enrolment has brought its certificate: it is the identity from now on."""
    for path in (folder.next_pair.certificate, folder.next_pair.key):
        path.unlink(missing_ok=True)  # of the identity before
    _take_place(folder.enrolling_pair, folder.pair)
    folder.enrolling.unlink(missing_ok=True)
    sync_folder(folder.folder)


def mend(folder: IdentityFolder) -> None:
    """Finish a replacement that a power cut interrupted between key and certificate."""
    for pair in (folder.next_pair, folder.enrolling_pair):
        if pair.certificate.exists() and not pair.key.exists() and folder.pair.key.exists():
            _replace(pair.certificate, folder.pair.certificate)


def write_private(path: Path, content: bytes) -> None:
    """Write a file nobody else may read, in one step, to the medium."""
    _write(path, content, _PRIVATE_MODE)


def write_public(path: Path, content: bytes) -> None:
    """Write a file in one step, to the medium."""
    _write(path, content, _PUBLIC_MODE)


def read_address(folder: IdentityFolder) -> RegencyAddress | None:
    """Where the regency is, as the enrolment said; None where nothing readable says it."""
    try:
        return msgspec.json.decode(folder.address.read_bytes(), type=RegencyAddress)
    except (OSError, msgspec.DecodeError):
        return None


def write_address(folder: IdentityFolder, address: RegencyAddress) -> None:
    """Keep where the regency is."""
    write_public(folder.address, msgspec.json.encode(address))


def sync_folder(folder: Path) -> None:
    """Bring names to the medium: renamed and removed files."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _take_place(pair: IdentityPair, place: IdentityPair) -> None:
    # the key first: a certificate without its own key beside it is one that mend() moves on
    _replace(pair.key, place.key)
    _replace(pair.certificate, place.certificate)


def _replace(path: Path, place: Path) -> None:
    path.replace(place)
    sync_folder(place.parent)


def _write(path: Path, content: bytes, mode: int) -> None:
    draft = path.with_name(f".{path.name}.new")
    draft.unlink(missing_ok=True)
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
    with os.fdopen(descriptor, "wb") as file:
        os.fchmod(file.fileno(), mode)
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    _replace(draft, path)
