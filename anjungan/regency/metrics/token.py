"""The secret with which Prometheus fetches ``/metrics``: a file beside the data."""

import hmac
import os
import secrets
from contextlib import suppress
from pathlib import Path
from typing import Final

_NAME: Final = "metrics-token"
_TOKEN_BYTES: Final = 32
_MAX_FILE_BYTES: Final = 1024


def token_file(data_dir: Path) -> Path:
    """Where the token stands; Prometheus reads it as ``credentials_file``."""
    return data_dir / _NAME


def make_token(data_dir: Path) -> Path:
    """Make the token where there is none, readable by the owner alone; return its file."""
    path = token_file(data_dir)
    with suppress(FileExistsError):
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{secrets.token_urlsafe(_TOKEN_BYTES)}\n")
    return path


def token_fits(data_dir: Path, authorization: str) -> bool:
    """Whether an ``Authorization`` header holds the token; read anew, so that it can be changed.

    A file that is missing, empty or unreadable lets nobody in.
    """
    try:
        with token_file(data_dir).open("rb") as file:
            token = file.read(_MAX_FILE_BYTES).strip()
    except OSError:
        return False
    scheme, _, given = authorization.partition(" ")
    if not token or scheme.lower() != "bearer":
        return False
    return hmac.compare_digest(token, given.strip().encode(errors="replace"))
