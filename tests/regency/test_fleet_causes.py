"""Why a kiosk was silent: a power cut told apart from a dead line, case by case."""

from datetime import UTC, datetime, timedelta

import pytest

from anjungan.protocol.health import PreviousEnd
from anjungan.regency.fleet.causes import Cause, FirstWords, Verdict, judge
from anjungan.regency.fleet.spans import Span

T0 = datetime(2026, 11, 24, 0, 0, tzinfo=UTC)


def at(minutes: float) -> datetime:
    return T0 + timedelta(minutes=minutes)


SILENT = Span(at(0), at(180))


def words(
    host_min: float | None,
    agent_min: float | None = None,
    end: PreviousEnd = PreviousEnd.UNKNOWN,
    alive: float | None = None,
) -> FirstWords:
    """What is told a minute after the return; uptimes in minutes."""
    agent = host_min if agent_min is None else agent_min
    assert agent is not None
    return FirstWords(
        told_at=at(181),
        uptime=timedelta(minutes=agent),
        host_uptime=None if host_min is None else timedelta(minutes=host_min),
        previous_end=end,
        last_alive_at=None if alive is None else at(alive),
    )


LOST, CALM, AGAIN = PreviousEnd.POWER_LOST, PreviousEnd.SHUT_DOWN, PreviousEnd.REBOOTED


@pytest.mark.parametrize(
    ("told", "cause", "off"),
    [
        # the machine has run all the while
        (words(10_000), Cause.DEAD_LINE, None),
        (words(181.5), Cause.DEAD_LINE, None),
        # it was dark from the last report until it started
        (words(3, end=LOST, alive=2), Cause.POWER_CUT, Span(at(2), at(178))),
        (words(3, end=LOST), Cause.POWER_CUT, Span(at(0), at(178))),
        # its own clock was wrong: what it says of before the silence, or of after, is bounded
        (words(3, end=LOST, alive=-9_000), Cause.POWER_CUT, Span(at(0), at(178))),
        (words(3, end=LOST, alive=9_000), Cause.DEAD_LINE, Span(at(178), at(178))),
        # the line was dead for hours before the power went
        (words(3, end=LOST, alive=170), Cause.DEAD_LINE, Span(at(170), at(178))),
        # the power went for two minutes, and the line came back long after it
        (words(177, end=LOST, alive=1), Cause.DEAD_LINE, Span(at(1), at(4))),
        (words(3, end=CALM, alive=1), Cause.SHUT_DOWN, Span(at(1), at(178))),
        (words(3, end=AGAIN, alive=0), Cause.REBOOT, Span(at(0), at(178))),
        (words(3), Cause.UNKNOWN, Span(at(0), at(178))),
        # a machine that is up before it is heard: started after the first report of the return
        (words(0.5, end=LOST, alive=2), Cause.POWER_CUT, Span(at(2), at(180))),
        # the machine ran, the agent did not
        (words(10_000, agent_min=2), Cause.PROGRAM, None),
        # the agent began anew early, and the line stayed dead
        (words(10_000, agent_min=170), Cause.DEAD_LINE, None),
        # a kiosk that does not tell of its machine
        (words(None, agent_min=5, end=LOST), Cause.POWER_CUT, None),
        (words(None, agent_min=5), Cause.UNKNOWN, None),
        (None, Cause.UNKNOWN, None),
    ],
)
def test_causes(told, cause, off):
    assert judge(SILENT, heard_offline=True, words=told) == Verdict(cause, off)


def test_what_nobody_heard_has_the_regency_for_its_cause():
    assert judge(SILENT, heard_offline=False, words=words(3, end=LOST)).cause is Cause.REGENCY
