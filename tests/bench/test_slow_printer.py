"""The printer behind the printing figures: it sees gaps, lines and bytes of a job, and answers."""

import json
import os
import subprocess
import sys
import time
import tty
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

BAUD = 9600
JOB = b"\x1b@" + b"Desa\n" + b"kedua\n" + b"\x1dV\x00"


class Line:
    """The host's side, and what the printer reports."""

    def __init__(self, process: "subprocess.Popen[str]", path: Path) -> None:
        self._process = process
        self.fd = os.open(path, os.O_RDWR | os.O_NOCTTY)
        tty.setraw(self.fd)

    def report(self) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write("\n")
        self._process.stdin.flush()
        report: dict[str, Any] = json.loads(self._process.stdout.readline())
        return report

    def all_received(self, count: int) -> dict[str, Any]:
        """Ask for the printer's answer in print order, so that all before it has arrived."""
        os.write(self.fd, b"\x1dr\x01")
        assert os.read(self.fd, 1) == b"\x00"
        report = self.report()
        assert report["received_bytes"] == count + 3
        return report


@pytest.fixture
def line(tmp_path: Path) -> Iterator[Line]:
    path = tmp_path / "printer"
    process = subprocess.Popen(
        [sys.executable, "-m", "bench.slow_printer", "--path", str(path), "--baud", str(BAUD)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    assert process.stdin is not None
    assert process.stdout.readline() == "ready\n"
    line = Line(process, path)
    yield line
    os.close(line.fd)
    process.stdin.close()
    assert process.wait(10) == 0
    process.stdout.close()


def test_a_job_in_one_piece_has_no_gap(line: Line) -> None:
    os.write(line.fd, JOB)
    report = line.all_received(len(JOB))
    assert report["gaps_ns"] == []
    assert report["job_bytes"] == len(JOB)


def test_a_pause_inside_a_job_is_one_gap(line: Line) -> None:
    os.write(line.fd, JOB[:5])
    time.sleep(0.2)  # the gap itself
    os.write(line.fd, JOB[5:])
    assert len(line.all_received(len(JOB))["gaps_ns"]) == 1


def test_a_pause_between_jobs_is_none(line: Line) -> None:
    os.write(line.fd, JOB)
    line.all_received(len(JOB))
    time.sleep(0.05)  # longer than the line is busy
    os.write(line.fd, JOB)
    assert line.all_received(len(JOB))["gaps_ns"] == []


def test_the_first_line_has_come_before_the_second(line: Line) -> None:
    os.write(line.fd, JOB[:7])
    first_ns = line.all_received(7)["first_line_ns"]
    os.write(line.fd, JOB)
    whole = line.all_received(len(JOB))
    assert first_ns is not None
    assert whole["first_line_ns"] > first_ns


def test_status_is_answered_on_receipt_and_is_no_part_of_the_job(line: Line) -> None:
    os.write(line.fd, JOB[:4] + b"\x10\x04\x02" + JOB[4:])
    assert os.read(line.fd, 1) == b"\x12"
    report = line.all_received(len(JOB) + 3)
    assert report["job_bytes"] == len(JOB)


def test_a_job_is_confirmed_by_its_id(line: Line) -> None:
    os.write(line.fd, JOB + b"\x1d(H\x06\x0000J001")
    answer = b""
    while len(answer) < 7:
        answer += os.read(line.fd, 7)
    assert answer == b"\x37\x22J001\x00"
