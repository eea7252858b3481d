"""The twelve simulated kiosks at the real inbox: all are seen, and what they send is taken."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from datetime import UTC, datetime

from anjungan.protocol.identity import village_of
from anjungan.regency.fleet.overview import read_fleet
from anjungan.regency.store.database import open_database
from anjungan.simulation.fleet import load_memories, other_pilot_villages
from anjungan.simulation.regency_view import held_requests
from anjungan.simulation.site import KIOSK
from anjungan.simulation.system import FLEET, System

StartSystem = Callable[..., AbstractAsyncContextManager[System]]


async def test_a_fleet_is_born_reports_and_delivers(start_system: StartSystem) -> None:
    async with start_system(fleet=True, seed=2, health_interval_s=1.0) as system:
        database = open_database(system.places.regency_dir / "regency.db")

        def reported() -> dict[str, str]:
            with database.reading() as connection:
                fleet = read_fleet(connection, report_interval_s=1.0, now=datetime.now(tz=UTC))
            return {each.kiosk: each.version for each in fleet.kiosks if each.version}

        async with asyncio.timeout(60):
            wanted = {f"{village}-1" for village in other_pilot_villages()}
            while not wanted | {KIOSK} <= set(await asyncio.to_thread(reported)):  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
            while {each.kiosk for each in held_requests(system.places)} != wanted:  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)
        held = held_requests(system.places)
        assert len({each.ticket_code for each in held}) == len(held) >= len(wanted) == 12
        assert all(each.answers["kiosk_name"].startswith("Contoh ") for each in held)
        assert village_of(KIOSK) not in other_pilot_villages()

        await system.supervisor.restart(FLEET)
        assert {memory.boot for memory in load_memories(system.places.fleet_file).values()} == {2}
        database.close()
        assert "not understood" not in system.supervisor.log_tail(FLEET)
