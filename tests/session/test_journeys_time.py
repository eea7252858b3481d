"""Time that passes, and visits that a restart cut off."""

from dataclasses import replace

import pytest
from forms import at_review
from journey import NAME, SITE, Journey, a_ticket

from anjungan.appliance.session import effects as fx
from anjungan.appliance.session import intents as it
from anjungan.appliance.session import states as st
from anjungan.appliance.session import views as vw
from anjungan.appliance.session.events import (
    Stirred,
    Ticked,
    VisitLost,
    VisitRecovered,
)
from anjungan.appliance.session.machine import advance


@pytest.mark.parametrize(
    ("size", "warn_s", "count_s"),
    [(it.TextSize.NORMAL, 90, 30), (it.TextSize.LARGE, 180, 60), (it.TextSize.LARGEST, 180, 60)],
)
def test_idle_warns_counts_down_and_wipes(size: it.TextSize, warn_s: int, count_s: int) -> None:
    journey = Journey().press(it.Wake()).press(it.OpenAppearance())
    journey.press(it.SetTextSize(text_size=size))
    journey.wait(warn_s - 1)
    assert not isinstance(journey.view, vw.StillThereView)
    journey.wait(1)
    assert isinstance(journey.view, vw.StillThereView)
    journey.wait(count_s - 1)
    assert isinstance(journey.state, st.Visit)
    journey.wait(1)
    assert isinstance(journey.state, st.Idle)
    assert isinstance(journey.view, vw.IdleView)


def test_any_press_stops_the_countdown_and_the_answers_are_still_there() -> None:
    journey = at_review().wait(90)
    journey.press(it.KeepVisit())
    assert isinstance(journey.view, vw.ReviewView)
    journey.wait(90)
    journey.happen(Stirred())
    assert isinstance(journey.view, vw.ReviewView)


def test_the_countdown_does_not_show_what_was_typed() -> None:
    shown = at_review().wait(90).everything_shown()
    assert NAME not in shown


def test_a_recovered_visit_shows_its_ticket_and_prints_nothing_by_itself() -> None:
    ticket = a_ticket()
    journey = Journey().happen(VisitRecovered(ticket))
    assert isinstance(journey.view, vw.TicketView)
    assert journey.asked == []
    journey.press(it.PrintAgain())
    assert journey.asked == [fx.PrintTicket(ticket=ticket, copy=True)]


def test_a_lost_visit_says_that_nothing_was_stored() -> None:
    journey = Journey().happen(VisitLost())
    assert "belum tersimpan" in journey.everything_shown()
    journey.press(it.GoHome())
    assert isinstance(journey.view, vw.HomeView)


@pytest.mark.parametrize("for_s", [60.0, 45.0, 30.0, 12.0, 1.0])
def test_a_ticket_that_came_back_ends_in_the_time_that_is_left(for_s: float) -> None:
    journey = Journey().happen(VisitRecovered(a_ticket(), for_s))
    begun_s = journey.now_s
    while not isinstance(journey.state, st.Idle):
        ticket_alone = journey.now_s - begun_s < for_s - SITE.countdown_s
        assert isinstance(journey.view, vw.TicketView) is ticket_alone
        journey.wait(1)
    assert journey.now_s - begun_s == for_s


def test_a_touch_gives_the_ticket_that_came_back_its_usual_time() -> None:
    journey = Journey().happen(VisitRecovered(a_ticket(), 60.0)).wait(20).happen(Stirred())
    touched_s = journey.now_s
    while not isinstance(journey.state, st.Idle):
        journey.wait(1)
    assert journey.now_s - touched_s == SITE.idle_warn_s + SITE.countdown_s


def test_the_time_of_a_ticket_that_came_back_does_not_depend_on_a_short_patience() -> None:
    site = replace(SITE, idle_warn_s=10, countdown_s=5)
    around = replace(Journey().around, site=site)
    visit = advance(st.Idle(), VisitRecovered(a_ticket(), 60.0), around).state
    for passed_s in (54, 55):
        visit = advance(visit, Ticked(), replace(around, now_s=around.now_s + passed_s)).state
        assert (visit.warned_at_s is not None) is (passed_s == 55)
