"""Finding a request, and where it stands."""

from typing import assert_never

from anjungan.appliance.session import intents
from anjungan.appliance.session.present.home import card_banner
from anjungan.appliance.session.present.lost_devices import lost_in, search_banner
from anjungan.appliance.session.present.scene import Scene
from anjungan.appliance.session.states import (
    CardTicketsScreen,
    CodeEntryScreen,
    StatusSearchScreen,
)
from anjungan.appliance.session.ticket import Ticket
from anjungan.appliance.session.views import (
    Banner,
    Button,
    Chip,
    Fact,
    KeyboardView,
    ListView,
    Node,
    NodeState,
    NoticeView,
    Row,
    StatusView,
    Tone,
)
from anjungan.protocol.status import STAGE_REACHED, RequestStatus
from anjungan.protocol.tickets import CODE_LENGTH, spell_code
from anjungan.protocol.typed_codes import CODE_ALPHABET

_CODE_GROUPS = (3, 3, 3)


def status_search_view(scene: Scene, screen: StatusSearchScreen) -> ListView:
    """Three ways to a request: scan, type, tap."""
    say = scene.say
    rows = [
        Row(
            title=say("search.code"),
            subtitle=say("search.code_about"),
            icon="keyboard",
            press=intents.OpenCodeEntry(),
        )
    ]
    return ListView(
        frame=scene.frame(say("search.title"), say("search.about")),
        heading=say("search.heading"),
        rows=tuple(rows),
        banner=_search_banner(scene, screen),
        buttons=(Button(label=say("common.to_home"), press=intents.GoHome(), icon="home"),),
        **scene.pager(),
    )


def _search_banner(scene: Scene, screen: StatusSearchScreen) -> Banner:
    """Nobody is told to try again with what is gone."""
    say = scene.say
    lost = lost_in(scene)
    if screen.card_problem is not None and not lost.card_reader:
        return card_banner(screen.card_problem, say, searching=True)
    if screen.unknown_scan and not lost.scanner:
        return Banner(
            tone=Tone.WARN,
            icon="qrcode",
            strong=say("search.unknown_scan"),
            text=say("search.unknown_scan_todo"),
        )
    if screen.nothing_found:
        return Banner(
            tone=Tone.WARN,
            icon="search",
            strong=say("search.nothing"),
            text=say("search.nothing_todo"),
        )
    return search_banner(scene) or _ways_banner(scene)


def _ways_banner(scene: Scene) -> Banner:
    say = scene.say
    card, scanner = scene.around.devices.card_reader, scene.around.devices.scanner
    if card and scanner:
        key = "search.scan_or_tap"
    elif scanner:
        key = "search.scan"
    elif card:
        key = "search.tap"
    else:
        key = "search.only_code"
    return Banner(
        tone=Tone.INFO, icon="qrcode" if scanner else "nfc", strong=say(key), text=say(f"{key}_how")
    )


def code_entry_view(scene: Scene, screen: CodeEntryScreen) -> KeyboardView:
    """Type the code of a ticket; only characters that codes have."""
    say = scene.say
    error = ""
    if screen.wait_s:
        error = say("search.wait", minutes=max(1, round(screen.wait_s / 60)))
    elif screen.wrong:
        error = say("search.wrong_code")
    elif screen.not_found:
        error = say("search.code_not_found")
    return KeyboardView(
        frame=scene.frame(say("search.code"), say("search.title")),
        question=say("search.type_code"),
        hint=say("search.code_hint"),
        max_length=CODE_LENGTH,
        min_length=CODE_LENGTH,
        alphabet=CODE_ALPHABET,
        groups=_CODE_GROUPS,
        value=screen.draft,
        error=error,
        space_label=say("keys.space"),
        delete_label=say("keys.delete"),
        letters_label=say("keys.letters"),
        digits_label=say("keys.digits"),
        next_label=say("search.find"),
        incomplete_reason=say("search.nine", count=CODE_LENGTH),
    )


def search_failed_view(scene: Scene) -> NoticeView:
    """The search could not be made: what happened, what is safe, what to do."""
    say = scene.say
    return NoticeView(
        frame=scene.frame(say("search.title"), ""),
        tone=Tone.WARN,
        icon="alert-triangle",
        title=say("search.failed"),
        lines=scene.trouble_lines(
            say("search.failed_what"), say("search.failed_safe"), say("search.failed_todo")
        ),
        buttons=(
            Button(label=say("common.to_home"), press=intents.GoHome(), icon="home"),
            Button(label=say("common.try_again"), press=intents.GoBack(), icon="refresh"),
        ),
    )


def card_tickets_view(scene: Scene, screen: CardTicketsScreen) -> ListView:
    """Service, date and status of the tickets made with a card; never a name."""
    say = scene.say
    return ListView(
        frame=scene.frame(say("search.by_card"), say("search.count", count=len(screen.tickets))),
        rows=tuple(
            Row(
                title=scene.service_title(ticket.service),
                subtitle=scene.day_time(ticket.submitted_at),
                icon="file-text",
                press=intents.OpenTicket(index=index),
                badge=_chip(scene, ticket).label,
            )
            for index, ticket in enumerate(screen.tickets)
        ),
        buttons=(
            Button(label=say("search.new_letter"), press=intents.OpenLetters(), icon="file-plus"),
            Button(label=say("common.to_home"), press=intents.GoHome(), icon="home"),
        ),
        **scene.pager(),
    )


def status_view(scene: Scene, ticket: Ticket) -> StatusView:
    """The state word, the timeline, and what to do."""
    say = scene.say
    buttons = [
        Button(label=say("search.other"), press=intents.OpenStatusSearch(), icon="search"),
        Button(label=say("common.to_home"), press=intents.GoHome(), icon="home"),
    ]
    if ticket.may_cancel:
        buttons.insert(
            0, Button(label=say("status.cancel"), press=intents.AskToCancel(), icon="ban")
        )
    return StatusView(
        frame=scene.frame(say("status.title"), say("status.code", code=spell_code(ticket.code))),
        heading=scene.service_title(ticket.service),
        subline=say("status.made", moment=scene.day_time(ticket.submitted_at)),
        chip=_chip(scene, ticket),
        nodes=_nodes(scene, ticket),
        banner=_advice(scene, ticket),
        note_label=say("status.note") if ticket.note else "",
        note=ticket.note,
        buttons=tuple(buttons),
        **scene.pager(),
    )


def _chip(scene: Scene, ticket: Ticket) -> Chip:
    say = scene.say
    if ticket.refused:
        return Chip(label=say("status.chip_refused"), icon="alert-circle", tone=Tone.ERROR)
    if ticket.cancel_asked and ticket.status is not RequestStatus.CANCELLED:
        return Chip(label=say("status.chip_cancelling"), icon="hourglass", tone=Tone.WARN)
    if not ticket.receipted:
        return Chip(label=say("status.chip_waiting"), icon="cloud-upload", tone=Tone.WARN)
    icon, tone = _chip_look(ticket.status)
    return Chip(label=say(f"status.chip_{ticket.status.value}"), icon=icon, tone=tone)


def _chip_look(status: RequestStatus) -> tuple[str, Tone]:
    match status:
        case RequestStatus.INCOMPLETE:
            return "alert-triangle", Tone.WARN
        case RequestStatus.UNDER_REVIEW:
            return "hourglass", Tone.WARN
        case RequestStatus.AWAITING_SIGNATURE:
            return "writing-sign", Tone.WARN
        case RequestStatus.READY:
            return "package", Tone.OK
        case RequestStatus.COLLECTED:
            return "circle-check", Tone.OK
        case RequestStatus.CANCELLED:
            return "ban", Tone.NEUTRAL
        case _:
            assert_never(status)


_NODES = (
    ("received", "inbox"),
    ("checked", "clipboard-check"),
    ("signed", "writing-sign"),
    ("ready", "package"),
)


def _nodes(scene: Scene, ticket: Ticket) -> tuple[Node, ...]:
    """Four nodes; the one the request stands at is "now" until it is collected.

    The time of a status is when its node began and the one before it ended; those of earlier
    statuses are not kept.
    """
    say = scene.say
    reached = STAGE_REACHED[ticket.status] if ticket.receipted else 0
    over = ticket.status is RequestStatus.CANCELLED or ticket.refused
    nodes = []
    for place, (key, icon) in enumerate(_NODES):
        if place < reached:
            state, word = NodeState.DONE, say("status.done")
        elif place == reached and not over:
            state, word = NodeState.NOW, say("status.now")
        else:
            state, word = NodeState.LATER, say("status.never" if over else "status.later")
        moment = ticket.submitted_at if place == 0 else ticket.status_changed_at
        known = state is NodeState.DONE if place == 0 else place in {reached - 1, reached}
        told = moment if known and state is not NodeState.LATER else None
        nodes.append(
            Node(
                label=say(f"status.node_{key}"),
                icon=icon,
                state=state,
                state_label=word,
                when="" if told is None else scene.day_time(told),
            )
        )
    return tuple(nodes)


def _advice(scene: Scene, ticket: Ticket) -> Banner:
    say = scene.say
    site = scene.around.site
    if ticket.refused:
        key, tone = "refused", Tone.ERROR
    elif ticket.cancel_asked and ticket.status is not RequestStatus.CANCELLED:
        key, tone = "cancelling", Tone.INFO
    elif not ticket.receipted:
        key, tone = "waiting", Tone.INFO
    else:
        key = f"advice_{ticket.status.value}"
        ready = ticket.status in {RequestStatus.READY, RequestStatus.COLLECTED}
        tone = Tone.OK if ready else Tone.INFO
        if ticket.status is RequestStatus.INCOMPLETE:
            tone = Tone.WARN
    return Banner(
        tone=tone,
        icon="info-circle",
        strong=say(f"status.{key}"),
        text=say(f"status.{key}_todo", place=site.office_place, hours=site.office_hours),
    )


def cancel_view(scene: Scene, ticket: Ticket) -> NoticeView:
    """Shall this request be cancelled?"""
    say = scene.say
    return NoticeView(
        frame=scene.frame(say("cancel.title"), say("status.code", code=spell_code(ticket.code))),
        tone=Tone.WARN,
        icon="alert-triangle",
        title=say("cancel.question"),
        lines=(
            Fact(
                icon="file-text",
                label=say("cancel.which"),
                value=scene.service_title(ticket.service),
            ),
            Fact(icon="info-circle", label=say("cancel.then"), value=say("cancel.then_text")),
        ),
        buttons=(
            Button(label=say("cancel.yes"), press=intents.ConfirmCancel(), icon="ban"),
            Button(label=say("cancel.no"), press=intents.GoBack(), icon="arrow-left"),
        ),
    )
