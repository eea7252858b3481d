"""Keeping what residents type out of core dumps and other programs' reach."""

import ctypes
import logging
import resource
from typing import Final

log = logging.getLogger(__name__)

PR_SET_DUMPABLE: Final = 4
"""linux/prctl.h"""


def forbid_dumps() -> None:
    """No core file of this process, and no reading of its memory by its own user's programs.

    Swap is forbidden by the unit (``MemorySwapMax=0``).
    """
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0:
        log.warning("prctl(PR_SET_DUMPABLE) failed with errno %d", ctypes.get_errno())
