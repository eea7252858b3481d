"""Status bytes: each kind known by its fixed bits, the worst cause named first."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.printer.status import (
    Broken,
    CoverOpen,
    CutterJam,
    Feeding,
    HeadHot,
    Idle,
    NearEnd,
    Offline,
    PaperOut,
    RealtimeStatus,
    Silent,
    Stuck,
    automatic_summary,
    is_automatic_start,
    is_queued,
    is_realtime,
    queued_summary,
    tells_trouble,
)
from anjungan.simulation.printer.faults import Condition


@pytest.mark.parametrize(
    ("answers", "status"),
    [
        ((0x12, 0x12, 0x12, 0x12), Idle()),
        ((0x16, 0x12, 0x12, 0x12), Idle()),  # a drawer signal is nothing to us
        ((0x12, 0x12, 0x12, 0x1E), NearEnd()),
        ((0x1A, 0x32, 0x12, 0x72), PaperOut()),
        ((0x1A, 0x32, 0x12, 0x7E), PaperOut()),
        ((0x1A, 0x12, 0x12, 0x72), PaperOut()),
        ((0x1A, 0x16, 0x12, 0x12), CoverOpen()),
        ((0x1A, 0x36, 0x12, 0x7E), CoverOpen()),
        ((0x1A, 0x52, 0x1A, 0x12), CutterJam()),
        ((0x1A, 0x52, 0x16, 0x12), Stuck()),
        ((0x1A, 0x52, 0x76, 0x12), Broken()),
        ((0x1A, 0x52, 0x32, 0x12), Broken()),
        ((0x1A, 0x52, 0x52, 0x12), HeadHot()),
        ((0x1A, 0x52, None, None), Broken()),
        ((0x5A, 0x1A, 0x12, 0x12), Feeding()),
        ((0x52, 0x12, 0x12, 0x12), Feeding()),
        ((0x1A, 0x12, 0x12, 0x12), Offline()),
        ((0x1A, None, None, None), Offline()),
        ((None, None, None, 0x7E), PaperOut()),
        ((0x12, 0x12, 0x12, 0x16), Idle()),  # one sensor bit without its twin
        ((0x12, None, None, None), Idle()),
        ((None, None, None, None), Silent()),
    ],
)
def test_four_answers_make_one_state(answers, status):
    assert RealtimeStatus(*answers).summary() == status


@pytest.mark.parametrize(
    ("frame", "status"),
    [
        ("10 00 00 0f", Idle()),
        ("14 00 00 0f", Idle()),
        ("10 00 03 0f", NearEnd()),
        ("18 00 0f 0f", PaperOut()),
        ("38 00 00 0f", CoverOpen()),
        ("18 08 00 0f", CutterJam()),
        ("18 04 00 0f", Stuck()),
        ("18 24 00 0f", Broken()),
        ("58 00 00 0f", Feeding()),
        ("18 20 00 0f", Broken()),
        ("18 40 00 0f", HeadHot()),
        ("18 00 00 0f", Offline()),
    ],
)
def test_an_automatic_status_makes_one_state(frame, status):
    assert automatic_summary(bytes.fromhex(frame)) == status


@pytest.mark.parametrize(
    ("byte", "status"),
    [(0x00, Idle()), (0x03, NearEnd()), (0x0C, NearEnd()), (0x0F, PaperOut()), (0x01, Idle())],
)
def test_an_answer_in_print_order_tells_of_the_paper(byte, status):
    assert queued_summary(byte) == status


@pytest.mark.parametrize(
    ("question", "byte", "trouble"),
    [
        (1, 0x12, False),
        (1, 0x1A, True),
        (1, 0x5A, False),  # the feed button
        (2, 0x12, False),
        (2, 0x1A, False),  # the feed button
        (2, 0x16, True),
        (2, 0x32, True),
        (2, 0x52, True),
        (4, 0x12, False),
        (4, 0x1E, False),
        (4, 0x7E, True),
    ],
)
def test_the_feed_button_alone_is_no_trouble(question, byte, trouble):
    assert tells_trouble(question, byte) is trouble


@given(st.integers(0, 255))
def test_a_byte_is_of_one_kind_at_most(byte):
    assert is_realtime(byte) + is_automatic_start(byte) + is_queued(byte) <= 1


conditions = st.builds(
    Condition,
    paper_out=st.booleans(),
    near_end=st.booleans(),
    cover_open=st.booleans(),
    cutter_jam=st.booleans(),
    head_hot=st.booleans(),
    broken=st.booleans(),
    stuck=st.booleans(),
    feed_button=st.booleans(),
    offline=st.booleans(),
)


@settings(max_examples=200)
@given(conditions)
def test_both_ways_of_asking_name_the_same_state(condition):
    answers = [condition.realtime_answer(n) for n in (1, 2, 3, 4)]
    assert all(is_realtime(answer) for answer in answers)
    assert is_queued(condition.queued_answer())
    assert RealtimeStatus(*answers).summary() == automatic_summary(condition.automatic_frame())


@settings(max_examples=300)
@given(st.lists(st.one_of(st.none(), st.integers(0, 255)), min_size=4, max_size=4))
def test_any_answers_make_a_state(answers):
    status = RealtimeStatus(*answers).summary()
    assert isinstance(status, Silent) == (answers == [None] * 4)
