"""A disk that really refuses to write: a limit on file sizes, in a process of its own."""

import os
import subprocess
import sys
from pathlib import Path

PROGRAM = """
import asyncio, resource, sys
from pathlib import Path
from anjungan.appliance.storage.storage import Storage
from anjungan.appliance.storage.records import Stored
from tests.storage.storage_lab import SteppedClock, make_draft

def limit(size):
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))

async def main():
    path = Path(sys.argv[1])
    storage = (await Storage.open(path, clock_now=SteppedClock())).storage
    print(type(await storage.submit(make_draft())).__name__)
    limit(path.stat().st_size)
    for _ in range(40):
        outcome = await storage.submit(make_draft(sealed=bytes(9_000)))
        if not isinstance(outcome, Stored):
            break
    print(outcome)
    stored = (await storage.queue_health()).depth
    print((await storage.submit(make_draft(sealed=bytes(9_000)))) == outcome)
    limit(resource.RLIM_INFINITY)
    print(type(await storage.submit(make_draft())).__name__)
    print((await storage.queue_health()).depth - stored)
    await storage.close()
    again = (await Storage.open(path, clock_now=SteppedClock())).storage
    print((await again.queue_health()).depth - stored)
    await again.close()

asyncio.run(main())
"""


def test_writes_that_fail_are_said_and_the_storage_goes_on(tmp_path: Path) -> None:
    root = Path(__file__).parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(tmp_path / "kiosk.db")],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env={**os.environ, "PYTHONPATH": str(root)},
    )
    assert done.returncode == 0, done.stderr
    first, failed, again, later, added, kept = done.stdout.splitlines()
    assert first == "Stored"
    assert failed in {
        "StorageFailed(reason=<FailureReason.IO_ERROR: 'io_error'>)",
        "StorageFailed(reason=<FailureReason.DISK_FULL: 'disk_full'>)",
    }
    assert again == "True", "still failing, still said"
    assert later == "Stored"
    assert (added, kept) == ("1", "1"), "what was not claimed is not there"
