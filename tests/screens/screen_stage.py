"""The one Kivy window of a test process, and pages built for any size of glass."""

from functools import cache

from live_stage import stage

from anjungan.appliance.screens.layout import ScreenSize, layout_for
from anjungan.appliance.screens.theme import theme_for
from anjungan.appliance.session.views import Look

LARGE = ScreenSize(1024, 600, 10.1)
SMALL = ScreenSize(800, 480, 7.0)
WIDE = ScreenSize(1280, 800, 10.1)
TALL = ScreenSize(720, 1280, 10.1)
TOTEM = ScreenSize(1080, 1920, 21.5)


def window():
    """The process's one window; Mesa draws it in memory."""
    return stage().screens.window


@cache
def shapes():
    from anjungan.appliance.screens.shapes import Shapes  # noqa: PLC0415 - needs the window

    window()
    return Shapes()


def context_for(screen, look=None, ambient=None, press=lambda intent: None):
    """A context as the glass makes it, for a page that stands alone."""
    window()
    from anjungan.appliance.screens.context import Context  # noqa: PLC0415 - needs the window
    from anjungan.appliance.screens.glass import _UNKNOWN  # noqa: PLC0415 - needs the window
    from anjungan.appliance.screens.painter import Kit  # noqa: PLC0415 - needs the window
    from anjungan.appliance.screens.typeset import Typesetter  # noqa: PLC0415 - needs the window

    look = look or Look()
    theme = theme_for(look, screen.scale)
    kit = Kit(theme, shapes(), Typesetter(theme), screen.height_px)
    return Context(kit, layout_for(screen), look, ambient or _UNKNOWN, press, rebuild=lambda: None)


def page_for(view, screen, look=None, ambient=None, press=lambda intent: None):
    """Build the page of a view with the value it brings."""
    window()
    from anjungan.appliance.screens.builders import build_page  # noqa: PLC0415 - needs the window

    context = context_for(screen, look, ambient, press)
    context.draft.text = getattr(view, "value", "")
    return build_page(view, context)


def picture_of(page, screen):
    """Draw a page into memory and return it as an RGB image."""
    from kivy.graphics import Fbo  # noqa: PLC0415 - needs the window
    from PIL import Image  # noqa: PLC0415 - needs the window

    fbo = Fbo(size=(screen.width_px, screen.height_px), with_stencilbuffer=False)
    fbo.add(page.canvas)
    fbo.draw()
    pixels = fbo.pixels
    fbo.remove(page.canvas)
    image = Image.frombytes("RGBA", (screen.width_px, screen.height_px), pixels)
    return image.transpose(Image.Transpose.FLIP_TOP_BOTTOM).convert("RGB")
