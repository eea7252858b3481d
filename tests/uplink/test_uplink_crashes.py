"""Killed at any instant of submit, publish and receipt: nothing stored is lost, none doubled.

ANJUNGAN_KILL_ROUNDS and ANJUNGAN_KILL_SEED make it longer and repeat a run.
"""

import os
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import pytest

from anjungan.protocol.message_id import new_message_id
from tests.uplink.crashing_kiosk import PLANTED
from tests.uplink.uplink_lab import PATIENCE_S, Broker, SmallRegency

ROUNDS = int(os.environ.get("ANJUNGAN_KILL_ROUNDS", "40"))
SEED = int(os.environ.get("ANJUNGAN_KILL_SEED", "20260302"))
POINTS = (
    "committing",
    "stored",
    "publishing",
    "published",
    "receiving",
    "receipted",
    "folding",
    "preparing",
    "prepared",
)
PROGRAM = Path(__file__).with_name("crashing_kiosk.py")


@dataclass
class Ledger:
    """What the kiosk has said, and what was asked of it."""

    asked: dict[str, set[str]] = field(default_factory=dict)
    stored: dict[str, tuple[str, str, str]] = field(default_factory=dict)
    unsure_nonce: str | None = None
    number: int = 0

    def next_requests(self, rng: Random) -> list[tuple[str, str]]:
        """Some new visits, after the visit whose outcome the last kill hid: it asks again."""
        nonces = [] if self.unsure_nonce is None else [self.unsure_nonce]
        for _ in range(rng.randint(1, 4)):
            self.number += 1
            nonces.append(f"visit-{self.number}")
        made = [(nonce, new_message_id(1_772_000_000_000)) for nonce in nonces]
        for nonce, request_id in made:
            self.asked.setdefault(nonce, set()).add(request_id)
        return made

    def heard(self, output: str, requests: list[tuple[str, str]]) -> bool:
        """Read the kiosk's words; True when it drained its outbox."""
        lines = [line.split() for line in output.splitlines()]
        for words in lines:
            if words[0] == "stored":
                nonce, *ticket = words[1:]
                known = self.stored.setdefault(nonce, (ticket[0], ticket[1], ticket[2]))
                assert known == tuple(ticket), "the same visit got another ticket"
        unsaid = [nonce for nonce, _ in requests if nonce not in self.stored]
        self.unsure_nonce = unsaid[0] if unsaid else None
        return ["drained"] in lines


def run_kiosk(
    database: Path,
    port: int,
    requests: list[tuple[str, str]],
    point: str,
    kill_after_s: float | None,
) -> tuple[str, int]:
    """Run the kiosk until it ends or is killed; returns what it said and its exit code."""
    process = subprocess.Popen(
        [sys.executable, str(PROGRAM), str(database), str(port), str(len(requests)), point],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    words = "".join(f"{nonce} {request_id}\n" for nonce, request_id in requests)
    try:
        output, _ = process.communicate(words, timeout=kill_after_s or PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        output, _ = process.communicate()
        if kill_after_s is None:
            pytest.fail(f"the kiosk hangs at {point}: {output}")
    return output, process.returncode


@pytest.mark.timeout(60 + 5 * ROUNDS)
def test_kills_lose_nothing_and_double_nothing(
    broker: Broker, regency: SmallRegency, tmp_path: Path
) -> None:
    rng = Random(SEED)  # noqa: S311 - seeded on purpose
    database = tmp_path / "data" / "kiosk.db"
    database.parent.mkdir()
    ledger = Ledger()
    killed = 0
    for number in range(ROUNDS):
        requests = ledger.next_requests(rng)
        if rng.random() < 0.2:  # at any instant, from outside
            point, kill_after_s = "none", rng.uniform(0.2, 0.8)
        else:
            point, kill_after_s = f"{rng.choice(POINTS)}:{rng.randint(1, 3)}", None
        output, code = run_kiosk(database, broker.port, requests, point, kill_after_s)
        assert code in {0, -9}, f"round {number} ({point}) ended with {code}"
        killed += code == -9
        drained = ledger.heard(output, requests)
        assert drained or code == -9, f"round {number} ({point})"

    last = ledger.next_requests(rng)
    output, code = run_kiosk(database, broker.port, last, "none", None)
    assert (code, ledger.heard(output, last)) == (0, True), f"seed {SEED}"

    assert killed >= ROUNDS // 2, "most rounds must really be kills"
    arrived = regency.bodies
    stored_ids = {request_id for request_id, _, _ in ledger.stored.values()}
    assert stored_ids <= set(arrived), f"lost with seed {SEED}"
    for nonce, request_ids in ledger.asked.items():
        assert len(request_ids & set(arrived)) <= 1, f"{nonce} doubled with seed {SEED}"
    assert set(arrived) <= set().union(*ledger.asked.values())
    assert regency.conflicts == 0, "a resent request has the same bytes"
    for column in (1, 2):  # codes and queue numbers
        values = [ticket[column] for ticket in ledger.stored.values()]
        assert len(set(values)) == len(values)

    files = {file: file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()}
    everything = b"".join(files.values())
    assert any(code.encode() in everything for _, code, _ in ledger.stored.values())
    for personal in PLANTED:
        assert personal.encode() not in everything
