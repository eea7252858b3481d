import pytest
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
from anjungan.appliance.drivers.card_reader.tap import TapTracker, linking_of

A, B = CardTechnology.ISO14443A, CardTechnology.ISO14443B
ONE, OTHER = Target(A, b"\x04abc123"), Target(B, b"\x11\x22\x33\x44")
TWO_CARDS = CardRejected(CardRejection.TWO_CARDS)
PULLED = CardRejected(CardRejection.PULLED_EARLY)


class Desk:
    """A reader that polls every 0.2 s; ``sees`` takes what the polls see."""

    def __init__(self) -> None:
        self.tracker = TapTracker()
        self.now_s = 0.0

    def sees(self, *seen: Target, again: tuple[Target, ...] | None = None) -> list[CardEvent]:
        self.now_s += 0.2
        second = None
        if self.tracker.second_look(seen):
            second = seen if again is None else again
        return self.tracker.observe(seen, second, self.now_s)


def presented(target: Target) -> CardPresented:
    return CardPresented(Card(target.technology, target.identifier, Linkable()))


@pytest.mark.parametrize(
    ("first", "second", "linking"),
    [
        (ONE, ONE, Linkable()),
        (OTHER, OTHER, Linkable()),
        (ONE, Target(A, b"\x04abc124"), NotLinkable(NotLinkableReason.CHANGES)),
        (ONE, Target(B, ONE.identifier), NotLinkable(NotLinkableReason.CHANGES)),
        (Target(A, b"\x08abc"), Target(A, b"\x08abc"), NotLinkable(NotLinkableReason.RANDOM)),
        (Target(A, b"\x08abc"), Target(A, b"\x08xyz"), NotLinkable(NotLinkableReason.RANDOM)),
        (Target(A, b"\x08abc"), ONE, NotLinkable(NotLinkableReason.CHANGES)),
        (Target(A, b"\x08abcdef"), Target(A, b"\x08abcdef"), Linkable()),  # 7 bytes: not random
        (Target(B, b"\x08abc"), Target(B, b"\x08abc"), Linkable()),  # type B: no such mark
        (Target(B, bytes(4)), Target(B, bytes(4)), NotLinkable(NotLinkableReason.BLANK)),
    ],
)
def test_which_identifiers_can_be_relied_on(first: Target, second: Target, linking: object) -> None:
    assert linking_of(first, second) == linking


def test_a_card_that_stays_is_one_tap() -> None:
    desk = Desk()
    assert desk.sees() == []
    assert desk.sees(ONE) == [presented(ONE)]
    assert [event for _ in range(50) for event in desk.sees(ONE)] == []


def test_a_lifted_card_is_removed_after_the_debounce_time_and_may_come_again() -> None:
    desk = Desk()
    desk.sees(ONE)
    assert [event for _ in range(7) for event in desk.sees()] == []  # 1.4 s
    assert desk.sees() == [CardRemoved()]
    assert desk.sees(ONE) == [presented(ONE)]


def test_a_card_that_flickers_is_one_tap() -> None:
    desk = Desk()
    desk.sees(ONE)
    for _ in range(20):
        assert [event for _ in range(6) for event in desk.sees()] == []
        assert desk.sees(ONE) == []


def test_another_card_at_once_is_another_tap() -> None:
    desk = Desk()
    desk.sees(ONE)
    assert desk.sees(OTHER) == [CardRemoved(), presented(OTHER)]


def test_the_same_number_on_another_technology_is_another_card() -> None:
    desk = Desk()
    desk.sees(Target(A, b"\x11\x22\x33\x44"))
    assert desk.sees(OTHER) == [CardRemoved(), presented(OTHER)]


def test_a_changing_card_that_stays_is_one_tap() -> None:
    desk = Desk()
    numbers = [Target(B, bytes((n, 1, 2, 3))) for n in range(1, 60)]
    [event] = desk.sees(numbers[0], again=(numbers[1],))
    assert isinstance(event, CardPresented)
    assert event.card.linking == NotLinkable(NotLinkableReason.CHANGES)
    for seen, again in zip(numbers[2::2], numbers[3::2], strict=False):
        assert desk.sees(seen, again=(again,)) == []
    assert desk.sees(ONE) == [CardRemoved(), presented(ONE)]


def test_a_card_pulled_before_the_second_look_may_be_tapped_again_at_once() -> None:
    desk = Desk()
    assert desk.sees(ONE, again=()) == [PULLED]
    assert desk.sees(ONE) == [presented(ONE)]


def test_a_second_look_that_misses_does_not_replace_the_card_that_lies_there() -> None:
    desk = Desk()
    desk.sees(ONE)
    assert desk.sees(OTHER, again=()) == []
    assert desk.sees(ONE) == []


def test_two_cards_are_refused_until_the_reader_was_seen_empty() -> None:
    desk = Desk()
    assert desk.sees(ONE, OTHER) == [TWO_CARDS]
    assert desk.sees(ONE, OTHER) == []
    assert desk.sees(ONE) == []
    assert desk.sees() == []
    assert desk.sees(ONE) == []  # one empty poll may be chance
    assert desk.sees() == []
    assert desk.sees() == []
    assert desk.sees(ONE) == [presented(ONE)]


def test_a_second_card_laid_beside_the_first() -> None:
    desk = Desk()
    desk.sees(ONE)
    assert desk.sees(ONE, OTHER) == [CardRemoved(), TWO_CARDS]


def test_a_second_card_seen_only_at_the_second_look() -> None:
    desk = Desk()
    assert desk.sees(ONE, again=(ONE, Target(A, b"\x04xyz789"))) == [TWO_CARDS]


def test_forgetting_tells_that_the_card_is_gone() -> None:
    desk = Desk()
    assert desk.tracker.forget() == []
    desk.sees(ONE)
    assert desk.tracker.forget() == [CardRemoved()]
    assert desk.sees(ONE) == [presented(ONE)]


def test_a_card_never_shows_its_identifier() -> None:
    shown = repr(presented(Target(A, b"\x04\xa1\xb2\xc3")))
    assert "a1" not in shown
    assert "4 bytes withheld" in shown


targets = st.one_of(
    st.just(ONE),
    st.just(OTHER),
    st.binary(min_size=4, max_size=4).map(lambda identifier: Target(A, identifier)),
)
looks = st.lists(targets, max_size=2).map(tuple)


@settings(max_examples=300)
@given(st.lists(st.tuples(looks, looks, st.floats(0.01, 3.0)), max_size=40))
def test_every_removal_follows_a_presentation_and_no_tap_lasts_for_ever(
    polls: list[tuple[tuple[Target, ...], tuple[Target, ...], float]],
) -> None:
    tracker = TapTracker()
    now_s = 0.0
    lying = False
    for seen, again, later_s in polls:
        now_s += later_s
        looked = again if tracker.second_look(seen) else None
        for event in tracker.observe(seen, looked, now_s):
            match event:
                case CardPresented(card):
                    assert not lying
                    assert looked is not None
                    if isinstance(card.linking, Linkable):
                        assert seen == looked == (Target(card.technology, card.identifier),)
                    lying = True
                case CardRemoved():
                    assert lying
                    lying = False
                case CardRejected():
                    assert not lying
    for _ in range(2):
        now_s += 1.6
        removed = tracker.observe((), None, now_s) == [CardRemoved()]
        lying = lying and not removed
    assert not lying
    assert tracker.observe((ONE,), (ONE,), now_s) == [presented(ONE)]
