"""The desk's lines to the parts of the running demo: it listens to all, and asks one at a time."""

import asyncio
import logging
from pathlib import Path
from random import Random
from typing import Final, assert_never

from anjungan.simulation.control import Command, NoAnswerError, Reply, ask, events_of
from anjungan.simulation.desk.board import Board
from anjungan.simulation.desk.wishes import PartName
from anjungan.simulation.places import Places

log = logging.getLogger(__name__)

_FIRST_PAUSE_S: Final = 0.2
_LONGEST_PAUSE_S: Final = 2.0
_ANSWER_WITHIN_S: Final = 5.0


class Parts:
    """Watches the parts for ever; a part that has gone is looked for again."""

    def __init__(self, places: Places, board: Board, random: Random) -> None:
        self._places = places
        self._board = board
        self._random = random

    async def run(self) -> None:
        """Listen to all of them until cancelled."""
        async with asyncio.TaskGroup() as group:
            for part in PartName:
                group.create_task(self._listen(part), name=f"listen to {part.value}")

    async def ask(self, part: PartName, command: Command) -> Reply:
        """Ask a part; a part that does not answer is a reply too."""
        path = self._path(part)
        try:
            return await asyncio.to_thread(ask, path, command, timeout_s=_ANSWER_WITHIN_S)
        except NoAnswerError:
            return Reply(ok=False, text=f"{part.value} does not answer")

    async def _listen(self, part: PartName) -> None:
        failures = 0
        while True:
            heard = False
            try:
                async for event in events_of(self._path(part)):
                    if not heard:
                        heard = True
                        self._board.begin(part)
                    self._board.take(event)
            except NoAnswerError:
                pass
            self._board.lose(part)
            failures = 0 if heard else failures + 1
            ceiling_s = min(_LONGEST_PAUSE_S, _FIRST_PAUSE_S * 2.0 ** min(failures, 10))
            await asyncio.sleep(self._random.uniform(_FIRST_PAUSE_S / 2, ceiling_s))

    def _path(self, part: PartName) -> Path:
        match part:
            case PartName.DEVICES:
                return self._places.devices_socket
            case PartName.BUTTONS:
                return self._places.buttons_socket
            case PartName.LINE:
                return self._places.line_socket
            case _:
                assert_never(part)
