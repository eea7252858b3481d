"""Runs one of CUPS' commands with a limit, without a file, in the one language its parser knows."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ran:
    """The command ended by itself."""

    exit_code: int
    output: str
    errors: str


@dataclass(frozen=True, slots=True)
class NotInstalled:
    """There is no such command on this machine."""


@dataclass(frozen=True, slots=True)
class TookTooLong:
    """The command was ended at its limit; what it had done by then is unknown."""


ProgramEnd = Ran | NotInstalled | TookTooLong
RunCommand = Callable[[Sequence[str], bytes, float], Awaitable[ProgramEnd]]
"""``(words, stdin, limit_s)``: run the command and give back how it ended; raises nothing."""


async def run_command(words: Sequence[str], stdin: bytes, limit_s: float) -> ProgramEnd:
    """Run ``words`` with ``stdin`` for at most ``limit_s``; see :data:`RunCommand`.

    Also when the caller is cancelled no process stays.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            *words,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, "LC_ALL": "C"},
        )
    except (FileNotFoundError, PermissionError):
        return NotInstalled()
    try:
        async with asyncio.timeout(limit_s):
            output, errors = await process.communicate(stdin)
    except TimeoutError:
        return TookTooLong()
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return Ran(
        process.returncode or 0,
        output.decode(errors="replace"),
        errors.decode(errors="replace"),
    )
