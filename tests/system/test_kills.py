"""Kills at any instant of a submission; `make torture` does the same two hundred times."""

from pathlib import Path

import pytest

from anjungan.simulation.places import Places
from anjungan.simulation.torture import Tally, torture


@pytest.mark.parametrize("seed", [4, 11])
async def test_what_was_promised_arrives_once(tmp_path: Path, seed: int) -> None:
    tally = await torture(
        Places(tmp_path / "demo"), rounds=5, seed=seed, on_event=lambda _sentence: None
    )
    assert tally.rounds == 5
    assert tally.agent_kills + tally.screens_kills == 5
    assert tally.promised
    assert tally.lost == []
    assert tally.doubled == []
    assert tally.ok


def test_losses_and_doubles_and_empty_runs_are_no_success() -> None:
    assert not Tally(1).ok
    assert not Tally(1, promised={"Contoh": "x"}, lost=["Contoh"]).ok
    assert not Tally(1, promised={"Contoh": "x"}, doubled=["Contoh"]).ok
    assert Tally(1, promised={"Contoh": "x"}).ok
