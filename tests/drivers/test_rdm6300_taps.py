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
from anjungan.appliance.drivers.card_reader.first_readings import FirstReadings
from anjungan.appliance.drivers.card_reader.repeated_taps import RepeatedTaps

EM = CardTechnology.EM4100
ONE, OTHER = Target(EM, bytes.fromhex("010063e9ae")), Target(EM, bytes.fromhex("100086f444"))
PULLED = CardRejected(CardRejection.PULLED_EARLY)
TWO_CARDS = CardRejected(CardRejection.TWO_CARDS)


def presented(target: Target) -> CardPresented:
    return CardPresented(Card(target.technology, target.identifier, Linkable()))


class Reader:
    """Repeats every 65 ms; ``silent`` is the step in which the driver looks."""

    def __init__(self) -> None:
        self.taps = RepeatedTaps()
        self.now_s = 100.0

    def reads(self, *targets: Target) -> list[CardEvent]:
        events = []
        for target in targets:
            self.now_s += 0.065
            events += self.taps.take(target, self.now_s)
        return events

    def silent(self, for_s: float) -> list[CardEvent]:
        events = []
        for _ in range(round(for_s / 0.25)):
            self.now_s += 0.25
            events += self.taps.rest(self.now_s)
        return events


def test_two_equal_readings_are_a_card_and_many_are_one_tap() -> None:
    reader = Reader()
    assert reader.reads(ONE) == []
    assert not reader.taps.is_idle
    assert reader.reads(ONE) == [presented(ONE)]
    assert reader.reads(*[ONE] * 100) == []
    assert reader.silent(0.25) == []
    assert reader.silent(0.25) == [CardRemoved()]
    assert reader.taps.is_idle


def test_the_same_card_after_silence_is_another_tap() -> None:
    reader = Reader()
    reader.reads(ONE, ONE)
    reader.silent(0.5)
    assert reader.reads(ONE, ONE) == [presented(ONE)]


def test_a_card_with_some_garbled_frames_is_one_tap() -> None:
    reader = Reader()
    reader.reads(ONE, ONE)
    for _ in range(10):
        assert reader.silent(0.25) == []
        assert reader.reads(ONE) == []


def test_one_reading_alone_is_a_card_pulled_early() -> None:
    reader = Reader()
    reader.reads(ONE)
    assert reader.silent(0.25) == [PULLED]
    assert reader.silent(1.0) == []


def test_a_reader_that_tells_once_a_tap_needs_two_taps_of_the_same_card() -> None:
    reader = Reader()
    reader.reads(ONE)
    reader.silent(1.0)
    reader.reads(OTHER)
    assert reader.silent(1.0) == [PULLED]
    reader.reads(ONE)
    assert reader.silent(1.0) == [presented(ONE), CardRemoved()]


def test_two_different_numbers_in_one_tap_are_two_cards() -> None:
    reader = Reader()
    assert reader.reads(ONE, OTHER) == [TWO_CARDS]
    assert reader.reads(OTHER, OTHER, ONE, ONE) == []
    assert reader.silent(0.5) == []
    assert reader.reads(ONE, ONE) == [presented(ONE)]


def test_a_second_card_beside_the_one_that_was_told() -> None:
    reader = Reader()
    reader.reads(ONE, ONE)
    assert reader.reads(OTHER, ONE) == [CardRemoved(), TWO_CARDS]


def test_another_card_at_once_is_another_tap() -> None:
    reader = Reader()
    reader.reads(ONE, ONE)
    assert reader.reads(OTHER, OTHER) == [CardRemoved(), presented(OTHER)]


def test_one_stray_number_beside_a_lying_card_is_nothing() -> None:
    reader = Reader()
    reader.reads(ONE, ONE, OTHER)
    assert reader.silent(0.25) == []
    assert reader.reads(ONE) == []


def test_a_blank_tag_is_not_linkable() -> None:
    reader = Reader()
    blank = Target(EM, bytes(5))
    (event,) = reader.reads(blank, blank)
    assert event == CardPresented(Card(EM, bytes(5), NotLinkable(NotLinkableReason.BLANK)))


def test_a_number_that_begins_with_08_is_not_random_at_125_khz() -> None:
    reader = Reader()
    tag = Target(EM, bytes.fromhex("08aabbccdd"))
    assert reader.reads(tag, tag) == [presented(tag)]


def test_a_lost_reader_takes_its_card_with_it() -> None:
    reader = Reader()
    reader.reads(ONE, ONE)
    assert reader.taps.forget() == [CardRemoved()]
    reader.reads(ONE)
    assert reader.taps.forget() == []
    assert reader.taps.is_idle


@settings(max_examples=150)
@given(st.lists(st.sampled_from(["one", "other", "quiet", "long"]), max_size=40))
def test_presented_and_removed_alternate_and_linkable_was_read_twice(steps: list[str]) -> None:
    reader = Reader()
    events: list[CardEvent] = []
    readings = 0
    for step in steps:
        match step:
            case "one":
                readings += 1
                events += reader.reads(ONE)
            case "other":
                events += reader.reads(OTHER)
            case "quiet":
                events += reader.silent(0.25)
            case _:
                events += reader.silent(2.0)
    events += reader.silent(2.0)
    lying = False
    for event in events:
        match event:
            case CardPresented():
                assert not lying
                lying = True
            case CardRemoved():
                assert lying
                lying = False
            case CardRejected():
                assert not lying
    assert not lying
    assert reader.taps.is_idle
    assert events.count(presented(ONE)) * 2 <= readings or readings > 2


def test_first_readings_forget_the_oldest_and_show_nothing() -> None:
    readings = FirstReadings(remembered=2)
    assert not readings.knows(ONE)
    assert readings.knows(ONE)
    assert not readings.knows(OTHER)
    assert not readings.knows(Target(CardTechnology.TYPED, ONE.identifier))
    assert not readings.knows(ONE)  # it was the oldest
    assert "010063e9ae" not in repr(vars(readings))
    assert ONE.identifier not in readings._digests
