"""Views of every type in three languages: what the session shows, and harder ones by hand."""

import datetime as dt
from dataclasses import replace
from functools import cache
from zoneinfo import ZoneInfo

import msgspec

from anjungan.appliance.session import own_questions as own
from anjungan.appliance.session import states as st
from anjungan.appliance.session.events import CardProblem, PrintResult, StoreProblem
from anjungan.appliance.session.form import Form, Given, questions_of
from anjungan.appliance.session.intents import Language, TextSize
from anjungan.appliance.session.present.present import ambient, present
from anjungan.appliance.session.surroundings import (
    DeviceFacts,
    PrinterCondition,
    SiteFacts,
    Surroundings,
)
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.session.views import Ambient, Announcement, Countdown, Look, View
from anjungan.appliance.text.words import load_words
from anjungan.catalogue.loading import load_catalogue
from anjungan.catalogue.questions import (
    ChoiceQuestion,
    DateQuestion,
    NikQuestion,
    NumberQuestion,
    TextQuestion,
)
from anjungan.protocol.message_id import MessageId
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import QueueNumber, TicketCode, TicketToken

LANGUAGES = (Language.INDONESIAN, Language.JAVANESE, Language.ENGLISH)
SIZES = (TextSize.NORMAL, TextSize.LARGE, TextSize.LARGEST)
LONG_SERVICE = "keterangan-tidak-mampu-sekolah"
SHOP = "keterangan-usaha"
_MOMENT = dt.datetime(2026, 11, 24, 9, 41, tzinfo=ZoneInfo("Asia/Jakarta"))
_ANNOUNCEMENTS = (
    Announcement(
        heading="Pengumuman",
        title="Posyandu balita Kamis ini, pukul 08.00, di Balai Desa",
        text="Bawa buku KIA.",
    ),
    Announcement(heading="Pengumuman", title="Kerja bakti Minggu pagi di Dusun Krajan"),
)


@cache
def catalogue():
    return load_catalogue()


@cache
def words():
    return load_words()


def service_with(kind):
    """The first self-service letter with a question of that kind, and the question."""
    for service in catalogue().services:
        for question in service.questions:
            if isinstance(question, kind) and service.self_service:
                return service.id, question
    raise LookupError(kind)


def surroundings(*, connected=True, printer=PrinterCondition.READY, devices=True, sound=False):
    return Surroundings(
        now_s=100.0,
        local_time=_MOMENT,
        nonce="contoh",
        catalogue=catalogue(),
        site=SiteFacts(
            village_kind="Desa",
            village="Minggirsari",
            district="Kanigoro",
            office_place="Balai Desa Minggirsari",
            office_hours="Senin–Jumat 08.00–15.00",
            office_phone="0342 123456",
            tracking_url="https://lacak.example.go.id",
            announcements=_ANNOUNCEMENTS,
            idle_warn_s=90,
            countdown_s=30,
        ),
        devices=DeviceFacts(
            card_reader=devices, scanner=devices, printer=printer, sound=sound, buttons=devices
        ),
        connected=connected,
    )


def visit(screen, language=Language.INDONESIAN, *, read_aloud=False, **more):
    look = Look(language=language, read_aloud=read_aloud)
    return st.Visit(step=3, look=look, screen=screen, active_at_s=100.0, **more)


def ticket(service=SHOP, **more):
    return Ticket(
        request_id=MessageId("0190b3a0-0000-7000-8000-000000000001"),
        service=service,
        token=TicketToken("abcdefghijklmnopqrstuv"),
        code=TicketCode("K7M4QX92H"),
        queue_number=QueueNumber("241126-017"),
        submitted_at=_MOMENT,
        clock_sure=True,
        **more,
    )


def filled_form(service_id, *, long=False):
    service = catalogue().service(service_id)
    form = Form(service=service_id, nonce="contoh")
    form = form.with_answer(own.FOR_WHOM, Given("self", "Untuk saya sendiri"))
    values = {
        own.NIK: "3505 •••• •••• 0147",
        own.NAME: "SITI AMINAH" if not long else "RADEN AYU SITI AMINAH KUSUMANINGTYAS WULANDARI",
        own.PHONE: "081234564471",
    }
    for question in questions_of(service, form):
        if question.name == own.FOR_WHOM:
            continue
        shown = values.get(question.name, "WARUNG SOTO BU SITI")
        if long and question.name not in values:
            shown = "RT 02 RW 05 DUSUN KRAJAN, SEBELAH UTARA MASJID BAITURRAHMAN, MINGGIRSARI"
        form = form.with_answer(question.name, Given("x", shown))
    return form


def states(language):
    """Named states with their surroundings: together they show every type of view."""
    here = surroundings()
    offline = surroundings(connected=False, printer=PrinterCondition.PAPER_OUT)
    loud = surroundings(sound=True)
    bare = surroundings(printer=PrinterCondition.NONE, devices=False)
    no_reader = surroundings(devices=False)
    unplugged = surroundings(printer=PrinterCondition.MISSING)
    number_service, number = service_with(NumberQuestion)
    date_service, date = service_with(DateQuestion)
    text_service, text = service_with(TextQuestion)
    choice_service, choice = service_with(ChoiceQuestion)
    nik_service, nik = service_with(NikQuestion)
    shop, long = filled_form(SHOP), filled_form(LONG_SERVICE, long=True)

    def screen(shown, around=here, **more):
        return visit(shown, language, **more), around

    def question(service, name, **more):
        return screen(st.QuestionScreen(question=name, **more), form=filled_form(service))

    def lost(shown, around, **more):
        """What was there when the visit began is gone."""
        return screen(shown, around, began_with=here.devices, **more)

    signed = ticket(status=RequestStatus.AWAITING_SIGNATURE, receipted=True)
    found = {
        "idle": (st.Idle(), here),
        "idle_card": (st.Idle(card_problem=next(iter(CardProblem))), bare),
        "home": screen(st.HomeScreen()),
        "home_offline": screen(st.HomeScreen(), offline),
        "home_printer_lost": lost(st.HomeScreen(), unplugged),
        "home_sound": screen(st.HomeScreen(), loud),
        "home_read_aloud": screen(st.HomeScreen(), loud, read_aloud=True),
        "letters": screen(st.LettersScreen()),
        "letter": screen(st.LetterScreen(service=SHOP)),
        "letter_long": screen(st.LetterScreen(service="keterangan-nikah"), offline),
        "family_regency": screen(st.FamilyScreen(family="regency")),
        "family_health": screen(st.FamilyScreen(family="health")),
        "appearance": screen(st.AppearanceScreen()),
        "appearance_sound": screen(st.AppearanceScreen(), loud, read_aloud=True),
        "help": screen(st.HelpScreen(topic="HomeScreen")),
        "help_typing_only": screen(st.HelpScreen(topic="StatusSearchScreen"), bare),
        "nik": question(SHOP, own.NIK, draft="350500147052"),
        "nik_reader_lost": lost(
            st.QuestionScreen(question=own.NIK, draft="350500147052"),
            no_reader,
            form=filled_form(SHOP),
        ),
        "nik_sound": screen(
            st.QuestionScreen(question=own.NIK), loud, read_aloud=True, form=filled_form(SHOP)
        ),
        "phone": question(SHOP, own.PHONE, draft="0812"),
        "number": question(number_service, number.name),
        "date": question(date_service, date.name, draft="2411"),
        "text": question(text_service, text.name, draft="WARUNG SOTO BU"),
        "choice": question(choice_service, choice.name),
        "for_whom": question(SHOP, own.FOR_WHOM, marked=own.FOR_WHOM_QUESTION.options[0].id),
        "subject_nik": question(nik_service, nik.name),
        "occupations": question("keterangan-beda-identitas", "pekerjaan"),
        "review": screen(st.ReviewScreen(), form=shop),
        "review_printer_lost": lost(st.ReviewScreen(), unplugged, form=shop),
        "review_long": screen(st.ReviewScreen(), form=long),
        "leave": screen(st.LeaveScreen(), form=shop),
        "saving": screen(st.SavingScreen(nonce="n", since_s=99.0), form=shop),
        "saving_late": screen(st.SavingScreen(nonce="n", since_s=90.0, late=True), form=shop),
        "not_saved": screen(st.NotSavedScreen(problem=StoreProblem.FAILED), form=shop),
        "ticket": screen(
            st.TicketScreen(ticket=ticket(receipted=True), ticket_paper=PrintResult.PRINTED)
        ),
        "ticket_sheet": screen(
            st.TicketScreen(ticket=ticket(receipted=True), ticket_paper=PrintResult.PRINTED),
            form=shop,
        ),
        "ticket_offline": screen(
            st.TicketScreen(ticket=ticket(LONG_SERVICE), ticket_paper=PrintResult.PRINTED),
            surroundings(connected=False),
        ),
        "ticket_no_paper": screen(
            st.TicketScreen(ticket=ticket(), ticket_paper=PrintResult.PAPER_OUT), offline, form=shop
        ),
        "ticket_paper_back": screen(
            st.TicketScreen(ticket=ticket(receipted=True), ticket_paper=PrintResult.PAPER_OUT),
            form=shop,
        ),
        "status_search": screen(st.StatusSearchScreen()),
        "status_search_lost": lost(st.StatusSearchScreen(), no_reader),
        "status_not_found": screen(st.StatusSearchScreen(nothing_found=True)),
        "code": screen(st.CodeEntryScreen(draft="K7M4")),
        "code_wrong": screen(st.CodeEntryScreen(draft="K7M4QX92H", wrong=True)),
        "search_failed": screen(st.SearchFailedScreen()),
        "card_tickets": screen(st.CardTicketsScreen(tickets=(signed, ticket(LONG_SERVICE)))),
        "status": screen(st.StatusScreen(ticket=signed)),
        "status_incomplete": screen(
            st.StatusScreen(
                ticket=ticket(
                    LONG_SERVICE,
                    status=RequestStatus.INCOMPLETE,
                    receipted=True,
                    note="Mohon dilengkapi fotokopi KK terbaru dan surat pengantar RT/RW 02.",
                )
            )
        ),
        "cancel": screen(st.CancelScreen(ticket=signed)),
        "lost": screen(st.LostVisitScreen()),
        "still_there": (replace(visit(st.HomeScreen(), language), warned_at_s=90.0), here),
    }
    for page in catalogue().pages:
        found[f"page_{page.id}"] = screen(st.PageScreen(page=page.id))
    return found


def sample_views(language=Language.INDONESIAN) -> dict[str, tuple[View, Ambient]]:
    """Every sample by name, with the clock and line that belong to it."""
    samples = {}
    for name, (state, around) in states(language).items():
        view = present(state, around, words())
        beside = ambient(state, around, words())
        if name == "still_there":
            countdown = Countdown(seconds_left=20, total_s=30, words="20 detik")
            beside = msgspec.structs.replace(beside, countdown=countdown)
        samples[name] = view, beside
    return samples
