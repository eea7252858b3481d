"""The review, the sending, and what is said when nothing was stored."""

from anjungan.appliance.session import intents
from anjungan.appliance.session.events import StoreProblem
from anjungan.appliance.session.form import Form, is_complete, questions_of
from anjungan.appliance.session.present.lost_devices import review_banner
from anjungan.appliance.session.present.scene import REVIEW_STEP, Scene
from anjungan.appliance.session.states import NotSavedScreen, SavingScreen
from anjungan.appliance.session.views import (
    Banner,
    BusyView,
    Button,
    Fact,
    NoticeView,
    ReviewRow,
    ReviewView,
    Tone,
)
from anjungan.catalogue.service import Service


def review_view(scene: Scene, service: Service, form: Form) -> ReviewView:
    """All answers before they are sent; private ones masked."""
    say = scene.say
    rows = []
    for question in questions_of(service, form):
        given = form.given(question.name)
        shown = say("form.skipped")
        if given is not None and given.shown:
            shown = given.shown
        rows.append(
            ReviewRow(
                label=say.of(question.short),
                value=shown,
                change_label=say("form.change"),
                press=intents.ChangeAnswer(question=question.name),
            )
        )
    complete = is_complete(service, form)
    return ReviewView(
        frame=scene.frame(say("review.title"), say.of(service.title), step=REVIEW_STEP),
        rows=tuple(rows),
        banner=review_banner(scene)
        or Banner(
            tone=Tone.INFO,
            icon="shield-lock",
            strong=say("review.private"),
            text=say("review.private_text"),
        ),
        primary=Button(
            label=say("review.send"),
            press=intents.SubmitRequest(nonce=form.nonce) if complete else None,
            icon="send",
            reason="" if complete else say("review.incomplete"),
        ),
        secondary=Button(label=say("common.cancel"), press=intents.GoHome()),
        **scene.pager(),
    )


def leave_view(scene: Scene) -> NoticeView:
    """Shall the form be dropped?"""
    say = scene.say
    return NoticeView(
        frame=scene.frame(say("leave.title"), say("leave.about")),
        tone=Tone.WARN,
        icon="alert-triangle",
        title=say("leave.question"),
        lines=(
            Fact(icon="eraser", label=say("leave.what"), value=say("leave.what_text")),
            Fact(icon="shield-check", label=say("leave.safe"), value=say("leave.safe_text")),
        ),
        buttons=(
            Button(label=say("leave.drop"), press=intents.GoHome(), icon="trash"),
            Button(label=say("leave.stay"), press=intents.GoBack(), icon="arrow-left"),
        ),
    )


def saving_view(scene: Scene, screen: SavingScreen) -> BusyView | NoticeView:
    """The request is being stored."""
    say = scene.say
    if not screen.late:
        return BusyView(
            frame=scene.frame(say("saving.title"), "", step=REVIEW_STEP),
            title=say("saving.heading"),
            text=say("saving.text"),
        )
    return NoticeView(
        frame=scene.frame(say("saving.title"), ""),
        tone=Tone.WARN,
        icon="hourglass",
        title=say("saving.late"),
        lines=scene.trouble_lines(
            say("saving.late_what"),
            say("saving.late_safe"),
            say("saving.late_todo"),
            todo_icon="user",
        ),
        buttons=(Button(label=say("common.to_home"), press=intents.GoHome(), icon="home"),),
    )


def not_saved_view(scene: Scene, screen: NotSavedScreen, form: Form | None) -> NoticeView:
    """Nothing was stored: what happened, what is safe, what to do."""
    say = scene.say
    key = screen.problem.value
    buttons = [Button(label=say("common.to_home"), press=intents.GoHome(), icon="home")]
    if form is not None and screen.problem is StoreProblem.FAILED:
        buttons.append(
            Button(
                label=say("common.try_again"),
                press=intents.SubmitRequest(nonce=form.nonce),
                icon="refresh",
            )
        )
    return NoticeView(
        frame=scene.frame(say("not_saved.title"), ""),
        tone=Tone.ERROR,
        icon="alert-circle",
        title=say("not_saved.heading"),
        lines=scene.trouble_lines(
            say(f"not_saved.{key}"), say("not_saved.safe"), say(f"not_saved.{key}_todo")
        ),
        buttons=tuple(buttons),
    )


def not_accepting_view(scene: Scene) -> NoticeView:
    """No request can be taken now: told before anything is typed."""
    say = scene.say
    return NoticeView(
        frame=scene.frame(say("not_accepting.title"), ""),
        tone=Tone.WARN,
        icon="alert-triangle",
        title=say("not_accepting.heading"),
        lines=scene.trouble_lines(
            say("not_saved.full"),
            say("not_accepting.safe"),
            say("not_saved.full_todo"),
            todo_icon="user",
        ),
        buttons=(Button(label=say("common.to_home"), press=intents.GoHome(), icon="home"),),
    )
