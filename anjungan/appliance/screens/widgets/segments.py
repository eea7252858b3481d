"""Puts a segmented choice on a page."""

from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.widgets.segmented import SegmentPart, segment_place
from anjungan.appliance.session.views import Segment


def add_segments(page: Page, segments: tuple[Segment, ...], room: Rect) -> None:
    """Add a segmented choice that fills ``room``."""
    context = page.context
    cells = room.columns(len(segments), 0)
    for index, (segment, cell) in enumerate(zip(segments, cells, strict=True)):
        part = SegmentPart(
            context.kit,
            cell,
            segment.label,
            context.pressing(segment.press),
            chosen=segment.chosen,
            place=segment_place(index, len(segments)),
        )
        page.put(part)
