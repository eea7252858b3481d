"""A letter as a reader sees it: head, title, parts, signatures. Pure; HTML and PDF both draw it."""

from collections.abc import Sequence
from dataclasses import dataclass
from re import Match

from anjungan.catalogue import shown
from anjungan.regency.letters.frame import LetterFrame, Letterhead, Paper, Signatory
from anjungan.regency.letters.templates import BIRTH, BIRTH_PARTS, PLACEHOLDER, Block
from anjungan.regency.letters.values import Values


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text; may have line ends of its own."""

    text: str

    def __repr__(self) -> str:
        return "Paragraph(…)"


@dataclass(frozen=True, slots=True)
class Rows:
    """A table of label and value."""

    rows: tuple[tuple[str, str], ...]

    def __repr__(self) -> str:
        return f"Rows({len(self.rows)} rows)"


Part = Paragraph | Rows


@dataclass(frozen=True, slots=True)
class Signature:
    """Somebody who signs: words above the space, lines below it; an empty name is dotted."""

    words: tuple[str, ...]
    name: str
    below: str = ""

    def __repr__(self) -> str:
        return "Signature(…)"


@dataclass(frozen=True, slots=True)
class Check:
    """How a reader checks the letter: the address in the QR, and the code to type."""

    url: str
    typed_at: str
    code: str

    def __repr__(self) -> str:
        return "Check(…)"


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole letter. ``official`` signs for the village, ``others`` beside it.

    ``check`` is None in a draft, which also says ``watermark`` across the page.
    """

    paper: Paper
    letterhead: Letterhead
    title: str
    number: str
    parts: Sequence[Part]
    place_and_date: str
    official: Signature
    others: Sequence[Signature]
    check: Check | None
    watermark: str = ""

    def __repr__(self) -> str:
        return f"Sheet(number={self.number!r}, …)"


def compose(
    frame: LetterFrame, values: Values, check: Check | None, *, watermark: str = ""
) -> Sheet:
    """Put the values into the wording. Placeholders within values stay as they are typed."""
    told = dict(values)
    told[BIRTH] = ", ".join(told[part] for part in BIRTH_PARTS if told.get(part))
    told.update(frame.constants)
    parts = [
        part
        for block in frame.body
        if not block.when or told.get(block.when)
        for part in _parts(block, frame, told)
    ]
    if frame.validity:
        parts.insert(len(parts) - 1, Paragraph(f"Surat ini berlaku {frame.validity}."))
    return Sheet(
        paper=frame.paper,
        letterhead=frame.letterhead,
        title=frame.title.upper(),
        number=frame.number,
        parts=parts,
        place_and_date=f"{frame.place}, {shown.date(frame.dated)}",
        official=_official(frame.signatory, acknowledges=bool(frame.signers)),
        others=[Signature((each.words,), told.get(each.name, "")) for each in frame.signers],
        check=check,
        watermark=watermark,
    )


def _parts(block: Block, frame: LetterFrame, told: Values) -> Sequence[Part]:
    if block.rows:
        rows = tuple((frame.labels[name], told[name]) for name in block.rows if told.get(name))
        return [Rows(rows)] if rows else []

    def value(found: Match[str]) -> str:
        text = told.get(found[1], "")
        return small_first(text) if found[2] else text

    return [Paragraph(PLACEHOLDER.sub(value, block.text))]


def _official(signatory: Signatory, *, acknowledges: bool) -> Signature:
    words = ("Mengetahui,", *signatory.titles) if acknowledges else signatory.titles
    return Signature(words, signatory.name, f"NIP {signatory.nip}" if signatory.nip else "")


def small_first(text: str) -> str:
    """A phrase as it stands inside a sentence; abbreviations such as ``KUR`` stay."""
    word = text.split(" ", 1)[0]
    return text if word[1:] != word[1:].lower() else text[:1].lower() + text[1:]
