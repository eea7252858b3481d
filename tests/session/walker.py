"""A walk through the session machine by dice: presses, typing, devices, answers, time."""

from forms import CARD
from hypothesis import strategies as some
from journey import NAME, NIK, Journey, a_ticket, intents_in

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import events as ev
from anjungan.appliance.session.surroundings import DeviceFacts, PrinterCondition
from anjungan.protocol.tickets import new_token

TEXTS = some.sampled_from(
    [
        NIK,
        NAME,
        "17081965",
        "0730",
        "123",
        "",
        "A" * 900,
        "081234564471",
        "; DROP",
        "\u202ex",
        "AAAAAAAAA",
    ]
)


@some.composite
def moves(draw: some.DrawFn) -> list[object]:
    return draw(some.lists(some.sampled_from(range(41)), min_size=1, max_size=60))


def paper_subject(journey: Journey) -> str:
    """What the newest print job was for."""
    for effect in reversed(journey.asked):
        match effect:
            case fx.PrintTicket(ticket=ticket) | fx.PrintRequestSheet(ticket=ticket):
                return ticket.request_id
            case fx.PrintRequirementsSheet(service=service):
                return service
            case _:
                pass
    return "nothing"


def search_nonce(journey: Journey) -> str:
    """The nonce of the newest search."""
    for effect in reversed(journey.asked):
        if isinstance(effect, fx.FindByCode | fx.FindByToken | fx.FindByCard):
            return effect.nonce
    return "no-such-search"


def outside_event(choice: int, journey: Journey) -> ev.Event | None:
    ticket = a_ticket()
    subject = paper_subject(journey)
    search = search_nonce(journey)
    table: dict[int, ev.Event] = {
        20: ev.CardTapped(CARD),
        21: ev.CardRefused(ev.CardProblem.PULLED_EARLY),
        22: ev.TicketScanned(new_token()),
        23: ev.UnknownScanned(),
        24: ev.TicketsFound(search, ()),
        25: ev.TicketsFound(search, (ticket,)),
        26: ev.TicketsFound(search, (ticket, a_ticket("no-such-service"))),
        27: ev.SearchLimited(search, 60),
        28: ev.TicketChanged(ticket),
        29: ev.PaperFinished(ev.PaperKind.TICKET, ev.PrintResult.UNCERTAIN, subject),
        30: ev.PaperFinished(ev.PaperKind.SHEET, ev.PrintResult.PAPER_OUT, subject),
        31: ev.PaperFinished(ev.PaperKind.REQUIREMENTS, ev.PrintResult.PRINTED, subject),
        32: ev.VisitLost(),
        33: ev.VisitRecovered(ticket),
        34: ev.Stirred(),
        40: ev.SearchFailed(search),
    }
    if choice == 35:
        for effect in reversed(journey.asked):
            if isinstance(effect, fx.StoreRequest):
                return ev.RequestStored(effect.nonce, ticket)
    if choice == 36:
        for effect in reversed(journey.asked):
            if isinstance(effect, fx.StoreRequest):
                return ev.RequestNotStored(effect.nonce, ev.StoreProblem.FAILED)
    return table.get(choice)


def take_step(journey: Journey, choice: int, data: some.DataObject) -> None:
    """Do what the dice say; some throws mean nothing in some states."""
    if choice < 16:
        offered = intents_in(journey.view)
        if offered:
            intent = offered[choice * len(offered) // 16]
            journey.happen(ev.Intended(journey.state.step, intent))
    elif choice < 20:
        journey.type(data.draw(TEXTS))
    elif choice < 37 or choice == 40:
        event = outside_event(choice, journey)
        if event is not None:
            journey.happen(event)
    elif choice == 37:
        journey.wait(95)
    elif choice == 38:
        journey.connected = not journey.connected
    else:
        journey.devices = DeviceFacts(
            card_reader=False,
            scanner=data.draw(some.booleans()),
            printer=data.draw(some.sampled_from(list(PrinterCondition))),
            sound=data.draw(some.booleans()),
            buttons=data.draw(some.booleans()),
        )
