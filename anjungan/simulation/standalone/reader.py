"""A card reader alone, whichever kind, and what can be typed to it."""

from collections.abc import Iterable
from typing import Protocol

from anjungan.simulation.control import Reply
from anjungan.simulation.pn532.card import CardSpecError
from anjungan.simulation.simulated_line import SimulatedLine
from anjungan.simulation.standalone.again import Again
from anjungan.simulation.standalone.device import Pluggable, no_line, obey_line_words


class CanBeSilent(Protocol):
    """The faults that every reader has."""

    silent: bool


class SimulatedReader(Pluggable, Protocol):
    """What the simulators of all readers have in common."""

    @property
    def faults(self) -> CanBeSilent:
        """What is wrong with it."""
        ...

    def present(self, card_spec: str, /) -> None:
        """Lay a card on it; raise CardSpecError for a text that is not understood."""
        ...

    def remove(self) -> None:
        """Take every card away."""
        ...

    def power_cycle(self) -> None:
        """Take its power away for a moment."""
        ...


class StandaloneReader:
    """See ``StandaloneDevice``; ``cards`` are presented at the start, again every ``every_s``."""

    def __init__(
        self, reader: SimulatedReader, cards: Iterable[str], *, every_s: float | None = None
    ) -> None:
        self._reader = reader
        self._cards = tuple(cards)
        self._again = Again(self._present_all, every_s)

    @property
    def line(self) -> SimulatedLine:
        """See ``StandaloneDevice``."""
        return self._reader.line

    def start(self) -> None:
        """See ``StandaloneDevice``."""
        self._reader.plug()
        self._again.start()

    async def stop(self) -> None:
        """See ``StandaloneDevice``."""
        self._again.stop()
        self._reader.unplug()

    def obey(self, verb: str, text: str) -> Reply | None:
        """See ``StandaloneDevice``."""
        match verb, text.split():
            case "card", [card]:
                try:
                    self._reader.present(card)
                except CardSpecError as error:
                    return Reply(ok=False, text=str(error))
                return Reply(ok=True, text="a card")
            case "remove", []:
                self._reader.remove()
                return Reply(ok=True, text="no card")
            case "silent" | "answering", []:
                self._reader.faults.silent = verb == "silent"
                return Reply(ok=True, text=verb)
            case "power-cycle", []:
                try:
                    self._reader.power_cycle()
                except OSError as error:  # some are plugged in anew for it
                    return no_line(self._reader.line, error)
                return Reply(ok=True, text="without power for a moment")
            case _:
                return obey_line_words(self._reader, verb, text)

    def _present_all(self) -> None:
        for card in self._cards:
            self._reader.present(card)
