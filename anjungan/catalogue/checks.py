"""Mistakes of meaning in files whose shape is right."""

import datetime as dt
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Final

from anjungan.catalogue import limits
from anjungan.catalogue.icon_names import ICON_NAMES
from anjungan.catalogue.page import Block, Bullets, Facts, Note, Page, Paragraph, Timetable
from anjungan.catalogue.question_checks import check_options, check_question
from anjungan.catalogue.questions import OptionList
from anjungan.catalogue.service import Category, Service
from anjungan.catalogue.source_shapes import RequirementFile
from anjungan.catalogue.structure import Mistake
from anjungan.catalogue.text_checks import check_text

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_SLUG_CHARS: Final = 64


def check_icon(name: str, where: str) -> Iterator[Mistake]:
    """Yield a mistake if the screens do not ship the icon."""
    if name not in ICON_NAMES:
        yield where, f"ikon {name!r} tidak dikenal; lihat icon_names.py"


def check_categories(categories: Iterable[Category]) -> Iterator[Mistake]:
    """Yield the mistakes of `categories.toml`."""
    for index, category in enumerate(categories):
        where = f"categories[{index}]"
        yield from check_text(category.title, f"{where}.title", limits.CATEGORY_CHARS)
        yield from check_text(category.name, f"{where}.name", limits.LABEL_CHARS)
        yield from check_icon(category.icon, f"{where}.icon")
    yield from _twice((each.id for each in categories), "categories")


def check_requirements(requirements: Iterable[RequirementFile]) -> Iterator[Mistake]:
    """Yield the mistakes of `requirements.toml`."""
    for index, need in enumerate(requirements):
        where = f"requirements[{index}]"
        yield from check_text(need.title, f"{where}.title", limits.REQUIREMENT_CHARS)
        if need.note is not None:
            yield from check_text(need.note, f"{where}.note", limits.HINT_CHARS)
        yield from check_icon(need.icon, f"{where}.icon")


def check_lists(lists: Iterable[OptionList]) -> Iterator[Mistake]:
    """Yield the mistakes of `lists.toml`."""
    for index, option_list in enumerate(lists):
        yield from check_options(option_list.options, f"lists[{index}].options")


def check_service(service: Service, stem: str, categories: frozenset[str]) -> Iterator[Mistake]:
    """Yield the mistakes of a service read from a file named `stem`."""
    yield from _check_id(service.id, stem)
    yield from check_text(service.title, "title", limits.TITLE_CHARS)
    yield from check_text(service.summary, "summary", limits.SUMMARY_CHARS)
    yield from check_icon(service.icon, "icon")
    if service.form_version < 1:
        yield "form_version", "harus 1 atau lebih"
    if service.category not in categories:
        yield "category", f"kelompok {service.category!r} tidak ada di categories.toml"
    for name, text in (
        ("cost", service.cost),
        ("duration", service.duration),
        ("collected_at", service.collected_at),
        ("handled_by", service.handled_by),
    ):
        yield from check_text(text, name, limits.FACT_CHARS)
    for index, need in enumerate(service.requirements):
        if need.note is not None:
            yield from check_text(need.note, f"requirements[{index}].note", limits.HINT_CHARS)
    yield from _twice((each.id for each in service.requirements), "requirements")
    for index, question in enumerate(service.questions):
        yield from check_question(question, f"questions[{index}]")
    yield from _twice((each.name for each in service.questions), "questions")


def check_page(page: Page, stem: str) -> Iterator[Mistake]:
    """Yield the mistakes of a page read from a file named `stem`."""
    yield from _check_id(page.id, stem)
    yield from check_text(page.title, "title", limits.TITLE_CHARS)
    yield from check_text(page.summary, "summary", limits.SUMMARY_CHARS)
    yield from check_icon(page.icon, "icon")
    if not limits.FIRST_YEAR <= page.as_of <= limits.LAST_YEAR:
        yield "as_of", f"tahun harus {limits.FIRST_YEAR} sampai {limits.LAST_YEAR}"
    if page.hide_after is not None and page.hide_after < dt.date(page.as_of, 1, 1):
        yield "hide_after", "lebih awal dari tahun as_of"
    if not page.blocks:
        yield "blocks", "halaman ini kosong"
    for index, block in enumerate(page.blocks):
        yield from _check_block(block, f"blocks[{index}]")


def _check_block(block: Block, where: str) -> Iterator[Mistake]:
    match block:
        case Paragraph() | Note():
            yield from check_text(block.text, f"{where}.text", limits.PARAGRAPH_CHARS)
        case Bullets():
            for index, item in enumerate(block.items):
                yield from check_text(item, f"{where}.items[{index}]", limits.PARAGRAPH_CHARS)
        case Facts():
            for index, row in enumerate(block.rows):
                place = f"{where}.rows[{index}]"
                yield from check_text(row.label, f"{place}.label", limits.FACT_CHARS)
                yield from check_text(row.value, f"{place}.value", limits.PARAGRAPH_CHARS)
        case Timetable():
            yield from _check_timetable(block, where)
    if not isinstance(block, Paragraph | Note) and block.title is not None:
        yield from check_text(block.title, f"{where}.title", limits.LABEL_CHARS)


def _check_timetable(block: Timetable, where: str) -> Iterator[Mistake]:
    if not 1 <= len(block.columns) <= limits.TIMETABLE_COLUMNS:
        yield f"{where}.columns", f"paling banyak {limits.TIMETABLE_COLUMNS} kolom"
    for index, column in enumerate(block.columns):
        yield from check_text(column, f"{where}.columns[{index}]", limits.FACT_CHARS)
    for row_index, row in enumerate(block.rows):
        place = f"{where}.rows[{row_index}]"
        if len(row) != len(block.columns):
            yield place, f"berisi {len(row)} sel, padahal ada {len(block.columns)} kolom"
        for index, cell in enumerate(row):
            yield from check_text(cell, f"{place}[{index}]", limits.CELL_CHARS)


def _check_id(entry_id: str, stem: str) -> Iterator[Mistake]:
    if not _SLUG.fullmatch(entry_id) or len(entry_id) > _SLUG_CHARS:
        yield "id", "hanya huruf kecil, angka, dan tanda hubung, paling panjang 64"
    if entry_id != stem:
        yield "id", f"harus sama dengan nama berkas ({stem})"


def _twice(names: Iterable[str], where: str) -> Iterator[Mistake]:
    for name, count in Counter(names).items():
        if count > 1:
            yield where, f"{name!r} ada {count} kali"
