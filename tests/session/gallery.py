"""Every screen of the kiosk as the real session shows it, by name: for picture and layout tests."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import msgspec
from forms import CARD, at_form, at_review, submit
from journey import NOON, Journey, a_ticket, words

from anjungan.appliance.session import intents as it
from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session.events import (
    CardProblem,
    CardRefused,
    CardTapped,
    PaperFinished,
    PaperKind,
    PrintResult,
    RequestNotStored,
    SearchFailed,
    StoreProblem,
    TicketScanned,
    UnknownScanned,
    VisitLost,
    VisitRecovered,
)
from anjungan.appliance.session.intents import Language, TextSize
from anjungan.appliance.session.present.present import ambient, look_of
from anjungan.appliance.session.states import Visit
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.appliance.session.views import Ambient, Look, View
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import new_token

NOTE = "Mohon bawa KK asli saat mengambil. Kantor tutup pukul 15.00."


def _home() -> Journey:
    return Journey().press(it.Wake())


def _listed(service: str) -> Journey:
    return _home().press(it.OpenLetters()).press(it.OpenService(service=service))


def _ticket(result: PrintResult | None, *, connected: bool = True) -> Journey:
    journey = submit(at_review())
    journey.connected = connected
    journey.stored(a_ticket(receipted=connected, code="7KQM2XHRT"))
    return journey if result is None else journey.printed(result)


def _out_of_paper(*, connected: bool) -> Journey:
    journey = _ticket(PrintResult.PAPER_OUT, connected=connected)
    journey.devices = replace(journey.devices, printer=PrinterCondition.PAPER_OUT)
    return journey


def _stopped(result: PrintResult, condition: PrinterCondition) -> Journey:
    journey = _ticket(result, connected=False)
    journey.devices = replace(journey.devices, printer=condition)
    return journey


def _list_printed(service: str, result: PrintResult) -> Journey:
    journey = _listed(service).press(it.PrintRequirements())
    return journey.happen(PaperFinished(PaperKind.REQUIREMENTS, result, service))


def _status(**changes: object) -> Journey:
    ticket = a_ticket(code="7KQM2XHRT", **changes)
    return Journey().happen(TicketScanned(ticket.token)).found(ticket)


def _card_tickets() -> Journey:
    tickets = [
        a_ticket(receipted=True, status=RequestStatus.READY),
        a_ticket("keterangan-domisili", receipted=True),
        a_ticket("keterangan-tidak-mampu-sekolah"),
    ]
    return Journey().happen(CardTapped(CARD)).found(*tickets)


def _offline_home() -> Journey:
    journey = _home()
    journey.connected = False
    return journey


BARE = DeviceFacts(card_reader=False, scanner=False, printer=PrinterCondition.MISSING)


def _lost(journey: Journey, **devices: object) -> Journey:
    journey.devices = replace(journey.devices, **devices)  # type: ignore[arg-type] # for tests
    return journey


def _without_devices(*presses: it.Intent) -> Journey:
    journey = Journey(devices=BARE)
    for intent in presses:
        journey.press(intent)
    return journey


def _cancel() -> Journey:
    return _status(receipted=True).press(it.AskToCancel())


def _not_accepting() -> Journey:
    journey = _listed("keterangan-usaha")
    journey.accepting = False
    return journey


def _search_failed() -> Journey:
    journey = Journey().happen(TicketScanned(new_token()))
    return journey.happen(SearchFailed(journey.search.nonce))


GALLERY: dict[str, Callable[[], Journey]] = {
    "idle": Journey,
    "idle-card-problem": lambda: Journey().happen(CardRefused(CardProblem.PULLED_EARLY)),
    "home": _home,
    "home-offline": _offline_home,
    "home-card-read": lambda: Journey().happen(CardTapped(CARD)).found(),
    "letters": lambda: _home().press(it.OpenLetters()),
    "letter": lambda: _listed("keterangan-usaha"),
    "letter-at-office": lambda: _listed("keterangan-nikah"),
    "letter-at-office-printed": lambda: _list_printed("keterangan-nikah", PrintResult.PRINTED),
    "letter-list-not-printed": lambda: _list_printed("keterangan-usaha", PrintResult.PAPER_OUT),
    "letter-not-accepting": _not_accepting,
    "not-accepting": lambda: _not_accepting().press(it.StartForm()),
    "nik": at_form,
    "nik-card-read": lambda: at_form(card=True),
    "nik-wrong": lambda: at_form().type("3505013213850147"),
    "nik-no-reader": lambda: _without_devices(
        it.Wake(), it.OpenLetters(), it.OpenService(service="keterangan-usaha"), it.StartForm()
    ),
    "nik-reader-lost": lambda: _lost(at_form(), card_reader=False),
    "status-search-reader-lost": lambda: _lost(
        _home().press(it.OpenStatusSearch()), card_reader=False
    ),
    "status-search-scanner-lost": lambda: _lost(
        _home().press(it.OpenStatusSearch()), scanner=False
    ),
    "status-search-both-lost": lambda: _lost(
        _home().press(it.OpenStatusSearch()), card_reader=False, scanner=False
    ),
    "review-printer-lost": lambda: _lost(at_review(), printer=PrinterCondition.MISSING),
    "home-printer-lost": lambda: _lost(_home(), printer=PrinterCondition.MISSING),
    "idle-without-devices": _without_devices,
    "help-without-devices": lambda: _without_devices(
        it.Wake(), it.OpenStatusSearch(), it.OpenHelp()
    ),
    "help-typing-only": lambda: _lost(
        _without_devices(it.Wake(), it.OpenStatusSearch(), it.OpenHelp()),
        printer=PrinterCondition.NONE,
    ),
    "for-whom": lambda: at_form().type("3505014709850147"),
    "name": lambda: (
        at_form()
        .type("3505014709850147")
        .press(it.ChooseOption(option=own.SELF))
        .press(it.GoNext())
    ),
    "phone": lambda: at_review().press(it.ChangeAnswer(question=own.PHONE)),
    "review": at_review,
    "leave": lambda: at_review().press(it.GoHome()),
    "saving": lambda: submit(at_review()),
    "saving-late": lambda: submit(at_review()).wait(31),
    "not-saved-full": lambda: _not_saved(StoreProblem.FULL),
    "not-saved-failed": lambda: _not_saved(StoreProblem.FAILED),
    "ticket-printing": lambda: _ticket(None),
    "ticket": lambda: _ticket(PrintResult.PRINTED),
    "ticket-offline": lambda: _ticket(PrintResult.PRINTED, connected=False),
    "ticket-paper-out": lambda: _out_of_paper(connected=True),
    "ticket-paper-out-offline": lambda: _out_of_paper(connected=False),
    "ticket-paper-back": lambda: _ticket(PrintResult.PAPER_OUT),
    "ticket-paper-back-offline": lambda: _ticket(PrintResult.PAPER_OUT, connected=False),
    "ticket-uncertain": lambda: _ticket(PrintResult.UNCERTAIN),
    "ticket-paper-ended": lambda: _stopped(PrintResult.PAPER_ENDED, PrinterCondition.PAPER_OUT),
    "ticket-cover-opened": lambda: _stopped(PrintResult.COVER_OPENED, PrinterCondition.COVER_OPEN),
    "ticket-recovered": lambda: Journey().happen(VisitRecovered(a_ticket())),
    "status-search": lambda: _home().press(it.OpenStatusSearch()),
    "status-search-unknown": lambda: Journey().happen(UnknownScanned()),
    "code-entry": lambda: _home().press(it.OpenStatusSearch()).press(it.OpenCodeEntry()),
    "search-failed": _search_failed,
    "card-tickets": _card_tickets,
    "status-review": lambda: _status(receipted=True),
    "status-incomplete": lambda: _status(
        receipted=True, status=RequestStatus.INCOMPLETE, note=NOTE
    ),
    "status-ready": lambda: _status(receipted=True, status=RequestStatus.READY, note=NOTE),
    "status-waiting": lambda: _status(receipted=False),
    "status-signature": lambda: _status(
        receipted=True, status=RequestStatus.AWAITING_SIGNATURE, status_changed_at=NOON
    ),
    "status-cancelled": lambda: _status(receipted=True, status=RequestStatus.CANCELLED),
    "cancel": _cancel,
    "regency": lambda: _home().press(it.OpenFamily(family="regency")),
    "health": lambda: _home().press(it.OpenFamily(family="health")),
    "education": lambda: _home().press(it.OpenFamily(family="education")),
    "appearance": lambda: _home().press(it.OpenAppearance()),
    "help": lambda: _home().press(it.OpenHelp()),
    "still-there": lambda: at_review().wait(95),
    "lost-visit": lambda: Journey().happen(VisitLost()),
}
"""Name of a screen and the journey that leads to it."""


def _not_saved(problem: StoreProblem) -> Journey:
    journey = submit(at_review())
    return journey.happen(RequestNotStored(journey.asked[-1].nonce, problem))


def gallery(
    language: Language = Language.INDONESIAN, text_size: TextSize = TextSize.NORMAL
) -> Iterator[tuple[str, View, Look, Ambient]]:
    """Every screen in one language and text size, with what stands beside it."""
    for name, lead in GALLERY.items():
        journey = lead()
        if isinstance(journey.state, Visit):
            look = msgspec.structs.replace(
                journey.state.look, language=language, text_size=text_size
            )
            journey.state = replace(journey.state, look=look)
        yield (
            name,
            journey.view,
            look_of(journey.state),
            ambient(journey.state, journey.around, words()),
        )


def every_page() -> Iterator[tuple[str, View, Look, Ambient]]:
    """Every readable page and every letter, which differ in length more than anything else."""
    for family in ("regency", "health", "education"):
        listed = _home().press(it.OpenFamily(family=family))
        for row in listed.view.rows:
            journey = Journey(state=listed.state).press(row.press)
            yield (
                f"page-{row.press.page}",
                journey.view,
                look_of(journey.state),
                ambient(journey.state, journey.around, words()),
            )
