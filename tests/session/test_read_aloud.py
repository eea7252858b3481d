"""What a voice reads of the screens: for a visit, in three languages, and never what is private."""

import re
from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec
import pytest
from forms import at_form, at_review, submit
from gallery import GALLERY, every_page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from journey import NAME, NIK, OTHER_NIK, PHONE, Journey, a_ticket, words
from walker import moves, take_step

from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session.events import TicketScanned
from anjungan.appliance.session.intents import Language
from anjungan.appliance.session.present.present import ambient, look_of, speaker_of
from anjungan.appliance.session.read_aloud import reading
from anjungan.appliance.session.read_aloud.focused import focused_words
from anjungan.appliance.session.states import Idle, Visit
from anjungan.appliance.session.view_buttons import sound_of
from anjungan.appliance.session.views import KeypadView, View
from anjungan.appliance.text.words import Speaker
from anjungan.protocol.status import RequestStatus

ID = Speaker(words(), "id")
NOTE = f"Ibu {NAME}, mohon telepon {PHONE}, NIK {NIK}."


def with_sound(journey: Journey, *, on: bool = True) -> Journey:
    journey.devices = replace(journey.devices, sound=True)
    if isinstance(journey.state, Visit):
        look = msgspec.structs.replace(journey.state.look, read_aloud=on)
        journey.state = replace(journey.state, look=look)
    return journey


def home(*, sound: bool = True) -> Journey:
    journey = Journey()
    journey.devices = replace(journey.devices, sound=sound)
    return journey.press(it.Wake())


def noted() -> Journey:
    """A status on which the officer wrote about somebody."""
    ticket = a_ticket(receipted=True, status=RequestStatus.INCOMPLETE, note=NOTE)
    return Journey().happen(TicketScanned(ticket.token)).found(ticket)


# --- switching it on and off --------------------------------------------------------------------


def test_without_a_loudspeaker_there_is_no_suara() -> None:
    journey = home(sound=False)
    assert journey.view.frame.rail.sound is None
    assert journey.press(it.OpenAppearance()).view.reading is None
    journey.happen(intended(journey, it.SetReadAloud(on=True)))
    assert not journey.state.look.read_aloud


def intended(journey: Journey, intent: it.Intent) -> object:
    from anjungan.appliance.session.events import Intended  # noqa: PLC0415 - only here

    return Intended(journey.state.step, intent)


def test_suara_is_on_every_screen_and_stays_where_one_is() -> None:
    for name, lead in GALLERY.items():
        journey = with_sound(lead(), on=False)
        if isinstance(journey.state, Idle):
            continue
        before = journey.state
        item = journey.view.frame.rail.sound
        assert item is not None, name
        assert (item.on, item.label, item.press) == (False, "Suara", it.SetReadAloud(on=True))
        assert sound_of(journey.view) == item.press
        if before.warned_at_s is not None:
            continue  # there any press only says that somebody is here
        journey.press(it.SetReadAloud(on=True))
        assert journey.state.look.read_aloud, name
        assert journey.view.frame.rail.sound.label == "Suara nyala"
        assert (journey.state.step, journey.state.screen) == (before.step, before.screen)
        journey.press(it.SetReadAloud(on=False))
        assert journey.state == replace(before, active_at_s=journey.state.active_at_s)


def test_the_switch_beside_text_and_language_is_the_same_one() -> None:
    journey = home().press(it.OpenAppearance())
    assert (journey.view.reading.on, journey.view.reading.word) == (False, "Mati")
    assert journey.view.primary is None  # its place; the rail leads back
    journey.press(it.SetReadAloud(on=True))
    assert (journey.view.reading.on, journey.view.reading.word) == (True, "Nyala")
    assert journey.press(it.GoBack()).view.frame.rail.sound.on


def test_it_ends_with_the_visit() -> None:
    journey = home().press(it.SetReadAloud(on=True)).press(it.EndVisit())
    assert not look_of(journey.state).read_aloud
    assert sound_of(journey.view) is None
    assert not journey.press(it.Wake()).state.look.read_aloud


def test_who_listens_has_twice_the_time() -> None:
    usual, listening = home(), home().press(it.SetReadAloud(on=True))
    for journey in (usual, listening):
        journey.wait(91)
    assert usual.state.warned_at_s is not None
    assert listening.state.warned_at_s is None
    listening.wait(90)
    assert listening.state.warned_at_s is not None
    listening.wait(31)
    assert isinstance(listening.state, Visit)
    listening.wait(30)
    assert isinstance(listening.state, Idle)


def test_a_loudspeaker_that_is_pulled_out_takes_suara_along_and_brings_it_back() -> None:
    journey = home().press(it.SetReadAloud(on=True))
    journey.devices = replace(journey.devices, sound=False)
    assert journey.view.frame.rail.sound is None
    journey.devices = replace(journey.devices, sound=True)
    assert journey.view.frame.rail.sound.on


# --- what is read -------------------------------------------------------------------------------


def test_the_idle_screen_is_silent() -> None:
    assert reading.whole(Journey().view, ID) == ""


@pytest.mark.parametrize("language", list(Language))
def test_every_screen_says_where_one_is(language: Language) -> None:
    for name, lead in GALLERY.items():
        journey = with_sound(lead())
        if isinstance(journey.state, Idle):
            continue
        look = msgspec.structs.replace(journey.state.look, language=language)
        journey.state = replace(journey.state, look=look)
        say = speaker_of(journey.state, words())
        said = reading.whole(journey.view, say)
        assert said.endswith((".", "!", "?")), name
        assert len(said.split()) > 3, name
        assert not re.search(r"[·•|/&…]", said), (name, said)
        for view_word in (
            getattr(journey.view, "question", ""),
            getattr(journey.view, "title", ""),
        ):
            first = re.split("[ /]", view_word)[0]
            assert first.lower().strip("?.,") in said.lower(), (name, view_word, said)


def test_every_page_is_read_to_its_end() -> None:
    for name, view, look, _beside in every_page():
        say = Speaker(words(), look.language.value)
        said = reading.whole(view, say)
        year = getattr(view, "year_line", "")
        assert year in said, name
        assert "…" not in said


def test_home_is_read_with_the_numbers_a_helper_says() -> None:
    assert reading.whole(home().view, ID) == (
        "Desa Minggirsari. Kecamatan Kanigoro, Kabupaten Blitar. 1, Surat. 2, Layanan kabupaten. "
        "3, Kesehatan. 4, Pendidikan. 5, Cek status."
    )


def test_a_fault_is_said_in_its_three_lines_and_once() -> None:
    said = reading.whole(GALLERY["ticket-paper-out"]().view, ID)
    assert said.count("Kertas tiket habis.") == 1
    assert "Permohonan sudah tersimpan. Foto layar ini atau catat kodenya." in said


def test_the_code_of_a_ticket_is_said_letter_by_letter() -> None:
    said = reading.whole(GALLERY["ticket"]().view, ID)
    assert "Kode permohonan: 7, K, Q. M, 2, X. H, R, T." in said


def test_of_a_screen_that_changes_only_the_news_is_said() -> None:
    before = GALLERY["ticket-printing"]()
    view = before.view
    after = before.printed()
    assert reading.changed(view, after.view, ID) == ("Tiket dicetak. Ambil di bawah.",)
    assert reading.no_longer(view, after.view, ID) == {"Sedang mencetak."}
    assert reading.changed(view, view, ID) == ()
    assert reading.no_longer(view, view, ID) == frozenset()
    choosing = at_form().type(NIK)
    view = choosing.view
    choosing.press(it.ChooseOption(option=own.SELF))
    assert reading.changed(view, choosing.view, ID) == ("Untuk saya sendiri, dipilih.",)


def test_among_many_options_the_one_that_was_pressed_is_told() -> None:
    view = at_form().type(NIK).view
    option = view.options[0]
    many = tuple(msgspec.structs.replace(option, label=f"Dusun {letter}") for letter in "ABCDEFGHI")
    view = msgspec.structs.replace(view, options=many)
    pressed = (*many[:3], msgspec.structs.replace(many[3], chosen=True), *many[4:])
    chosen = msgspec.structs.replace(view, options=pressed)
    assert reading.changed(view, chosen, ID) == ("Dusun D, dipilih.",)
    assert "Dusun A" not in reading.whole(chosen, ID)


def test_what_was_wrong_with_an_answer_is_said_first() -> None:
    view = GALLERY["nik-wrong"]().view
    assert reading.whole(view, ID).startswith("nik pemohon. Angka ke-7 sampai ke-12 belum cocok.")


def test_a_line_that_is_lost_is_told_once() -> None:
    journey = home()
    before = ambient(journey.state, journey.around, words())
    journey.connected = False
    after = ambient(journey.state, journey.around, words())
    assert reading.line_changed(before, after, ID) == "Luring, permohonan tetap disimpan."
    assert reading.line_changed(after, after, ID) == ""


def test_that_all_digits_are_there_is_said_once_and_never_which() -> None:
    view = at_form().view
    assert isinstance(view, KeypadView)
    told = [reading.typed(view, length, ID) for length in range(view.max_length + 1)]
    assert [length for length, words_ in enumerate(told) if words_] == [16]
    assert told[16].startswith("16 angka")
    assert reading.typed(home().view, 3, ID) == ""


def test_the_voice_says_that_it_is_there_and_that_it_goes() -> None:
    assert reading.switched_on(home().view, ID).startswith("Suara nyala. Sentuh layar")
    assert reading.switched_off(ID) == "Suara mati."


# --- the focus ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lead", "name", "said"),
    [
        (home, "Surat", "Surat. Domisili, usaha, 1 dari 3."),
        (home, "Indonesia", "Indonesia, dipilih, 1 dari 3."),
        (home, "Basa Jawa", "Basa Jawa, 1 dari 3."),
        (home, "Suara", "Suara, 1 dari 3."),
        (home, "Suara & teks", "Suara dan teks, 1 dari 3."),
        (home, "Bantuan", "Bantuan, 1 dari 3."),
        (
            lambda: home().press(it.OpenAppearance()),
            "Bacakan layar",
            "Bacakan layar, Mati, 1 dari 3.",
        ),
        (
            lambda: home().press(it.OpenLetters()),
            "Halaman berikutnya",
            "Halaman berikutnya, 1 dari 3.",
        ),
        (lambda: home().press(it.OpenLetters()), "Hapus", "Hapus, 1 dari 3."),
        (lambda: home().press(it.OpenLetters()), "Tampilkan (12)", "Tampilkan, 12, 1 dari 3."),
        (at_form, "Kosong", "Kosong, 1 dari 3."),
        (at_form, "Lanjut", "Lanjut, 1 dari 3."),
        (at_review, "Ubah: Nama pemohon", "Ubah Nama pemohon, 1 dari 3."),
    ],
    ids=str,
)
def test_what_is_focused_is_said_with_its_place(
    lead: Callable[[], Journey], name: str, said: str
) -> None:
    view = with_sound(lead(), on=False).view
    assert focused_words(view, name, 1, 3, ID) == said
    alone = focused_words(view, name, 1, 1, ID)
    assert alone == said.replace(", 1 dari 3", "")


@pytest.mark.parametrize("name", ["5", "A", NIK, NAME, "", "Tidak ada di layar", "Rahasia (3)"])
def test_what_the_view_does_not_carry_is_not_said(name: str) -> None:
    for lead in (home, at_form, at_review):
        assert focused_words(with_sound(lead()).view, name, 1, 3, ID) == ""


# --- never read ---------------------------------------------------------------------------------

PRIVATE = (NIK, OTHER_NIK, PHONE)
STARTS: tuple[Callable[[], Journey], ...] = (
    Journey,
    at_form,
    at_review,
    lambda: submit(at_review()),
    lambda: at_review().press(it.ChangeAnswer(question=own.NAME)),
    lambda: at_review().press(it.ChangeAnswer(question=own.NIK)),
    noted,
)


def strings_in(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, msgspec.Struct):
        for name in value.__struct_fields__:
            yield from strings_in(getattr(value, name))
    elif isinstance(value, tuple):
        for each in value:
            yield from strings_in(each)


def everything_said(before: View, view: View, say: Speaker) -> Iterator[str]:
    """Whatever the screens claim to be focused, and however the view changed."""
    yield reading.whole(view, say)
    yield reading.switched_on(view, say)
    yield from reading.changed(before, view, say)
    yield from reading.no_longer(before, view, say)
    for length in range(17):
        yield reading.typed(view, length, say)
    for name in {*strings_in(view), NIK, NAME, PHONE, *NIK}:
        yield focused_words(view, name, 1, 2, say)


def assert_nothing_private(said: str) -> None:
    digits = re.sub(r"\D", "", said)
    assert not any(number in digits for number in PRIVATE), said
    assert NAME.lower() not in said.lower(), said
    for name in NAME.split()[:2]:
        assert name.lower() not in said.lower(), said


@pytest.mark.parametrize("lead", [*STARTS, *GALLERY.values()])
def test_of_no_screen_anything_private_is_said(lead: Callable[[], Journey]) -> None:
    journey = with_sound(lead())
    view, say = journey.view, speaker_of(journey.state, words())
    for said in everything_said(view, view, say):
        assert_nothing_private(said)


def test_the_answers_are_there_and_are_not_said() -> None:
    """Without this the tests above would pass on screens that hold nothing."""
    assert NAME in set(strings_in(at_review().view))
    assert NOTE in set(strings_in(noted().view))
    draft = at_review().press(it.ChangeAnswer(question=own.NIK)).view.value
    assert draft == NIK


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(start=some.sampled_from(STARTS), choices=moves(), data=some.data())
def test_wherever_a_visit_goes_nothing_private_is_said(
    start: Callable[[], Journey], choices: list[int], data: some.DataObject
) -> None:
    journey = with_sound(start())
    before = journey.view
    for choice in choices:
        take_step(journey, choice, data)
        view = journey.view
        say = speaker_of(journey.state, words())
        for said in everything_said(before, view, say):
            assert_nothing_private(said)
        before = view
