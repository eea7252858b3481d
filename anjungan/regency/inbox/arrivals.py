"""Published messages on their way from the link to the loop: read in the link's thread.

Reading needs no database, so it is done while the loop waits for one.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from anjungan.protocol import contract
from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.messages import Presence, RegencyPresence
from anjungan.protocol.topics import SharedKind, SharedTopic
from anjungan.regency.inbox.reading import Reading, read
from anjungan.regency.link.events import Deliveries, Delivery


@dataclass(frozen=True, slots=True)
class Arrivals:
    """What came; ``farewell`` when the word that the inbox is gone is among it."""

    readings: Sequence[Reading]
    farewell: bool
    acknowledge: Callable[[], None]


def arrivals_of(deliveries: Deliveries, regency: RegencyCode) -> Arrivals:
    """Read messages of kiosks, and what the inbox's workers say of their presence."""
    presence = str(SharedTopic(regency, SharedKind.REGENCY))
    readings: list[Reading] = []
    farewell = False
    for each in deliveries.messages:
        if each.topic == presence:
            farewell |= _is_farewell(each)
        else:
            readings.append(read(each.topic, each.payload, retained=each.retained, regency=regency))
    return Arrivals(readings, farewell, deliveries.acknowledge)


def _is_farewell(delivery: Delivery) -> bool:
    message = contract.decode(SharedKind.REGENCY, delivery.payload)
    return isinstance(message, RegencyPresence) and message.presence is Presence.OFFLINE
