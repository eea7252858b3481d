"""Hypothesis looks for a state that does not lead back to idle, or a view that cannot be made."""

import gc

import msgspec
from forms import at_review, submit
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some
from journey import NAME, NIK, SITE, Journey, catalogue
from walker import moves, take_step

from anjungan.appliance.session import intents as it
from anjungan.appliance.session import states as st


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(choices=moves(), data=some.data())
def test_every_walk_has_a_view_everywhere_and_leads_back_to_idle(
    choices: list[int], data: some.DataObject
) -> None:
    journey = Journey()
    for choice in choices:
        take_step(journey, choice, data)
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
