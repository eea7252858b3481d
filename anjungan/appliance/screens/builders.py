"""Which builder draws which view; a test asserts that none is missing."""

import importlib
from typing import Any, Final

from anjungan.appliance.screens.context import Context
from anjungan.appliance.screens.page import Page
from anjungan.appliance.session.views import (
    AppearanceView,
    ArticleView,
    BusyView,
    ChoiceView,
    HomeView,
    IdleView,
    KeyboardView,
    KeypadView,
    ListView,
    NoticeView,
    RequirementsView,
    ReviewView,
    StatusView,
    StillThereView,
    TicketView,
    View,
)

BUILDERS: Final[dict[type[Any], str]] = {
    AppearanceView: "appearance",
    ArticleView: "article",
    BusyView: "busy",
    ChoiceView: "choice",
    HomeView: "home",
    IdleView: "idle",
    KeyboardView: "keyboard",
    KeypadView: "keypad",
    ListView: "list",
    NoticeView: "notice",
    RequirementsView: "requirements",
    ReviewView: "review",
    StatusView: "status",
    StillThereView: "still_there",
    TicketView: "ticket",
}
"""Module below ``views`` for each view; imported when first shown, so that the start is fast."""


def build_page(view: View, context: Context) -> Page:
    """Return the page that draws ``view``."""
    module = importlib.import_module(f"anjungan.appliance.screens.views.{BUILDERS[type(view)]}")
    page: Page = module.build(view, context)
    return page


def load_all() -> None:
    """Import every view's module, so that nobody's first touch waits for it."""
    for name in BUILDERS.values():
        importlib.import_module(f"anjungan.appliance.screens.views.{name}")
