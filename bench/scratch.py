"""A folder for one measurement, on the disk of the checkout and gone afterwards."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

RESULTS: Final = Path(__file__).parent / "results"


@contextmanager
def scratch() -> Iterator[Path]:
    """Make an empty folder; not in /tmp, which may be memory, where a commit costs nothing."""
    RESULTS.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="scratch-", dir=RESULTS))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
