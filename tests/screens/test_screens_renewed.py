"""News for the screen that is shown does not take the finger from what it is on."""

import msgspec
import pytest
from live_stage import stage
from sample_views import sample_views

from anjungan.appliance.ipc.messages import Act, ButtonAction, ButtonName
from anjungan.appliance.session import intents

pytestmark = pytest.mark.screens

OTHER = "Cek kode lain"


@pytest.fixture(name="kiosk")
def _kiosk():
    return stage().begin()


def _renewed(view, **changes):
    """The same screen with a later status."""
    chip = msgspec.structs.replace(view.chip, label="Siap diambil")
    return msgspec.structs.replace(view, chip=chip, **changes)


def _finger_on_other(kiosk):
    """A finger is down on one of the buttons of a status."""
    view, ambient = sample_views()["status"]
    kiosk.show(view, ambient)
    x, y = kiosk.middle_of(OTHER)
    kiosk.finger_down(x, y)
    return view, x, y


def test_a_touch_outlives_news_for_its_screen(kiosk):
    view, x, y = _finger_on_other(kiosk)
    before = kiosk.target(OTHER)
    kiosk.renew(_renewed(view))
    assert kiosk.target(OTHER) is not before
    assert kiosk.target(OTHER).pressed
    kiosk.finger_up(x, y)
    assert kiosk.acts() == [Act(step=kiosk.glass.step, intent=intents.OpenStatusSearch())]
    kiosk.until(lambda: not kiosk.target(OTHER).pressed)


def test_it_outlives_more_than_one_and_counts_once(kiosk):
    view, x, y = _finger_on_other(kiosk)
    for newest in (_renewed(view), view, _renewed(view)):
        kiosk.renew(newest)
    kiosk.finger_up(x, y)
    assert [act.intent for act in kiosk.acts()] == [intents.OpenStatusSearch()]
    kiosk.touch("Ke beranda")
    assert [act.intent for act in kiosk.acts()] == [intents.GoHome()]


def test_a_finger_that_slides_off_afterwards_presses_nothing(kiosk):
    view, *_ = _finger_on_other(kiosk)
    kiosk.renew(_renewed(view))
    kiosk.finger_slides(500, 10)
    assert not kiosk.target(OTHER).pressed
    kiosk.finger_up(500, 10)
    assert kiosk.acts() == []


def test_a_finger_that_had_slid_off_may_come_back(kiosk):
    view, x, y = _finger_on_other(kiosk)
    kiosk.finger_slides(500, 10)
    kiosk.renew(_renewed(view))
    assert not kiosk.target(OTHER).pressed
    kiosk.finger_slides(x, y)
    assert kiosk.target(OTHER).pressed
    kiosk.finger_up(x, y)
    assert [act.intent for act in kiosk.acts()] == [intents.OpenStatusSearch()]


@pytest.mark.parametrize("change", ["gone", "moved", "renamed", "disabled"])
def test_what_is_no_longer_there_makes_the_touch_void(kiosk, change):
    view, x, y = _finger_on_other(kiosk)
    place = next(number for number, each in enumerate(view.buttons) if each.label == OTHER)
    buttons = list(view.buttons)
    match change:
        case "gone":
            buttons = [each for each in buttons if each.label != OTHER]
        case "moved":
            buttons = [*buttons[place + 1 :], *buttons[: place + 1]]
        case "renamed":
            buttons[place] = msgspec.structs.replace(buttons[place], label="Kode lain")
        case _:
            buttons[place] = msgspec.structs.replace(buttons[place], press=None)
    kiosk.renew(_renewed(view, buttons=tuple(buttons)))
    assert not any(each.pressed for each in kiosk.glass.page.touchables())
    kiosk.finger_up(x, y)
    assert kiosk.acts() == []
    kiosk.touch("Ke beranda")
    assert [act.intent for act in kiosk.acts()] == [intents.GoHome()]


def test_the_same_button_of_the_next_screen_is_not_pressed(kiosk):
    view, x, y = _finger_on_other(kiosk)
    kiosk.show(_renewed(view))
    kiosk.finger_up(x, y)
    assert kiosk.acts() == []


def test_a_digit_that_is_being_typed_is_not_lost_to_a_card(kiosk):
    view, ambient = sample_views()["nik"]
    kiosk.show(view, ambient)
    x, y = kiosk.middle_of("7")
    kiosk.finger_down(x, y)
    kiosk.renew(msgspec.structs.replace(view, hint=f"{view.hint} Kartu terbaca."))
    kiosk.finger_up(x, y)
    assert kiosk.glass.memory.draft.text == f"{view.value}7"


def _hold_ok_on_the_first_key(kiosk, view):
    kiosk.press(ButtonName.DOWN, ButtonAction.PRESSED)
    kiosk.press(ButtonName.OK, ButtonAction.PRESSED)
    assert kiosk.glass.page.focus.current.pressed
    return kiosk.glass.page.focus.current.name


def test_an_ok_that_is_held_on_the_keypad_is_not_lost_to_a_card(kiosk):
    view, ambient = sample_views()["nik"]
    kiosk.show(view, ambient)
    key = _hold_ok_on_the_first_key(kiosk, view)
    kiosk.renew(msgspec.structs.replace(view, hint=f"{view.hint} Kartu terbaca."))
    assert kiosk.glass.page.focus.current.pressed
    kiosk.press(ButtonName.OK, ButtonAction.RELEASED)
    assert kiosk.glass.memory.draft.text == f"{view.value}{key}"
    kiosk.press(ButtonName.OK, ButtonAction.RELEASED)
    assert kiosk.glass.memory.draft.text == f"{view.value}{key}"


def test_an_ok_that_goes_on_being_held_sends_the_answer(kiosk):
    view, ambient = sample_views()["nik"]
    view = msgspec.structs.replace(view, value="3505014709850147")
    step = kiosk.show(view, ambient)
    _hold_ok_on_the_first_key(kiosk, view)
    kiosk.renew(msgspec.structs.replace(view, hint=f"{view.hint} Kartu terbaca."))
    kiosk.press(ButtonName.OK, ButtonAction.HELD)
    assert kiosk.acts() == [Act(step=step, intent=intents.EnterText(text="3505014709850147"))]


def test_an_ok_held_for_the_screen_before_types_nothing_on_the_next(kiosk):
    view, ambient = sample_views()["nik"]
    kiosk.show(view, ambient)
    _hold_ok_on_the_first_key(kiosk, view)
    kiosk.show(msgspec.structs.replace(view, hint=f"{view.hint} Kartu terbaca."))
    kiosk.press(ButtonName.OK, ButtonAction.RELEASED)
    assert kiosk.glass.memory.draft.text == view.value


def test_a_second_finger_stays_out_while_the_first_is_down(kiosk):
    from kivy.tests.common import UnitTestTouch  # noqa: PLC0415 - needs the window

    view, ambient = sample_views()["status"]
    kiosk.show(view, ambient)
    kiosk.finger_down(*kiosk.middle_of(OTHER))
    kiosk.renew(_renewed(view))
    second = UnitTestTouch(*kiosk.target("Ke beranda").center)
    second.touch_down()
    assert not kiosk.target("Ke beranda").pressed
    second.touch_up()
    kiosk.finger_up(*kiosk.middle_of(OTHER))
    assert [act.intent for act in kiosk.acts()] == [intents.OpenStatusSearch()]
