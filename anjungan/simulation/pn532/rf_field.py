"""The radio field of the simulated reader, and the cards in it."""

from anjungan.appliance.drivers.card_reader.card import CardTechnology
from anjungan.simulation.pn532.card import SimulatedCard


class RfField:
    """Cards lose their power when the field goes off, and begin anew when it comes on."""

    def __init__(self) -> None:
        self._cards: list[SimulatedCard] = []
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

    def switch(self, *, on: bool) -> None:
        """Switch the field."""
        if on and not self._is_on:
            for card in self._cards:
                card.power_up()
        self._is_on = on

    def holds(self, card: SimulatedCard) -> bool:
        """Whether the card is in the field and has power."""
        return self._is_on and card in self._cards

    def activate(self, technology: CardTechnology, at_most: int) -> list[SimulatedCard]:
        """Run the anticollision of one technology; switches the field on."""
        self.switch(on=True)
        found = [card for card in self._cards if card.spec.technology is technology][:at_most]
        for card in found:
            card.activations += 1
            if card.activations == card.spec.pulled_after_activations:
                self._cards.remove(card)
        return found
