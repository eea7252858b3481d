"""A new keyring that came over the line: checked against the root, kept, and used from then on."""

import enum
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from nacl.signing import VerifyKey

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.keyring import ForeignKeyringError, Keyring, KeyringError, open_keyring

RING_NAME: Final = "keyring.json"
"""In the data folder: the site's own file may stand where the agent cannot write."""


class RingRefusal(enum.Enum):
    """Why a ring is not taken."""

    NOT_SIGNED = "not_signed"
    """Not signed by the root, or malformed."""
    FOREIGN = "foreign"
    """Of another regency."""
    OLDER = "older"
    """Its serial is not higher than that of the ring in use, and it is another ring."""


@dataclass(frozen=True, slots=True)
class Adopted:
    """The ring is kept and in use."""

    ring: Keyring


@dataclass(frozen=True, slots=True)
class Known:
    """It is the ring in use."""


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing has changed."""

    refusal: RingRefusal


RingOutcome = Adopted | Known | Refused


def take_ring(
    file: bytes, present: Keyring, root: VerifyKey, regency: RegencyCode, kept: Path
) -> RingOutcome:
    """Check a ring and keep it at ``kept``, in one step and to the medium; blocks.

    Raises OSError when it cannot be written: the ring before stays in force.
    """
    try:
        ring = open_keyring(file, root, regency=regency)
    except ForeignKeyringError:
        return Refused(RingRefusal.FOREIGN)
    except KeyringError:
        return Refused(RingRefusal.NOT_SIGNED)
    if ring == present:
        return Known()
    if ring.serial <= present.serial:
        return Refused(RingRefusal.OLDER)
    draft = kept.with_name(f".{kept.name}.new")
    with draft.open("wb") as written:
        written.write(file)
        written.flush()
        os.fsync(written.fileno())
    draft.replace(kept)
    folder = os.open(kept.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
    return Adopted(ring)
