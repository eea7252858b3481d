"""Every sentence the doctor may say exists, in both languages, with the values it names."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

import anjungan.appliance.doctor
from anjungan.appliance.doctor.mistake_words import DEVICE_FORMS, FIXES, FORMS, VALUE_TYPES
from anjungan.appliance.doctor.remedies import FAULTS, REASONS
from anjungan.appliance.doctor.remedies import FIXES as DEVICE_FIXES
from anjungan.appliance.doctor.words import LANGUAGES, load_doctor_words, say
from anjungan.appliance.drivers.printer.logo import LogoProblem
from anjungan.appliance.errors import ConfigProblem
from anjungan.appliance.settings.devices import Family, known_values

WORDS = load_doctor_words()
SOURCES = "\n".join(
    file.read_text(encoding="utf-8")
    for file in Path(anjungan.appliance.doctor.__path__[0]).glob("*.py")
)


def keys_in_code() -> set[str]:
    spelled = set(re.findall(r'say\(\s*"([a-z_]+\.[a-z_]+)"', SOURCES))
    made = {f"device.{family}" for family in get_args(Family)}
    made |= {f"device_expected.{kind}" for kind in known_values("kind").split(", ")}
    made |= {f"fault.{code}" for code in FAULTS}
    made |= {f"reason.{words}" for words in REASONS.values()}
    made |= {f"logo.{problem}" for problem in get_args(LogoProblem)}
    fixes = set(re.findall(r'_wrong\(.*, "([a-z_]+)"\)', SOURCES)) | DEVICE_FIXES
    labels = {"frame.answered", "frame.expected", "frame.fix"}
    return spelled | made | labels | mistakes() | {f"device_fix.{fix}" for fix in fixes}


def mistakes() -> set[str]:
    names = {problem.value for problem in ConfigProblem} | set(FORMS.values()) | DEVICE_FORMS
    return (
        {f"mistake.{name}" for name in names}
        | {f"settings_fix.{fix}" for fix in {*FIXES.values(), "line"}}
        | {f"value_type.{name}" for name in VALUE_TYPES | {"other"}}
    )


def test_every_sentence_that_is_asked_for_exists() -> None:
    assert keys_in_code() - WORDS.keys == set()


def test_no_sentence_is_left_over() -> None:
    assert WORDS.keys - keys_in_code() == set()


@pytest.mark.parametrize("key", sorted(WORDS.keys))
def test_both_languages_name_known_values_only(key: str) -> None:
    """A sentence may leave a value out, but neither may name one the other does not know."""
    names = {
        language: {
            name
            for _text, name, _spec, _conversion in Formatter().parse(
                getattr(WORDS._sentences[key], language)
            )
            if name is not None
        }
        for language in LANGUAGES
    }
    assert names["id"] == names["en"]


def test_a_sentence_is_filled_in() -> None:
    assert WORDS.text(say("frame.something_wrong", count=2), "en").startswith("Wrong: 2.")
    assert WORDS.text(say("frame.something_wrong", count=2), "id").startswith("Yang salah: 2.")
