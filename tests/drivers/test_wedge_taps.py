from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.card_reader.card import (
    Card,
    CardEvent,
    CardPresented,
    CardRejected,
    CardRejection,
    CardRemoved,
    CardTechnology,
    Linkable,
    NotLinkable,
    NotLinkableReason,
    Target,
)
from anjungan.appliance.drivers.card_reader.single_taps import SingleTaps

TYPED = CardTechnology.TYPED
AGAIN = CardRejected(CardRejection.READ_ONCE)


def typed(number: int) -> Target:
    return Target(TYPED, number.to_bytes(4, "big"))


ONE, OTHER, THIRD = typed(0x04112233), typed(0x11223344), typed(0x55667788)


def presented(target: Target, reason: NotLinkableReason | None = None) -> CardPresented:
    linking = Linkable() if reason is None else NotLinkable(reason)
    return CardPresented(Card(TYPED, target.identifier, linking))


class Reader:
    def __init__(self) -> None:
        self.taps = SingleTaps()
        self.now_s = 50.0

    def tap(self, target: Target, after_s: float = 1.0) -> list[CardEvent]:
        self.now_s += after_s
        return self.taps.take(target, self.now_s)

    def wait(self, for_s: float) -> list[CardEvent]:
        events = []
        for _ in range(round(for_s / 0.1)):
            self.now_s += 0.1
            events += self.taps.rest(self.now_s)
        return events


def test_the_first_tap_of_a_card_asks_for_a_second_one() -> None:
    reader = Reader()
    assert reader.tap(ONE) == [AGAIN]
    assert reader.tap(ONE) == [presented(ONE)]
    assert reader.wait(1.4) == []
    assert reader.wait(0.2) == [CardRemoved()]
    assert reader.taps.is_idle


def test_a_card_that_was_met_before_needs_one_tap() -> None:
    reader = Reader()
    reader.tap(ONE)
    reader.tap(ONE)
    reader.wait(3600.0)
    assert reader.tap(ONE) == [presented(ONE)]


def test_the_second_tap_may_come_much_later_and_between_others() -> None:
    reader = Reader()
    assert reader.tap(ONE) == [AGAIN]
    assert reader.tap(OTHER) == [AGAIN]
    assert reader.tap(ONE, 600.0) == [presented(ONE)]
    assert reader.tap(OTHER) == [CardRemoved(), presented(OTHER)]


def test_what_a_hand_cannot_do_is_the_same_tap() -> None:
    reader = Reader()
    assert reader.tap(ONE) == [AGAIN]
    for _ in range(5):
        assert reader.tap(ONE, 0.3) == []
    assert reader.tap(ONE, 0.5) == [presented(ONE)]


def test_a_reader_that_types_again_and_again_while_the_card_stays() -> None:
    reader = Reader()
    reader.tap(ONE)
    reader.tap(ONE)
    assert [event for _ in range(20) for event in reader.tap(ONE, 1.0)] == []
    assert reader.wait(1.6) == [CardRemoved()]


def test_another_card_takes_the_place_of_the_one_before() -> None:
    reader = Reader()
    reader.tap(ONE)
    reader.tap(ONE)
    assert reader.tap(OTHER, 0.1) == [CardRemoved(), AGAIN]


def test_random_and_blank_numbers_are_refused_at_the_first_tap() -> None:
    reader = Reader()
    random, blank = typed(0x08AABBCC), typed(0)
    assert reader.tap(random) == [presented(random, NotLinkableReason.RANDOM)]
    assert reader.tap(blank) == [CardRemoved(), presented(blank, NotLinkableReason.BLANK)]
    long = Target(TYPED, bytes.fromhex("08a1b2c3d4e5f6"))  # seven bytes are never random
    assert reader.tap(long) == [CardRemoved(), AGAIN]


def test_a_card_with_another_number_at_every_tap_is_refused_at_the_third() -> None:
    reader = Reader()
    assert reader.tap(ONE) == [AGAIN]
    assert reader.tap(OTHER) == [AGAIN]
    assert reader.tap(THIRD) == [presented(THIRD, NotLinkableReason.CHANGES)]
    assert reader.wait(2.0) == [CardRemoved()]
    assert reader.tap(THIRD) == [presented(THIRD)]  # it was a third card after all


def test_strangers_far_apart_are_different_people() -> None:
    reader = Reader()
    for number in range(1, 10):
        assert reader.tap(typed(number << 8), 31.0) == [AGAIN]


def test_a_known_card_between_strangers_begins_the_count_anew() -> None:
    reader = Reader()
    reader.tap(ONE)
    reader.tap(ONE)
    reader.wait(2.0)
    reader.tap(OTHER)
    reader.tap(ONE)
    assert reader.tap(THIRD) == [CardRemoved(), AGAIN]


def test_a_lost_reader_takes_its_card_with_it_but_not_what_it_read() -> None:
    reader = Reader()
    assert reader.tap(ONE) == [AGAIN]
    assert reader.taps.forget() == []
    assert reader.tap(ONE) == [presented(ONE)]
    assert reader.taps.forget() == [CardRemoved()]


@settings(max_examples=150)
@given(st.lists(st.tuples(st.integers(1, 4), st.sampled_from([0.1, 0.5, 1.0, 40.0])), max_size=30))
def test_linkable_only_what_was_typed_before_and_removed_after_presented(
    steps: list[tuple[int, float]],
) -> None:
    reader = Reader()
    typed_before: set[bytes] = set()
    lying = False
    for number, after_s in steps:
        target = typed(number << 16)
        for event in reader.tap(target, after_s):
            match event:
                case CardPresented(card=card):
                    assert not lying
                    assert card.linking != Linkable() or card.identifier in typed_before
                    lying = True
                case CardRemoved():
                    assert lying
                    lying = False
                case CardRejected():
                    assert not lying
        typed_before.add(target.identifier)
    assert reader.wait(2.0) == [CardRemoved()] * lying
