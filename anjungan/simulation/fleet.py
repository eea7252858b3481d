"""Twelve light kiosks of the other pilot villages, so that the regency's pages look like a day.

``python -m anjungan.simulation.fleet --data FOLDER``
"""

import argparse
import asyncio
import logging
import secrets
import signal
import sys
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Final

import msgspec
from nacl.encoding import HexEncoder
from nacl.signing import VerifyKey

from anjungan.appliance.file_replacing import replace_file
from anjungan.catalogue import Catalogue, load_catalogue
from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import KioskId, VillageCode, regency_of, village_of
from anjungan.protocol.keyring import Keyring, open_keyring
from anjungan.protocol.messages import DeviceHealth
from anjungan.regency.keys import KeyFiles
from anjungan.regency.settings import RegencySettings, load_settings
from anjungan.simulation.light_kiosk import Away, Habits, LightKiosk, Pace
from anjungan.simulation.light_ledger import Ledger, Memory
from anjungan.simulation.light_machine import Traits
from anjungan.simulation.notify import notify_ready
from anjungan.simulation.places import Places
from anjungan.simulation.site import KIOSK

_DEVICES: Final = {
    "card_reader": "card_reader",
    "scanner": "scanner",
    "printer": "printer",
    "buttons": "buttons",
}
_FIRST_DAY_REQUESTS: Final = (1, 4)
"""How many requests a kiosk brings along at its first start, so that no page is empty."""


def devices(**faults: tuple[str, str]) -> tuple[DeviceHealth, ...]:
    """All four devices ready, but for ``name=(state, code)``."""
    return tuple(
        DeviceHealth(name=name, kind=kind, state=state, code=code)
        for name, kind in _DEVICES.items()
        for state, code in (faults.get(name, ("ready", "")),)
    )


def habits_of(position: int, health_interval_s: float) -> Habits:
    """The peculiarities of the kiosk at that place in the list of villages."""
    # away long enough to be called offline, which takes four missed reports
    away_s = 8 * health_interval_s
    match position:
        case 1:
            return Habits(devices=devices(printer=("fault", "paper_out")))
        case 2:
            return Habits(devices=devices(), traits=Traits(warmer_by_c=34.0))
        case 3:
            return Habits(devices=devices(), traits=Traits(paper_percent=17))
        case 4:
            return Habits(devices=devices(), away_every_s=2 * away_s, away_for_s=away_s)
        case 5:
            return Habits(devices=devices(), traits=Traits(cellular=True, worn_percent=30))
        case 6:
            return Habits(devices=devices(scanner=("missing", "")), request_every_s=180.0)
        case 7:
            return Habits(devices=devices(), traits=Traits(weak_supply=True))
        case 9:
            return Habits(devices=devices(printer=("fault", "cover_open")), request_every_s=45.0)
        case 10:
            return Habits(
                devices=devices(),
                away_every_s=5 * away_s,
                away_for_s=1.5 * away_s,
                away_by=Away.POWER_CUT,
            )
        case _:
            return Habits(devices=devices())


def other_pilot_villages() -> tuple[VillageCode, ...]:
    """The pilot villages but for the one whose kiosk is real here."""
    return tuple(
        village.code
        for village in load_villages().values()
        if village.pilot and village.code != village_of(KIOSK)
    )


def build_fleet(
    settings: RegencySettings,
    keyring: Keyring,
    catalogue: Catalogue,
    memories: Mapping[KioskId, Memory],
    random: Random,
) -> tuple[LightKiosk, ...]:
    """The kiosks, not running yet; each has booted once more."""
    interval_s = settings.fleet.report_interval_s
    kiosks = []
    for position, (kiosk, memory) in enumerate(memories.items()):
        first_start = memory.boot == 0
        memory.boot += 1
        ledger = Ledger(kiosk, catalogue, keyring, memory, random)
        if first_start:
            _bring_requests(ledger, random)
        kiosks.append(
            LightKiosk(
                ledger,
                broker_port=settings.broker_address.port,
                habits=habits_of(position, interval_s),
                pace=Pace(health_interval_s=interval_s),
            )
        )
    return tuple(kiosks)


def load_memories(file: Path) -> dict[KioskId, Memory]:
    """What the kiosks of all other pilot villages remember; new ones remember nothing."""
    held: dict[str, Memory] = {}
    if file.exists():
        held = msgspec.json.decode(file.read_bytes(), type=dict[str, Memory])
    kiosks = [KioskId(f"{village}-1") for village in other_pilot_villages()]
    return {kiosk: held.get(kiosk, Memory()) for kiosk in kiosks}


def save_memories(file: Path, memories: Mapping[KioskId, Memory]) -> None:
    """Keep them for the next start."""
    replace_file(file, msgspec.json.encode(memories))


async def run_fleet(kiosks: Sequence[LightKiosk]) -> None:
    """Run until SIGINT or SIGTERM; say that it is ready once every kiosk was connected."""
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    tasks = [asyncio.create_task(kiosk.run()) for kiosk in kiosks]
    stopping = asyncio.create_task(stop.wait())
    starting = asyncio.create_task(_until_connected(kiosks))
    try:
        await asyncio.wait({*tasks, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in (*tasks, stopping, starting):
            task.cancel()
        outcomes = await asyncio.gather(*tasks, stopping, starting, return_exceptions=True)
    for outcome in outcomes:
        if isinstance(outcome, Exception):
            raise outcome


async def _until_connected(kiosks: Sequence[LightKiosk]) -> None:
    await asyncio.gather(*(kiosk.born.wait() for kiosk in kiosks))
    notify_ready()


def _bring_requests(ledger: Ledger, random: Random) -> None:
    """Requests of the past hours, as of a kiosk whose line was cut: the oldest first."""
    now = datetime.now(tz=UTC)
    ages_min = sorted(random.randint(2, 300) for _ in range(random.randint(*_FIRST_DAY_REQUESTS)))
    for age_min in reversed(ages_min):
        ledger.ask_for_a_letter(now - timedelta(minutes=age_min))


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and run the fleet."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--seed", type=int, help="the same visitors every time")
    arguments = parser.parse_args(argv)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    places = Places(arguments.data)
    settings = load_settings(places.regency_file, {})
    keys = KeyFiles(settings.keys_path)
    root = VerifyKey(keys.root_public.read_bytes().strip(), encoder=HexEncoder)
    keyring = open_keyring(keys.keyring.read_bytes(), root, regency=regency_of(KIOSK))
    memories = load_memories(places.fleet_file)
    # a stage prop's chance needs no cryptographic source, and a seed repeats it
    random = secrets.SystemRandom() if arguments.seed is None else Random(arguments.seed)  # noqa: S311
    kiosks = build_fleet(settings, keyring, load_catalogue(), memories, random)
    save_memories(places.fleet_file, memories)
    try:
        asyncio.run(run_fleet(kiosks))
    finally:
        save_memories(places.fleet_file, memories)
    return 0


if __name__ == "__main__":
    sys.exit(main())
