"""Hypothesis looks for a state that does not lead back to idle, or a view that cannot be made."""

import gc

import msgspec
from forms import CARD, at_review, submit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from journey import NAME, NIK, SITE, Journey, a_ticket, catalogue, intents_in

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import events as ev
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import states as st
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


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(choices=moves(), data=some.data())
def test_every_walk_has_a_view_everywhere_and_leads_back_to_idle(
    choices: list[int], data: some.DataObject
) -> None:
    journey = Journey()
    for choice in choices:
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
            )
        assert msgspec.json.encode(journey.view)
    longest_s = 2 * (SITE.idle_warn_s + SITE.countdown_s) + 60
    for _ in range(longest_s):
        journey.wait(1)
        if isinstance(journey.state, st.Idle):
            break
    assert isinstance(journey.state, st.Idle)
    journey.wait(10)
    assert journey.view == Journey(devices=journey.devices, connected=journey.connected).view


def reachable(root: object) -> list[object]:
    seen: dict[int, object] = {}
    waiting = [root]
    while waiting:
        value = waiting.pop()
        if id(value) in seen or isinstance(value, type):
            continue
        seen[id(value)] = value
        waiting += gc.get_referents(value)
    return list(seen.values())


def test_after_the_visit_no_object_of_the_session_holds_what_was_typed() -> None:
    journey = submit(at_review())
    journey.stored()
    journey.printed()
    assert any(each == NAME for each in reachable(journey.state) if isinstance(each, str))
    journey.asked.clear()
    journey.press(it.EndVisit())
    held = [each for each in reachable(journey.state) if isinstance(each, str)]
    assert not any(NAME in each or NIK in each for each in held)


def test_representations_hold_nothing_that_was_typed() -> None:
    journey = submit(at_review())
    journey.stored()
    for value in (journey.state, *journey.asked, *journey.state.trail, journey.state.form):
        assert NIK not in repr(value)
        assert NAME not in repr(value)


def test_the_catalogue_is_whole() -> None:
    assert len(catalogue().services) == 64
    assert sum(each.self_service for each in catalogue().services) == 30
