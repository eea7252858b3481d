"""The word list: every key asked for exists, every key is asked for, in three languages."""

import re
import string
from pathlib import Path

import pytest

from anjungan.appliance import session
from anjungan.appliance.text.words import Speaker, WordsError, load_words

SOURCES = list(Path(session.__file__).parent.rglob("*.py"))
WORDS = load_words()


def asked_keys() -> tuple[set[str], set[str]]:
    """Whole keys, and patterns of keys that are put together at run time."""
    whole, pieces = set(), set()
    for source in SOURCES:
        text = source.read_text(encoding="utf-8")
        for found in re.findall(r'"([a-z_]+\.[a-z0-9_]+)"', text):
            whole.add(found)
        for found in re.findall(r'f"([a-z_]+\.[^"]*\{[^"]*)"', text):
            pieces.add(re.sub(r"\{[^}]*\}", ".+", re.sub(r"\.", r"\\.", found, count=1)))
        pieces |= {re.escape(key) + ".*" for key in re.findall(r'key = "(search\.[a-z_]+)"', text)}
    return whole, pieces


def test_every_whole_key_exists() -> None:
    groups = {key.split(".")[0] for key in WORDS.sentences}
    missing = {
        key for key in asked_keys()[0] if key.split(".")[0] in groups and key not in WORDS.sentences
    }
    assert not missing


def test_every_sentence_is_used() -> None:
    whole, pieces = asked_keys()
    unused = {
        key
        for key in WORDS.sentences
        if key not in whole and not any(re.fullmatch(piece, key) for piece in pieces)
    }
    assert not unused


@pytest.mark.parametrize("key", sorted(WORDS.sentences))
def test_three_languages_with_the_same_values(key: str) -> None:
    sentence = WORDS.sentences[key]
    assert sentence.id
    assert sentence.jv
    assert sentence.en
    needed = {name for _, name, _, _ in string.Formatter().parse(sentence.id) if name}
    for other in (sentence.jv, sentence.en):
        assert {name for _, name, _, _ in string.Formatter().parse(other) if name} == needed


FORBIDDEN = re.compile(
    r"\b(submit|upload|server|sinkronisasi|error|timeout|sesi|token|mqtt|login|galat)\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("key", sorted(WORDS.sentences))
def test_residents_are_spared_the_words_of_machines(key: str) -> None:
    assert not FORBIDDEN.search(WORDS.sentences[key].id)
    assert not FORBIDDEN.search(WORDS.sentences[key].jv)


def test_an_unknown_key_is_a_clear_mistake() -> None:
    with pytest.raises(WordsError, match="no_such"):
        Speaker(WORDS, "id")("home.no_such")
