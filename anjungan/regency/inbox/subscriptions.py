"""What the inbox subscribes to, alone or as one of several workers.

Alone it keeps its session: what comes while it is away waits at the broker. Several workers share
what kiosks send (``$share``, MQTT 5.0 section 4.8.2; mosquitto deals it out to clients of MQTT
3.1.1 as well) and keep no session, because a broker goes on dealing messages out to the session of
one that is dead. What a dead worker held is sent again by the kiosks (decision 0036).
"""

from typing import Final

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.topics import SharedKind, SharedTopic, UpKind, up_filter
from anjungan.regency.link.events import Session

SHARE: Final = "$share/inbox"


def session_of(regency: RegencyCode, worker: str) -> Session:
    """The session of the only worker (an empty name), or of one of several."""
    client_id = f"regency-{regency}-inbox"
    presence = str(SharedTopic(regency, SharedKind.REGENCY))
    every_kind = up_filter(regency)
    if not worker:
        return Session(client_id, (every_kind, presence))
    # births and wills go to every worker: shared ones would miss what the broker retains
    of_one_kind = every_kind.removesuffix("+")
    shared = [f"{SHARE}/{of_one_kind}{kind.value}" for kind in UpKind if kind is not UpKind.STATE]
    states = f"{of_one_kind}{UpKind.STATE.value}"
    return Session(f"{client_id}-{worker}", (*shared, states, presence), kept=False)
