"""The one client that every kiosk of a regency waits for."""

from anjungan.regency.link.backoff import Backoff


def test_after_a_night_without_a_broker_the_inbox_is_back_within_seconds_and_with_jitter() -> None:
    backoff = Backoff()
    waits = [backoff.next_delay_s() for _ in range(500)][100:]
    assert max(waits) <= 5.0
    assert max(waits) > 4.0, "it does not hammer either"
    assert min(waits) < 1.0, "anywhere up to the ceiling"
