"""What the screens say by themselves while the agent is away; in Indonesian, as on a sign."""

from typing import Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.layout import Rect
from anjungan.appliance.screens.page import Page
from anjungan.appliance.screens.views.busy import paint_message

_TITLE: Final = "Anjungan sedang disiapkan kembali"
_TEXT: Final = (
    "Mohon tunggu sebentar. Bila tadi belum melihat kode, permohonan mungkin belum tersimpan."
)


def build_preparing(context: Context) -> Page:
    """Return the calm page shown until the agent is back."""
    page = Page(context)
    layout, palette = context.layout, context.theme.palette
    glass = Rect(0, 0, layout.width, layout.height)
    page.painter.ground(glass, palette.paper)
    bar = Rect(0, 0, layout.width, layout.header_h)
    page.painter.fill(bar, palette.indigo_900)
    page.painter.pattern(Rect(0, bar.bottom, layout.width, layout.band_h), "band")
    room = Rect(0, bar.bottom + layout.band_h, layout.width, layout.height - bar.bottom - 12)
    paint_message(page, room.inset(40, 20), "refresh", _TITLE, _TEXT)
    return page
