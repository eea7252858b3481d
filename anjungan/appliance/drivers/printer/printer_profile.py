"""What a printer model can do, as far as printing and its confirmation depend on it."""

from dataclasses import dataclass, replace
from typing import Literal

StatusSource = Literal["realtime", "automatic", "queued", "none"]
RealtimeQuestion = Literal[1, 2, 3, 4]

ALL_QUESTIONS: tuple[RealtimeQuestion, ...] = (1, 2, 3, 4)
MAX_BAND_ROWS = 128
_DOTS_PER_COLUMN = 12  # font A, on every model here
_BANDS_A_SECOND = 8
_FIRST_BANDS_A_SECOND = 20  # paper moves soon after somebody has asked for it


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where a profile's values come from.

    ``manuals`` name what was read; ``tried`` says whether somebody has printed with the model, a
    switched-off line and an empty roll included.  What neither tells is an assumption, and
    ``assumed`` names it.
    """

    manuals: tuple[str, ...] = ()
    assumed: str = ""
    tried: bool = False


@dataclass(frozen=True, slots=True)
class PrinterProfile:
    """One printer model.

    ``status`` is how it tells its state: ``realtime`` answers DLE EOT at once (``questions`` are
    the numbers it knows), ``automatic`` only sends the four bytes of GS a when something changes,
    ``queued`` only answers GS r in print order, ``none`` says nothing.

    ``process_id``: answers GS ( H when the preceding data is on paper.  ``queued_status``: answers
    GS r in print order.  ``bytes_per_s`` is what the line carries and ``dots_per_s`` how fast paper
    moves; both only bound how long we wait.  ``raster_scaling``: GS v 0 prints each dot of a
    picture twice in both directions when asked (m = 3), which makes pictures a quarter as long.

    ``band_bytes`` bounds one raster command: small bands let the first one print while the next is
    on the line, give frequent safe points for a status question (inside raster data there is none)
    and fit the 4 KiB buffers of cheap printers.

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
    native_qr: bool
    process_id: bool
    queued_status: bool
    status: StatusSource
    cutter: bool
    code_page: Literal["cp437", "ascii"]
    bytes_per_s: int
    dots_per_s: int
    clearing: Literal["dle_dc4", "dle_enq"]
    evidence: Evidence
    questions: tuple[RealtimeQuestion, ...] = ALL_QUESTIONS
    raster_scaling: bool = True
    band_bytes: int = 1024

    @property
    def columns(self) -> int:
        """How many characters of the plain font stand side by side."""
        return self.dots // _DOTS_PER_COLUMN

    def at_baud(self, baud: int) -> "PrinterProfile":
        """Return the same model on a serial line of ``baud``: ten bits carry a byte (8N1)."""
        bytes_per_s = baud // 10
        return replace(
            self,
            bytes_per_s=bytes_per_s,
            band_bytes=max(self.dots // 8, min(self.band_bytes, bytes_per_s // _BANDS_A_SECOND)),
        )

    @property
    def check_question(self) -> RealtimeQuestion:
        """Which DLE EOT is asked in the middle of a job: the causes where it knows them."""
        return 2 if 2 in self.questions else self.questions[0]  # noqa: PLR2004 - DLE EOT 2

    @property
    def first_band_bytes(self) -> int:
        """The bound of the first picture's first band, which may be all that a line takes."""
        return max(1, min(self.band_bytes, self.bytes_per_s // _FIRST_BANDS_A_SECOND))
