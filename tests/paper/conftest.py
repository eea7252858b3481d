"""A ticket and its sheets as a village would print them, and their rendering."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from anjungan.appliance.drivers.printer.document import Document
from anjungan.appliance.drivers.printer.encode import encode
from anjungan.appliance.drivers.printer.profile import EPSON_58, PrinterProfile
from anjungan.appliance.paper.request_sheet import Answer, RequestSheetContent
from anjungan.appliance.paper.requirements_sheet import RequirementsSheetContent
from anjungan.appliance.paper.ticket import TicketContent
from anjungan.simulation.printer import model as models
from anjungan.simulation.printer.commands import CommandBuffer
from anjungan.simulation.printer.faults import Condition
from anjungan.simulation.printer.mechanism import Mechanism
from anjungan.simulation.printer.paper import PaperPiece

PRINTED_AT = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)
Render = Callable[..., PaperPiece]


@pytest.fixture
def golden() -> Path:
    return Path(__file__).parent / "golden"


@pytest.fixture
def ticket() -> TicketContent:
    return TicketContent(
        village_name="Minggirsari",
        kind="Desa",
        district="Kanigoro",
        service_title="Surat Keterangan Usaha",
        printed_at=PRINTED_AT,
        clock_sure=True,
        code="7KQM2XHRT",
        queue_number="241126-003",
        qr_text="https://anjungan.blitarkab.go.id/t/4nTq0m2eWv7hUuPpGk3sXA",
        expected="Perkiraan 1 hari kerja setelah diterima petugas",
        bring=("Fotokopi KTP", "Fotokopi Kartu Keluarga", "Surat pengantar RT/RW"),
        where="Balai Desa",
        hours="Senin-Jumat 08.00-15.00",
    )


@pytest.fixture
def request_sheet() -> RequestSheetContent:
    return RequestSheetContent(
        village_name="Minggirsari",
        kind="Desa",
        district="Kanigoro",
        service_title="Surat Keterangan Usaha",
        printed_at=PRINTED_AT,
        clock_sure=False,
        code="7KQM2XHRT",
        queue_number="241126-003",
        request_id="0193f2a1-7c4e-7d3a-9b0e-5a1c2d3e4f50",
        answers=(
            Answer("NIK", "3505101203850001"),
            Answer("Nama lengkap", "SITI AMINAH BINTI MUHAMMAD SHOLIKHIN KUSUMANINGRAT"),
            Answer("Keperluan", ""),
        ),
    )


@pytest.fixture
def requirements_sheet() -> RequirementsSheetContent:
    return RequirementsSheetContent(
        village_name="Kauman",
        kind="Kelurahan",
        district="Srengat",
        service_title="Surat Pernyataan Penguasaan Fisik Bidang Tanah (Sporadik)",
        requirements=("Fotokopi KTP", "Surat pengantar dari RT/RW setempat yang masih berlaku"),
        cost="Gratis",
        duration="Perkiraan 1 hari kerja setelah diterima petugas",
        where="Kantor Kelurahan",
    )


@pytest.fixture
def render() -> Render:
    def on_paper(document: Document, profile: PrinterProfile = EPSON_58) -> PaperPiece:
        pieces: list[PaperPiece] = []
        model = models.EPSON_58 if profile is EPSON_58 else models.CLONE_58
        mechanism = Mechanism(model, Condition(), lambda _answer: None, pieces.append)
        buffer = CommandBuffer()
        for segment in encode(document, profile):
            buffer.add(segment.data)
        while (command := buffer.peek()) is not None:
            buffer.take()
            mechanism.execute(command)
        assert len(buffer) == 0
        assert mechanism.unknown_commands == 0
        (piece,) = pieces
        return piece

    return on_paper
