"""Topics, identities, ticket codes and queue numbers."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.protocol.card_link import card_link
from anjungan.protocol.identity import (
    IdentityError,
    parse_kiosk,
    parse_regency,
    parse_village,
    regency_of,
    village_of,
)
from anjungan.protocol.tickets import (
    CODE_LENGTH,
    format_queue_number,
    new_code,
    new_token,
    parse_code,
    parse_token,
    spell_code,
)
from anjungan.protocol.topics import (
    DownKind,
    DownTopic,
    SharedKind,
    SharedTopic,
    TopicError,
    UpKind,
    UpTopic,
    down_filter,
    parse_topic,
    shared_filter,
    up_filter,
)
from anjungan.protocol.typed_codes import CODE_ALPHABET, check_character

KIOSK = parse_kiosk("3505102001-1")
LINK = "18c3bf74c22ec4f2a852be942da1a0c27bcbf937d2ff95870f2e4610dd3c16f8"

kiosks = st.builds(
    lambda village, number: parse_kiosk(f"{village:010d}-{number}"),
    st.integers(0, 10**10 - 1),
    st.integers(1, 99),
)
topics = st.one_of(
    st.builds(UpTopic, kiosks, st.sampled_from(UpKind)),
    st.builds(DownTopic, kiosks, st.sampled_from(DownKind)),
    st.builds(SharedTopic, kiosks.map(regency_of), st.sampled_from(SharedKind)),
)


@given(topics)
def test_a_topic_is_read_as_it_was_written(topic: UpTopic | DownTopic | SharedTopic) -> None:
    assert parse_topic(str(topic)) == topic


def matches(subscription: str, topic: str) -> bool:
    """Whether an MQTT filter of single-level wildcards matches (MQTT 3.1.1 section 4.7)."""
    levels, names = subscription.split("/"), topic.split("/")
    return len(levels) == len(names) and all(
        level in {"+", name} for level, name in zip(levels, names, strict=True)
    )


@given(topics)
def test_each_side_subscribes_to_what_is_meant_for_it(
    topic: UpTopic | DownTopic | SharedTopic,
) -> None:
    text = str(topic)
    ours = isinstance(topic, DownTopic) and topic.kiosk == KIOSK
    assert matches(down_filter(KIOSK), text) == ours
    shared = isinstance(topic, SharedTopic) and topic.regency == "3505"
    assert matches(shared_filter(regency_of(KIOSK)), text) == shared
    up = isinstance(topic, UpTopic) and regency_of(topic.kiosk) == "3505"
    assert matches(up_filter(regency_of(KIOSK)), text) == up


@pytest.mark.parametrize(
    "text",
    [
        "",
        "anjungan/1",
        "anjungan/2/3505/3505102001/3505102001-1/up/state",
        "other/1/3505/3505102001/3505102001-1/up/state",
        "anjungan/1/3506/3505102001/3505102001-1/up/state",
        "anjungan/1/3505/3505102002/3505102001-1/up/state",
        "anjungan/1/3505/3505102001/3505102001/up/state",
        "anjungan/1/3505/3505102001/3505102001-1/sideways/state",
        "anjungan/1/3505/3505102001/3505102001-1/up/receipt",
        "anjungan/1/3505/3505102001/3505102001-1/dn/request",
        "anjungan/1/3505/3505102001/3505102001-1/up/state/more",
        "anjungan/1/35/all/regency",
        "anjungan/1/3505/all/state",
    ],
)
def test_foreign_and_contradictory_topics_are_refused(text: str) -> None:
    with pytest.raises(TopicError):
        parse_topic(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "anjungan",
                "1",
                "3505",
                "all",
                "up",
                "dn",
                "state",
                "",
                "+",
                "#",
                "3505102001",
                "3505102001-1",
                "é",
            ]
        ),
        max_size=9,
    )
)
@settings(max_examples=200)
def test_no_topic_is_another_exception(levels: list[str]) -> None:
    text = "/".join(levels)
    try:
        topic = parse_topic(text)
    except TopicError:
        return
    assert str(topic) == text


@pytest.mark.parametrize(
    ("parse", "good", "wrong"),
    [
        (parse_regency, "3505", ["", "350", "35051", "35o5", "\uff13\uff15\uff10\uff15", "3505\n"]),
        (parse_village, "3505102001", ["", "350510200", "35051020011", "3505102001 "]),
        (
            parse_kiosk,
            "3505102001-99",
            ["3505102001", "3505102001-0", "3505102001-100", "3505102001-01", "3505102001-1\n"],
        ),
    ],
)  # fmt: skip
def test_identities_are_exact(parse: object, good: str, wrong: list[str]) -> None:
    assert parse(good) == good  # type: ignore[operator]
    for text in wrong:
        with pytest.raises(IdentityError) as caught:
            parse(text)  # type: ignore[operator]
        assert not text or text not in str(caught.value)


def test_a_kiosk_names_its_village_and_regency() -> None:
    assert village_of(KIOSK) == "3505102001"
    assert regency_of(KIOSK) == regency_of(village_of(KIOSK)) == "3505"


# --- tickets --------------------------------------------------------------------------------


def test_new_codes_and_tokens_are_readable_and_differ() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    for code in codes:
        assert len(code) == CODE_LENGTH
        assert parse_code(code) == code
        assert set(code) <= set(CODE_ALPHABET)
    assert {character for code in codes for character in code} == set(CODE_ALPHABET)
    tokens = {new_token() for _ in range(500)}
    assert len(tokens) == 500
    assert all(parse_token(token) == token for token in tokens)


bodies = st.text(CODE_ALPHABET, min_size=8, max_size=8).filter(
    lambda body: check_character(body) is not None
)


@given(bodies, st.integers(0, 8), st.sampled_from(CODE_ALPHABET))
def test_a_single_wrong_character_is_found(body: str, place: int, other: str) -> None:
    code = body + str(check_character(body))
    wrong = code[:place] + other + code[place + 1 :]
    assert (parse_code(wrong) is None) == (wrong != code)


@given(bodies, st.integers(0, 6))
def test_two_swapped_neighbours_are_found(body: str, place: int) -> None:
    code = body + str(check_character(body))
    swapped = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    assert (parse_code(swapped) is None) == (swapped != code)


@given(bodies)
def test_a_code_is_read_as_people_type_it(body: str) -> None:
    code = parse_code(body + str(check_character(body)))
    assert code is not None
    assert parse_code(f" {spell_code(code).lower()} ") == code
    assert spell_code(code).replace("-", "") == code


def test_some_bodies_have_no_check_character() -> None:
    without = [c for c in CODE_ALPHABET if check_character("2222222" + c) is None]
    assert without, "five remainders of 37 cannot be spelled"


@given(st.text(max_size=40))
def test_no_typed_text_is_an_exception(text: str) -> None:
    code = parse_code(text)
    assert code is None or len(code) == CODE_LENGTH
    token = parse_token(text)
    assert token is None or len(token) == 22


def test_queue_numbers() -> None:
    day = date(2026, 3, 2)
    assert format_queue_number(day, 1) == "020326-001"
    assert format_queue_number(day, 999) == "020326-999"
    assert format_queue_number(day, 1_000) == "020326-1000"
    assert format_queue_number(day, 7, letter="B") == "020326-B007"
    with pytest.raises(ValueError, match="begin at 1"):
        format_queue_number(day, 0)


def test_a_card_link_tells_nothing_without_the_key() -> None:
    key = bytes(range(32))
    link = card_link(key, "iso14443a", b"\x04\xa1\xb2\xc3")
    assert link == LINK, "links in the field must be found again"
    assert link == card_link(key, "iso14443a", b"\x04\xa1\xb2\xc3")
    others = {
        card_link(bytes(32), "iso14443a", b"\x04\xa1\xb2\xc3"),
        card_link(key, "iso14443b", b"\x04\xa1\xb2\xc3"),
        card_link(key, "iso14443a", b"\x04\xa1\xb2"),
        card_link(key, "iso14443", b"a\x04\xa1\xb2\xc3"),
    }
    assert link not in others
    assert len(others) == 4
    with pytest.raises(ValueError, match="32 bytes"):
        card_link(b"short", "iso14443a", b"\x01")
