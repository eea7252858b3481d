"""The shapes of the wording files under ``templates/``, one for each service and one they share.

A body is a list of blocks: a plain string is a paragraph; a table gives ``text`` (with ``when``,
only if that field is filled in), ``use`` (a text of ``shared.toml``), or ``rows`` (fields as a
table; a person's name stands for all fields of that person). ``{name}`` is the value of a field,
``{name:small}`` the same with a small first letter inside a sentence.
"""

from typing import Literal

import msgspec

Layout = Literal["certificate", "declaration", "application"]
"""Who speaks: the head of the village, the resident, or the resident asking for something."""

RESIDENT = "warga"
"""The person the letter is about; there in every letter."""


class FieldText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """A field that the officer fills in beside the answers.

    Attributes:
        name: what placeholders call it.
        label: beside its input and in tables of the letter.
        required: whether the letter cannot be made without it.
        lines: more than one allows line ends.
        default: what stands there at the begin.
    """

    name: str
    label: str
    required: bool = False
    lines: int = 1
    default: str = ""


class PersonText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Another person in the letter; ``only`` names the fields kept, empty for the usual ones."""

    name: str
    title: str
    required: bool = True
    only: tuple[str, ...] = ()


class Signer(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Somebody who signs beside the head of the village: words above, and the field of a name."""

    words: str
    name: str


class BlockText(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """One block of a body; exactly one of ``text``, ``use`` and ``rows``."""

    text: str = ""
    use: str = ""
    rows: tuple[str, ...] = ()
    when: str = ""


class Subject(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Which questions name the person in the letter, where it is not the applicant."""

    name: str
    nik: str = ""


class TemplateFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The wording of one service's letter, as in its file.

    Attributes:
        title: over the number; the service's title where it is empty.
        code: classification where the catalogue has none.
        resident: fields of the resident beside the usual ones.
        labels: other words for fields, by name.
    """

    layout: Layout = "certificate"
    title: str = ""
    code: str = ""
    subject: Subject | None = None
    resident: tuple[str, ...] = ()
    people: tuple[PersonText, ...] = ()
    fields: tuple[FieldText, ...] = ()
    labels: dict[str, str] = {}
    body: tuple[BlockText | str, ...]
    signers: tuple[Signer, ...] = ()


class SharedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """What all letters have alike: texts to ``use``, and the fields of people."""

    texts: dict[str, str]
    resident: tuple[FieldText, ...]
    resident_optional: tuple[FieldText, ...]
    person: tuple[FieldText, ...]
