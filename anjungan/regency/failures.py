"""Naming a failure in a log without its words, which may quote what a resident wrote."""

import traceback
from pathlib import Path


def failure_words(error: BaseException) -> str:
    """The kind of error and the place it came from: ``KeyError at intake.py:120``."""
    frames = traceback.extract_tb(error.__traceback__)
    place = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{place}"
