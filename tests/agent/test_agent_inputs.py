"""From devices and screens to events: hostile codes and every kind of card."""

import logging
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.agent.inputs import Inputs
from anjungan.appliance.drivers.buttons import events as buttons
from anjungan.appliance.drivers.card_reader.card import (
    Card,
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
    CardTechnology,
    Linkable,
    NotLinkable,
    NotLinkableReason,
)
from anjungan.appliance.drivers.scanner.scan import Scanned, ScanRefusal, ScanRefused
from anjungan.appliance.ipc.messages import (
    Act,
    AgentMessage,
    ButtonAction,
    ButtonMoved,
    ButtonName,
    Drawn,
    Hello,
    Touched,
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
from anjungan.appliance.session.intents import Wake
from anjungan.appliance.settings.devices import ButtonRole
from anjungan.protocol.card_link import card_link
from anjungan.protocol.tickets import new_token

VILLAGE_KEY = bytes(range(32))
TOKEN = new_token()


class Told:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.shown: list[AgentMessage] = []
        self.inputs = Inputs(VILLAGE_KEY, tell=self.events.append)
        self.inputs.show_button = self.shown.append


@pytest.fixture
def told() -> Told:
    return Told()


def scanned(text: str) -> Event:
    told = Told()
    told.inputs.from_scanner(Scanned(text))
    (event,) = told.events
    return event


class TestCards:
    def test_a_linkable_card_is_told_by_its_link_only(self, told: Told) -> None:
        card = Card(CardTechnology.ISO14443A, bytes.fromhex("04a1b2c3d4e5f6"), Linkable())
        told.inputs.from_card_reader(CardPresented(card))
        link = card_link(VILLAGE_KEY, "iso14443a", bytes.fromhex("04a1b2c3d4e5f6"))
        assert told.events == [CardTapped(link)]

    def test_the_same_number_of_another_technology_is_another_card(self, told: Told) -> None:
        for technology in CardTechnology:
            card = Card(technology, b"\x01\x02\x03\x04", Linkable())
            told.inputs.from_card_reader(CardPresented(card))
        assert len(set(told.events)) == len(CardTechnology)

    @pytest.mark.parametrize("reason", list(NotLinkableReason))
    def test_a_card_that_cannot_be_recognised_again(
        self, told: Told, reason: NotLinkableReason, caplog: pytest.LogCaptureFixture
    ) -> None:
        identifier = bytes.fromhex("08badc0d")
        card = Card(CardTechnology.ISO14443A, identifier, NotLinkable(reason))
        with caplog.at_level(logging.INFO):
            told.inputs.from_card_reader(CardPresented(card))
        assert told.events == [CardRefused(CardProblem.NOT_LINKABLE)]
        assert reason.value in caplog.text
        assert "badc0d" not in caplog.text.lower()

    @pytest.mark.parametrize(
        ("rejection", "problem"),
        [
            (CardRejection.TWO_CARDS, CardProblem.TWO_CARDS),
            (CardRejection.PULLED_EARLY, CardProblem.PULLED_EARLY),
            (CardRejection.READ_ONCE, CardProblem.TAP_AGAIN),
        ],
    )
    def test_taps_that_failed(
        self, told: Told, rejection: CardRejection, problem: CardProblem
    ) -> None:
        told.inputs.from_card_reader(CardRejected(rejection))
        assert told.events == [CardRefused(problem)]

    def test_taking_the_card_away_is_nothing(self, told: Told) -> None:
        told.inputs.from_card_reader(CardRemoved())
        assert told.events == []


class TestScans:
    @pytest.mark.parametrize(
        "text",
        [
            f"https://anjungan.example/t/{TOKEN}",
            f"http://127.0.0.1:8080/t/{TOKEN}",
            f"  https://desa.example/t/{TOKEN}\n",
        ],
    )
    def test_our_tickets_are_known_whatever_the_host(self, text: str) -> None:
        assert scanned(text) == TicketScanned(TOKEN)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            TOKEN,
            "8991234567890",
            f"https://anjungan.example/t/{TOKEN}/more",
            f"https://anjungan.example/t/{TOKEN}?next=evil",
            f"https://anjungan.example/t/{TOKEN[:-1]}",
            f"https://anjungan.example/t/{TOKEN}x",
            f"https://anjungan.example/a/t/{TOKEN}",
            f"https:///t/{TOKEN}",
            f"ftp://anjungan.example/t/{TOKEN}",
            f"javascript:alert(1)//https://a/t/{TOKEN}",
            f"https://{'a' * 300}/t/{TOKEN}",
            f"https://a b/t/{TOKEN}",
            f"https://a/t/{TOKEN}\nhttps://b/t/{TOKEN}",
            "https://a/t/" + "٣" * 22,
            "' OR 1=1; --",
            "\x1b[2J" + f"https://a/t/{TOKEN}",
        ],
    )
    def test_everything_else_is_unknown(self, text: str) -> None:
        assert scanned(text) == UnknownScanned()

    @settings(max_examples=200)
    @given(st.text(max_size=2048))
    def test_no_text_does_more_than_being_unknown(self, text: str) -> None:
        assert scanned(text) == UnknownScanned()

    @settings(max_examples=60)
    @given(host=st.from_regex(r"[a-z0-9.:-]{1,60}", fullmatch=True))
    def test_any_host_may_stand_before_a_ticket(self, host: str) -> None:
        assert scanned(f"https://{host}/t/{TOKEN}") == TicketScanned(TOKEN)

    @pytest.mark.parametrize("reason", list(ScanRefusal))
    def test_what_the_driver_refused_is_unknown(self, told: Told, reason: ScanRefusal) -> None:
        told.inputs.from_scanner(ScanRefused(reason))
        assert told.events == [UnknownScanned()]

    def test_a_line_full_of_noise_is_told_once_and_every_event_counts(
        self, told: Told, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.INFO)
        for _ in range(205):
            told.inputs.from_scanner(ScanRefused(ScanRefusal.TOO_LONG))
        assert caplog.messages == [f"a scanned code was refused: {ScanRefusal.TOO_LONG.value}"]
        assert told.events == [UnknownScanned()] * 205

    def test_what_was_scanned_is_not_logged(
        self, told: Told, caplog: pytest.LogCaptureFixture
    ) -> None:
        with caplog.at_level(logging.DEBUG):
            told.inputs.from_scanner(Scanned("3505014709850147"))
        assert "3505014709850147" not in caplog.text


class TestButtonsAndScreens:
    @pytest.mark.parametrize(
        ("moved", "action"),
        [
            (buttons.ButtonPressed("ok"), ButtonAction.PRESSED),
            (buttons.ButtonHeld("ok"), ButtonAction.HELD),
            (buttons.ButtonRepeated("ok"), ButtonAction.REPEATED),
            (buttons.ButtonReleased("ok"), ButtonAction.RELEASED),
        ],
    )
    def test_a_button_stirs_the_visit_and_goes_to_the_screens(
        self, told: Told, moved: buttons.ButtonEvent, action: ButtonAction
    ) -> None:
        told.inputs.from_buttons("ok", moved)
        assert told.events == [Stirred()]
        assert told.shown == [ButtonMoved(button=ButtonName.OK, action=action)]

    @pytest.mark.parametrize("role", get_args(ButtonRole))
    def test_everything_a_button_does_has_a_name_on_the_wire(
        self, told: Told, role: ButtonRole
    ) -> None:
        told.inputs.from_buttons(role, buttons.ButtonPressed("hijau-kiri"))
        assert told.shown == [ButtonMoved(button=ButtonName(role), action=ButtonAction.PRESSED)]

    def test_without_screens_a_button_still_stirs(self) -> None:
        events: list[Event] = []
        Inputs(VILLAGE_KEY, tell=events.append).from_buttons("up", buttons.ButtonPressed("up"))
        assert events == [Stirred()]

    def test_what_the_screens_say(self, told: Told) -> None:
        told.inputs.from_screens(Act(step=4, intent=Wake()))
        told.inputs.from_screens(Touched())
        told.inputs.from_screens(Drawn(step=4))
        told.inputs.from_screens(Hello(version="1", width_px=1, height_px=1))
        assert told.events == [Intended(4, Wake()), Stirred()]
