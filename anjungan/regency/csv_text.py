"""Tables as CSV that a spreadsheet opens without running anything in it."""

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain
from typing import Final

BYTE_ORDER_MARK: Final = "\ufeff"
"""By which Excel knows UTF-8."""
_FORMULA_BEGINS: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%", "＝", "＋", "－", "＠")  # noqa: RUF001 - the wide ones begin formulas too


def inert(cell: str) -> str:
    """A cell no spreadsheet takes for a formula: one that begins like it gets an apostrophe."""
    begins = cell.startswith(_FORMULA_BEGINS) or cell.lstrip().startswith(_FORMULA_BEGINS)
    return f"'{cell}" if begins else cell


def csv_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Lines of a CSV file (RFC 4180, UTF-8 with a byte order mark), every cell quoted and inert."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    yield BYTE_ORDER_MARK
    for row in chain((header,), rows):
        writer.writerow([inert(cell) for cell in row])
        yield text.getvalue()
        text.seek(0)
        text.truncate()
