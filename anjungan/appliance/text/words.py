"""The word list: every sentence the kiosk says by itself, by key and language.

``words.toml`` holds a table a sentence with ``id``, ``jv`` and ``en``; ``{name}`` marks a value.
"""

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass

import msgspec

from anjungan.catalogue.texts import Language, LocalText


class WordsError(ValueError):
    """The word list is damaged, or a sentence was asked for that it does not hold."""


@dataclass(frozen=True, slots=True)
class Words:
    """All sentences by key."""

    sentences: Mapping[str, LocalText]

    def say(self, key: str, language: Language, **values: object) -> str:
        """The sentence ``key`` in ``language`` with its values filled in.

        Raises:
            WordsError: the key is unknown or a value is missing; tests ask for every key.
        """
        try:
            sentence = self.sentences[key].get(language)
            return sentence.format(**values) if values else sentence
        except (KeyError, IndexError) as error:
            raise WordsError(f"no sentence or value for {key!r}") from error


@dataclass(frozen=True, slots=True)
class Speaker:
    """The word list in one language: ``say("home.letters")``."""

    words: Words
    language: Language

    def __call__(self, key: str, **values: object) -> str:
        """The sentence ``key``; see Words.say."""
        return self.words.say(key, self.language, **values)

    def of(self, text: LocalText) -> str:
        """A text of the catalogue in this language."""
        return text.get(self.language)


def load_words() -> Words:
    """Read the packaged word list."""
    source = importlib.resources.files("anjungan.appliance.text").joinpath("words.toml")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    sentences: dict[str, LocalText] = {}
    for group, entries in tables.items():
        for name, entry in entries.items():
            try:
                sentences[f"{group}.{name}"] = msgspec.convert(entry, LocalText)
            except msgspec.ValidationError as error:
                raise WordsError(f"words.toml: {group}.{name}: {error}") from error
    return Words(sentences)
