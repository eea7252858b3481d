"""What the screens tell for those who listen, and where Suara stands."""

import msgspec
import pytest
from live_stage import stage
from sample_views import LANGUAGES, SIZES, sample_views
from screen_checks import faults
from screen_stage import LARGE, SMALL, TALL, TOTEM, WIDE, page_for

from anjungan.appliance.ipc.messages import (
    ButtonAction,
    ButtonName,
    Drawn,
    Focused,
    Show,
    Touched,
    Typed,
)
from anjungan.appliance.session import intents
from anjungan.appliance.session.views import Look

pytestmark = pytest.mark.screens

DOWN, OK = ButtonName.DOWN, ButtonName.OK
PRESSED = ButtonAction.PRESSED
LISTENING = Look(read_aloud=True)
SAMPLES = ("home_sound", "home_read_aloud", "appearance_sound", "nik_sound")
GLASSES = {"1024x600": LARGE, "800x480": SMALL, "1280x800": WIDE, "720x1280": TALL, "totem": TOTEM}


@pytest.fixture(name="kiosk")
def _kiosk():
    return stage().begin()


class Told:
    """A glass without an agent: what it says is kept."""

    def __init__(self, name, look=LISTENING, screen=LARGE):
        stage()
        from anjungan.appliance.screens.glass import Glass  # noqa: PLC0415 - needs the window

        self.said = []
        self.now_s = 100.0
        self.glass = Glass(
            screen,
            add=lambda page: None,
            remove=lambda page: None,
            send=self._send,
            clock=lambda: self.now_s,
        )
        self.step = 0
        self.show(name, look)

    def _send(self, message):
        self.said.append(message)
        return True

    def show(self, name, look=LISTENING):
        """Another view, drawn; a moment later, so that no press is taken for an echo."""
        self.step += 1
        view, _ambient = sample_views()[name]
        self.glass.show(Show(step=self.step, view=view, look=look))
        self.glass.frame_drawn()
        self.now_s += 1.0
        return view

    def button(self, button, action=PRESSED):
        self.glass.button(button, action)

    def press_key(self, name):
        next(each for each in self.glass.page.touchables() if each.name == name).activate()

    def of(self, *kinds):
        """What of these kinds was said since the last time."""
        said, self.said = self.said, []
        return [each for each in said if isinstance(each, kinds)]


# --- where it stands ----------------------------------------------------------------------------


@pytest.mark.parametrize("size", SIZES, ids=lambda size: size.value)
@pytest.mark.parametrize("language", LANGUAGES, ids=lambda language: language.value)
@pytest.mark.parametrize("glass", list(GLASSES))
def test_with_suara_nothing_is_too_small_or_cut(glass, language, size):
    look = Look(language=language, text_size=size, read_aloud=True)
    found = []
    for name in SAMPLES:
        view, ambient = sample_views(language)[name]
        page = page_for(view, GLASSES[glass], look, ambient)
        found.extend(f"{name}, {each}" for each in faults(page))
        page.dispose()
    assert not found, "\n".join(found)


def _rail(name, glass):
    view, ambient = sample_views()[name]
    page = page_for(view, glass, ambient=ambient)
    items = [(each.name, each.icon, each.here) for each in page.rail]
    page.dispose()
    return items


def test_the_rail_has_five_items_with_a_loudspeaker_and_four_without():
    assert [name for name, _, _ in _rail("home", LARGE)] == [
        "Selesai", "Beranda", "Teks & bahasa", "Bantuan",
    ]  # fmt: skip
    for glass in (LARGE, TALL):
        names = [name for name, _, _ in _rail("home_sound", glass)]
        assert names == ["Selesai", "Beranda", "Suara", "Teks & bahasa", "Bantuan"]
    assert ("Suara nyala", "volume", True) in _rail("home_read_aloud", LARGE)


def test_on_a_small_glass_sound_and_text_share_a_place_and_the_icon_tells():
    assert ("Suara & teks", "volume-off", False) in _rail("home_sound", SMALL)
    assert ("Suara & teks", "volume", True) in _rail("home_read_aloud", SMALL)
    assert len(_rail("home_sound", SMALL)) == 4


def test_a_press_on_suara_asks_for_the_voice(kiosk):
    kiosk.show(*sample_views()["home_sound"])
    kiosk.touch("Suara")
    assert [act.intent for act in kiosk.acts()] == [intents.SetReadAloud(on=True)]
    kiosk.show(*sample_views()["appearance_sound"], look=LISTENING)
    kiosk.until(lambda: kiosk.glass.echo_left_s() == 0)
    kiosk.touch("Bacakan layar")
    assert [act.intent for act in kiosk.acts()] == [intents.SetReadAloud(on=False)]


# --- the focus ----------------------------------------------------------------------------------


def test_while_it_is_read_aloud_the_agent_hears_what_the_ring_is_on():
    told = Told("home_read_aloud")
    tiles = sample_views()["home_read_aloud"][0].tiles
    assert told.of(Focused) == []  # no ring shows
    for place, tile in enumerate(tiles, start=1):
        told.button(DOWN)
        focused = Focused(step=1, name=tile.title, place=place, count=len(tiles))
        assert told.of(Focused) == [focused]
    told.button(DOWN, ButtonAction.REPEATED)
    assert told.of(Focused) == [Focused(step=1, name="Indonesia", place=1, count=3)]
    assert "Surat" not in repr(Focused(step=1, name="Surat", place=1, count=2))


def test_the_first_ok_that_only_shows_the_ring_is_told():
    told = Told("home_read_aloud")
    told.button(OK)
    assert [each.name for each in told.of(Focused)] == ["Surat"]


def test_the_focus_of_a_new_screen_is_told_before_it_is_drawn():
    told = Told("home_read_aloud")
    told.button(DOWN)
    told.of(Focused)
    told.show("letter")
    focused, drawn = told.of(Focused, Drawn)
    assert (type(focused), focused.step) == (Focused, 2)
    assert drawn == Drawn(step=2)


def test_the_same_view_again_tells_nothing_new():
    told = Told("home_read_aloud")
    told.button(DOWN)
    told.of(Focused)
    told.step -= 1
    told.show("home_read_aloud")
    assert told.of(Focused) == []


def test_the_voice_that_is_switched_on_hears_where_the_ring_is():
    told = Told("home_sound", Look())
    told.button(DOWN)
    assert told.of(Focused, Touched) == [Touched()]
    told.step -= 1
    told.show("home_read_aloud")
    assert [each.name for each in told.of(Focused)] == ["Surat"]


def test_without_reading_no_focus_is_told():
    told = Told("home_sound", Look())
    for _ in range(4):
        told.button(DOWN)
    assert told.of(Focused) == []


def test_the_next_page_of_a_list_tells_its_first_row():
    told = Told("letters")
    told.button(DOWN)
    view = sample_views()["letters"][0]
    told.press_key(view.next_label)
    *_, last = told.of(Focused)
    assert (last.place, last.step) == (1, 1)
    assert last.name


def test_which_key_the_ring_is_on_is_never_told():
    told = Told("nik_sound")
    named = []
    for _ in range(len(told.glass.page.touchables())):
        told.button(DOWN)
        named.extend(told.of(Focused))
    assert {"Kosong", "Hapus", "Kembali"} <= {each.name for each in named}
    assert not any(character.isdigit() for each in named for character in each.name)
    digits = [each for each in named if not each.name]
    assert digits
    assert {each.place for each in digits} == {1}


# --- typing and touching ------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["nik", "text"])
def test_a_key_is_told_where_there_is_a_loudspeaker_and_never_which(name):
    with_sound = Told(name, Look())
    view = sample_views()[name][0]
    rail = msgspec.structs.replace(
        view.frame.rail, sound=sample_views()["home_sound"][0].frame.rail.sound
    )
    frame = msgspec.structs.replace(view.frame, rail=rail)
    with_sound.glass.show(
        Show(step=2, view=msgspec.structs.replace(view, frame=frame), look=Look())
    )
    typed = len(view.value)
    key = "7" if name == "nik" else "K"
    with_sound.press_key(key)
    with_sound.press_key(view.delete_label)
    told = with_sound.of(Typed)
    assert told == [Typed(step=2, length=typed + 1), Typed(step=2, length=typed)]
    without = Told(name, Look())
    without.press_key(key)
    assert without.of(Typed) == []


def test_a_search_clicks_too():
    told = Told("letters", Look())
    view = sample_views()["letters"][0]
    rail = msgspec.structs.replace(
        view.frame.rail, sound=sample_views()["home_sound"][0].frame.rail.sound
    )
    frame = msgspec.structs.replace(view.frame, rail=rail)
    told.glass.show(Show(step=2, view=msgspec.structs.replace(view, frame=frame), look=Look()))
    told.press_key(view.search.placeholder)
    told.press_key("N")
    assert told.of(Typed) == [Typed(step=2, length=1)]


def test_every_finger_is_told_while_it_is_read_aloud_and_one_a_second_otherwise():
    told = Told("home_read_aloud")
    for _ in range(3):
        told.glass.touched()
    assert told.of(Touched) == [Touched(by_finger=True)] * 3
    told.show("home_sound", Look())
    for _ in range(3):
        told.glass.touched()
    assert told.of(Touched) == [Touched(by_finger=True)]


def test_a_button_is_no_finger():
    told = Told("home_read_aloud")
    told.button(DOWN)
    assert told.of(Touched) == [Touched()]
    told.glass.show(Show(step=9, view=sample_views()["idle"][0], look=Look()))
    told.glass.agent_gone()
    told.button(DOWN)
    told.glass.touched()
    assert told.of(Focused, Typed, Touched) == []
