"""What a restarted agent tells the resident whose visit it interrupted."""

from pathlib import Path

import pytest
from storage_lab import make_draft, unknown_id

from anjungan.appliance.agent import visit_mark
from anjungan.appliance.agent.restart import what_was_interrupted
from anjungan.appliance.agent.visit_mark import SHOWN_AGAIN_FOR_S, VisitMark
from anjungan.appliance.session.events import VisitLost, VisitRecovered
from anjungan.appliance.storage.records import FailureReason, StorageError, Stored
from anjungan.appliance.storage.storage import Storage
from anjungan.protocol.message_id import MessageId


@pytest.fixture
def after_s(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The boot clock: its only element, changed by the test."""
    clock = [1000.0]
    monkeypatch.setattr(visit_mark, "boottime_s", lambda: clock[0])
    monkeypatch.setattr("anjungan.appliance.agent.restart.boottime_s", lambda: clock[0])
    return clock


async def stored_request(storage: Storage) -> MessageId:
    outcome = await storage.submit(make_draft())
    assert isinstance(outcome, Stored)
    return outcome.ticket.request_id


async def restarted(folder: Path, storage: Storage) -> VisitLost | VisitRecovered | None:
    """What a new process finds; where nothing is to be told, the mark is used up by it."""
    mark = VisitMark(folder)
    event = await what_was_interrupted(mark, storage)
    assert (mark.read() is None) is (event is None)
    return event


async def test_nobody_was_there(tmp_path: Path, storage: Storage) -> None:
    assert await restarted(tmp_path, storage) is None


async def test_before_the_commit_the_visit_is_lost(tmp_path: Path, storage: Storage) -> None:
    VisitMark(tmp_path).visit_open()
    assert await restarted(tmp_path, storage) == VisitLost()


async def test_after_the_commit_the_ticket_comes_back(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    request = await stored_request(storage)
    VisitMark(tmp_path).submitting(request)
    after_s[0] += SHOWN_AGAIN_FOR_S
    event = await restarted(tmp_path, storage)
    assert isinstance(event, VisitRecovered)
    assert event.ticket.request_id == request
    assert event.for_s == SHOWN_AGAIN_FOR_S


async def test_the_ticket_comes_back_for_sixty_seconds_however_often_the_agent_dies(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    VisitMark(tmp_path).submitting(await stored_request(storage))
    after_s[0] += 50
    left_s = SHOWN_AGAIN_FOR_S
    for pause_s in (0.0, 0.3, 10.0, 0.0, 29.0, 20.6):
        after_s[0] += pause_s
        left_s -= pause_s
        event = await restarted(tmp_path, storage)
        assert isinstance(event, VisitRecovered)
        assert event.for_s == pytest.approx(left_s)
    after_s[0] += 0.2
    assert await restarted(tmp_path, storage) is None


async def test_a_touch_on_the_ticket_that_came_back_gives_it_its_time_anew(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    request = await stored_request(storage)
    VisitMark(tmp_path).submitting(request)
    assert await restarted(tmp_path, storage) is not None
    after_s[0] += 59
    VisitMark(tmp_path).still_reading(request)
    after_s[0] += 30
    event = await restarted(tmp_path, storage)
    assert isinstance(event, VisitRecovered)
    assert event.for_s == SHOWN_AGAIN_FOR_S


async def test_a_lost_visit_is_told_again_when_the_agent_dies_while_it_is_told(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    VisitMark(tmp_path).visit_open()
    assert await restarted(tmp_path, storage) == VisitLost()
    assert await restarted(tmp_path, storage) == VisitLost()


async def test_a_mark_that_cannot_be_written_keeps_the_agent_from_nothing(
    tmp_path: Path,
    storage: Storage,
    after_s: list[float],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    VisitMark(tmp_path).submitting(await stored_request(storage))
    monkeypatch.setattr(VisitMark, "_write", fail)
    assert isinstance(await restarted(tmp_path, storage), VisitRecovered)


async def test_later_somebody_else_may_stand_there(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    VisitMark(tmp_path).submitting(await stored_request(storage))
    after_s[0] += SHOWN_AGAIN_FOR_S + 1
    assert await restarted(tmp_path, storage) is None


async def test_killed_in_the_middle_of_the_commit(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    VisitMark(tmp_path).submitting(unknown_id())
    assert await restarted(tmp_path, storage) == VisitLost()


async def test_killed_in_the_middle_of_the_commit_and_long_away(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    VisitMark(tmp_path).submitting(unknown_id())
    after_s[0] += SHOWN_AGAIN_FOR_S + 1
    assert await restarted(tmp_path, storage) is None


async def test_a_mark_of_another_boot_is_never_recent(
    tmp_path: Path, storage: Storage, after_s: list[float]
) -> None:
    """Its clock began anew, so the mark seems to lie in the future."""
    VisitMark(tmp_path).submitting(await stored_request(storage))
    after_s[0] = 3.0
    assert await restarted(tmp_path, storage) is None


async def test_nothing_is_claimed_when_the_storage_cannot_say(
    tmp_path: Path, storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_request: str) -> None:
        raise StorageError(FailureReason.IO_ERROR)

    monkeypatch.setattr(storage, "ticket_of_request", fail)
    VisitMark(tmp_path).submitting(unknown_id())
    assert await restarted(tmp_path, storage) is None
