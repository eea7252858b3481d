"""A device lost in the middle of a visit is told of; one that is absent is not asked for."""

from dataclasses import replace

import pytest
from forms import CARD, at_form, at_review, submit
from journey import Journey

from anjungan.appliance.session import intents as it
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    CardProblem,
    CardRefused,
    CardTapped,
    PrintResult,
    UnknownScanned,
)
from anjungan.appliance.session.intents import Language
from anjungan.appliance.session.surroundings import PrinterCondition

NOT_READY = [
    PrinterCondition.MISSING,
    PrinterCondition.PAPER_OUT,
    PrinterCondition.COVER_OPEN,
    PrinterCondition.FAULT,
]


def now(journey: Journey, **changes: object) -> Journey:
    """Devices come and go; nobody pressed anything."""
    journey.devices = replace(journey.devices, **changes)  # type: ignore[arg-type] # for tests
    return journey


def searching(**at_first: object) -> Journey:
    return now(Journey(), **at_first).press(it.Wake()).press(it.OpenStatusSearch())


def banner(journey: Journey) -> str:
    told = journey.view.banner
    return "" if told is None else f"{told.strong} {told.text}"


def test_a_reader_lost_at_the_nik_is_told_until_it_is_back() -> None:
    journey = at_form()
    asked, before = journey.view, journey.state
    now(journey, card_reader=False)
    assert journey.view.banner.tone is vw.Tone.WARN
    assert journey.view.banner.strong == "Pembaca KTP terlepas."
    assert "KTP tidak rusak" in banner(journey)
    assert "Ketik NIK" in banner(journey)
    assert journey.state is before
    now(journey, card_reader=True)
    assert journey.view == asked


def test_a_reader_that_was_not_there_when_the_visit_began_is_not_said_to_be_lost() -> None:
    journey = now(Journey(), card_reader=False).press(it.Wake()).press(it.OpenLetters())
    journey.press(it.OpenService(service="keterangan-usaha")).press(it.StartForm())
    assert journey.view.banner.strong == "NIK hanya untuk mengisi surat."


def test_a_loss_of_an_earlier_visit_is_not_told_in_the_next_one() -> None:
    journey = now(searching(), card_reader=False)
    assert "tidak tersambung" in banner(journey)
    journey.press(it.GoHome()).press(it.EndVisit()).press(it.Wake()).press(it.OpenStatusSearch())
    assert "tersambung" not in banner(journey)


def test_a_card_that_was_read_needs_no_reader_any_more() -> None:
    journey = now(at_form(card=True), card_reader=False)
    assert "sudah terbaca" in banner(journey)


def test_nobody_is_told_to_hold_the_card_again_to_a_reader_that_is_gone() -> None:
    journey = at_form().happen(CardRefused(CardProblem.PULLED_EARLY))
    assert "sekali lagi" in banner(journey)
    now(journey, card_reader=False)
    assert "sekali lagi" not in banner(journey)
    journey = now(searching().happen(CardRefused(CardProblem.PULLED_EARLY)), card_reader=False)
    assert "sekali lagi" not in banner(journey)


def test_nobody_is_told_to_show_the_ticket_to_a_scanner_that_is_gone() -> None:
    journey = now(Journey().happen(UnknownScanned()), scanner=False)
    assert "Tunjukkan" not in banner(journey)


@pytest.mark.parametrize(
    ("lost", "named", "offered", "not_offered"),
    [
        ({"card_reader": False}, "pembaca KTP", "QR", "tempelkan"),
        ({"scanner": False}, "Pemindai", "Tempelkan KTP", "QR"),
        ({"card_reader": False, "scanner": False}, "KTP dan pemindai", "Ketik kode", "QR"),
    ],
)
def test_the_search_says_what_was_lost_and_offers_what_is_left(
    lost: dict[str, bool], named: str, offered: str, not_offered: str
) -> None:
    journey = searching()
    offers = journey.view
    now(journey, **lost)
    assert named in journey.view.banner.strong
    assert offered in banner(journey)
    assert not_offered not in banner(journey)
    assert "aman" in banner(journey)
    now(journey, card_reader=True, scanner=True)
    assert journey.view == offers


def test_a_reader_lost_where_there_was_no_scanner_leaves_typing() -> None:
    journey = now(searching(scanner=False), card_reader=False)
    assert journey.view.banner.strong == "Alat pembaca KTP tidak tersambung."
    assert "Ketik kode" in banner(journey)
    assert "QR" not in banner(journey)


@pytest.mark.parametrize("condition", NOT_READY)
def test_a_printer_lost_is_told_at_home_and_before_sending(condition: PrinterCondition) -> None:
    for journey in (Journey().press(it.Wake()), at_review()):
        usual = journey.view
        now(journey, printer=condition)
        assert "Pencetak belum siap" in banner(journey)
        assert "di layar" in journey.view.banner.strong
        now(journey, printer=PrinterCondition.READY)
        assert journey.view == usual


def test_a_printer_that_was_not_ready_when_the_visit_began_leaves_the_languages() -> None:
    journey = now(Journey(), printer=PrinterCondition.MISSING).press(it.Wake())
    assert journey.view.banner is None
    assert journey.view.languages


def test_a_card_just_read_is_told_before_the_printer() -> None:
    journey = now(Journey().happen(CardTapped(CARD)).found(), printer=PrinterCondition.MISSING)
    assert "sudah terbaca" in banner(journey)
    journey.wait(7)
    assert "Pencetak belum siap" in banner(journey)


def test_the_ok_button_is_told_of_only_where_there_is_one() -> None:
    assert Journey().view.ok_hint == "Tombol OK juga bisa"
    assert now(Journey(), buttons=False).view.ok_hint == ""


def help_over(journey: Journey) -> str:
    journey.press(it.OpenHelp())
    assert isinstance(journey.view, vw.NoticeView)
    return " ".join(f"{each.label} {each.value}" for each in journey.view.lines)


def test_help_tells_of_the_buttons_only_where_there_are_some() -> None:
    journey = Journey().press(it.Wake())
    assert "Lima tombol" in help_over(journey)
    now(journey, buttons=False)
    assert "ombol di samping" not in journey.everything_shown()
    assert "OK menekan" not in journey.everything_shown()


def test_help_does_not_call_a_printer_unready_that_was_never_there() -> None:
    said = help_over(now(Journey(), printer=PrinterCondition.NONE).press(it.Wake()))
    assert "Pencetak" not in said
    assert "Lima tombol" in said
    journey = submit(now(at_review(), printer=PrinterCondition.NONE))
    journey.stored()
    assert "ambil tiketnya" not in help_over(journey)


@pytest.mark.parametrize(
    ("card", "scanner", "says", "says_not"),
    [
        (True, True, ["QR", "ketik", "tempelkan KTP"], []),
        (False, True, ["QR", "ketik"], ["KTP"]),
        (True, False, ["KTP", "ketik"], ["QR"]),
        (False, False, ["Ketik"], ["QR", "KTP"]),
    ],
)
def test_help_on_the_search_names_the_ways_there_are(
    *, card: bool, scanner: bool, says: list[str], says_not: list[str]
) -> None:
    said = help_over(searching(card_reader=card, scanner=scanner))
    assert [each for each in says if each not in said] == []
    assert [each for each in says_not if each in said] == []


def test_a_printer_that_recovered_is_not_warned_of() -> None:
    journey = submit(at_review())
    journey.stored()
    journey.printed(PrintResult.PAPER_OUT)
    trouble = journey.view.trouble
    assert trouble.title == "Pencetak siap lagi"
    assert trouble.what == "Tiket belum tercetak."
    assert "Cetak lagi" in trouble.todo
    now(journey, printer=PrinterCondition.PAPER_OUT)
    assert journey.view.trouble.what == "Tiket belum bisa dicetak."


def test_a_copy_that_did_not_come_out_is_called_what_its_button_is_called() -> None:
    journey = submit(at_review())
    journey.stored()
    journey.printed().press(it.PrintAgain()).printed(PrintResult.PAPER_OUT)
    trouble = journey.view.trouble
    assert trouble.what == "Salinan belum tercetak."
    assert "Cetak salinan" in trouble.todo
    assert "Cetak salinan" in [each.label for each in journey.view.buttons]


@pytest.mark.parametrize("language", list(Language))
def test_a_loss_is_told_in_the_language_of_the_visit(language: Language) -> None:
    journey = Journey().press(it.Wake())
    if language is not Language.INDONESIAN:
        journey.press(it.SetLanguage(language=language))
    now(journey, printer=PrinterCondition.MISSING)
    printer = {"id": "Pencetak", "jv": "Mesin cithak", "en": "The printer"}[language.value]
    assert journey.view.banner.strong.startswith(printer)
