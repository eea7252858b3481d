"""The agent's process: opens what has to be there, then runs until it is told to stop."""

import asyncio
import logging
import sys
from pathlib import Path
from typing import Final

import anjungan
from anjungan.appliance.agent.agent import Agent, Base, if_storage_allows
from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.agent.keys import load_keys
from anjungan.appliance.agent.run_record import ask_how_it_ends
from anjungan.appliance.agent.site_facts import require_kiosk_id
from anjungan.appliance.agent.visit_mark import VisitMark
from anjungan.appliance.agent.wall_clock import WallClock, latest_change
from anjungan.appliance.agent.watchdog import service_manager
from anjungan.appliance.errors import ConfigError
from anjungan.appliance.logs import log_loop_exception
from anjungan.appliance.settings.site import SiteSettings
from anjungan.appliance.storage import DATABASE_NAME
from anjungan.appliance.storage.records import StorageError, StorageLimits
from anjungan.appliance.storage.storage import OpenReport, Storage
from anjungan.appliance.text.words import load_words
from anjungan.appliance.uplink.settings import PlainMqttRefusedError
from anjungan.catalogue import load_catalogue

log = logging.getLogger(__name__)

SOCKET_NAME: Final = "agent.sock"
EXIT_OK: Final = 0
EXIT_FAILED: Final = 1
EXIT_SETTINGS: Final = 3


def run_agent(settings: SiteSettings, *, machine: Machine | None = None) -> int:
    """Run the agent until SIGTERM or SIGINT and return its exit code.

    0: told to stop. 1: the storage cannot be opened or was found damaged, or a part failed. 3: the
    settings or a key file are wrong.
    """
    try:
        return asyncio.run(serve_agent(settings, machine=machine))
    except (ConfigError, PlainMqttRefusedError) as error:
        sys.stderr.write(f"anjungan: {error}\n")
        return EXIT_SETTINGS
    except StorageError as error:
        sys.stderr.write(f"anjungan: {error}\n")
        return EXIT_FAILED
    except Exception:
        # the boundary of the process: the service manager starts it again
        log.exception("the agent failed")
        return EXIT_FAILED


async def serve_agent(settings: SiteSettings, *, machine: Machine | None = None) -> int:
    """Run the agent until SIGTERM or SIGINT, or until the database is found damaged.

    Returns its exit code, EXIT_OK or EXIT_FAILED.

    Raises:
        ConfigError: the settings or a key file are wrong; the message names which.
    """
    asyncio.get_running_loop().set_exception_handler(log_loop_exception)
    require_kiosk_id(settings)
    keys = load_keys(settings)
    manager = service_manager()
    data_dir = Path(settings.paths.data_dir)
    runtime_dir = Path(settings.paths.runtime_dir)
    _make_folders(data_dir, runtime_dir)
    database = data_dir / DATABASE_NAME
    clock = WallClock(
        not_before=latest_change(Path(anjungan.__file__), database),
        synchronised_mark=Path(settings.paths.clock_mark_file),
    )
    opening = asyncio.create_task(_open_storage(settings, database, clock))
    await asyncio.sleep(0)  # lets it begin: its thread waits for the disk while texts are read here
    catalogue, words = load_catalogue(), load_words()
    report = await opening
    async with report.storage as storage:
        await if_storage_allows(storage.abandon_print_jobs())
        base = Base(settings, keys, clock, storage, VisitMark(runtime_dir), catalogue, words)
        agent = Agent(base, manager, runtime_dir / SOCKET_NAME, machine or Machine())
        await agent.run()
        if not agent.failed:
            agent.health.run.ended(await asyncio.to_thread(ask_how_it_ends))
    return EXIT_FAILED if agent.failed else EXIT_OK


def _make_folders(data_dir: Path, runtime_dir: Path) -> None:
    """Under systemd they exist already; by hand they are made."""
    data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    runtime_dir.mkdir(mode=0o750, parents=True, exist_ok=True)


async def _open_storage(settings: SiteSettings, database: Path, clock: WallClock) -> OpenReport:
    limits = settings.limits
    return await Storage.open(
        database,
        clock_now=clock.now,
        queue_letter=settings.kiosk.queue_letter,
        limits=StorageLimits(
            max_unsent_requests=limits.max_unsent_requests,
            max_database_bytes=limits.max_database_bytes,
            min_free_disk_bytes=limits.min_free_disk_bytes,
        ),
    )
