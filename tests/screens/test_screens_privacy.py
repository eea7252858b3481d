"""What was typed or shown of somebody is gone with the visit: no object holds it any more."""

import gc

import msgspec
import pytest
from live_stage import stage
from sample_views import sample_views

from anjungan.appliance.session.views import (
    Banner,
    IdleView,
    KeyboardView,
    KeypadView,
    ReviewRow,
    ReviewView,
    Tone,
)

pytestmark = pytest.mark.screens


@pytest.fixture(name="kiosk")
def _kiosk():
    return stage().begin()


def _holders(planted):
    """Every object the collector knows that holds a string with the planted value."""
    gc.unfreeze()
    gc.collect()
    found = []
    for each in gc.get_objects():
        try:
            inner = gc.get_referents(each)
        except ReferenceError:
            continue
        for value in inner:
            # not isinstance: a weak proxy would be asked for the class of what is gone
            if type(value) in {str, bytes, bytearray}:
                text = value if type(value) is str else bytes(value).decode("latin-1")
                if planted in text:
                    found.append(type(each).__name__)
    return found


def _go_idle(kiosk):
    kiosk.show(*sample_views()["idle"])
    kiosk.turn(5)


def _type_name(kiosk):
    view, ambient = sample_views()["text"]
    assert isinstance(view, KeyboardView)
    kiosk.show(msgspec.structs.replace(view, value=""), ambient)
    for letter in _planted_name():
        kiosk.touch(letter)
    assert kiosk.glass.memory.draft.text == _planted_name()


def _planted_name():
    return "".join(reversed("QVKJWZXQ"))


def _planted_digits():
    return "".join(reversed("2564091837"))


def test_typed_digits_are_gone_after_the_visit(kiosk):
    view, ambient = sample_views()["nik"]
    assert isinstance(view, KeypadView)
    kiosk.show(msgspec.structs.replace(view, value=""), ambient)
    for digit in _planted_digits():
        kiosk.touch(digit)
    assert kiosk.glass.memory.draft.text == _planted_digits()
    _go_idle(kiosk)
    assert isinstance(kiosk.glass.view, IdleView)
    assert _holders(_planted_digits()) == []


def test_a_typed_name_is_gone_after_the_visit(kiosk):
    _type_name(kiosk)
    _go_idle(kiosk)
    assert _holders(_planted_name()) == []


def test_the_finder_finds(kiosk):
    """The search of this file would notice a value that stayed."""
    _type_name(kiosk)
    assert _holders(_planted_name())
    _go_idle(kiosk)


def test_what_the_agent_showed_is_gone_after_the_visit(kiosk):
    view, ambient = sample_views()["review"]
    assert isinstance(view, ReviewView)
    row = msgspec.structs.replace(view.rows[0], value=_planted_name())
    assert isinstance(row, ReviewRow)
    kiosk.show(msgspec.structs.replace(view, rows=(row, *view.rows[1:])), ambient)
    kiosk.touch(kiosk.glass.page.touchables()[0].name)
    del row, view
    _go_idle(kiosk)
    kiosk.agent.drain()
    assert _holders(_planted_name()) == []


def test_a_search_is_gone_after_the_visit(kiosk):
    view, ambient = sample_views()["letters"]
    kiosk.show(view, ambient)
    kiosk.touch(view.search.placeholder)
    for letter in _planted_name():
        kiosk.touch(letter)
    _go_idle(kiosk)
    assert _holders(_planted_name()) == []


def test_everything_is_gone_when_the_agent_dies(kiosk):
    _type_name(kiosk)
    kiosk.agent.connected.clear()
    kiosk.agent.drop()
    kiosk.until(lambda: kiosk.glass.view is None)
    texts = " ".join(mark.text for mark in kiosk.glass.page.marks() if hasattr(mark, "text"))
    assert "sedang disiapkan kembali" in texts
    assert "mungkin belum tersimpan" in texts  # the commit may have come just before
    kiosk.turn(5)
    assert _holders(_planted_name()) == []
    # it connects again by itself, and the agent shows the whole view
    kiosk.until(kiosk.agent.connected.is_set)
    _go_idle(kiosk)


def test_a_draft_outlives_help_and_countdown_but_no_other_screen(kiosk):
    view, ambient = sample_views()["text"]
    view = msgspec.structs.replace(view, value="")
    kiosk.show(view, ambient)
    kiosk.touch("A")
    kiosk.show(*sample_views()["still_there"])
    kiosk.show(view, ambient)
    assert kiosk.glass.memory.draft.text == "A"
    kiosk.show(*sample_views()["help"])
    kiosk.show(view, ambient)
    assert kiosk.glass.memory.draft.text == "A"
    kiosk.show(*sample_views()["home"])
    kiosk.show(view, ambient)
    assert kiosk.glass.memory.draft.text == ""


def test_a_correction_outlives_a_card_that_is_tapped_meanwhile(kiosk):
    view, ambient = sample_views()["nik"]
    refused = msgspec.structs.replace(view, value="3500014709850147", error="Mohon periksa.")
    kiosk.show(refused, ambient)
    kiosk.touch(view.clear_label)
    kiosk.touch("7")
    banner = Banner(tone=Tone.OK, icon="circle-check", strong="Kartu sudah terbaca.", text="")
    kiosk.show(msgspec.structs.replace(refused, banner=banner), ambient)
    assert kiosk.glass.memory.draft.text == "7"
    texts = " ".join(mark.text for mark in kiosk.glass.page.marks() if hasattr(mark, "text"))
    assert "Mohon periksa." not in texts
    kiosk.show(msgspec.structs.replace(refused, value="3500014709850148"), ambient)
    assert kiosk.glass.memory.draft.text == "3500014709850148"


def test_a_draft_never_moves_to_another_question(kiosk):
    view, ambient = sample_views()["text"]
    view = msgspec.structs.replace(view, value="")
    kiosk.show(view, ambient)
    kiosk.touch("A")
    kiosk.show(msgspec.structs.replace(view, question="Alamat usaha?"), ambient)
    assert kiosk.glass.memory.draft.text == ""
