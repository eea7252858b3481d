"""Every view has its builder, and every icon of the data is shipped."""

import sys
import typing

import pytest
from live_stage import stage
from sample_views import catalogue, sample_views
from screen_stage import LARGE, page_for, window

from anjungan.appliance.screens.icons import icon_names
from anjungan.appliance.session.views import View
from anjungan.catalogue.icon_names import ICON_NAMES

pytestmark = pytest.mark.screens


def test_every_view_has_a_builder_that_can_be_imported():
    window()
    from anjungan.appliance.screens.builders import BUILDERS  # noqa: PLC0415 - needs the window

    assert set(BUILDERS) == set(typing.get_args(View))
    for module in BUILDERS.values():
        assert hasattr(__import__(f"anjungan.appliance.screens.views.{module}"), "appliance")


def test_the_samples_show_every_type_of_view():
    shown = {type(view) for view, _ in sample_views().values()}
    assert shown == set(typing.get_args(View))


def test_the_icons_of_services_and_pages_are_shipped():
    assert icon_names() >= ICON_NAMES
    assert {page.icon for page in catalogue().pages if page.icon} <= icon_names()


def test_a_disposed_page_holds_nothing():
    view, ambient = sample_views()["review"]
    page = page_for(view, LARGE, ambient=ambient)
    assert page.touchables()
    page.dispose()
    assert page.touchables() == []
    assert list(page.marks()) == []


def test_reprs_tell_nothing_of_the_resident():
    view, ambient = sample_views()["nik"]
    page = page_for(view, LARGE, ambient=ambient)
    assert view.value
    assert view.value not in repr(page.context.draft) + repr(page.context.place)
    page.dispose()


def test_all_screens_can_be_loaded_before_somebody_comes(monkeypatch):
    stage()
    from anjungan.appliance.screens.builders import load_all  # noqa: PLC0415 - needs the window

    name = "anjungan.appliance.screens.views.still_there"
    load_all()
    monkeypatch.delitem(sys.modules, name)
    load_all()
    assert name in sys.modules
