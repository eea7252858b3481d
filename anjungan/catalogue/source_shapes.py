"""The shapes of the files people edit, where they differ from what a catalogue holds."""

import msgspec

from anjungan.catalogue.questions import OptionList
from anjungan.catalogue.service import Category, ServiceFields
from anjungan.catalogue.texts import LocalText


class RequirementUse(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A requirement of a service, by its name in `requirements.toml`.

    `note` replaces the note written there.
    """

    use: str
    note: LocalText | None = None
    required: bool = True
    confirmed: bool = False


class ServiceFile(ServiceFields, frozen=True, kw_only=True):
    """A file in `letters/`. A text given as a name is looked up in `phrases.toml`."""

    requirements: tuple[RequirementUse, ...] = ()
    cost: str | LocalText
    duration: str | LocalText
    collected_at: str | LocalText
    handled_by: str | LocalText
    validity: str | LocalText | None = None


class RequirementFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of `requirements.toml`."""

    id: str
    title: LocalText
    note: LocalText | None = None
    icon: str = "file-text"


class RequirementsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`requirements.toml`: things to bring, each written once."""

    requirements: tuple[RequirementFile, ...]


class PhraseFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One entry of `phrases.toml`."""

    id: str
    text: LocalText


class PhrasesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`phrases.toml`: texts that many services share, each written once."""

    phrases: tuple[PhraseFile, ...]


class CategoriesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`categories.toml`: in the order of the screen."""

    categories: tuple[Category, ...]


class OptionListsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """`lists.toml`: lists of options that several questions use."""

    lists: tuple[OptionList, ...]
