"""What the agent writes for the doctor, and that it is read as it was meant."""

import stat
from pathlib import Path

import pytest

from anjungan.appliance.agent.device_report import FILE_NAME, DeviceReport, read_device_report
from anjungan.appliance.drivers.device import DeviceState, Fault, Missing, Ready, Starting

STATES: dict[str, DeviceState] = {
    "card_reader": Missing("held by another program"),
    "scanner": Starting(),
    "printer": Fault("paper_out", "the printer's own report"),
    "buttons": Ready("5 buttons"),
}


def test_every_state_is_read_as_it_was_written(tmp_path: Path) -> None:
    report = DeviceReport(tmp_path)
    report.write({"printer": Ready("ready")})
    report.write(STATES)
    assert read_device_report(tmp_path) == STATES
    assert [path.name for path in tmp_path.iterdir()] == [FILE_NAME]


def test_only_the_agents_group_reads_it(tmp_path: Path) -> None:
    DeviceReport(tmp_path).write(STATES)
    assert stat.S_IMODE((tmp_path / FILE_NAME).stat().st_mode) == 0o640


@pytest.mark.parametrize(
    "content", [None, b"", b"{", b"[]", b'{"printer": {"state": "on fire"}}', b"\xff"]
)
def test_without_a_report_nothing_is_known(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / FILE_NAME).write_bytes(content)
    assert read_device_report(tmp_path) == {}


def test_a_folder_that_takes_nothing_does_not_harm_the_agent(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    DeviceReport(tmp_path / "absent").write(STATES)
    assert "the device report was not written: No such file" in caplog.text
