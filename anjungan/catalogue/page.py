"""Pages to read: regency services, health, education."""

import datetime as dt
from typing import Literal, TypeAlias

import msgspec

from anjungan.catalogue.texts import LocalText

Family = Literal["regency", "health", "education"]


class Paragraph(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="type",
    tag="paragraph",
):
    """A few sentences."""

    text: LocalText


class Bullets(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="type",
    tag="bullets",
):
    """A list, under a heading if there is one; `numbered` where the order matters."""

    title: LocalText | None = None
    items: tuple[LocalText, ...]
    numbered: bool = False


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A label and its value, such as "Biaya" and "Gratis"."""

    label: LocalText
    value: LocalText


class Facts(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="type",
    tag="facts",
):
    """Labels with values."""

    title: LocalText | None = None
    rows: tuple[Fact, ...]


class Timetable(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="type",
    tag="timetable",
):
    """A table: `columns` are headings, every row has as many cells."""

    title: LocalText | None = None
    columns: tuple[LocalText, ...]
    rows: tuple[tuple[LocalText, ...], ...]


class Note(
    msgspec.Struct,
    frozen=True,
    forbid_unknown_fields=True,
    kw_only=True,
    tag_field="type",
    tag="note",
):
    """Something to be set off from the rest; `tone` chooses its colour and icon."""

    text: LocalText
    tone: Literal["info", "warn"] = "info"


Block: TypeAlias = Paragraph | Bullets | Facts | Timetable | Note


class Page(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One page of a family.

    Attributes:
        order: place in its family, rising.
        as_of: the year the facts are from; always shown ("menurut aturan tahun 2025").
        example: shown as "contoh" until the regency confirms the page.
        hide_after: last day the page may be shown, or None.
        source: where the facts come from, for whoever confirms them; not shown.
    """

    id: str
    family: Family
    order: int = 0
    title: LocalText
    summary: LocalText
    icon: str
    as_of: int
    example: bool = True
    hide_after: dt.date | None = None
    source: str = ""
    keywords: tuple[str, ...] = ()
    blocks: tuple[Block, ...]

    def is_shown(self, today: dt.date) -> bool:
        """Tell whether the page may still be shown."""
        return self.hide_after is None or today <= self.hide_after
