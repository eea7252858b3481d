"""The questions of a form: one question, one screen, in the order of the file."""

import datetime as dt
from typing import Final, Literal, TypeAlias

import msgspec

from anjungan.catalogue.date_rules import resolve_rule
from anjungan.catalogue.texts import Language, LocalText

OTHER_PREFIX: Final = "other:"
"""Begins the answer to a choice that was given in the resident's own words."""


class Option(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One answer that can be chosen.

    Attributes:
        id: unique in its list; this is what an answer holds, never the code alone.
        label: what the resident reads.
        code: number in the official list the option comes from. Numbers of different lists
            collide (marital status 4 means two things), so it says nothing without the list.
        common: shown before a search is needed; only read in long lists.
        icon: name of a Tabler icon, or none.
    """

    id: str
    label: LocalText
    code: int | None = None
    common: bool = False
    icon: str | None = None


class OptionList(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A named list of options that several questions may use."""

    id: str
    source: str
    options: tuple[Option, ...]


class QuestionBase(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What every kind of question has.

    Attributes:
        name: key of the answer, unique in its service.
        label: the question itself, polite and short.
        short: the same as a noun, for the review screen, the request sheet and the officer.
        hint: one line under the question, or none.
        required: whether an empty answer is refused.
        section: heading of the group the question belongs to, or none.
        sensitive: masked on the review screen and cleared first.
        default: the answer to begin with; for a date a rule such as `today`.
    """

    name: str
    label: LocalText
    short: LocalText
    hint: LocalText | None = None
    required: bool = True
    section: LocalText | None = None
    sensitive: bool = False
    default: str | None = None


class TextQuestion(QuestionBase, frozen=True, tag_field="type", tag="text"):
    """Own words, at most `max_length` characters; several lines if `multiline`."""

    max_length: int = 60
    multiline: bool = False


class NumberQuestion(QuestionBase, frozen=True, tag_field="type", tag="number"):
    """A number from `min` to `max` with at most `decimals` digits after the comma.

    `money` shows it as rupiah; `unit` is written behind the number.
    """

    min: int
    max: int
    decimals: int = 0
    money: bool = False
    unit: LocalText | None = None


class DateQuestion(QuestionBase, frozen=True, tag_field="type", tag="date"):
    """A day between two bounds, each a rule (see `date_rules`), both included."""

    earliest: str = "today-120y"
    latest: str = "today+2y"

    def bounds(self, today: dt.date) -> tuple[dt.date, dt.date]:
        """Return the first and the last day allowed when it is `today`."""
        return resolve_rule(self.earliest, today), resolve_rule(self.latest, today)


class TimeQuestion(QuestionBase, frozen=True, tag_field="type", tag="time"):
    """A time of day, to the minute."""


class ChoiceQuestion(QuestionBase, frozen=True, tag_field="type", tag="choice"):
    """One of `options`; with `other`, also the resident's own words.

    A file gives either `options` or `options_ref`, the name of a list in `lists.toml`; in a
    loaded catalogue the options are filled in either way and `options_ref` is kept.
    """

    options: tuple[Option, ...] = ()
    options_ref: str | None = None
    other: bool = False
    other_label: LocalText | None = None
    other_max_length: int = 80

    def option(self, option_id: str) -> Option | None:
        """Return the option of that id, or None."""
        return next((each for each in self.options if each.id == option_id), None)

    def common_options(self) -> tuple[Option, ...]:
        """Return the options to show first: the common ones, or all where none is marked."""
        return tuple(each for each in self.options if each.common) or self.options


class NikQuestion(QuestionBase, frozen=True, tag_field="type", tag="nik"):
    """The 16-digit population number of somebody other than the applicant.

    `may_be_applicant`: it may all the same be the applicant's, as a patient may ask for a letter
    about themselves; otherwise the kiosk does not take the same number twice.
    """

    may_be_applicant: bool = False


class PhoneQuestion(QuestionBase, frozen=True, tag_field="type", tag="phone"):
    """An Indonesian mobile number."""


Question: TypeAlias = (
    TextQuestion
    | NumberQuestion
    | DateQuestion
    | TimeQuestion
    | ChoiceQuestion
    | NikQuestion
    | PhoneQuestion
)

QuestionType = Literal["text", "number", "date", "time", "choice", "nik", "phone"]


def default_answer(question: Question, today: dt.date) -> str:
    """Return the answer a form begins with, empty where the file gives none."""
    if question.default is None:
        return ""
    if isinstance(question, DateQuestion):
        return resolve_rule(question.default, today).isoformat()
    return question.default


def other_label(question: ChoiceQuestion, language: Language) -> str:
    """Return the words of the option that lets the resident use their own."""
    if question.other_label is not None:
        return question.other_label.get(language)
    return LocalText(id="Lainnya", jv="Sanesipun", en="Other").get(language)
