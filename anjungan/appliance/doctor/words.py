"""The doctor's sentences, in the languages of technicians."""

import importlib.resources
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

import msgspec

DoctorLanguage = Literal["id", "en"]
LANGUAGES: Final[tuple[DoctorLanguage, ...]] = get_args(DoctorLanguage)


class _Sentence(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    en: str


@dataclass(frozen=True, slots=True)
class Said:
    """A sentence by its key in ``words.toml``, with its values; no language yet.

    A value may be a sentence itself, or a tuple of them of which any would do.
    """

    key: str
    values: Mapping[str, object] = field(default_factory=dict)


def say(key: str, **values: object) -> Said:
    """``say("line.good")``, ``say("device.absent", path="/dev/…")``."""
    return Said(key, values)


class DoctorWords:
    """Every sentence by its key."""

    def __init__(self, sentences: Mapping[str, _Sentence]) -> None:
        self._sentences = sentences

    @property
    def keys(self) -> frozenset[str]:
        """Every key there is."""
        return frozenset(self._sentences)

    def text(self, said: Said, language: DoctorLanguage) -> str:
        """The sentence in ``language``; KeyError where key or value is missing."""
        sentence = self._sentences[said.key]
        values = {name: self._value(value, language) for name, value in said.values.items()}
        return (sentence.id if language == "id" else sentence.en).format(**values)

    def _value(self, value: object, language: DoctorLanguage) -> object:
        match value:
            case Said():
                return self.text(value, language)
            case tuple():
                return " / ".join(str(self._value(each, language)) for each in value)
            case _:
                return value


def load_doctor_words() -> DoctorWords:
    """Read the packaged word list."""
    source = importlib.resources.files("anjungan.appliance.doctor").joinpath("words.toml")
    tables = tomllib.loads(source.read_text(encoding="utf-8"))
    return DoctorWords(
        {
            f"{table}.{name}": msgspec.convert(entry, _Sentence)
            for table, entries in tables.items()
            for name, entry in entries.items()
        }
    )
