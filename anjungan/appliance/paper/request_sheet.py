"""The request sheet ("lembar permohonan") for the officer, printed when the resident agrees.

It holds the answers in the clear, on paper only: it is made from memory before the answers are
sealed, handed over by the resident, and never stored.
"""

from datetime import datetime

from msgspec import Struct

from anjungan.appliance.drivers.printer.bitmap import largest_module_dots
from anjungan.appliance.drivers.printer.document import (
    COLUMN_DOTS,
    COLUMNS_58_MM,
    Block,
    Cut,
    Document,
    Feed,
    Qr,
    Text,
)
from anjungan.appliance.drivers.printer.text import printable
from anjungan.appliance.paper.layout import (
    MARGIN_COLUMNS,
    VillageKind,
    day_and_time,
    grouped_code,
    letterhead,
    paragraph,
    rule,
    wrap,
)

QR_MODULE_DOTS = 6  # read by the officer's scanner at the desk, close by
SIGNATURE_LINES = 4
_MARGIN = " " * MARGIN_COLUMNS
_INDENT = _MARGIN + "  "


class Answer(Struct, frozen=True):
    """One labelled answer, for example ``NIK`` and its digits.  Redacted: it is personal."""

    label: str
    value: str

    def __repr__(self) -> str:
        return "Answer(<redacted>)"


class RequestSheetContent(Struct, frozen=True, kw_only=True):
    """What the sheet says; ``answers`` are in the order of the form.  Redacted: it is personal."""

    village_name: str
    kind: VillageKind
    district: str
    service_title: str
    printed_at: datetime
    clock_sure: bool
    code: str
    queue_number: str
    request_id: str
    answers: tuple[Answer, ...]
    regency: str = "Kab. Blitar"

    def __repr__(self) -> str:
        return f"RequestSheetContent(queue_number={self.queue_number!r}, <redacted>)"


def request_sheet_qr(request_id: str, code: str) -> str:
    """Return what the officer's scanner reads: a mark, the request's id, the ticket's code."""
    return f"ANJUNGAN/1/{request_id}/{code.replace('-', '')}"


def request_sheet_document(content: RequestSheetContent, columns: int = COLUMNS_58_MM) -> Document:
    """Lay the sheet out; answers of any length wrap, none is cut off.

    Raises:
        ValueError: ``printed_at`` has no time zone, or the QR code does not fit the paper.
    """
    qr_text = request_sheet_qr(content.request_id, content.code)
    module_dots = largest_module_dots(qr_text, columns * COLUMN_DOTS, QR_MODULE_DOTS)
    unsure = () if content.clock_sure else paragraph("(jam belum pasti)", columns)
    answers = [block for answer in content.answers for block in _answer(answer, columns)]
    blocks: tuple[Block, ...] = (
        *letterhead(content.kind, content.village_name, content.district, content.regency, columns),
        *paragraph("LEMBAR PERMOHONAN", columns, bold=True, height_scale=2),
        *paragraph("untuk petugas", columns),
        Feed(),
        *paragraph(content.service_title, columns, bold=True),
        *paragraph(day_and_time(content.printed_at), columns),
        *unsure,
        *_pair("Kode", grouped_code(content.code), columns),
        *_pair("No. antrean", content.queue_number, columns),
        *rule(),
        *answers,
        *rule(),
        *paragraph("Data di atas benar menurut pemohon.", columns, align="left"),
        Feed(),
        Text("Tanda tangan pemohon", "center"),
        Feed(SIGNATURE_LINES),
        Text("(" + "." * (columns - 8) + ")", "center"),
        Feed(),
        Qr(qr_text, module_dots),
        Feed(),
        *paragraph("Berisi data pribadi. Serahkan langsung kepada petugas.", columns, bold=True),
        Cut(),
    )
    return Document(blocks, columns)


def _pair(label: str, value: str, columns: int) -> tuple[Text, ...]:
    """Return label and value on one line, or on two when they do not fit."""
    value = printable(value)
    gap = columns - 2 * MARGIN_COLUMNS - len(label) - len(value)
    if gap < 1:
        return (*paragraph(label, columns, align="left"), *_indented(value, columns))
    return (Text(_MARGIN + label + " " * gap + value, bold=True),)


def _answer(answer: Answer, columns: int) -> tuple[Text, ...]:
    label = paragraph(f"{answer.label}:", columns, align="left")
    return (*label, *(_indented(answer.value, columns) or (Text(_INDENT + "-"),)))


def _indented(value: str, columns: int) -> tuple[Text, ...]:
    room = columns - len(_INDENT) - MARGIN_COLUMNS
    return tuple(Text(_INDENT + line, bold=True) for line in wrap(value, room))
