"""The path where a simulated line stands: what may be replaced there, and what is left alone.

A simulator that was killed could not take its link away.  Only such a left-over is ever replaced: a
link to a pseudo-terminal that is gone, or a pipe of ours that nobody can write to any more.  All
else belongs to somebody.
"""

import errno
import os
import re
import select
import stat
from contextlib import suppress
from pathlib import Path
from typing import Final

PIPE_MODE: Final = 0o600
_PSEUDO_TERMINAL: Final = re.compile(r"/dev/pts/\d+")


def is_taken(path: Path) -> bool:
    """Whether something stands at ``path`` that is no left-over of a killed simulator."""
    return os.path.lexists(path) and not _is_left_over(path)


def make_room(path: Path) -> None:
    """Take a left-over away from ``path``.

    Raises:
        FileExistsError: something else stands there, which stays as it is.
        OSError: the folder cannot be written.
    """
    if is_taken(path):
        raise FileExistsError(errno.EEXIST, "something else stands there", str(path))
    path.unlink(missing_ok=True)


def _is_left_over(path: Path) -> bool:
    with suppress(OSError):  # it went meanwhile, or may not be looked at
        status = path.lstat()
        if stat.S_ISLNK(status.st_mode):
            target = str(path.readlink())
            return _PSEUDO_TERMINAL.fullmatch(target) is not None and not os.path.lexists(target)
        if stat.S_ISFIFO(status.st_mode):
            is_ours = status.st_uid == os.geteuid() and stat.S_IMODE(status.st_mode) == PIPE_MODE
            return is_ours and not _has_writer(path)
    return False


def _has_writer(pipe: Path) -> bool:
    """Whether somebody has the pipe open for writing; else a read tells its end (pipe(7))."""
    fd = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC)
    try:
        if select.select([fd], [], [], 0)[0]:  # what waits there is for another reader
            return True
        return os.read(fd, 1) != b""
    except BlockingIOError:
        return True
    finally:
        os.close(fd)
