"""The view of any state, and what stands beside it (clock, line, countdown)."""

from typing import assert_never

from anjungan.appliance.session import intents, timing
from anjungan.appliance.session import states as st
from anjungan.appliance.session.dates import clock, long_date, pasaran, weekday
from anjungan.appliance.session.form import Form
from anjungan.appliance.session.form_flow import service_of
from anjungan.appliance.session.language import catalogue_language
from anjungan.appliance.session.present import home, letters, questions, sending, status, ticket
from anjungan.appliance.session.present.scene import Scene
from anjungan.appliance.session.surroundings import Surroundings
from anjungan.appliance.session.views import (
    Ambient,
    Button,
    Countdown,
    LineBadge,
    Look,
    StillThereView,
    Tone,
    View,
)
from anjungan.appliance.text.words import Speaker, Words
from anjungan.catalogue.service import Service


def look_of(state: st.State) -> Look:
    """How the present resident wants to see it; the idle screen has the plain look."""
    return state.look if isinstance(state, st.Visit) else Look()


def speaker_of(state: st.State, words: Words) -> Speaker:
    """The words in the language of the visit."""
    return Speaker(words, catalogue_language(look_of(state).language))


def present(state: st.State, around: Surroundings, words: Words) -> View:
    """What the screen shows in ``state``."""
    say = speaker_of(state, words)
    match state:
        case st.Idle():
            return home.idle_view(state, around, say)
        case st.Visit():
            scene = Scene(state, around, say)
            return _still_there(scene) if state.warned_at_s is not None else _screen(scene)
        case _:
            assert_never(state)


def _screen(scene: Scene) -> View:
    match scene.visit.screen:
        case st.HomeScreen() as screen:
            return home.home_view(scene, screen)
        case st.LettersScreen():
            return letters.letters_view(scene)
        case st.LetterScreen() as screen:
            return letters.letter_view(scene, screen)
        case st.NotAcceptingScreen():
            return sending.not_accepting_view(scene)
        case st.FamilyScreen(family=family):
            return letters.family_view(scene, family)
        case st.PageScreen(page=page):
            return letters.page_view(scene, page)
        case st.AppearanceScreen():
            return home.appearance_view(scene)
        case st.HelpScreen(topic=topic):
            return home.help_view(scene, topic)
        case st.QuestionScreen() as screen:
            return questions.question_view(scene, screen, *_form(scene))
        case st.ReviewScreen():
            return sending.review_view(scene, *_form(scene))
        case st.LeaveScreen():
            return sending.leave_view(scene)
        case st.SavingScreen() as screen:
            return sending.saving_view(scene, screen)
        case st.NotSavedScreen() as screen:
            return sending.not_saved_view(scene, screen, scene.visit.form)
        case st.TicketScreen() as screen:
            return ticket.ticket_view(scene, screen)
        case (
            st.StatusSearchScreen()
            | st.CodeEntryScreen()
            | st.SearchFailedScreen()
            | st.CardTicketsScreen()
        ) as screen:
            return _search(scene, screen)
        case st.StatusScreen(ticket=shown):
            return status.status_view(scene, shown)
        case st.CancelScreen(ticket=shown):
            return status.cancel_view(scene, shown)
        case st.LostVisitScreen():
            return ticket.lost_visit_view(scene)
        case _ as unreachable:
            assert_never(unreachable)


def _search(
    scene: Scene,
    screen: st.StatusSearchScreen
    | st.CodeEntryScreen
    | st.SearchFailedScreen
    | st.CardTicketsScreen,
) -> View:
    match screen:
        case st.StatusSearchScreen():
            return status.status_search_view(scene, screen)
        case st.CodeEntryScreen():
            return status.code_entry_view(scene, screen)
        case st.SearchFailedScreen():
            return status.search_failed_view(scene)
        case st.CardTicketsScreen():
            return status.card_tickets_view(scene, screen)
        case _ as unreachable:
            assert_never(unreachable)


def _form(scene: Scene) -> tuple[Service, Form]:
    found = service_of(scene.visit, scene.around)
    if found is None:
        raise LookupError("a form screen without a form")
    return found


def _still_there(scene: Scene) -> StillThereView:
    say = scene.say
    return StillThereView(
        frame=scene.frame(say("still.title"), ""),
        question=say("still.question"),
        text=say("still.text"),
        safe=say("still.safe"),
        seconds_word=say("still.seconds"),
        primary=Button(label=say("still.go_on"), press=intents.KeepVisit(), icon="hand-finger"),
        secondary=Button(label=say("still.over"), press=intents.EndVisit(), icon="logout"),
    )


def ambient(state: st.State, around: Surroundings, words: Words) -> Ambient:
    """Clock, line and countdown."""
    say = speaker_of(state, words)
    today = around.local_time.date()
    return Ambient(
        clock=clock(around.local_time),
        day=f"{weekday(today, say)} {pasaran(today)}",
        date=long_date(today, say),
        line=_line(around, say),
        countdown=_countdown(state, around, say),
    )


def _line(around: Surroundings, say: Speaker) -> LineBadge:
    if around.connected:
        return LineBadge(
            tone=Tone.OK,
            icon="wifi",
            text=say("line.connected"),
            sentence=say("line.connected"),
        )
    return LineBadge(
        tone=Tone.WARN,
        icon="wifi-off",
        text=say("line.offline"),
        sentence=say("line.offline_sentence"),
    )


def _countdown(state: st.State, around: Surroundings, say: Speaker) -> Countdown | None:
    if not isinstance(state, st.Visit):
        return None
    left = timing.seconds_left(state, around)
    if left is None:
        return None
    total = timing.patience(state, around.site).countdown_s
    return Countdown(seconds_left=left, total_s=total, words=say("still.left", seconds=left))
