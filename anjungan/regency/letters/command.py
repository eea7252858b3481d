"""Letters on the command line: a gallery to look at."""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from anjungan.regency.command_frame import EXIT_FAILED, EXIT_OK, add_command

if TYPE_CHECKING:
    from anjungan.regency.command_frame import Commands
    from anjungan.regency.settings import RegencySettings


def add_admin_commands(actions: "Commands") -> None:
    """Add ``letter-gallery``."""
    gallery = add_command(
        actions,
        "letter-gallery",
        "write every letter with invented data as PDF, to look at before villages use them",
        _gallery,
    )
    gallery.add_argument("folder", type=Path, help="where the PDF files go", metavar="FOLDER")
    gallery.add_argument("--paper", choices=("F4", "A4"), default="F4")
    gallery.add_argument("--service", help="only this one", metavar="ID")
    gallery.add_argument("--village", default="3505102001", help="ten digits", metavar="CODE")


def _gallery(settings: "RegencySettings", arguments: argparse.Namespace) -> int:
    from anjungan.catalogue.villages import load_villages
    from anjungan.protocol.identity import VillageCode
    from anjungan.regency.letters.letterheads import VillageLetterhead
    from anjungan.regency.letters.sample_letter import sample_pdf
    from anjungan.regency.letters.templates import load_templates

    now = datetime.now(tz=UTC)
    village = load_villages().get(VillageCode(arguments.village))
    templates = load_templates()
    wanted = [arguments.service] if arguments.service else list(templates)
    if village is None or any(each not in templates for each in wanted):
        print("no such village or service", file=sys.stderr)
        return EXIT_FAILED
    letterhead = VillageLetterhead(
        village=village.code,
        address=f"Jalan Raya {village.name} Nomor 1",
        phone="(0342) 000000",
        postal_code="66100",
        signatory_name="Contoh Kepala, S.E.",
        number_village_code="409.99.1",
    )
    try:
        arguments.folder.mkdir(parents=True, exist_ok=True)
        for service in wanted:
            pdf = sample_pdf(
                templates[service],
                letterhead,
                village,
                settings=settings,
                now=now,
                paper=arguments.paper,
            )
            (arguments.folder / f"{service}.pdf").write_bytes(pdf)
    except OSError as error:
        print(f"{error.filename}: {error.strerror}", file=sys.stderr)
        return EXIT_FAILED
    print(f"{len(wanted)} letters: {arguments.folder}")
    return EXIT_OK
