"""A simulated member of staff, so that the requests of simulated kiosks move as on a real day.

Works through the regency's web pages with an account of its own, and touches only requests of the
simulated villages: those of the real kiosk are left to whoever watches the demo.
``python -m anjungan.simulation.clerk --data FOLDER``
"""

import argparse
import logging
import secrets
import signal
import sqlite3
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Final, NoReturn

import msgspec

from anjungan.protocol.identity import village_of
from anjungan.protocol.status import STAFF_TRANSITIONS, RequestStatus
from anjungan.regency.settings import RegencySettings, load_settings
from anjungan.simulation.notify import notify_ready
from anjungan.simulation.places import Places
from anjungan.simulation.site import KIOSK
from anjungan.simulation.staff import StaffLogin
from anjungan.simulation.tour.desk import Desk, DeskError

log = logging.getLogger(__name__)

_S = RequestStatus
ONWARD: Final[Mapping[RequestStatus, RequestStatus]] = MappingProxyType(
    {
        _S.INCOMPLETE: _S.UNDER_REVIEW,
        _S.UNDER_REVIEW: _S.AWAITING_SIGNATURE,
        _S.AWAITING_SIGNATURE: _S.READY,
        _S.READY: _S.COLLECTED,
    }
)
NOTES: Final[Mapping[RequestStatus, str]] = MappingProxyType(
    {
        _S.INCOMPLETE: "Contoh: fotokopi KK belum ada, mohon dibawa.",
        _S.READY: "Contoh: bawa tiket dan berkasnya.",
    }
)
_INCOMPLETE_PROBABILITY: Final = 0.15
_REST_S: Final = (4.0, 12.0)
_FIRST_ROUND_SHARE: Final = 0.7
"""How much of what is there at the first start has been worked on already."""


def next_status(present: RequestStatus, random: Random) -> RequestStatus | None:
    """What a busy desk does next with a request; None where nothing is left to do."""
    if present is _S.UNDER_REVIEW and random.random() < _INCOMPLETE_PROBABILITY:
        return _S.INCOMPLETE
    onward = ONWARD.get(present)
    return onward if onward in STAFF_TRANSITIONS[present] else None


def open_requests(database: Path) -> list[tuple[str, RequestStatus]]:
    """Requests of the simulated villages that something is left to do for, the oldest first."""
    with closing(sqlite3.connect(f"{database.as_uri()}?mode=ro", uri=True, timeout=10)) as held:
        rows = held.execute(
            "SELECT id, status FROM requests WHERE village <> ? ORDER BY received_at, id",
            (village_of(KIOSK),),
        ).fetchall()
    known = [(str(request_id), RequestStatus(status)) for request_id, status in rows]
    return [(request_id, status) for request_id, status in known if status in ONWARD]


class _ToldToStop(BaseException):
    """SIGINT or SIGTERM came; no handler of errors on the way may take it for one."""


def work(settings: RegencySettings, login: StaffLogin, random: Random) -> NoReturn:
    """Change one status after the other, for ever."""
    with Desk(settings.web.public_url) as desk:
        desk.log_in(login)
        notify_ready()
        backlog = open_requests(settings.database_path)
        for request_id, status in backlog:
            if random.random() < _FIRST_ROUND_SHARE:
                _move(desk, request_id, status, random)
        while True:
            time.sleep(random.uniform(*_REST_S))
            waiting = open_requests(settings.database_path)
            if waiting:
                _move(desk, *random.choice(waiting), random)


def _move(desk: Desk, request_id: str, status: RequestStatus, random: Random) -> None:
    wanted = next_status(status, random)
    if wanted is None:
        return
    try:
        desk.change_status(request_id, wanted, NOTES.get(wanted, ""))
    except DeskError as error:
        # somebody else was faster, a resident by cancelling for example
        log.info("not changed: %s", error)


def main(argv: Sequence[str] | None = None) -> int:
    """Read the command line and work until SIGINT or SIGTERM."""
    parser = argparse.ArgumentParser(description="a simulated member of staff")
    parser.add_argument("--data", type=Path, required=True)
    places = Places(parser.parse_args(argv).data)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(message)s")
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, _stop)
    login = msgspec.json.decode(places.clerk_login_file.read_bytes(), type=StaffLogin)
    try:
        work(load_settings(places.regency_file, {}), login, secrets.SystemRandom())
    except _ToldToStop:
        return 0


def _stop(_number: int, _frame: object) -> None:
    """Leave whatever is being done.

    Setting an Event would wait for its lock, which the interrupted code may hold: for ever.
    """
    raise _ToldToStop


if __name__ == "__main__":
    sys.exit(main())
