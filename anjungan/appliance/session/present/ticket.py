"""The ticket on the screen, and what became of its paper."""

from anjungan.appliance.session import intents
from anjungan.appliance.session.events import PrintResult
from anjungan.appliance.session.present.scene import TICKET_STEP, TROUBLES, Scene
from anjungan.appliance.session.states import TicketScreen
from anjungan.appliance.session.surroundings import PrinterCondition
from anjungan.appliance.session.views import (
    Banner,
    Button,
    Fact,
    NoticeView,
    PrintNote,
    TicketView,
    Tone,
    Trouble,
)
from anjungan.catalogue.service import Requirement, Service
from anjungan.protocol.tickets import spell_code


def tracking_text(base_url: str, token: str) -> str:
    """What the ticket's QR holds: the tracking address for a phone."""
    return f"{base_url.rstrip('/')}/t/{token}"


def ticket_view(scene: Scene, screen: TicketScreen) -> TicketView:
    """Everything the paper says, so that a dead printer loses nothing."""
    say = scene.say
    ticket = screen.ticket
    stored = say("ticket.arrived") if ticket.receipted else say("ticket.safe_here")
    return TicketView(
        frame=scene.frame(
            say("ticket.title_arrived" if ticket.receipted else "ticket.title_stored"),
            scene.service_title(ticket.service),
            step=TICKET_STEP,
        ),
        thanks=say("ticket.thanks"),
        state_line=stored,
        code_label=say("ticket.code"),
        code=spell_code(ticket.code),
        queue_label=say("ticket.queue"),
        queue_number=ticket.queue_number,
        qr_text=tracking_text(scene.around.site.tracking_url, ticket.token),
        qr_caption=say("ticket.qr_caption"),
        facts=_facts(scene, screen),
        banner=_banner(scene, screen),
        print_note=_print_note(scene, screen),
        buttons=_buttons(scene, screen),
        trouble=_trouble(scene, screen),
        **scene.pager(),
    )


def _facts(scene: Scene, screen: TicketScreen) -> tuple[Fact, ...]:
    say = scene.say
    ticket = screen.ticket
    moment = scene.day_time(ticket.submitted_at)
    if not ticket.clock_sure:
        moment = say("ticket.clock_unsure", moment=moment)
    service = scene.around.catalogue.service(ticket.service)
    bring = [_needed(scene, each) for each in service.requirements] if service else []
    site = scene.around.site
    return (
        *_expected(scene, service),
        Fact(
            icon="map-pin",
            label=say("ticket.collect"),
            value=f"{site.office_place}, {site.office_hours}",
        ),
        Fact(
            icon="briefcase",
            label=say("ticket.bring"),
            value=", ".join(bring) if bring else say("ticket.bring_nothing"),
        ),
        Fact(icon="clock", label=say("ticket.made"), value=moment),
    )


def _expected(scene: Scene, service: Service | None) -> tuple[Fact, ...]:
    """How long it takes, where this catalogue still knows the service."""
    say = scene.say
    if service is None:
        return ()
    text = say.of(service.duration)
    if not service.duration_estimated:
        return (Fact(icon="calendar-check", label=say("ticket.takes"), value=text),)
    value = say("ticket.estimate", time=text)
    return (Fact(icon="calendar-check", label=say("ticket.expected"), value=value),)


def _needed(scene: Scene, need: Requirement) -> str:
    title = scene.say.of(need.title)
    return title if need.required else scene.say("ticket.bring_if_any", what=title)


def _banner(scene: Scene, screen: TicketScreen) -> Banner | None:
    say = scene.say
    if screen.ticket.refused:
        return Banner(
            tone=Tone.ERROR,
            icon="alert-circle",
            strong=say("status.refused"),
            text=say("status.refused_todo"),
        )
    if screen.recovered:
        return Banner(
            tone=Tone.INFO,
            icon="info-circle",
            strong=say("ticket.recovered"),
            text=say("ticket.recovered_text"),
        )
    if not _waits_for_line(scene, screen) or _trouble(scene, screen) is not None:
        return None  # a trouble says it where it says what is safe
    return Banner(
        tone=Tone.WARN,
        icon="cloud-off",
        strong=say("ticket.offline"),
        text=say("ticket.offline_text"),
    )


def _waits_for_line(scene: Scene, screen: TicketScreen) -> bool:
    return not screen.ticket.receipted and not scene.around.connected


def _print_note(scene: Scene, screen: TicketScreen) -> PrintNote:
    say = scene.say
    if screen.sheet_printing or screen.ticket_paper is None:
        return PrintNote(tone=Tone.INFO, icon="printer", text=say("print.now"))
    if screen.sheet_paper is PrintResult.PRINTED:
        return PrintNote(tone=Tone.OK, icon="printer", text=say("print.sheet_done"))
    if screen.sheet_paper is not None:
        return _not_printed(scene, screen.sheet_paper)
    match screen.ticket_paper:
        case PrintResult.PRINTED:
            return PrintNote(tone=Tone.OK, icon="printer", text=say("print.ticket_done"))
        case PrintResult.UNCERTAIN if screen.recovered:
            return PrintNote(tone=Tone.NEUTRAL, icon="printer", text=say("print.not_again"))
        case result:
            return _not_printed(scene, result)


def _not_printed(scene: Scene, result: PrintResult) -> PrintNote:
    """Why a paper did not come out; not a trouble that is over: a new roll is in meanwhile."""
    if scene.trouble_is_over(result):
        return PrintNote(tone=Tone.INFO, icon="printer", text=scene.say("print.ready_again"))
    text = scene.not_printed(result)
    if result.is_uncertain:
        text = f"{text} {scene.say('print.code_on_screen')}"
    return PrintNote(tone=Tone.WARN, icon="printer-off", text=text)


def _trouble(scene: Scene, screen: TicketScreen) -> Trouble | None:
    say = scene.say
    result = screen.ticket_paper
    if result not in TROUBLES or scene.around.devices.printer is PrinterCondition.NONE:
        return None
    over = scene.trouble_is_over(result)
    waits = _waits_for_line(scene, screen) and not screen.ticket.refused
    safe = say("print.safe_offline" if waits else "print.request_safe")
    if not over:
        return Trouble(
            icon="printer-off",
            title=say(f"print.{result.value}"),
            what=say("print.not_printed"),
            safe=safe,
            todo=say("print.photograph"),
        )
    copy = screen.may_have_printed
    return Trouble(
        icon="printer",
        title=say("print.ready_again"),
        what=say("print.copy_not_yet" if copy else "print.not_yet"),
        safe=safe,
        todo=say("print.press_copy" if copy else "print.press_again"),
    )


def _buttons(scene: Scene, screen: TicketScreen) -> tuple[Button, ...]:
    say = scene.say
    buttons = []
    printer = scene.around.devices.printer
    busy = screen.ticket_paper is None or screen.sheet_printing
    if printer is not PrinterCondition.NONE:
        reason = _print_reason(scene, busy=busy)
        if scene.visit.form is not None and screen.sheet_paper is not PrintResult.PRINTED:
            buttons.append(
                Button(
                    label=say("ticket.sheet"),
                    press=None if reason else intents.PrintSheet(),
                    icon="file-text",
                    reason=reason,
                )
            )
        label = "ticket.copy" if screen.may_have_printed else "ticket.print"
        buttons.append(
            Button(
                label=say(label),
                press=None if reason else intents.PrintAgain(),
                icon="printer",
                reason=reason,
            )
        )
    buttons.append(Button(label=say("common.done"), press=intents.EndVisit(), icon="check"))
    return tuple(buttons)


def _print_reason(scene: Scene, *, busy: bool) -> str:
    if busy:
        return scene.say("print.now")
    if scene.around.printer_ready:
        return ""
    return scene.say("print.not_ready")


def lost_visit_view(scene: Scene) -> NoticeView:
    """The kiosk restarted in the middle of a visit."""
    say = scene.say
    return NoticeView(
        frame=scene.frame(say("lost.title"), ""),
        tone=Tone.WARN,
        icon="alert-triangle",
        title=say("lost.heading"),
        lines=scene.trouble_lines(say("lost.what"), say("lost.safe"), say("lost.todo")),
        buttons=(Button(label=say("common.start_again"), press=intents.GoHome(), icon="refresh"),),
    )
