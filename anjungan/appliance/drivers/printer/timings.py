"""How long a printer's driver waits for what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Timings:
    """``status_timeout_s`` and ``confirm_grace_s`` begin when the printer can be done.

    That is reckoned from its profile.  ``settle_s``: for so long a line is quiet that counts as
    quiet.
    """

    status_timeout_s: float = 0.5
    write_timeout_s: float = 10.0
    confirm_grace_s: float = 10.0
    check_interval_s: float = 1.0
    poll_interval_s: float = 3.0
    settle_s: float = 0.03
