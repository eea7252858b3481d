"""Entry point of `python -m anjungan.catalogue`."""

import sys

from anjungan.catalogue.command import main

sys.exit(main())
