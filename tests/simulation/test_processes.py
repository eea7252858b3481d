"""Supervised children: ready before the next, restarted or reported, and nothing left behind."""

import asyncio
import os
import random
import signal
import sys
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from anjungan.simulation.processes import OnDeath, Part, PartFailedError, Supervisor

NOTIFY = """
import os, socket, sys, time, subprocess
def ready():
    line = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    line.sendto(b"READY=1", os.environ["NOTIFY_SOCKET"]); line.close()
"""
PATIENT = NOTIFY + "ready(); time.sleep(600)"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + PATIENT
PARENT = NOTIFY + (
    "child = subprocess.Popen(['sleep', '600'], preexec_fn=lambda: None)\n"
    "open(sys.argv[1], 'w').write(str(child.pid)); ready(); time.sleep(600)"
)


def part(name: str, code: str, *arguments: str, on_death: OnDeath = OnDeath.REPORT) -> Part:
    return Part(name, [sys.executable, "-c", code, *arguments], on_death=on_death)


def is_alive(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return False
    return state != "Z"


async def until(condition: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not condition():  # noqa: ASYNC110 - other processes set no event
            await asyncio.sleep(0.01)


class Stage:
    def __init__(self, folder: Path) -> None:
        self.run_dir = folder / "run"
        logs_dir = folder / "logs"
        self.run_dir.mkdir()
        logs_dir.mkdir()
        self.events: list[str] = []
        self.supervisor = Supervisor(
            run_dir=self.run_dir,
            logs_dir=logs_dir,
            random=random.Random(1),  # noqa: S311 - no secret
            on_event=self.events.append,
        )


@pytest.fixture
async def stage(tmp_path: Path) -> AsyncIterator[Stage]:
    stage = Stage(tmp_path)
    try:
        yield stage
    finally:
        await stage.supervisor.stop_all()


async def test_a_started_part_is_ready_and_a_stopped_one_is_gone(stage: Stage) -> None:
    await stage.supervisor.start(part("one", PATIENT))
    pid = stage.supervisor.pid("one")
    assert is_alive(pid)
    await stage.supervisor.stop_all()
    assert not is_alive(pid)
    assert list(stage.run_dir.iterdir()) == []
    assert stage.events == []


async def test_a_part_that_ends_before_it_is_ready_tells_its_log(stage: Stage) -> None:
    with pytest.raises(PartFailedError, match=r"(?s)wrong ended with 7 .*no such luck"):
        await stage.supervisor.start(part("wrong", "print('no such luck'); raise SystemExit(7)"))


async def test_a_part_that_never_gets_ready_is_given_up(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anjungan.simulation.processes.READY_WITHIN_S", 0.3)
    with pytest.raises(PartFailedError, match="slow was not ready"):
        await stage.supervisor.start(part("slow", "import time; time.sleep(600)"))


async def test_readiness_can_be_asked_from_outside(stage: Stage, tmp_path: Path) -> None:
    sign = tmp_path / "sign"
    code = "import sys, time; open(sys.argv[1], 'w').close(); time.sleep(600)"

    asked: list[int] = []

    async def is_there(pid: int) -> bool:
        asked.append(pid)
        return sign.exists()

    await stage.supervisor.start(
        Part("asked", [sys.executable, "-c", code, str(sign)], is_ready=is_there)
    )
    assert sign.exists()
    assert set(asked) == {stage.supervisor.pid("asked")}


async def test_a_killed_part_is_started_again_with_a_new_pid(stage: Stage) -> None:
    await stage.supervisor.start(part("phoenix", PATIENT, on_death=OnDeath.RESTART))
    first = stage.supervisor.kill("phoenix")
    await until(lambda: stage.supervisor.pid("phoenix") != first)
    second = stage.supervisor.kill("phoenix")
    await until(lambda: stage.supervisor.pid("phoenix") not in (first, second))
    assert not is_alive(first)
    assert not stage.supervisor.died.is_set()
    assert stage.events[0] == "phoenix ended with -9; starting it again"


async def test_a_part_that_must_not_die_is_reported(stage: Stage) -> None:
    await stage.supervisor.start(part("mortal", PATIENT))
    stage.supervisor.kill("mortal")
    async with asyncio.timeout(30):
        await stage.supervisor.died.wait()
    assert stage.events[0].startswith("mortal ended with -9")


async def test_what_does_not_listen_is_killed_and_so_is_what_it_started(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("anjungan.simulation.processes.STOPPED_WITHIN_S", 0.2)
    await stage.supervisor.start(part("deaf", DEAF))
    await stage.supervisor.start(part("parent", PARENT, str(tmp_path / "pid")))
    pids = [stage.supervisor.pid(name) for name in ("deaf", "parent")]
    pids.append(int((tmp_path / "pid").read_text()))
    assert all(is_alive(pid) for pid in pids)
    await stage.supervisor.stop_all()
    await until(lambda: not any(is_alive(pid) for pid in pids))
    assert "deaf did not stop and was killed" in stage.events


async def test_children_end_with_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    for folder in ("run", "logs"):
        (tmp_path / folder).mkdir()
    code = f"""
import asyncio, random, sys
from pathlib import Path
from anjungan.simulation.processes import Part, Supervisor
async def main():
    folder = Path(sys.argv[1])
    s = Supervisor(run_dir=folder / "run", logs_dir=folder / "logs", random=random.Random(1),
                   on_event=print)
    await s.start(Part("child", [sys.executable, "-c", {PATIENT!r}]))
    (folder / "pid").write_text(str(s.pid("child")))
    await asyncio.sleep(600)
asyncio.run(main())
"""
    process = await asyncio.create_subprocess_exec(sys.executable, "-c", code, str(tmp_path))
    pid_file = tmp_path / "pid"
    await until(lambda: pid_file.exists() and pid_file.read_text() != "")
    pid = int(pid_file.read_text())
    assert is_alive(pid)
    os.kill(process.pid, signal.SIGKILL)
    await process.wait()
    await until(lambda: not is_alive(pid))
