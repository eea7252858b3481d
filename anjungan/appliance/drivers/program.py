"""Running another program: text through its standard input, an end to every wait, no orphan."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Protocol

_PATIENCE_S: Final = 0.5
"""How long a program may take to end when it is asked to; then it is killed."""
_MOST_COMPLAINT_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class Finished:
    """The program ended by itself; what it printed is not shown in logs."""

    code: int
    output: bytes = b""
    errors: str = ""

    @property
    def complaint(self) -> str:
        """The last line of its standard error."""
        lines = self.errors.strip().splitlines()
        return lines[-1][:_MOST_COMPLAINT_CHARS] if lines else ""

    def __repr__(self) -> str:
        return f"Finished(code={self.code}, {len(self.output)} bytes)"


@dataclass(frozen=True, slots=True)
class NotInstalled:
    """There is no such program, or it may not be run."""

    program: str


@dataclass(frozen=True, slots=True)
class TookTooLong:
    """The program was ended because its time was over."""

    program: str


Outcome = Finished | NotInstalled | TookTooLong


class RunCommand(Protocol):
    """Runs ``command`` with ``feed`` on its standard input, for at most ``limit_s`` seconds.

    Cancelling it ends the program at once. What is fed is never part of the command: a list of
    processes can be read by everybody on the machine.
    """

    async def __call__(self, command: Sequence[str], feed: bytes, *, limit_s: float) -> Outcome:
        """Run it and tell how it ended."""
        ...


async def run_command(command: Sequence[str], feed: bytes, *, limit_s: float) -> Outcome:
    """Run ``command`` as a group of processes of its own; see :class:`RunCommand`."""
    try:
        process = await asyncio.create_subprocess_exec(
            *command,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
            env={**os.environ, "LC_ALL": "C.UTF-8"},  # what they print is read by programs
        )
    except OSError:
        return NotInstalled(command[0])
    try:
        async with asyncio.timeout(limit_s):
            output, errors = await process.communicate(feed)
    except TimeoutError:
        return TookTooLong(command[0])
    finally:
        await _end(process)
    return Finished(process.returncode or 0, output, errors.decode("utf-8", "replace"))


async def _end(process: asyncio.subprocess.Process) -> None:
    """End what is left of the program and wait for it, so that no zombie stays."""
    for how in (signal.SIGTERM, signal.SIGKILL):
        if process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_PATIENCE_S):
                await process.wait()
