"""A power cut told apart from a calm end, by what the boot before has left."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from anjungan.appliance.agent import run_record
from anjungan.appliance.agent.run_record import RunRecord, ask_how_it_ends, end_of_jobs
from anjungan.protocol.health import PreviousEnd

NOON = datetime(2026, 11, 24, 5, 0, tzinfo=UTC)


class Machine:
    """A machine that boots when told, and its clock."""

    def __init__(self, folder: Path) -> None:
        self.data = folder / "data"
        self.data.mkdir()
        self.root = folder / "root"
        self.moment = NOON
        self.boot("b0")

    def boot(self, boot_id: str) -> None:
        file = self.root / "proc/sys/kernel/random/boot_id"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(boot_id + "\n")

    def start(self) -> RunRecord:
        return RunRecord(self.data, root=self.root, now=lambda: self.moment)


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def test_the_first_boot_knows_nothing(machine: Machine) -> None:
    health = machine.start().health(60)
    assert health.previous_end is PreviousEnd.UNKNOWN
    assert health.last_alive_at is None
    assert (health.agent_restarts, health.screens_restarts, health.host_uptime_s) == (0, 0, 60)


def test_a_power_cut_leaves_no_end(machine: Machine) -> None:
    machine.start()
    machine.moment += timedelta(hours=3)
    machine.boot("b1")
    health = machine.start().health(5)
    assert health.previous_end is PreviousEnd.POWER_LOST
    assert health.last_alive_at == NOON


@pytest.mark.parametrize("end", [PreviousEnd.SHUT_DOWN, PreviousEnd.REBOOTED, PreviousEnd.UNKNOWN])
def test_a_calm_end_is_told_by_the_next_boot_and_by_all_agents_of_it(machine, end) -> None:
    record = machine.start()
    machine.moment += timedelta(minutes=7)
    record.ended(end)
    machine.moment += timedelta(minutes=1)
    machine.boot("b1")
    assert machine.start().health(5).previous_end is end
    again = machine.start().health(9)
    assert again.previous_end is end
    assert again.last_alive_at == NOON + timedelta(minutes=7)
    assert again.agent_restarts == 1


def test_an_agent_that_ended_calmly_and_came_back_does_not_hide_a_power_cut(machine) -> None:
    machine.start().ended(PreviousEnd.UNKNOWN)
    machine.start()
    machine.boot("b1")
    assert machine.start().health(5).previous_end is PreviousEnd.POWER_LOST


def test_screens_that_come_again_are_counted_over_the_agents_of_a_boot(machine: Machine) -> None:
    record = machine.start()
    record.screens_came()
    assert record.health(1).screens_restarts == 0
    record.screens_came()
    record = machine.start()
    record.screens_came()
    record.screens_came()
    assert record.health(1).screens_restarts == 2
    machine.boot("b1")
    assert machine.start().health(1).screens_restarts == 0


async def test_signs_of_life_cost_one_inode_and_no_content(machine, monkeypatch) -> None:
    record = machine.start()
    file = machine.data / run_record.FILE_NAME
    written = file.stat().st_ino, file.read_bytes()
    machine.moment += timedelta(minutes=5)
    waits: list[float] = []

    async def sleep(seconds: float) -> None:
        waits.append(seconds)
        if len(waits) == 2:
            raise TimeoutError

    monkeypatch.setattr(run_record.asyncio, "sleep", sleep)
    with pytest.raises(TimeoutError):
        await record.keep_alive()
    assert waits == [run_record.ALIVE_EVERY_S] * 2
    assert datetime.fromtimestamp(file.stat().st_mtime, UTC) == machine.moment
    assert (file.stat().st_ino, file.read_bytes()) == written
    machine.boot("b1")
    assert machine.start().health(1).last_alive_at == machine.moment


def test_a_damaged_record_is_no_record(machine: Machine) -> None:
    (machine.data / run_record.FILE_NAME).write_bytes(b"\x00" * 40)
    assert machine.start().health(1).previous_end is PreviousEnd.UNKNOWN


def test_a_disk_that_takes_nothing_stops_nobody(machine, caplog) -> None:
    machine.data.rmdir()
    record = machine.start()
    record.screens_came()
    record.ended(PreviousEnd.REBOOTED)
    assert "not written" in caplog.text


@pytest.mark.parametrize(
    ("listing", "end"),
    [
        ("12 reboot.target   start running\n13 a.service stop running", PreviousEnd.REBOOTED),
        ("1205 poweroff.target start waiting", PreviousEnd.SHUT_DOWN),
        ("88 halt.target start waiting", PreviousEnd.SHUT_DOWN),
        ("88 anjungan-agent.service restart running", PreviousEnd.UNKNOWN),
        ("88 reboot.target stop waiting", PreviousEnd.UNKNOWN),
        ("No jobs running.", PreviousEnd.UNKNOWN),
        ("", PreviousEnd.UNKNOWN),
    ],
)
def test_what_systemd_is_about_to_do(listing: str, end: PreviousEnd) -> None:
    assert end_of_jobs(listing) is end


def test_without_systemd_nobody_knows(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert ask_how_it_ends() is PreviousEnd.UNKNOWN
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    program = tmp_path / "systemctl"
    program.write_text(
        '#!/bin/sh\n[ -z "$NOTIFY_SOCKET" ] && echo "7 poweroff.target start running"\nexit 0\n'
    )
    program.chmod(0o755)
    assert ask_how_it_ends() is PreviousEnd.SHUT_DOWN
