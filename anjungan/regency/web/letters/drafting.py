"""From a form to a letter about to be made: what may be, what it begins with, what is wrong."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection

from anjungan.protocol.keyring import SealingKey
from anjungan.protocol.sealing import CannotOpen, WrongBinding
from anjungan.regency.keys import KeyFiles
from anjungan.regency.letters.frame import LetterFrame, Paper
from anjungan.regency.letters.letterheads import make_frame, read_letterhead
from anjungan.regency.letters.making import LETTER_STATUSES
from anjungan.regency.letters.records import (
    LetterRecord,
    StoredLetter,
    read_letter,
    valid_letter_of,
)
from anjungan.regency.letters.sealed_values import current_sealing_key, open_content
from anjungan.regency.letters.templates import LetterTemplate, template_of
from anjungan.regency.letters.values import (
    FieldProblem,
    Values,
    begin_values,
    clean_values,
    problems_of,
)
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.requests.opened_answers import open_answers
from anjungan.regency.requests.reading import RequestView, SealedAnswers, read_request, read_sealed
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.web.site import Site, village_words

FIELD_PREFIX: Final = "f_"


@dataclass(frozen=True, slots=True)
class Ready:
    """A request of which a letter can be made; ``valid`` is the one it has already."""

    view: RequestView
    template: LetterTemplate
    key: SealingKey
    sealed: SealedAnswers
    valid: LetterRecord | None
    stored: StoredLetter | None


@dataclass(frozen=True, slots=True)
class NotReady:
    """Why no letter can be made, for people."""

    words: str


@dataclass(frozen=True, slots=True)
class NoRequest:
    """There is none, or not for this person."""


def prepare(site: Site, staff: StaffMember, request_id: str) -> Ready | NotReady | NoRequest:
    """Whether a letter can be made of this request now."""
    with site.database.reading() as connection:
        view = read_request(connection, request_id, staff.village)
        if view is None:
            return NoRequest()
        sealed = read_sealed(connection, request_id)
        valid = valid_letter_of(connection, request_id)
        stored = None if valid is None else read_letter(connection, valid.id)
    why = why_not(view)
    if why:
        return NotReady(why)
    template = template_of(view.line.service)
    if template is None:
        return NotReady("Layanan ini belum mempunyai contoh surat di kabupaten.")
    key = current_sealing_key(KeyFiles(site.settings.keys_path), site.settings.code, site.now())
    if key is None:
        return NotReady(
            "Kunci kabupaten belum ada, jadi isi surat tidak dapat disegel. Hubungi pengelola."
        )
    return Ready(view, template, key, sealed, valid, stored)


def why_not(view: RequestView) -> str:
    """Why no letter can be made of a request in this state; empty when one can."""
    if view.line.quarantined:
        return "Permohonan ini dikarantina."
    if view.line.status not in LETTER_STATUSES:
        return "Surat dapat dibuat setelah permohonan diperiksa kembali."
    return ""


def begin(site: Site, ready: Ready, *, from_answers: bool) -> Values | CannotOpen | WrongBinding:
    """What the fields begin with: the letter that holds now, or else the answers."""
    if ready.stored is not None and not from_answers:
        content = open_content(
            site.opener, ready.stored.sealed, ready.stored.kid, ready.stored.binding
        )
        if isinstance(content, CannotOpen | WrongBinding):
            return content
        blank = dict.fromkeys(ready.template.fields, "")
        kept = {name: text for name, text in content.values.items() if name in blank}
        return blank | kept
    opened = open_answers(site.opener, ready.sealed)
    if isinstance(opened, CannotOpen | WrongBinding):
        return opened
    return begin_values(ready.template, opened.answers, today(site))


def today(site: Site) -> date:
    """The date of a letter made now."""
    return site.now().astimezone(WIB).date()


@dataclass(frozen=True, slots=True)
class EditedForm:
    """What the officer sends: the values, and what was seen when the page was opened."""

    values: Values
    problems: Sequence[FieldProblem]
    paper: Paper
    revision: int
    replaces: str | None
    from_answers: bool
    forward: bool

    def __repr__(self) -> str:
        return "EditedForm(…)"


def read_form(template: LetterTemplate, form: Mapping[str, str]) -> EditedForm:
    """Read what was sent; nonsense beside the values reads as an old page."""
    given = {
        name.removeprefix(FIELD_PREFIX): text
        for name, text in form.items()
        if name.startswith(FIELD_PREFIX)
    }
    values = clean_values(template, given)
    revision = form.get("revision", "")[:9]
    return EditedForm(
        values=values,
        problems=problems_of(template, values),
        paper="A4" if form.get("paper") == "A4" else "F4",
        revision=int(revision) if revision.isascii() and revision.isdigit() else 0,
        replaces=form.get("replaces") or None,
        from_answers=form.get("source") == "answers",
        forward=bool(form.get("forward")),
    )


def frame_of(connection: Connection, site: Site, ready: Ready, paper: Paper | None) -> LetterFrame:
    """Everything around the values, without a number; None takes the village's paper."""
    village = ready.view.line.village
    letterhead = read_letterhead(connection, village)
    return make_frame(
        ready.template,
        letterhead,
        village_words(village),
        regency_name=site.settings.regency_name,
        public_url=site.settings.web.public_url,
        number="",
        dated=today(site),
        paper=paper or letterhead.paper,
    )
