"""Reading a catalogue from the files people edit."""

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, TypeVar

import msgspec

from anjungan.catalogue import structure
from anjungan.catalogue.catalogue import Catalogue
from anjungan.catalogue.checks import (
    check_categories,
    check_lists,
    check_page,
    check_requirements,
    check_service,
)
from anjungan.catalogue.page import Page
from anjungan.catalogue.problems import CatalogueError, CatalogueProblem
from anjungan.catalogue.questions import ChoiceQuestion, OptionList, Question
from anjungan.catalogue.search import search_words
from anjungan.catalogue.service import Category, Requirement, Service, ServiceFields
from anjungan.catalogue.source_shapes import (
    CategoriesFile,
    OptionListsFile,
    PhrasesFile,
    RequirementFile,
    RequirementsFile,
    RequirementUse,
    ServiceFile,
)
from anjungan.catalogue.texts import LANGUAGES, LocalText

T = TypeVar("T")

MAX_FILE_BYTES: Final = 262_144
_CATEGORIES: Final = "categories.toml"
_LISTS: Final = "lists.toml"
_PHRASES: Final = "phrases.toml"
_REQUIREMENTS: Final = "requirements.toml"


def read_sources(root: Path) -> Catalogue:
    """Read and check the catalogue whose files lie below `root`.

    Raises:
        CatalogueError: with every mistake of every file; one that cannot be read is a mistake too.
    """
    reader = _Reader(root)
    catalogue = reader.read()
    if reader.problems:
        raise CatalogueError(tuple(sorted(set(reader.problems))))
    return catalogue


class _Reader:
    """Reads the files of one root and collects their mistakes."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._phrases: dict[str, LocalText] = {}
        self._requirements: dict[str, RequirementFile] = {}
        self._lists: dict[str, OptionList] = {}
        self._categories: tuple[Category, ...] = ()
        self._seen: dict[tuple[str, str], str] = {}
        self.problems: list[CatalogueProblem] = []

    def read(self) -> Catalogue:
        """Return everything that could be read; mistakes are in `problems`."""
        self._read_shared()
        return Catalogue(
            categories=self._categories,
            services=tuple(self._services()),
            pages=tuple(sorted(self._pages(), key=lambda page: (page.family, page.order))),
            lists=tuple(self._lists.values()),
        )

    def _read_shared(self) -> None:
        """Read what service files refer to."""
        phrases = self._read(_PHRASES, PhrasesFile)
        for phrase in phrases.phrases if phrases else ():
            self._claim("phrase", phrase.id, _PHRASES)
            self._phrases[phrase.id] = phrase.text
        needs = self._read(_REQUIREMENTS, RequirementsFile)
        for need in needs.requirements if needs else ():
            self._claim("requirement", need.id, _REQUIREMENTS)
            self._requirements[need.id] = need
        self._report_all(_REQUIREMENTS, check_requirements(needs.requirements if needs else ()))
        lists = self._read(_LISTS, OptionListsFile)
        for option_list in lists.lists if lists else ():
            self._claim("list", option_list.id, _LISTS)
            self._lists[option_list.id] = option_list
        self._report_all(_LISTS, check_lists(lists.lists if lists else ()))
        categories = self._read(_CATEGORIES, CategoriesFile)
        if categories is not None:
            self._categories = categories.categories
            self._report_all(_CATEGORIES, check_categories(self._categories))

    def _services(self) -> Iterator[Service]:
        known = frozenset(category.id for category in self._categories)
        for name in self._names("letters"):
            written = self._read(name, ServiceFile)
            if written is not None:
                service = self._resolved(written, name)
                self._claim("service", service.id, name)
                self._report_all(name, check_service(service, Path(name).stem, known))
                yield service

    def _pages(self) -> Iterator[Page]:
        for name in self._names("pages"):
            page = self._read(name, Page)
            if page is not None:
                self._claim("page", page.id, name)
                self._report_all(name, check_page(page, Path(name).stem))
                yield page

    def _names(self, folder: str) -> list[str]:
        paths: Iterable[Path] = (self._root / folder).rglob("*.toml")
        return sorted(path.relative_to(self._root).as_posix() for path in paths)

    def _read(self, name: str, shape: type[T]) -> T | None:
        data = self._bytes(name)
        if data is None:
            return None
        try:
            raw = tomllib.loads(data.decode())
        except UnicodeDecodeError:
            self._report(name, "", "bukan teks UTF-8")
            return None
        except tomllib.TOMLDecodeError as error:
            self._report(name, "", f"bukan TOML yang benar: {error}")
            return None
        except RecursionError:
            self._report(name, "", "kurung di dalam kurung terlalu banyak")
            return None
        except ValueError:
            # of int(), which tomllib hands on as it is: sys.get_int_max_str_digits
            self._report(name, "", "ada bilangan yang terlalu panjang")
            return None
        value = structure.convert(raw, shape)
        if isinstance(value, tuple):
            self._report_all(name, value)
            return None
        return value

    def _bytes(self, name: str) -> bytes | None:
        path = self._root / name
        try:
            if path.exists() and not path.is_file():  # a pipe would be waited for without end
                self._report(name, "", "ini bukan berkas, mungkin folder")
                return None
            data = path.read_bytes()
        except FileNotFoundError:
            self._report(name, "", "berkas ini tidak ada")
            return None
        except OSError as error:
            self._report(name, "", f"berkas tidak bisa dibaca ({error.strerror})")
            return None
        if len(data) > MAX_FILE_BYTES:
            self._report(name, "", f"berkas lebih besar dari {MAX_FILE_BYTES} bita")
            return None
        return data

    def _resolved(self, written: ServiceFile, name: str) -> Service:
        """Return a service with every name in it looked up."""
        fields = {
            field.name: getattr(written, field.name)
            for field in msgspec.structs.fields(ServiceFields)
        }
        fields["questions"] = tuple(
            self._question(question, name, f"questions[{index}]")
            for index, question in enumerate(written.questions)
        )
        texts = [
            text.get(language)
            for text in (written.title, written.summary)
            for language in LANGUAGES
        ]
        return Service(
            **fields,
            requirements=tuple(
                self._requirement(use, name, f"requirements[{index}].use")
                for index, use in enumerate(written.requirements)
            ),
            cost=self._text(written.cost, name, "cost"),
            duration=self._text(written.duration, name, "duration"),
            collected_at=self._text(written.collected_at, name, "collected_at"),
            handled_by=self._text(written.handled_by, name, "handled_by"),
            validity=(
                None if written.validity is None else self._text(written.validity, name, "validity")
            ),
            search_words=search_words([*texts, *written.keywords]),
        )

    def _text(self, written: str | LocalText, name: str, where: str) -> LocalText:
        if isinstance(written, LocalText):
            return written
        if written not in self._phrases:
            self._report(name, where, f"{written!r} tidak ada di {_PHRASES}")
        return self._phrases.get(written, LocalText(id=written))

    def _requirement(self, use: RequirementUse, name: str, where: str) -> Requirement:
        need = self._requirements.get(use.use)
        if need is None:
            self._report(name, where, f"{use.use!r} tidak ada di {_REQUIREMENTS}")
            need = RequirementFile(id=use.use, title=LocalText(id=use.use))
        return Requirement(
            id=need.id,
            title=need.title,
            note=use.note or need.note,
            icon=need.icon,
            required=use.required,
            confirmed=use.confirmed,
        )

    def _question(self, question: Question, name: str, where: str) -> Question:
        if not isinstance(question, ChoiceQuestion) or question.options_ref is None:
            return question
        if question.options:
            self._report(
                name, f"{where}.options", "tulis options atau options_ref, jangan dua-duanya"
            )
            return question
        found = self._lists.get(question.options_ref)
        if found is None:
            self._report(
                name, f"{where}.options_ref", f"{question.options_ref!r} tidak ada di {_LISTS}"
            )
            return question
        return msgspec.structs.replace(question, options=found.options)

    def _claim(self, kind: str, entry_id: str, name: str) -> None:
        """Note that an id is taken, and report it if it was already."""
        key = (kind, entry_id)
        if key in self._seen:
            self._report(name, "", f"id {entry_id!r} sudah dipakai di {self._seen[key]}")
        else:
            self._seen[key] = name

    def _report(self, name: str, where: str, reason: str) -> None:
        self.problems.append(CatalogueProblem(name, where, reason))

    def _report_all(self, name: str, mistakes: Iterable[structure.Mistake]) -> None:
        for where, reason in mistakes:
            self._report(name, where, reason)
