"""Loading the wording of letters: references filled in, placeholders checked.

A mistake in a wording file raises TemplateError here, and so in the tests; an officer never meets
one.
"""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Final

import msgspec

from anjungan.catalogue.loading import load_catalogue
from anjungan.catalogue.questions import NumberQuestion, Question, TextQuestion
from anjungan.catalogue.service import Service
from anjungan.regency.letters.template_file import (
    RESIDENT,
    BlockText,
    FieldText,
    Layout,
    SharedFile,
    Signer,
    TemplateFile,
)

MAX_LINE_CHARACTERS: Final = 150
MAX_TEXT_CHARACTERS: Final = 1000

CONSTANTS: Final = frozenset({"jabatan", "desa", "kecamatan", "kabupaten"})
"""Placeholders that the village fills in."""
BIRTH: Final = f"{RESIDENT}_ttl"
"""Place and date of birth as one row, from two fields."""
BIRTH_PARTS: Final = (f"{RESIDENT}_tempat_lahir", f"{RESIDENT}_tanggal_lahir")
PLACEHOLDER: Final = re.compile(r"\{([a-z0-9_]+)(:small)?\}")


class TemplateError(ValueError):
    """A wording file is wrong; the message says which one and how."""


@dataclass(frozen=True, slots=True)
class LetterField:
    """Something the officer may write or correct before the letter is made.

    Attributes:
        name: what placeholders call it.
        label: beside its input and in tables of the letter.
        group: heading above its inputs.
        required: whether the letter cannot be made without it.
        multiline: whether line ends are allowed.
        max_characters: more are refused.
        answer: the answer it begins with, or empty.
        default: what it begins with otherwise.
    """

    name: str
    label: str
    group: str
    required: bool
    multiline: bool
    max_characters: int
    answer: str = ""
    default: str = ""


class Block(msgspec.Struct, frozen=True, kw_only=True):
    """A paragraph (``text``, only if the field ``when`` is filled in) or a table (``rows``)."""

    text: str = ""
    rows: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True)
class LetterTemplate:
    """The wording of one service's letter, every reference filled in and checked."""

    service: str
    title: str
    layout: Layout
    code: str
    fields: Mapping[str, LetterField]
    labels: Mapping[str, str]
    body: tuple[Block, ...]
    signers: tuple[Signer, ...]
    subject_answers: tuple[str, str] | None


def template_of(service_id: str) -> LetterTemplate | None:
    """The wording for a service; None for one that the catalogue does not know."""
    return load_templates().get(service_id)


@cache
def load_templates() -> Mapping[str, LetterTemplate]:
    """The wording of every letter of the catalogue, by service."""
    folder = resources.files("anjungan.regency.letters").joinpath("templates")
    shared = read_shared_file(folder.joinpath("shared.toml").read_bytes())
    templates = {}
    for service in load_catalogue().services:
        file = folder.joinpath(f"{service.id}.toml")
        if not file.is_file():
            raise TemplateError(f"{service.id}: no wording")
        own = read_template_file(file.read_bytes(), service.id)
        templates[service.id] = build_template(service, own, shared)
    return MappingProxyType(templates)


def read_template_file(content: bytes, name: str) -> TemplateFile:
    """Read one wording file; raise TemplateError when it is malformed."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), TemplateFile)
    except (ValueError, msgspec.ValidationError) as error:
        raise TemplateError(f"{name}: {error}") from error


def read_shared_file(content: bytes) -> SharedFile:
    """Read what all letters share; raise TemplateError when it is malformed."""
    try:
        return msgspec.convert(tomllib.loads(content.decode()), SharedFile)
    except (ValueError, msgspec.ValidationError) as error:
        raise TemplateError(f"shared: {error}") from error


def build_template(service: Service, own: TemplateFile, shared: SharedFile) -> LetterTemplate:
    """Fill in references; raise TemplateError for unknown or unguarded placeholders."""
    fields = _fields(service, own, shared)
    labels = {name: field.label for name, field in fields.items()}
    labels[BIRTH] = "Tempat, tanggal lahir"
    # in a short table the person's part in the matter says more than "Nama"
    labels.update({f"{each.name}_nama": each.title for each in own.people if each.only})
    for name in own.labels:
        if name not in labels:
            raise TemplateError(f"{service.id}: a label for {name}, which is no field")
    labels.update(own.labels)
    groups = {RESIDENT: _resident_rows(shared)}
    for person in own.people:
        groups[person.name] = tuple(
            f"{person.name}_{each.name}"
            for each in shared.person
            if not person.only or each.name in person.only
        )
    body = tuple(_block(service.id, each, shared, groups, fields) for each in own.body)
    _drop_unused(service.id, own, body, fields)
    default_signers = {
        "certificate": (),
        "declaration": (Signer(words="Yang membuat pernyataan,", name=f"{RESIDENT}_nama"),),
        "application": (Signer(words="Pemohon,", name=f"{RESIDENT}_nama"),),
    }
    signers = own.signers or default_signers[own.layout]
    for signer in signers:
        if signer.name not in fields:
            raise TemplateError(f"{service.id}: {signer.name} signs, which is no field")
    subject = own.subject
    return LetterTemplate(
        service=service.id,
        title=own.title or service.title.get("id"),
        layout=own.layout,
        code=service.classification or own.code,
        fields=MappingProxyType(fields),
        labels=MappingProxyType(labels),
        body=body,
        signers=signers,
        subject_answers=None if subject is None else (subject.name, subject.nik),
    )


def _fields(service: Service, own: TemplateFile, shared: SharedFile) -> dict[str, LetterField]:
    optional = {each.name: each for each in shared.resident_optional}
    unknown = [name for name in own.resident if name not in optional]
    if unknown:
        raise TemplateError(f"{service.id}: unknown resident fields {unknown}")
    taken = () if own.subject is None else (own.subject.name, own.subject.nik)
    resident = (*shared.resident, *(optional[name] for name in own.resident))
    found = [_officers(each, "Warga dalam surat", RESIDENT) for each in resident]
    found += [_asked(each) for each in service.questions if each.name not in taken]
    for person in own.people:
        known = {each.name: each for each in shared.person}
        kept = [known[name] for name in person.only] if person.only else list(shared.person)
        found += [
            _officers(
                msgspec.structs.replace(each, required=each.required and person.required),
                person.title,
                person.name,
            )
            for each in kept
        ]
    found += [_officers(each, "Isi surat") for each in own.fields]
    fields: dict[str, LetterField] = {}
    for field in found:
        if field.name in fields or field.name in CONSTANTS or field.name == BIRTH:
            raise TemplateError(f"{service.id}: two fields {field.name}")
        fields[field.name] = field
    return fields


def _officers(field: FieldText, group: str, person: str = "") -> LetterField:
    multiline = field.lines > 1
    return LetterField(
        name=f"{person}_{field.name}" if person else field.name,
        label=field.label,
        group=group,
        required=field.required,
        multiline=multiline,
        max_characters=MAX_TEXT_CHARACTERS if multiline else MAX_LINE_CHARACTERS,
        default=field.default,
    )


def _asked(question: Question) -> LetterField:
    multiline = isinstance(question, TextQuestion) and question.multiline
    long = isinstance(question, TextQuestion) and question.max_length > MAX_LINE_CHARACTERS
    return LetterField(
        name=question.name,
        label=question.short.get("id"),
        group="Isi surat",
        # a number stands in a table, where an empty one leaves no hole
        required=question.required and not isinstance(question, NumberQuestion),
        multiline=multiline or long,
        max_characters=MAX_TEXT_CHARACTERS if multiline or long else MAX_LINE_CHARACTERS,
        answer=question.name,
    )


def _resident_rows(shared: SharedFile) -> tuple[str, ...]:
    rows = [f"{RESIDENT}_{each.name}" for each in shared.resident]
    rows[rows.index(BIRTH_PARTS[0])] = BIRTH
    rows.remove(BIRTH_PARTS[1])
    return tuple(rows)


def _drop_unused(
    service: str, own: TemplateFile, body: tuple[Block, ...], fields: dict[str, LetterField]
) -> None:
    used = {name for block in body for name in (*block.rows, block.when)}
    used |= {name for block in body for name, _ in PLACEHOLDER.findall(block.text)}
    used |= {signer.name for signer in own.signers} | {f"{RESIDENT}_nama"}
    if BIRTH in used:
        used.update(BIRTH_PARTS)
    for name in [each for each in fields if each not in used]:
        if not name.startswith(f"{RESIDENT}_") or name.removeprefix(f"{RESIDENT}_") in own.resident:
            raise TemplateError(f"{service}: {name} is asked for and stands nowhere")
        del fields[name]


def _block(
    service: str,
    block: BlockText | str,
    shared: SharedFile,
    groups: Mapping[str, tuple[str, ...]],
    fields: Mapping[str, LetterField],
) -> Block:
    if isinstance(block, str):
        block = BlockText(text=block)
    if sum((bool(block.text), bool(block.use), bool(block.rows))) != 1:
        raise TemplateError(f"{service}: a block is one of text, use and rows")
    if block.when and block.when not in fields:
        raise TemplateError(f"{service}: when {block.when}, which is no field")
    if block.rows:
        rows = tuple(name for each in block.rows for name in groups.get(each, (each,)))
        unknown = [name for name in rows if name not in fields and name != BIRTH]
        if unknown:
            raise TemplateError(f"{service}: rows of unknown fields {unknown}")
        return Block(rows=rows, when=block.when)
    if block.use and block.use not in shared.texts:
        raise TemplateError(f"{service}: no shared text {block.use}")
    text = shared.texts[block.use] if block.use else block.text
    _check_placeholders(service, text, block.when, fields)
    return Block(text=text, when=block.when)


def _check_placeholders(
    service: str, text: str, when: str, fields: Mapping[str, LetterField]
) -> None:
    rest = PLACEHOLDER.sub("", text)
    if "{" in rest or "}" in rest:
        raise TemplateError(f"{service}: a brace that is no placeholder in {text!r}")
    for name, _ in PLACEHOLDER.findall(text):
        if name in CONSTANTS:
            continue
        if name not in fields:
            raise TemplateError(f"{service}: unknown placeholder {{{name}}}")
        if not fields[name].required and name != when:
            raise TemplateError(f"{service}: {{{name}}} may be empty; guard it with when")
