"""The resident's ticket.

It carries no name and no NIK, and promises no date: the village decides when it has seen the
request.  The screen shows the same text (:func:`ticket_lines`), so a dead printer loses nothing.
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
    Qr,
    Rule,
    Space,
    Text,
)
from anjungan.appliance.paper.layout import (
    VillageKind,
    banner,
    bullets,
    day_and_time,
    grouped_code,
    letterhead,
    paragraph,
    rule,
)

QR_MODULE_DOTS = 8  # a square of one millimetre at 203 dpi: old phones read it at arm's length


class TicketContent(Struct, frozen=True, kw_only=True):
    """What a ticket says.

    ``printed_at`` is aware; ``code`` is plain or grouped; ``qr_text`` is what the code opens or the
    kiosk reads; ``expected`` says how long it takes, for example ``Perkiraan 1 hari kerja setelah
    diterima petugas``; ``bring`` lists what to take along; ``where`` and ``hours`` tell the
    counter; ``copy`` marks a ticket that was printed before.
    """

    village_name: str
    kind: VillageKind
    district: str
    service_title: str
    printed_at: datetime
    clock_sure: bool
    code: str
    queue_number: str
    qr_text: str
    expected: str = ""
    bring: tuple[str, ...] = ()
    where: str = ""
    hours: str = ""
    regency: str = "Kab. Blitar"
    copy: bool = False

    def __repr__(self) -> str:
        # Code and QR open a resident's tracking page, so they stay out of logs.
        return f"TicketContent(queue_number={self.queue_number!r})"


def ticket_document(content: TicketContent, columns: int = COLUMNS_58_MM) -> Document:
    """Lay the ticket out.

    Raises:
        ValueError: ``printed_at`` has no time zone, or the QR code does not fit the paper.
    """
    module_dots = largest_module_dots(content.qr_text, columns * COLUMN_DOTS, QR_MODULE_DOTS)
    blocks: tuple[Block, ...] = (
        *letterhead(content.kind, content.village_name, content.district, content.regency, columns),
        Text("TIKET PERMOHONAN", "center", bold=True),
        *_copy_mark(content, columns),
        Space(8),
        *_code(content.code, columns),
        Space(16),
        *paragraph("No. antrean", columns),
        *paragraph(content.queue_number, columns, bold=True, width_scale=2, height_scale=2),
        *rule(),
        *paragraph(content.service_title, columns, bold=True, height_scale=2),
        Space(6),
        *_moment(content, columns),
        *rule(),
        *paragraph(content.expected, columns, bold=True),
        *paragraph(content.where, columns),
        *paragraph(content.hours, columns),
        Space(20),
        Qr(content.qr_text, module_dots),
        Space(20),
        *paragraph("Pindai dengan HP, atau ketik kode di anjungan: Cek status", columns),
        *rule(),
        *_bring(content.bring, columns),
        *paragraph("NIK dan nama tidak dicetak demi keamanan Bapak/Ibu.", columns),
        *paragraph("Simpan tiket ini.", columns),
        Space(16),
        Text("Matur nuwun", "center", bold=True),
        Space(16),
        Rule("kawung"),
        Cut(),
    )
    return Document(blocks, columns)


def ticket_lines(content: TicketContent, columns: int = COLUMNS_58_MM) -> tuple[str, ...]:
    """Return the ticket's text, line by line, as the screen shows it."""
    return tuple(line.strip() for line in ticket_document(content, columns).lines())


def _copy_mark(content: TicketContent, columns: int) -> tuple[Block, ...]:
    return paragraph("*** SALINAN ***", columns, bold=True) if content.copy else ()


def _code(code: str, columns: int) -> tuple[Block, ...]:
    grouped = grouped_code(code)
    scale = 2 if len(grouped) * 2 <= columns else 1
    return (banner(grouped, columns, width_scale=scale, height_scale=3),)


def _moment(content: TicketContent, columns: int) -> tuple[Block, ...]:
    moment = paragraph(day_and_time(content.printed_at), columns)
    if content.clock_sure:
        return moment
    return (*moment, *paragraph("(jam belum pasti)", columns))


def _bring(items: tuple[str, ...], columns: int) -> tuple[Block, ...]:
    if not items:
        return ()
    label = paragraph("Yang perlu dibawa:", columns, align="left", bold=True)
    return (*label, *bullets(items, columns), *rule())
