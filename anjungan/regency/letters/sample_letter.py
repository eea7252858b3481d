"""A whole letter with invented values, as it would be printed for a village today."""

from datetime import datetime

from anjungan.catalogue.villages import Village
from anjungan.regency.letters.frame import Paper
from anjungan.regency.letters.letterheads import NO_CODE, VillageLetterhead, make_frame
from anjungan.regency.letters.number_format import NumberParts, write_number
from anjungan.regency.letters.pdf import Logo, render_pdf
from anjungan.regency.letters.samples import sample_check, sample_values
from anjungan.regency.letters.sheet import compose
from anjungan.regency.letters.templates import LetterTemplate
from anjungan.regency.requests.lateness import WIB
from anjungan.regency.settings import RegencySettings


def sample_pdf(
    template: LetterTemplate,
    letterhead: VillageLetterhead,
    village: Village,
    *,
    settings: RegencySettings,
    now: datetime,
    paper: Paper,
    logo: Logo | None = None,
) -> bytes:
    """The letter, marked CONTOH; its number is no number that was given."""
    today = now.astimezone(WIB).date()
    parts = NumberParts(template.code or NO_CODE, letterhead.number_village_code, 0, today)
    frame = make_frame(
        template,
        letterhead,
        village,
        regency_name=settings.regency_name,
        public_url=settings.web.public_url,
        number=write_number(letterhead.number_format, parts),
        dated=today,
        paper=paper,
    )
    values = sample_values(template, today)
    sheet = compose(frame, values, sample_check(frame.check_url), watermark="CONTOH")
    return render_pdf(sheet, now, logo)
