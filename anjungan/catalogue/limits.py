"""How long texts may be, so that they fit the smallest screen and the ticket."""

from typing import Final

LABEL_CHARS: Final = 45
"""A question: two lines in the largest text size at 800x480."""

LABEL_CHARS_JV: Final = 56
"""Krama is longer than Indonesian for the same question."""

SHORT_CHARS: Final = 26
"""A question as a noun, beside its answer on the review screen."""

SUMMARY_CHARS: Final = 45
"""The line under a title in a list."""

HINT_CHARS: Final = 90
"""The line under a question."""

TITLE_CHARS: Final = 70
"""A title of two lines in a list; the longest official title of a letter has 63."""

CATEGORY_CHARS: Final = 12
"""The word on a category button."""

OPTION_CHARS: Final = 40
"""A choice: two lines of half a screen."""

REQUIREMENT_CHARS: Final = 46
"""Something to bring, beside its icon."""

FACT_CHARS: Final = 42
"""The short facts beside the requirements: cost, duration, place."""

PARAGRAPH_CHARS: Final = 400
"""A block of a page; longer ones are to be parted."""

CELL_CHARS: Final = 90
"""A cell of a table."""

TIMETABLE_COLUMNS: Final = 3
"""More do not fit a screen of 800 px."""

MAX_DECIMALS: Final = 2
"""With three, `1.125` could be read as a thousand and some."""

FIRST_YEAR: Final = 2020
LAST_YEAR: Final = 2100
