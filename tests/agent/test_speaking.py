"""When the loudspeaker speaks, clicks and beeps, and what stops it."""

from collections.abc import Collection
from dataclasses import dataclass, field, replace

import pytest
from forms import CARD, at_form, at_review, submit
from journey import NIK, Journey, a_ticket, words

from anjungan.appliance.agent.speaking import Speaking
from anjungan.appliance.drivers.buttons.events import (
    ButtonHeld,
    ButtonPressed,
    ButtonReleased,
    ButtonRepeated,
)
from anjungan.appliance.drivers.sound.beeps import Beep
from anjungan.appliance.ipc.messages import (
    Act,
    Drawn,
    Focused,
    Hello,
    Show,
    ShowAmbient,
    Touched,
    Typed,
)
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session.events import (
    CardProblem,
    CardRefused,
    CardTapped,
    Event,
    PrintResult,
    RequestNotStored,
    RequestStored,
    StoreProblem,
    Ticked,
    TicketScanned,
    UnknownScanned,
)
from anjungan.appliance.session.intents import Language
from anjungan.appliance.session.present.present import ambient, look_of
from anjungan.appliance.session.surroundings import PrinterCondition
from anjungan.protocol.tickets import new_token

ON, OFF = it.SetReadAloud(on=True), it.SetReadAloud(on=False)


@dataclass
class Room:
    """A journey whose views the agent shows, and what is heard of it."""

    journey: Journey = field(default_factory=Journey)
    heard: list[object] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.journey.devices = replace(self.journey.devices, sound=True)
        self.speaking = Speaking(self, words(), beep=self.beep)

    # the voice
    def say(self, text: str, language: str, *, after: bool = False) -> None:
        self.heard.append(("after" if after else "say", language, text))

    def interrupt(self, text: str, language: str, *, untrue: Collection[str] = ()) -> None:
        self.heard.append(("interrupt", language, text, set(untrue)))

    def hush(self) -> None:
        self.heard.append("hush")

    def beep(self, kind: Beep) -> None:
        self.heard.append(kind)

    # the agent
    def press(self, intent: it.Intent, *, drawn: bool = True) -> "Room":
        self.journey.press(intent)
        return self.show(drawn=drawn)

    def show(self, *, drawn: bool = True) -> "Room":
        journey = self.journey
        self.speaking.shown(
            Show(step=journey.state.step, view=journey.view, look=look_of(journey.state))
        )
        if drawn:
            self.speaking.from_screens(Drawn(step=journey.state.step))
        return self

    def show_line(self) -> "Room":
        journey = self.journey
        beside = ambient(journey.state, journey.around, words())
        self.speaking.ambient(ShowAmbient(ambient=beside))
        return self

    def focus(self, name: str, place: int = 1, count: int = 5) -> "Room":
        step = self.journey.state.step
        self.speaking.from_screens(Focused(step=step, name=name, place=place, count=count))
        return self

    def taken(self) -> list[object]:
        heard, self.heard = self.heard, []
        return heard


@pytest.fixture
def room() -> Room:
    """At home, where somebody has just switched the voice on and heard it."""
    room = Room().show().press(it.Wake()).press(ON)
    room.taken()
    return room


def test_nothing_is_read_until_somebody_asks() -> None:
    room = Room().show().press(it.Wake()).focus("Surat").press(it.OpenLetters()).show_line()
    assert room.heard == []
    room.speaking.from_screens(Touched(by_finger=True))
    assert not [each for each in room.heard if each != "hush"]


def test_switched_on_it_says_so_and_reads_the_screen_once_it_is_drawn() -> None:
    room = Room().show().press(it.Wake()).press(ON, drawn=False)
    assert room.taken() == ["hush"]
    room.speaking.from_screens(Drawn(step=room.journey.state.step - 1))
    assert room.taken() == []
    room.speaking.from_screens(Drawn(step=room.journey.state.step))
    (said,) = room.taken()
    assert said[:2] == ("say", "id")
    assert said[2].startswith("Suara nyala.")
    assert "1, Surat." in said[2]
    room.speaking.from_screens(Drawn(step=room.journey.state.step))
    assert room.taken() == []


def test_switched_off_it_says_so_and_is_silent(room: Room) -> None:
    room.press(OFF)
    assert room.taken() == ["hush", ("say", "id", "Suara mati.")]
    room.press(it.OpenLetters()).focus("Bantuan")
    assert room.taken() == []


def test_a_new_screen_ends_the_one_before_and_is_read_with_its_focus(room: Room) -> None:
    room.press(it.OpenFamily(family="health"), drawn=False)
    assert room.taken() == ["hush"]
    room.focus("Posyandu", 5, 6)
    assert room.taken() == []
    room.speaking.from_screens(Drawn(step=room.journey.state.step))
    (said,) = room.taken()
    assert said[2].startswith("Kesehatan.")
    assert said[2].endswith("5 dari 6.")


def test_a_focus_that_moves_is_said_at_once_instead_of_what_was_read(room: Room) -> None:
    room.focus("Surat").focus("Kesehatan", 3)
    assert room.taken() == [
        "hush",
        ("say", "id", "Surat. Domisili, usaha, 1 dari 5."),
        "hush",
        ("say", "id", "Kesehatan. Imunisasi, posyandu, 3 dari 5."),
    ]


@pytest.mark.parametrize("name", ["", "5", NIK])
def test_a_key_that_types_a_character_is_passed_over_in_silence(name: str) -> None:
    room = Room(at_form()).show().press(ON)
    room.taken()
    assert room.focus(name).taken() == ["hush"]


def test_a_focus_on_a_screen_that_is_gone_is_not_said(room: Room) -> None:
    room.press(it.OpenLetters())
    room.taken()
    step = room.journey.state.step - 1
    room.speaking.from_screens(Focused(step=step, name="Surat", place=1, count=5))
    assert room.taken() == []


def test_any_finger_stops_the_voice_also_before_it_began(room: Room) -> None:
    room.press(it.OpenLetters(), drawn=False)
    room.speaking.from_screens(Touched(by_finger=True))
    room.speaking.from_screens(Drawn(step=room.journey.state.step))
    assert room.taken() == ["hush", "hush"]
    room.speaking.from_screens(Touched())
    room.speaking.from_screens(Act(step=1, intent=it.GoBack()))
    room.speaking.from_screens(Hello(version="1", width_px=1, height_px=1))
    assert room.taken() == []


def test_news_on_a_screen_are_said_at_once_and_what_is_not_so_any_more_is_dropped() -> None:
    room = Room(submit(at_review()))
    room.journey.stored()
    room.show().press(ON)
    room.taken()
    room.journey.printed()
    room.show()
    printed = "Tiket dicetak. Ambil di bawah."
    assert room.taken() == [("interrupt", "id", printed, {"Sedang mencetak."})]
    room.show()
    assert room.taken() == []


def test_a_trouble_that_is_over_before_it_was_drawn_is_not_said() -> None:
    room = Room(submit(at_review()))
    room.journey.stored()
    room.show().press(ON)
    room.taken()
    room.journey.printed(PrintResult.PAPER_OUT)
    room.journey.devices = replace(room.journey.devices, printer=PrinterCondition.PAPER_OUT)
    room.show(drawn=False)
    room.journey.devices = replace(room.journey.devices, printer=PrinterCondition.READY)
    room.show()
    ((how, _language, text, untrue),) = room.taken()
    assert how == "interrupt"
    assert "Pencetak siap lagi." in text
    assert "Kertas tiket habis" not in text
    assert {"Sedang mencetak.", "Kertas tiket habis."} <= untrue


def test_what_was_pressed_is_said_before_what_the_ring_is_on_then() -> None:
    room = Room(at_form().type(NIK)).show().press(ON)
    room.taken()
    room.press(it.ChooseOption(option=own.SELF), drawn=False).focus("Lanjut", 1, 1)
    assert room.taken() == []
    room.speaking.from_screens(Drawn(step=room.journey.state.step))
    assert room.taken() == [("say", "id", "Untuk saya sendiri, dipilih. Lanjut.")]


def test_news_that_come_before_a_screen_is_drawn_are_read_with_it() -> None:
    room = Room(submit(at_review()))
    room.show().press(ON)
    room.journey.stored()
    room.show(drawn=False)
    room.journey.printed()
    room.taken()
    room.show()
    ((how, _language, text),) = room.taken()
    assert how == "say"
    assert text.startswith("Permohonan tersimpan.")
    assert "Sedang mencetak" not in text
    assert text.index("Tiket dicetak. Ambil di bawah.") < text.index("Kode permohonan")


def test_another_language_reads_the_screen_again_in_its_voice(room: Room) -> None:
    room.press(it.SetLanguage(language=Language.ENGLISH))
    hushed, (how, language, text) = room.taken()
    assert (hushed, how, language) == ("hush", "say", "en")
    assert "1, Letters." in text
    room.press(it.SetLanguage(language=Language.JAVANESE))
    assert room.taken()[1][1] == "jv"


def test_a_line_that_is_lost_is_told_after_what_is_read(room: Room) -> None:
    room.show_line()
    room.journey.connected = False
    room.show_line()
    lost = "Luring, permohonan tetap disimpan."
    ((*dropping, _untrue), told) = room.taken()
    assert dropping == ["interrupt", "id", ""]
    assert told == ("after", "id", lost)
    room.show_line()
    assert room.taken() == []
    room.journey.connected = True
    room.show_line()
    dropped, (how, *_told) = room.taken()
    assert dropped == ("interrupt", "id", "", {lost})
    assert how == "after"


def test_the_countdown_is_read_and_the_end_of_the_visit_is_silent(room: Room) -> None:
    room.journey.wait(181)
    room.show()
    assert "Masih di sini?" in room.taken()[1][2]
    room.journey.wait(61)
    room.show()
    assert room.taken() == ["hush"]
    room.press(it.Wake())
    assert room.taken() == []


def test_keys_click_and_the_last_digit_is_told() -> None:
    room = Room(at_form()).show()
    step = room.journey.state.step
    room.speaking.from_screens(Typed(step=step, length=16))
    room.speaking.from_screens(Typed(step=step - 1, length=3))
    assert room.taken() == [Beep.PRESS]
    room.press(ON)
    room.taken()
    for length in (15, 16):
        room.speaking.from_screens(Typed(step=step, length=length))
    first, second, (how, _language, text) = room.taken()
    assert (first, second, how) == (Beep.PRESS, Beep.PRESS, "say")
    assert text.startswith("16 angka")


@pytest.mark.parametrize(
    ("event", "beep"),
    [
        (RequestStored("nonce", a_ticket()), Beep.ACCEPTED),
        (CardTapped(CARD), Beep.ACCEPTED),
        (TicketScanned(new_token()), Beep.ACCEPTED),
        (CardRefused(CardProblem.TWO_CARDS), Beep.REFUSED),
        (UnknownScanned(), Beep.REFUSED),
        (RequestNotStored("nonce", StoreProblem.FULL), Beep.REFUSED),
        (Ticked(), None),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_happens_is_heard_with_and_without_reading(event: Event, beep: Beep | None) -> None:
    room = Room().show()
    room.speaking.happened(event)
    assert room.taken() == ([] if beep is None else [beep])


def test_of_a_button_its_going_down_is_heard() -> None:
    room = Room()
    moves = (ButtonPressed, ButtonHeld, ButtonRepeated, ButtonReleased)
    for move in moves:
        room.speaking.button_moved(move("ok"))
    assert room.taken() == [Beep.PRESS]


def test_without_a_loudspeaker_nothing_happens() -> None:
    journey = Journey().press(it.Wake())
    speaking = Speaking(None, words(), beep=lambda _kind: None)
    look = look_of(journey.state)
    speaking.shown(Show(step=1, view=journey.view, look=look))
    speaking.from_screens(Typed(step=1, length=1))
    speaking.from_screens(Drawn(step=1))
    speaking.happened(UnknownScanned())
    beside = ambient(journey.state, journey.around, words())
    speaking.ambient(ShowAmbient(ambient=beside))
    speaking.shown(Show(step=1, view=journey.view, look=look))
    assert speaking.__dict__["_opening"] is None
