"""Touches: one press is one intent with the step that is on the glass."""

import pytest
from live_stage import stage
from sample_views import sample_views

from anjungan.appliance.ipc.messages import Act, Touched
from anjungan.appliance.session import intents
from anjungan.appliance.session.intents import Language
from anjungan.appliance.session.views import (
    AppearanceView,
    ChoiceView,
    HomeView,
    KeyboardView,
    KeypadView,
)

pytestmark = pytest.mark.screens


@pytest.fixture(name="kiosk")
def _kiosk():
    return stage().begin()


def test_the_screens_say_hello_with_their_size():
    hello = stage().hello
    assert (hello.width_px, hello.height_px) == (1024, 600)


def test_every_sample_is_drawn_and_says_so(kiosk):
    for language in Language:
        for name, (view, ambient) in sample_views(language).items():
            if name.startswith("page_") and language is not Language.INDONESIAN:
                continue
            kiosk.show(view, ambient)
            assert kiosk.glass.view == view


def test_a_tile_sends_exactly_one_intent_with_the_step(kiosk):
    step = kiosk.show(*sample_views()["home"])
    kiosk.touch("Surat")
    assert kiosk.acts() == [Act(step=step, intent=intents.OpenLetters())]


def test_a_touch_anywhere_wakes_the_idle_screen(kiosk):
    step = kiosk.show(*sample_views()["idle"])
    kiosk.finger_down(1000, 590)
    kiosk.finger_up(1000, 590)
    assert kiosk.acts() == [Act(step=step, intent=intents.Wake())]


def test_a_finger_shows_at_once_and_counts_when_lifted(kiosk):
    kiosk.show(*sample_views()["home"])
    x, y = kiosk.middle_of("Kesehatan")
    kiosk.finger_down(x, y)
    assert kiosk.target("Kesehatan").pressed
    assert kiosk.acts() == []
    kiosk.finger_up(x, y)
    kiosk.until(lambda: not kiosk.target("Kesehatan").pressed)
    assert [act.intent for act in kiosk.acts()] == [intents.OpenFamily(family="health")]


def test_a_finger_that_slides_off_presses_nothing(kiosk):
    kiosk.show(*sample_views()["home"])
    x, y = kiosk.middle_of("Kesehatan")
    kiosk.finger_down(x, y)
    kiosk.screens.window.mouse_pos = (500, 10)
    kiosk.screens.window.dispatch("on_mouse_move", 500, 590, [])
    kiosk.turn(2)
    assert not kiosk.target("Kesehatan").pressed
    kiosk.finger_up(500, 590)
    assert kiosk.acts() == []


def test_a_doubled_touch_is_one_intent(kiosk):
    kiosk.show(*sample_views()["review"])
    kiosk.touch("Sudah benar, kirim")
    kiosk.touch("Sudah benar, kirim")
    assert len(kiosk.acts()) == 1


def test_a_double_tap_does_not_press_the_next_screen(kiosk):
    """ "Selesai" comes where "kirim" was: the code must be seen first."""
    kiosk.show(*sample_views()["review"])
    x, y = kiosk.middle_of("Sudah benar, kirim")
    kiosk.finger_down(x, y)
    kiosk.finger_up(x, y)
    assert len(kiosk.acts(2)) == 1
    kiosk.show(*sample_views()["saving"])
    kiosk.show(*sample_views()["ticket"])
    assert kiosk.glass.echo_left_s() > 0
    kiosk.finger_down(x, y)
    kiosk.finger_up(x, y)
    assert kiosk.acts(2) == []
    kiosk.until(lambda: kiosk.glass.echo_left_s() == 0)
    kiosk.finger_down(x, y)
    kiosk.finger_up(x, y)
    assert [act.intent for act in kiosk.acts()] == [intents.EndVisit()]


def test_an_impatient_tap_does_not_press_the_screen_that_comes_late(kiosk):
    """A slow card: the ticket comes seconds after "kirim", just when it is tapped again."""
    kiosk.show(*sample_views()["review"])
    x, y = kiosk.middle_of("Sudah benar, kirim")
    kiosk.finger_down(x, y)
    kiosk.finger_up(x, y)
    assert len(kiosk.acts(2)) == 1
    kiosk.show(*sample_views()["saving"])
    kiosk.until(lambda: kiosk.glass.echo_left_s() == 0)
    kiosk.show(*sample_views()["ticket"])
    kiosk.finger_down(x, y)
    kiosk.finger_up(x, y)
    assert kiosk.acts(2) == []


def test_a_quick_touch_elsewhere_counts(kiosk):
    kiosk.show(*sample_views()["home"])
    kiosk.touch("Surat")
    kiosk.show(*sample_views()["letters"])
    kiosk.agent.drain()
    kiosk.touch("Beranda")
    assert [act.intent for act in kiosk.acts()] == [intents.GoHome()]


def test_what_is_disabled_is_deaf(kiosk):
    kiosk.show(*sample_views()["ticket"])
    kiosk.touch("Kembali")
    assert kiosk.acts() == []


def test_a_finger_that_presses_nothing_is_told_at_most_once_a_second(kiosk):
    kiosk.show(*sample_views()["home"])
    kiosk.agent.drain()
    kiosk.glass._touched_at_s = float("-inf")
    for _ in range(5):
        kiosk.finger_down(500, 40)
        kiosk.finger_up(500, 40)
    kiosk.turn(5)
    touched = [message for message in kiosk.agent.drain() if isinstance(message, Touched)]
    assert len(touched) == 1


def test_a_new_view_under_the_finger_is_not_pressed(kiosk):
    kiosk.show(*sample_views()["home"])
    x, y = kiosk.middle_of("Surat")
    kiosk.finger_down(x, y)
    kiosk.show(*sample_views()["letters"])
    kiosk.finger_up(x, y)
    assert kiosk.acts() == []
    kiosk.touch("Beranda")
    assert [act.intent for act in kiosk.acts()] == [intents.GoHome()]


def test_digits_are_typed_and_sent_once_complete(kiosk):
    view, ambient = sample_views()["nik"]
    assert isinstance(view, KeypadView)
    kiosk.show(view, ambient)
    kiosk.touch("Lanjut")
    assert kiosk.acts() == []
    for digit in "0001":
        kiosk.touch(digit)
    kiosk.touch("9")
    kiosk.touch("Lanjut")
    assert [act.intent for act in kiosk.acts()] == [intents.EnterText(text="3505001470520001")]


def test_letters_figures_spaces_and_deleting(kiosk):
    view, ambient = sample_views()["text"]
    assert isinstance(view, KeyboardView)
    kiosk.show(view, ambient)
    for key in ("Spasi", "Spasi", "A", "123", "7", "ABC", "Z", "Hapus"):
        kiosk.touch(key)
    kiosk.touch("Lanjut")
    assert [act.intent for act in kiosk.acts()] == [intents.EnterText(text="WARUNG SOTO BU A7")]


def test_an_option_is_chosen(kiosk):
    view, ambient = sample_views()["choice"]
    assert isinstance(view, ChoiceView)
    kiosk.show(view, ambient)
    kiosk.touch(view.options[1].label)
    assert [act.intent for act in kiosk.acts()] == [view.options[1].press]


def test_search_filters_and_goes_back(kiosk):
    view, ambient = sample_views()["letters"]
    kiosk.show(view, ambient)
    kiosk.touch(view.search.placeholder)
    for letter in "USAHA":
        kiosk.touch(letter)
    names = [each.name for each in kiosk.glass.page.touchables()]
    show = next(name for name in names if name.startswith(view.search.show_label))
    kiosk.touch(show)
    rows = [each.name for each in kiosk.glass.page.touchables() if "Surat" in each.name]
    assert "Surat Keterangan Usaha" in rows
    assert kiosk.acts() == []
    kiosk.touch("Surat Keterangan Usaha")
    assert [act.intent for act in kiosk.acts()] == [intents.OpenService(service="keterangan-usaha")]


def test_leaving_the_search_is_local(kiosk):
    view, ambient = sample_views()["letters"]
    kiosk.show(view, ambient)
    kiosk.touch(view.search.placeholder)
    kiosk.touch("A")
    kiosk.touch("Kembali")
    assert kiosk.acts() == []
    assert view.search.placeholder in [each.name for each in kiosk.glass.page.touchables()]
    assert kiosk.glass.page.context.place.query == ""


def test_pages_are_turned_and_remembered(kiosk):
    letters, ambient = sample_views()["letters"]
    kiosk.show(letters, ambient)
    first = [each.name for each in kiosk.glass.page.touchables()]
    kiosk.touch("Usaha")
    kiosk.touch(letters.next_label)
    second = [each.name for each in kiosk.glass.page.touchables()]
    assert first != second
    assert "Surat Keterangan Usaha" in second
    kiosk.show(*sample_views()["letter"])
    kiosk.show(letters, ambient)
    assert [each.name for each in kiosk.glass.page.touchables()] == second


def test_home_and_appearance_carry_their_intents(kiosk):
    view, ambient = sample_views()["appearance"]
    assert isinstance(view, AppearanceView)
    kiosk.show(view, ambient)
    kiosk.touch("Kontras tinggi")
    assert [act.intent for act in kiosk.acts()] == [intents.SetHighContrast(on=True)]
    home, ambient = sample_views()["home"]
    assert isinstance(home, HomeView)
    kiosk.show(home, ambient)
    kiosk.touch("English")
    assert [act.intent for act in kiosk.acts()] == [intents.SetLanguage(language=Language.ENGLISH)]
