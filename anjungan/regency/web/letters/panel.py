"""The part about letters on the page of a request (``letters/_panel.html``)."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection

from anjungan.protocol.status import RequestStatus
from anjungan.regency.letters.letterheads import read_letterhead
from anjungan.regency.letters.records import LetterState, letters_of
from anjungan.regency.letters.templates import template_of
from anjungan.regency.requests.reading import RequestView
from anjungan.regency.web.letters.drafting import why_not
from anjungan.regency.web.letters.words import LETTER_SIGNS


def panel_context(connection: Connection, view: RequestView) -> Mapping[str, Any]:
    """What the template needs, under the one name ``letters``."""
    records = letters_of(connection, view.line.id)
    valid = next((each for each in records if each.state is LetterState.VALID), None)
    numbers = {each.id: each.number for each in records}
    return {
        "letters": {
            "valid": valid,
            "ended": [each for each in records if each.state is not LetterState.VALID],
            "numbers": numbers,
            "signs": LETTER_SIGNS,
            "exists": template_of(view.line.service) is not None,
            "why_not": why_not(view),
            "to_be_signed": view.line.status is RequestStatus.AWAITING_SIGNATURE,
            "signatory_missing": not read_letterhead(connection, view.line.village).signatory_name,
        }
    }
