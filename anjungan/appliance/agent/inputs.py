"""From devices and screens to events of the session."""

import logging
import re
from collections.abc import Callable
from typing import Final, assert_never

from anjungan.appliance.drivers.buttons import events as buttons
from anjungan.appliance.drivers.card_reader.card import (
    CardEvent,
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
    Linkable,
    NotLinkable,
)
from anjungan.appliance.drivers.limited_log import LimitedLog
from anjungan.appliance.drivers.scanner.scan import ScanEvent, Scanned, ScanRefused
from anjungan.appliance.ipc.messages import (
    Act,
    AgentMessage,
    ButtonAction,
    ButtonMoved,
    ButtonName,
    Drawn,
    Focused,
    Hello,
    ScreensMessage,
    Touched,
    Typed,
)
from anjungan.appliance.session.events import (
    CardProblem,
    CardRefused,
    CardTapped,
    Event,
    Intended,
    Stirred,
    TicketScanned,
    UnknownScanned,
)
from anjungan.appliance.settings.devices import ButtonRole
from anjungan.protocol.card_link import card_link
from anjungan.protocol.tickets import parse_token

log = logging.getLogger(__name__)

_TRACKING_ADDRESS: Final = re.compile(r"https?://[^\s/]{1,253}/t/([A-Za-z0-9_-]{22})", re.ASCII)


class Inputs:
    """Turns what happened outside into events.

    ``show_button`` passes button moves on to the screens.
    """

    def __init__(self, village_key: bytes, *, tell: Callable[[Event], None]) -> None:
        self._village_key = village_key
        self._tell = tell
        self._refusals = LimitedLog(log, logging.INFO)
        self.show_button: Callable[[AgentMessage], None] = lambda _message: None

    def from_card_reader(self, event: CardEvent) -> None:
        """A card was tapped, refused, or taken away."""
        match event:
            case CardPresented(card=card):
                match card.linking:
                    case Linkable():
                        technology = card.technology.value
                        link = card_link(self._village_key, technology, card.identifier)
                        self._tell(CardTapped(link))
                    case NotLinkable(reason=reason):
                        self._refusals.tell(f"a card cannot be linked: {reason.value}")
                        self._tell(CardRefused(CardProblem.NOT_LINKABLE))
                    case _:
                        assert_never(card.linking)
            case CardRejected(reason=reason):
                self._tell(CardRefused(_card_problem(reason)))
            case CardRemoved():
                pass
            case _:
                assert_never(event)

    def from_scanner(self, event: ScanEvent) -> None:
        """Something was scanned; only a ticket of ours goes further than this."""
        match event:
            case Scanned(text=text):
                self._tell(_ticket_scanned(text))
            case ScanRefused(reason=reason):
                self._refusals.tell(f"a scanned code was refused: {reason.value}")
                self._tell(UnknownScanned())
            case _:
                assert_never(event)

    def from_buttons(self, role: ButtonRole, event: buttons.ButtonEvent) -> None:
        """A button moved; the screens decide what its role means on the present view."""
        self._tell(Stirred())
        self.show_button(ButtonMoved(button=ButtonName(role), action=_action(event)))

    def from_screens(self, message: ScreensMessage) -> None:
        """The resident did something on the screen."""
        match message:
            case Act(step=step, intent=intent):
                self._tell(Intended(step, intent))
            case Touched():
                self._tell(Stirred())
            case Drawn() | Hello() | Focused() | Typed():
                pass
            case _:
                assert_never(message)


def _card_problem(reason: CardRejection) -> CardProblem:
    match reason:
        case CardRejection.TWO_CARDS:
            return CardProblem.TWO_CARDS
        case CardRejection.PULLED_EARLY:
            return CardProblem.PULLED_EARLY
        case CardRejection.READ_ONCE:
            return CardProblem.TAP_AGAIN
        case _:
            assert_never(reason)


def _action(event: buttons.ButtonEvent) -> ButtonAction:
    match event:
        case buttons.ButtonPressed():
            return ButtonAction.PRESSED
        case buttons.ButtonHeld():
            return ButtonAction.HELD
        case buttons.ButtonRepeated():
            return ButtonAction.REPEATED
        case buttons.ButtonReleased():
            return ButtonAction.RELEASED
        case _:
            assert_never(event)


def _ticket_scanned(text: str) -> TicketScanned | UnknownScanned:
    """The token of a ticket's QR: our tracking address of any host, and nothing else in it."""
    match = _TRACKING_ADDRESS.fullmatch(text.strip())
    token = parse_token(match.group(1)) if match else None
    return UnknownScanned() if token is None else TicketScanned(token)
