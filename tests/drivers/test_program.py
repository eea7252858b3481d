"""Running another program: its input, its end, and nothing left of it."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from anjungan.appliance.drivers.program import (
    Finished,
    NotInstalled,
    TookTooLong,
    run_command,
)


async def test_a_command_gets_its_input_and_speaks_english(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LC_ALL", "id_ID.UTF-8")
    program = "import os,sys; print(os.environ['LC_ALL'], len(sys.stdin.read())); sys.exit(3)"
    ended = await run_command((sys.executable, "-c", program), b"x" * 300_000, limit_s=20)
    assert ended == Finished(3, b"C.UTF-8 300000\n")


async def test_a_command_that_does_not_read_or_is_not_there() -> None:
    ended = await run_command(("true",), b"x" * 300_000, limit_s=20)
    assert ended == Finished(0)
    assert await run_command(("no-such-command-here",), b"", limit_s=20) == NotInstalled(
        "no-such-command-here"
    )


def is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    return True


def told(path: Path) -> str:
    return path.read_text() if path.exists() else ""


async def told_process_id(path: Path) -> int:
    async with asyncio.timeout(20):
        while not told(path).endswith("\n"):  # noqa: ASYNC110 - another process tells it by a file
            await asyncio.sleep(0.01)
    return int(told(path))


async def test_a_command_is_ended_at_its_limit(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    words = ("sh", "-c", f"echo $$ > {pid_file}; exec sleep 60")
    assert await run_command(words, b"", limit_s=0.5) == TookTooLong("sh")
    assert not is_running(await told_process_id(pid_file))


async def test_a_command_ends_with_its_caller(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    words = ("sh", "-c", f"echo $$ > {pid_file}; exec sleep 60")
    running = asyncio.create_task(run_command(words, b"", limit_s=60))
    process_id = await told_process_id(pid_file)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not is_running(process_id)
