"""The printer models that villages buy, as profiles.

Nobody of us has printed on one of them: every profile says what it was read from and what in it is
an assumption, and ``tried`` stays false until somebody has.  A model that is not here is served by
the ``clone`` or ``basic`` profile of its width; the guide for technicians tells how to try it.

Sources named below:

- Epson: "ESC/POS Command Reference" (DLE EOT, DLE DC4 fn 8, GS a, GS r, GS ( H fn 48, GS ( k, each
  with its list of models), and "TM-T81 Specification" 1.1.
- Bixolon: "SRP-350/352plusA&C Control Commands Manual" 1.02, list of commands; "Metapace T-2
  Command Manual" 1.00 (the same printer); "SRP-330II/332II Command Manual", ESC W.
- Rongta: "RP325/RP326/RP327/RP328 Command Set" V1.0, DLE EOT, DLE ENQ, DLE DC4.
- "Thermal Printer Programmer Manual", 80 mm series POS-80XX, sold under many names.
- "BT-532C manual" (XX58 and XX80), GS v 0: m is 0 to 3, 48 and 72 bytes a row.
- Cashino: "CSN-A2 User Manual" 8.1 and 8.2.6, a panel printer for kiosks.
- escpos-printer-db, as carried by python-escpos 3.1: widths, columns, cutters and QR codes.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from anjungan.appliance.drivers.printer.printer_profile import (
    MAX_BAND_ROWS,
    Evidence,
    PrinterProfile,
)

__all__ = ["BASIC_58", "CLONE_58", "EPSON_58", "MAX_BAND_ROWS", "PROFILES", "PrinterProfile"]

DOTS_58_MM: Final = 384
DOTS_80_MM: Final = 576
_DOTS_80_MM_180_DPI: Final = 512
_USB_BYTES_PER_S: Final = 60_000

_EPSON_REFERENCE: Final = "Epson ESC/POS Command Reference"
_DATABASE: Final = "escpos-printer-db in python-escpos 3.1"

EPSON_58 = PrinterProfile(
    name="epson-58",
    dots=DOTS_58_MM,
    native_qr=True,
    process_id=True,
    queued_status=True,
    status="realtime",
    cutter=True,
    code_page="cp437",
    bytes_per_s=11_520,
    dots_per_s=800,
    clearing="dle_dc4",
    evidence=Evidence(
        (_EPSON_REFERENCE,),
        assumed="TM-m30 class with 58 mm paper, of whose 420 dots only 384 are used; the speed",
    ),
)
"""The TM-m30 class with 58 mm paper at 115200 baud; confirms each job."""

CLONE_58 = PrinterProfile(
    name="clone-58",
    dots=DOTS_58_MM,
    native_qr=False,
    process_id=False,
    queued_status=True,
    status="realtime",
    cutter=True,
    code_page="ascii",
    bytes_per_s=1_920,
    dots_per_s=400,
    clearing="dle_enq",
    evidence=Evidence(("BT-532C manual",), assumed="all but the width and GS v 0"),
)
"""A clone that answers status, but confirms only that it has worked through its buffer."""

BASIC_58 = PrinterProfile(
    name="basic-58",
    dots=DOTS_58_MM,
    native_qr=False,
    process_id=False,
    queued_status=False,
    status="realtime",
    cutter=False,
    code_page="ascii",
    bytes_per_s=960,
    dots_per_s=400,
    clearing="dle_enq",
    evidence=Evidence(assumed="all"),
)
"""The simplest mechanism: status at once, but a print can never be called certain."""


def _every_model() -> tuple[PrinterProfile, ...]:
    epson_80 = replace(
        EPSON_58,
        name="epson-80",
        dots=DOTS_80_MM,
        bytes_per_s=_USB_BYTES_PER_S,
        evidence=Evidence(
            (_EPSON_REFERENCE, f"{_DATABASE}: TM-T20II, 576 dots, 48 columns"),
            assumed="TM-T82, T82X, T20 and m30 at 203 dpi are alike; the speed",
        ),
    )
    clone_80 = replace(
        CLONE_58,
        name="clone-80",
        dots=DOTS_80_MM,
        bytes_per_s=_USB_BYTES_PER_S,
        dots_per_s=1200,
        evidence=Evidence(("BT-532C manual",), assumed="all but the width and GS v 0"),
    )
    return (
        EPSON_58,
        CLONE_58,
        BASIC_58,
        epson_80,
        clone_80,
        replace(BASIC_58, name="basic-80", dots=DOTS_80_MM),
        *_epson(epson_80),
        *_other_makers(clone_80),
        *_clones_by_what_they_answer(clone_80),
    )


def _epson(epson_80: PrinterProfile) -> tuple[PrinterProfile, ...]:
    named = {
        "epson-tm-t82": "TM-T82 and T82X",
        "epson-tm-t20": "TM-T20, T20II and T20X",
        "epson-tm-m30": "TM-m30, m30II and m30III with 80 mm paper",
    }
    same_as_80 = tuple(
        replace(
            epson_80,
            name=name,
            evidence=Evidence((_EPSON_REFERENCE,), assumed=f"{models} print 576 dots; the speed"),
        )
        for name, models in named.items()
    )
    older = replace(
        epson_80,
        name="epson-tm-t81",
        dots=_DOTS_80_MM_180_DPI,
        process_id=False,
        dots_per_s=920,  # 130 mm/s at 180 dpi
        evidence=Evidence(
            ("TM-T81 Specification 1.1: 180 dpi, 512 dots, 42 columns, 130 mm/s",),
            assumed="DLE DC4 fn 8 and the QR code as in its family",
        ),
    )
    return (*same_as_80, older)


def _other_makers(clone_80: PrinterProfile) -> tuple[PrinterProfile, ...]:
    bixolon = replace(
        clone_80,
        name="bixolon-srp-350",
        dots=_DOTS_80_MM_180_DPI,
        native_qr=True,
        code_page="cp437",
        clearing="dle_dc4",
        evidence=Evidence(
            (
                "SRP-350/352plusA&C Control Commands Manual 1.02: DLE EOT, DLE DC4 clear buffer(s)",
                "Metapace T-2 Command Manual 1.00: GS ( k",
                "SRP-330II/332II Command Manual, ESC W: 512 and 576 dots",
            ),
            assumed="GS ( H is not in the lists that were read; the speed",
        ),
    )
    rongta = replace(
        clone_80,
        name="rongta-rp326",
        native_qr=True,
        evidence=Evidence(
            (
                "RP325/RP326/RP327/RP328 Command Set V1.0: DLE EOT, DLE ENQ, DLE DC4 n m t",
                f"{_DATABASE}: RP326, cutter and QR code",
            ),
            assumed="576 dots, GS r in print order; the speed",
        ),
    )
    xprinter_80 = replace(
        clone_80,
        name="xprinter-xp-80",
        evidence=Evidence(
            ("Thermal Printer Programmer Manual, 80 mm series POS-80XX: DLE EOT",),
            assumed="that the XP-80 class is of this series; GS r in print order; the speed",
        ),
    )
    netum_80 = replace(
        clone_80,
        name="netum-80",
        native_qr=True,
        evidence=Evidence((f"{_DATABASE}: NT-80-V-UL, 576 dots",), assumed="status; the speed"),
    )
    return (bixolon, rongta, xprinter_80, netum_80, *_small_makers())


def _small_makers() -> tuple[PrinterProfile, ...]:
    zjiang = replace(
        CLONE_58,
        name="zjiang-zj-58",
        cutter=False,
        bytes_per_s=_USB_BYTES_PER_S,
        evidence=Evidence(
            (f"{_DATABASE}: POS-5890 and ZJ-5870, 384 dots, no cutter, no QR code",),
            assumed="DLE EOT and GS r are answered; the speed",
        ),
    )
    xprinter_58 = replace(
        zjiang,
        name="xprinter-xp-58",
        evidence=Evidence(
            (f"{_DATABASE}: NT-5890K, 384 dots, no cutter, no QR code",),
            assumed="that the XP-58 class (also EPPOS, Iware, Panda) is like it; status; the speed",
        ),
    )
    cashino = replace(
        CLONE_58,
        name="cashino-csn-a2",
        status="queued",
        cutter=False,
        bytes_per_s=960,
        evidence=Evidence(
            ("CSN-A2 User Manual 8.1 and 8.2.6: GS r and ESC v, no DLE EOT, no GS ( k",),
            assumed="384 dots; the speed; GS a there switches flow control, so it is never sent",
        ),
    )
    return (zjiang, xprinter_58, cashino)


def _clones_by_what_they_answer(clone_80: PrinterProfile) -> tuple[PrinterProfile, ...]:
    """Printers without a name: what one answers is found out by trying, the width by measuring."""
    profiles: list[PrinterProfile] = []
    for base, suffix in ((CLONE_58, "58"), (clone_80, "80")):
        tried_out = replace(base, evidence=Evidence(assumed="all: this is for printers by trial"))
        profiles += [
            replace(tried_out, name=f"clone-{suffix}-dle-eot", queued_status=False),
            replace(tried_out, name=f"clone-{suffix}-asb", status="automatic", queued_status=False),
            replace(tried_out, name=f"clone-{suffix}-asb-gs-r", status="automatic"),
            replace(tried_out, name=f"clone-{suffix}-gs-r", status="queued"),
            replace(tried_out, name=f"clone-{suffix}-silent", status="none", queued_status=False),
        ]
    return tuple(profiles)


PROFILES: Final[Mapping[str, PrinterProfile]] = {
    profile.name: profile for profile in _every_model()
}
