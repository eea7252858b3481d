"""The simulated clerk does only what staff may, and ends with every request."""

import random

from hypothesis import given
from hypothesis import strategies as st

from anjungan.protocol.status import STAFF_TRANSITIONS, RequestStatus
from anjungan.simulation.clerk import next_status

ENDS = {RequestStatus.COLLECTED, RequestStatus.CANCELLED}


@given(seed=st.integers(0, 10**6), start=st.sampled_from(RequestStatus))
def test_every_request_is_moved_as_staff_may_until_it_is_collected(
    seed: int, start: RequestStatus
) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    status, moves = start, 0
    while (wanted := next_status(status, chance)) is not None:
        assert wanted in STAFF_TRANSITIONS[status]
        status, moves = wanted, moves + 1
        assert moves < 200
    assert status in ENDS
    assert (moves == 0) == (start in ENDS)
