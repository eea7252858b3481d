"""The radio field of the simulated reader, and the cards in it."""

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.simulation.pn532.card import SimulatedCard


class RfField:
    """Cards lose their power when the field goes off, and begin anew when it comes on.

    A card that was deselected keeps silent (HALT, ISO/IEC 14443-3) until it is woken by name or
    loses its power, so that the anticollision finds the next one.
    """

    def __init__(self) -> None:
        self._cards: list[SimulatedCard] = []
        self._halted: list[SimulatedCard] = []
        self._is_on = False

    @property
    def cards(self) -> tuple[SimulatedCard, ...]:
        """The cards on the reader, powered or not."""
        return tuple(self._cards)

    @property
    def is_on(self) -> bool:
        """Whether the field is on."""
        return self._is_on

    def insert(self, card: SimulatedCard) -> None:
        """Lay a card on the reader."""
        card.power_up()
        self._cards.append(card)

    def clear(self) -> None:
        """Take every card away."""
        self._cards.clear()
        self._halted.clear()

    def switch(self, *, on: bool) -> None:
        """Switch the field."""
        if on and not self._is_on:
            self._halted.clear()
            for card in self._cards:
                card.power_up()
        self._is_on = on

    def holds(self, card: SimulatedCard) -> bool:
        """Whether the card is in the field and has power."""
        return self._is_on and card in self._cards

    def hears(self, card: SimulatedCard) -> bool:
        """Whether the card answers to what is sent to it: there, powered, and not halted."""
        return self.holds(card) and card not in self._halted

    def halt(self, card: SimulatedCard) -> None:
        """Deselect a card: it answers no more requests."""
        if self.holds(card) and card not in self._halted:
            self._halted.append(card)

    def wake(self, card: SimulatedCard) -> None:
        """Undo :meth:`halt`."""
        if card in self._halted:
            self._halted.remove(card)

    def activate(
        self,
        technology: CardTechnology,
        at_most: int,
        *,
        identifier: bytes | None = None,
        wake: bool = False,
    ) -> list[SimulatedCard]:
        """Run the anticollision of one technology; switches the field on.

        ``identifier`` looks for that card alone; ``wake`` finds halted ones too (WUPA, WUPB).
        """
        self.switch(on=True)
        found = [
            card
            for card in self._cards
            if card.spec.technology is technology
            and (wake or card not in self._halted)
            and identifier in (None, card.identifier)
        ][:at_most]
        for card in found:
            self.wake(card)
            card.activations += 1
            if card.activations == card.spec.pulled_after_activations:
                self._cards.remove(card)
        return found
