"""The mark that tells a restarted agent what it interrupted."""

from pathlib import Path

import pytest

from anjungan.appliance.agent import visit_mark as module
from anjungan.appliance.agent.visit_mark import OpenVisit, Submitting, VisitMark, boottime_s
from anjungan.protocol.message_id import new_message_id

REQUEST = new_message_id(1_764_000_000_000)


def after_restart(folder: Path) -> object:
    return VisitMark(folder).read()


def test_nobody_was_there(tmp_path: Path) -> None:
    assert after_restart(tmp_path) is None


def test_an_open_visit_is_found_again(tmp_path: Path) -> None:
    VisitMark(tmp_path).visit_open()
    assert after_restart(tmp_path) == OpenVisit()


def test_a_submission_is_found_again_with_its_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "boottime_s", lambda: 17.5)
    VisitMark(tmp_path).submitting(REQUEST)
    assert after_restart(tmp_path) == Submitting(REQUEST, 17.5)


def test_the_end_of_a_visit_clears_it(tmp_path: Path) -> None:
    mark = VisitMark(tmp_path)
    mark.visit_open()
    mark.clear()
    assert after_restart(tmp_path) is None
    assert list(tmp_path.iterdir()) == []


def test_a_mark_of_the_run_before_is_cleared_too(tmp_path: Path) -> None:
    VisitMark(tmp_path).visit_open()
    VisitMark(tmp_path).clear()
    assert after_restart(tmp_path) is None


def test_the_same_mark_is_written_once(tmp_path: Path) -> None:
    mark = VisitMark(tmp_path)
    mark.visit_open()
    (tmp_path / "visit.json").unlink()
    mark.visit_open()
    assert after_restart(tmp_path) is None


@pytest.mark.parametrize("content", [b"", b"{", b'{"type":"other"}', b"\xff", b"[" * 5000])
def test_a_damaged_mark_is_none(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "visit.json").write_bytes(content)
    assert after_restart(tmp_path) is None


def test_the_mark_names_a_request_and_nothing_else(tmp_path: Path) -> None:
    VisitMark(tmp_path).submitting(REQUEST)
    assert set(msgspec_fields(tmp_path)) == {"type", "request_id", "at_s"}


def msgspec_fields(folder: Path) -> dict[str, object]:
    import json  # noqa: PLC0415 - only this helper reads JSON by hand

    fields: dict[str, object] = json.loads((folder / "visit.json").read_text())
    return fields


def test_the_boot_clock_runs() -> None:
    assert 0 < boottime_s() <= boottime_s()
