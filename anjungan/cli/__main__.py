"""``python -m anjungan.cli``."""

import sys

from anjungan.cli import main

sys.exit(main())
