"""Which printer is simulated: what it knows, how fast it is."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PrinterModel:
    """A model.  ``bytes_per_s`` and ``dots_per_s`` are None for "as fast as the machine".

    ``clear_command``: it knows DLE DC4 function 8.
    """

    maker: str
    name: str
    width_dots: int = 384
    process_id: bool = True
    queued_status: bool = True
    automatic_status: bool = True
    native_qr: bool = True
    cutter: bool = True
    clear_command: bool = True
    chinese_mode_at_start: bool = False
    buffer_bytes: int = 4096
    bytes_per_s: int | None = None
    dots_per_s: int | None = None


EPSON_58 = PrinterModel("EPSON", "TM-m30", bytes_per_s=11_520, dots_per_s=1600)
CLONE_58 = PrinterModel(
    "GENERIC",
    "POS-58",
    process_id=False,
    automatic_status=False,
    native_qr=False,
    clear_command=False,
    chinese_mode_at_start=True,
    bytes_per_s=1920,
    dots_per_s=400,
)
BASIC_58 = PrinterModel(
    "GENERIC",
    "BASIC-58",
    process_id=False,
    queued_status=False,
    automatic_status=False,
    native_qr=False,
    cutter=False,
    clear_command=False,
    chinese_mode_at_start=True,
    bytes_per_s=960,
    dots_per_s=400,
)
