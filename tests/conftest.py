"""Shared set-up of all tests."""

import sys
from pathlib import Path

# test folders hold builders beside their tests (journey.py, sample_views.py)
for folder in sorted(Path(__file__).parent.iterdir()):
    if folder.is_dir() and not folder.name.startswith((".", "_")):
        sys.path.insert(0, str(folder))
