"""``python -m bench.fuzz``: a million mutated frames a protocol, then a guided run of each.

Exit code 0 when nothing was found. What was found is written to ``bench/results/fuzz/``; once it is
mended, it belongs into ``bench/fuzz/seeds/``.
"""

import argparse
import importlib.util
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from bench.fuzz.million import FRAMES, SEED, run
from bench.fuzz.protocol import Fuzzed, seeds_of
from bench.fuzz.protocols import PROTOCOLS
from bench.scratch import RESULTS

FOUND: Final = RESULTS / "fuzz"
GUIDED_RUNS: Final = 100_000
_GUIDED_AT_MOST_S: Final = 120
_ONE_FRAME_AT_MOST_S: Final = 5
_TAIL: Final = 2000


def main() -> int:
    """Fuzz; 0 when nothing was found, 1 otherwise."""
    parser = argparse.ArgumentParser(prog="bench.fuzz", description=__doc__)
    parser.add_argument("--only", choices=tuple(PROTOCOLS), help="one protocol instead of all")
    parser.add_argument("--frames", type=int, default=FRAMES, help="mutated frames a protocol")
    parser.add_argument("--seed", type=int, default=SEED, help="another seed, other mutations")
    parser.add_argument(
        "--guided-runs", type=int, default=GUIDED_RUNS, help="guided ones a protocol; 0: none"
    )
    wanted = parser.parse_args()
    chosen = [PROTOCOLS[name] for name in PROTOCOLS if wanted.only in {None, name}]
    found = 0
    for protocol in chosen:
        outcome = run(protocol, wanted.frames, wanted.seed)
        print(outcome, flush=True)
        for number, finding in enumerate(outcome.findings, start=1):
            found += 1
            print(f"  {finding.problem}: {finding.frame.hex()}")
            FOUND.mkdir(parents=True, exist_ok=True)
            FOUND.joinpath(f"{protocol.name}-{number}.bin").write_bytes(finding.frame)
    if wanted.guided_runs:
        found += sum(not guided(protocol, wanted.guided_runs, wanted.seed) for protocol in chosen)
    print("nothing found" if found == 0 else f"found: {found}; see {FOUND}")
    return 0 if found == 0 else 1


def guided(protocol: Fuzzed, runs: int, seed: int) -> bool:
    """Run atheris on one protocol in a process of its own; True when it found nothing."""
    if importlib.util.find_spec("atheris") is None:
        print(f"{protocol.name}: not guided, atheris is missing (pip install -e '.[fuzz]')")
        return False
    FOUND.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as corpus:
        for seed_frame in seeds_of(protocol.name):
            Path(corpus, f"seed-{seed_frame.line}").write_bytes(seed_frame.data)
        done = subprocess.run(
            [
                *(sys.executable, "-m", "bench.fuzz.guided", protocol.name),
                *(f"-runs={runs}", f"-seed={seed}", "-max_len=4096"),
                *(f"-timeout={_ONE_FRAME_AT_MOST_S}", f"-max_total_time={_GUIDED_AT_MOST_S}"),
                f"-artifact_prefix={FOUND}/{protocol.name}-",
                corpus,
            ],
            capture_output=True,
            text=True,
            timeout=2 * _GUIDED_AT_MOST_S,
            check=False,
        )
    reached = [line for line in done.stderr.splitlines() if " cov: " in line]
    print(f"{protocol.name}: guided, {reached[-1] if reached else 'nothing run'}", flush=True)
    if done.returncode != 0:
        print(done.stderr[-_TAIL:])
    return done.returncode == 0


if __name__ == "__main__":
    sys.exit(main())
