"""A service a resident can ask for, and the categories services are found under."""

from typing import Literal

import msgspec

from anjungan.catalogue.questions import Question
from anjungan.catalogue.texts import LocalText

ServiceKind = Literal["letter"]


class Category(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A group of services; `title` fits a button of 100 px, `name` is the whole name."""

    id: str
    title: LocalText
    name: LocalText
    icon: str


class Requirement(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Something to bring.

    Attributes:
        id: name in `requirements.toml`.
        required: false is brought only where it applies; `note` says when.
        confirmed: false is our suggestion, to be shown as an example until somebody who may
            decide it has confirmed it.
    """

    id: str
    title: LocalText
    note: LocalText | None = None
    icon: str = "file-text"
    required: bool = True
    confirmed: bool = False


class ServiceFields(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What a service file and a loaded service have in common.

    Attributes:
        id: slug, the name of the file; never changes.
        form_version: rises by one whenever the questions change.
        code: code of the letter in OpenSID; two letters share S-41, so it is never a key.
        classification: archive classification that goes into the letter's number; a village
            may use another.
        title: official title; Indonesian in Javanese too.
        summary: what it is for, one short line.
        category: id of a category.
        icon: name of a Tabler icon.
        self_service: false shows what to bring and sends the resident to the officer.
        names_subject: the questions ask whom the letter is about, so the kiosk need not.
        popular: listed under "Sering".
        forms: official forms that go with it, such as F-1.02.
        keywords: other words residents look for it with.
        duration_estimated: the duration is an estimate, and to be shown as one.
        questions: only what the kiosk does not ask itself (card or NIK, name, phone).
    """

    id: str
    form_version: int
    kind: ServiceKind = "letter"
    code: str | None = None
    classification: str | None = None
    title: LocalText
    summary: LocalText
    category: str
    icon: str
    self_service: bool
    names_subject: bool = False
    popular: bool = False
    forms: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    duration_estimated: bool = True
    questions: tuple[Question, ...] = ()


class Service(ServiceFields, frozen=True, kw_only=True):
    """A service as kiosk and web show it, every reference filled in.

    Attributes:
        validity: how long the letter is valid, or None where that is for the village to say.
        search_words: normalised words of titles, summary and keywords.
    """

    requirements: tuple[Requirement, ...] = ()
    cost: LocalText
    duration: LocalText
    collected_at: LocalText
    handled_by: LocalText
    validity: LocalText | None = None
    search_words: tuple[str, ...] = ()

    def question(self, name: str) -> Question | None:
        """Return the question of that name, or None."""
        return next((each for each in self.questions if each.name == name), None)
