"""The PN532 alone, and what can be typed to it."""

from collections.abc import Iterable

from anjungan.simulation.control import Reply
from anjungan.simulation.line_place import Place
from anjungan.simulation.pn532.card import CardSpecError
from anjungan.simulation.pn532.simulator import Pn532Simulator
from anjungan.simulation.simulated_line import ByteLog, SimulatedLine
from anjungan.simulation.standalone.device import obey_line_words


class StandalonePn532:
    """See ``StandaloneDevice``; ``cards`` lie on the reader from the start."""

    def __init__(self, place: Place, cards: Iterable[str], byte_log: ByteLog | None) -> None:
        self._reader = Pn532Simulator(place, byte_log=byte_log)
        for card in cards:
            self._reader.present(card)

    @property
    def line(self) -> SimulatedLine:
        """See ``StandaloneDevice``."""
        return self._reader.line

    def start(self) -> None:
        """See ``StandaloneDevice``."""
        self._reader.start()

    async def stop(self) -> None:
        """See ``StandaloneDevice``."""
        self._reader.stop()

    def obey(self, verb: str, text: str) -> Reply | None:
        """See ``StandaloneDevice``."""
        match verb, text.split():
            case "card", [card]:
                try:
                    self._reader.present(card)
                except CardSpecError as error:
                    return Reply(ok=False, text=str(error))
                return Reply(ok=True, text=f"{len(self._reader.cards)} on the reader")
            case "remove", []:
                self._reader.remove()
                return Reply(ok=True, text="no card on the reader")
            case "silent" | "answering", []:
                self._reader.faults.silent = verb == "silent"
                return Reply(ok=True, text=f"the reader is {verb}")
            case "power-cycle", []:
                self._reader.power_cycle()
                return Reply(ok=True, text="the chip was without power for a moment")
            case _:
                return obey_line_words(self._reader, verb, text)
