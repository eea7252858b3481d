"""The tour succeeds here, and does not say so when something it promises is missing."""

import json
from pathlib import Path
from typing import Self

import pytest
from PIL import Image

from anjungan.simulation.tour import run
from anjungan.simulation.tour.album import Album
from anjungan.simulation.tour.visit import Visit

SCREENS_AT_LEAST = 25


def summary_of(folder: Path) -> dict[str, object]:
    summary = json.loads((folder / "summary.json").read_text(encoding="utf-8"))
    assert isinstance(summary, dict)
    return summary


def test_one_request_from_touch_to_changed_status(tmp_path: Path) -> None:
    out = tmp_path / "tour"
    code = run.run_tour(out)
    summary = summary_of(out)
    assert (code, summary["ok"], summary["failure"]) == (0, True, "")
    assert summary["request_id"]
    ticket = (out / "ticket.txt").read_text(encoding="utf-8")
    assert str(summary["ticket"]) in ticket.replace("-", "")
    assert "CONTOH" not in ticket
    assert float(str(summary["receipt_ms"])) > 0
    assert float(str(summary["status_back_ms"])) > 0
    screens = summary["screens"]
    assert isinstance(screens, list)
    assert len(screens) >= SCREENS_AT_LEAST
    assert screens == sorted(screens)
    for name in screens:
        with Image.open(out / name) as picture:
            assert picture.size == (1024, 600)
            assert len(picture.getcolors(1_000_000) or ()) > 2
    assert summary["versions"]


def test_a_failure_is_a_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stub:
        def __init__(self, *_: object) -> None:
            pass

        def __enter__(self) -> Self:
            return self

        def __exit__(self, *_: object) -> None:
            pass

        def picture(self) -> bytes:
            return b""

    async def fail(_places: object, album: Album) -> None:
        run._visit(Stub(), album)

    def give_up(_visit: Visit) -> None:
        raise run.TourFailedError("no ticket")

    monkeypatch.setattr(run, "Window", Stub)
    monkeypatch.setattr(Stub, "screen_url", "", raising=False)
    monkeypatch.setattr(Visit, "run", give_up)
    monkeypatch.setattr(run, "_tour", fail)
    assert run.run_tour(tmp_path / "tour") == 1
    summary = summary_of(tmp_path / "tour")
    assert (summary["ok"], summary["failure"]) == (False, "no ticket")
    assert summary["screens"] == ["01-gagal.png"]
