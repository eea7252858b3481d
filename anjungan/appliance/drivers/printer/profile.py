"""What a printer model can do, as far as printing and its confirmation depend on it."""

from dataclasses import dataclass, replace
from typing import Literal


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One printer model.

    ``process_id``: answers GS ( H when the preceding data is on paper.  ``queued_status``: answers
    GS r in print order.  ``realtime_status``: answers DLE EOT at once.  ``bytes_per_s`` is what the
    line carries and ``dots_per_s`` how fast paper moves; both only bound how long we wait.
    ``band_bytes`` bounds one raster command: small bands give frequent safe points for a status
    question (inside raster data there is none) and fit the 4 KiB buffers of cheap printers.
    ``clearing`` is how it is made to drop what it holds (Epson ESC/POS reference):

    - ``dle_dc4``: DLE DC4 function 8, on receipt and in every state, answered ``37 25 00``.  Known
      by TM-m30, T20, T70, T82, T88IV and later, T90, L90, P20 to P80 and U220.
    - ``dle_enq``: only DLE ENQ 2, which is unanswered and which printers after Epson's model obey
      in an error that a person can mend (a stuck cutter), and ignore when paper is out or the
      cover open.  So such a printer still prints what it holds when paper is put in, whoever
      stands there then; all that can be done is to cut it off from the next paper.
    """

    name: str
    dots: int
    columns: int
    native_qr: bool
    process_id: bool
    queued_status: bool
    realtime_status: bool
    cutter: bool
    code_page: Literal["cp437", "ascii"]
    bytes_per_s: int
    dots_per_s: int
    clearing: Literal["dle_dc4", "dle_enq"]
    band_bytes: int = 1024

    def at_baud(self, baud: int) -> "PrinterProfile":
        """Return the same model on a serial line of ``baud``: ten bits carry a byte (8N1)."""
        return replace(self, bytes_per_s=baud // 10)


MAX_BAND_ROWS = 128

# Epson TM-m30 class with 58 mm paper at 115200 baud; confirms each job (GS ( H, fn 48).
EPSON_58 = PrinterProfile(
    name="epson-58",
    dots=384,
    columns=32,
    native_qr=True,
    process_id=True,
    queued_status=True,
    realtime_status=True,
    cutter=True,
    code_page="cp437",
    bytes_per_s=11_520,
    dots_per_s=800,
    clearing="dle_dc4",
)
# A clone that answers status, but confirms only that it has worked through its buffer.
CLONE_58 = PrinterProfile(
    name="clone-58",
    dots=384,
    columns=32,
    native_qr=False,
    process_id=False,
    queued_status=True,
    realtime_status=True,
    cutter=True,
    code_page="ascii",
    bytes_per_s=1_920,
    dots_per_s=400,
    clearing="dle_enq",
)
# The simplest mechanism: status at once or nothing; a print can never be called certain.
BASIC_58 = PrinterProfile(
    name="basic-58",
    dots=384,
    columns=32,
    native_qr=False,
    process_id=False,
    queued_status=False,
    realtime_status=True,
    cutter=False,
    code_page="ascii",
    bytes_per_s=960,
    dots_per_s=400,
    clearing="dle_enq",
)

PROFILES = {profile.name: profile for profile in (EPSON_58, CLONE_58, BASIC_58)}
