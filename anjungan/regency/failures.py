"""Naming a failure in a log without its words, which may quote what a resident wrote."""

import traceback
from pathlib import Path


def failure_words(error: BaseException) -> str:
    """The kind of error and the place it came from: ``KeyError at intake.py:120``."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    # of the database's errors the driver's own kind says more: DiskFull, DeadlockDetected
    kind = type(getattr(error, "orig", None) or error).__name__
    return f"{kind}{place}"


class DatabaseUnreachableError(OSError):
    """The server does not answer or does not let us in; the message is libpq's first line."""
