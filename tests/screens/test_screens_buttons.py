"""The buttons alone: everything can be reached and pressed."""

import pytest
from live_stage import stage
from msgspec import structs
from sample_views import sample_views

from anjungan.appliance.ipc.messages import ButtonAction, ButtonMoved, ButtonName, Show
from anjungan.appliance.session import intents
from anjungan.appliance.session.view_parts import SoundItem
from anjungan.appliance.session.views import Look

pytestmark = pytest.mark.screens

DOWN, UP, OK = ButtonName.DOWN, ButtonName.UP, ButtonName.OK
PRESSED, HELD = ButtonAction.PRESSED, ButtonAction.HELD
RELEASED, REPEATED = ButtonAction.RELEASED, ButtonAction.REPEATED


@pytest.fixture(name="kiosk")
def _kiosk():
    return stage().begin()


def _focused(kiosk):
    return [each.name for each in kiosk.glass.page.touchables() if each.focused]


@pytest.mark.parametrize("name", list(sample_views()), ids=str)
def test_the_ring_reaches_everything_that_can_be_pressed(kiosk, name):
    kiosk.show(*sample_views()[name])
    page = kiosk.glass.page
    reachable = [each for each in page.touchables() if each.enabled]
    if page.on_any_button is not None or not reachable:
        return
    seen = []
    for _ in range(len(reachable)):
        kiosk.glass.button(DOWN, PRESSED)
        focused = [each for each in page.touchables() if each.focused]
        assert len(focused) == 1
        seen.append(focused[0])
    assert {id(each) for each in seen} == {id(each) for each in reachable}
    first = seen[0]
    kiosk.glass.button(DOWN, REPEATED)
    assert first.focused
    kiosk.glass.button(UP, PRESSED)
    assert seen[-1].focused


def test_the_first_press_only_shows_the_ring(kiosk):
    kiosk.show(*sample_views()["home"])
    assert _focused(kiosk) == []
    kiosk.press(OK, PRESSED)
    assert _focused(kiosk) == ["Surat"]
    assert kiosk.acts() == []
    kiosk.press(OK, RELEASED)
    kiosk.press(OK, PRESSED)
    assert [act.intent for act in kiosk.acts()] == [intents.OpenLetters()]


def test_a_touch_hides_the_ring_until_the_next_button(kiosk):
    kiosk.show(*sample_views()["home"])
    kiosk.press(DOWN, PRESSED)
    kiosk.press(DOWN, PRESSED)
    assert _focused(kiosk) == ["Layanan kabupaten"]
    kiosk.finger_down(500, 40)
    kiosk.finger_up(500, 40)
    assert _focused(kiosk) == []
    kiosk.press(DOWN, PRESSED)
    assert _focused(kiosk) == ["Layanan kabupaten"]


def test_the_ring_stays_on_the_next_screen_and_is_restored_on_coming_back(kiosk):
    kiosk.show(*sample_views()["home"])
    for _ in range(3):
        kiosk.press(DOWN, PRESSED)
    assert _focused(kiosk) == ["Kesehatan"]
    kiosk.show(*sample_views()["family_health"])
    assert len(_focused(kiosk)) == 1
    kiosk.show(*sample_views()["home"])
    assert _focused(kiosk) == ["Kesehatan"]


def test_any_button_wakes(kiosk):
    for button in ButtonName:
        step = kiosk.show(*sample_views()["idle"])
        kiosk.press(button, PRESSED)
        acts = kiosk.acts()
        assert [(act.step, act.intent) for act in acts] == [(step, intents.Wake())]


def test_back_and_help_are_the_rail(kiosk):
    kiosk.show(*sample_views()["letter"])
    kiosk.press(ButtonName.BACK, PRESSED)
    assert [act.intent for act in kiosk.acts()] == [intents.GoBack()]
    kiosk.press(ButtonName.HELP, PRESSED)
    assert [act.intent for act in kiosk.acts()] == [intents.OpenHelp()]


def test_home_and_language_are_the_rail_too(kiosk):
    kiosk.show(*sample_views()["letter"])
    kiosk.press(ButtonName.HOME, PRESSED)
    assert [act.intent for act in kiosk.acts()] == [intents.GoHome()]
    kiosk.press(ButtonName.LANGUAGE, PRESSED)
    assert [act.intent for act in kiosk.acts()] == [intents.OpenAppearance()]


@pytest.mark.parametrize("button", [ButtonName.HOME, ButtonName.LANGUAGE, ButtonName.HELP])
@pytest.mark.parametrize("action", [HELD, REPEATED, RELEASED])
def test_the_rails_buttons_act_once_a_press(kiosk, button, action):
    kiosk.show(*sample_views()["letter"])
    kiosk.press(button, action)
    assert kiosk.acts() == []


def test_where_languages_stand_the_button_takes_the_next_one(kiosk):
    view, ambient = sample_views()["home"]
    for chosen, following in ((0, 1), (1, 2), (2, 0)):
        languages = tuple(
            structs.replace(segment, chosen=at == chosen)
            for at, segment in enumerate(view.languages)
        )
        kiosk.show(structs.replace(view, languages=languages), ambient)
        kiosk.press(ButtonName.LANGUAGE, PRESSED)
        assert [act.intent for act in kiosk.acts()] == [view.languages[following].press]


def test_sound_switches_reading_aloud_where_it_would_be_heard(kiosk):
    view, ambient = sample_views()["letter"]
    for on in (False, True):
        item = SoundItem(
            label="Suara", shared_label="Teks, suara", on=on, press=intents.SetReadAloud(on=not on)
        )
        rail = structs.replace(view.frame.rail, sound=item)
        kiosk.show(structs.replace(view, frame=structs.replace(view.frame, rail=rail)), ambient)
        kiosk.press(ButtonName.SOUND, PRESSED)
        assert [act.intent for act in kiosk.acts()] == [intents.SetReadAloud(on=not on)]
    rail = structs.replace(view.frame.rail, sound=None)
    kiosk.show(structs.replace(view, frame=structs.replace(view.frame, rail=rail)), ambient)
    kiosk.press(ButtonName.SOUND, PRESSED)
    assert kiosk.acts() == []


def test_home_means_nothing_on_the_home_screen(kiosk):
    view, ambient = sample_views()["home"]
    assert view.frame.rail.home is None
    kiosk.show(view, ambient)
    kiosk.press(ButtonName.HOME, PRESSED)
    assert kiosk.acts() == []


def test_back_leaves_a_local_search_without_the_agent(kiosk):
    view, ambient = sample_views()["letters"]
    kiosk.show(view, ambient)
    kiosk.touch(view.search.placeholder)
    assert kiosk.glass.page.context.place.searching
    kiosk.press(ButtonName.BACK, PRESSED)
    assert not kiosk.glass.page.context.place.searching
    assert kiosk.acts() == []


def test_the_countdown_is_answered_by_one_press(kiosk):
    kiosk.show(*sample_views()["still_there"])
    kiosk.press(OK, PRESSED)
    assert [act.intent for act in kiosk.acts()] == [intents.KeepVisit()]


def test_a_press_that_ends_the_countdown_presses_nothing_behind_it(kiosk):
    """The agent hears the button first: the review comes together with the press."""
    kiosk.show(*sample_views()["review"])
    kiosk.press(DOWN, PRESSED)
    kiosk.show(*sample_views()["still_there"])
    kiosk.until(lambda: kiosk.glass.echo_left_s() == 0)
    view, _ambient = sample_views()["review"]
    kiosk.glass.take(
        [
            Show(step=kiosk.glass.step + 1, view=view, look=Look()),
            ButtonMoved(button=OK, action=PRESSED),
        ]
    )
    assert kiosk.acts() == []


def test_a_doubled_press_of_ok_does_not_press_the_next_screen(kiosk):
    kiosk.show(*sample_views()["review"])
    kiosk.press(OK, PRESSED)
    kiosk.press(OK, PRESSED)
    assert len(kiosk.acts(1)) == 1
    kiosk.show(*sample_views()["ticket"])
    assert kiosk.glass.echo_left_s() > 0
    kiosk.press(OK, PRESSED)
    assert kiosk.acts(1) == []


def test_a_question_that_destroys_is_never_focused_first(kiosk):
    for name in ("leave", "cancel"):
        view, ambient = sample_views()[name]
        kiosk.show(view, ambient)
        kiosk.press(OK, PRESSED)
        assert _focused(kiosk) == [view.buttons[-1].label]


def test_holding_ok_on_the_keypad_goes_on_when_complete(kiosk):
    view, ambient = sample_views()["nik"]
    kiosk.show(view, ambient)
    kiosk.press(DOWN, PRESSED)
    kiosk.press(OK, PRESSED)
    kiosk.press(OK, HELD)
    kiosk.press(OK, RELEASED)
    assert kiosk.acts() == []
    assert kiosk.glass.memory.draft.text == "350500147052"
    for _ in range(4):
        kiosk.press(OK, PRESSED)
        kiosk.press(OK, RELEASED)
    kiosk.press(OK, PRESSED)
    kiosk.press(OK, HELD)
    kiosk.press(OK, RELEASED)
    assert [act.intent for act in kiosk.acts()] == [intents.EnterText(text="3505001470521111")]


@pytest.mark.parametrize("walk", [(), (DOWN, UP)], ids=["at once", "after walking"])
def test_the_ring_stays_on_the_option_that_was_chosen(kiosk, walk):
    """Also where it was first on the page; once one is chosen, that is the button that goes on."""
    view, ambient = sample_views()["choice"]
    options = tuple(structs.replace(each, chosen=False) for each in view.options)
    kiosk.show(structs.replace(view, options=options), ambient)
    kiosk.press(DOWN, PRESSED)
    kiosk.show(structs.replace(view, question="Keperluan", options=options), ambient)
    for button in walk:
        kiosk.press(button, PRESSED)
    first = options[0]
    assert _focused(kiosk) == [first.label]
    kiosk.until(lambda: kiosk.glass.echo_left_s() == 0)
    kiosk.press(OK, PRESSED)
    assert [act.intent for act in kiosk.acts()] == [first.press]
    chosen = (structs.replace(first, chosen=True), *options[1:])
    leads_on = structs.replace(view.primary, press=intents.GoNext())
    shown = structs.replace(view, question="Keperluan", options=chosen, primary=leads_on)
    kiosk.glass.show(Show(step=kiosk.glass.step, view=shown, look=Look()))
    assert _focused(kiosk) == [first.label]
