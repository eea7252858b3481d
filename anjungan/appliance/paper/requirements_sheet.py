"""The list of what to bring for a letter ("Cetak syarat"); it holds nothing personal."""

from msgspec import Struct

from anjungan.appliance.drivers.printer.document import (
    COLUMNS_58_MM,
    Block,
    Cut,
    Document,
    Feed,
    Rule,
    Text,
)
from anjungan.appliance.paper.layout import (
    VillageKind,
    bullets,
    letterhead,
    paragraph,
    rule,
)


class RequirementsSheetContent(Struct, frozen=True, kw_only=True):
    """What the sheet says.

    ``cost`` and ``duration`` are sentences, for example ``Gratis`` and ``Perkiraan 1 hari kerja``;
    left empty they are not printed.
    """

    village_name: str
    kind: VillageKind
    district: str
    service_title: str
    requirements: tuple[str, ...]
    cost: str = ""
    duration: str = ""
    where: str = ""
    hours: str = ""
    regency: str = "Kab. Blitar"


def requirements_sheet_document(
    content: RequirementsSheetContent, columns: int = COLUMNS_58_MM
) -> Document:
    """Lay the sheet out, with a box to tick before each requirement."""
    requirements = (
        bullets(content.requirements, columns, tick_box=True)
        if content.requirements
        else paragraph("Tidak ada berkas yang perlu dibawa.", columns, align="left")
    )
    blocks: tuple[Block, ...] = (
        *letterhead(content.kind, content.village_name, content.district, content.regency, columns),
        *paragraph("SYARAT LAYANAN", columns, bold=True, height_scale=2),
        *paragraph(content.service_title, columns, bold=True),
        *rule(),
        *paragraph("Yang perlu dibawa:", columns, align="left", bold=True),
        *requirements,
        *rule(),
        *_fact("Biaya", content.cost, columns),
        *_fact("Waktu", content.duration, columns),
        *_fact("Tempat", content.where, columns),
        *_fact("Jam", content.hours, columns),
        Feed(),
        Text("Matur nuwun", "center", bold=True),
        Rule("kawung"),
        Cut(),
    )
    return Document(blocks, columns)


def _fact(label: str, value: str, columns: int) -> tuple[Text, ...]:
    return paragraph(f"{label}: {value}", columns, align="left") if value else ()
