"""What is known of an incident: codes and numbers, never a word somebody has typed."""

from datetime import datetime

import msgspec

from anjungan.protocol.messages import DeviceHealth


class DeviceFact(msgspec.Struct, frozen=True, omit_defaults=True):
    """One device in trouble, as the kiosk names it."""

    name: str
    kind: str
    state: str
    code: str = ""


class Facts(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """The facts of one incident; what does not concern its kind is empty.

    Attributes:
        value: what was measured, in the unit of the kind's rule.
        devices: the devices in trouble.
        code: which of several causes (``broker``, ``line``; a reason of silence at the end).
        count: how many kiosks, or how many times.
        version: the version a kiosk runs; ``newest`` the one it should.
        moment: what the incident turns on (last report, last opening, end of a certificate).
    """

    value: float | None = None
    devices: tuple[DeviceFact, ...] = ()
    code: str = ""
    count: int | None = None
    total: int | None = None
    version: str = ""
    newest: str = ""
    moment: datetime | None = None


def fact_of(device: DeviceHealth) -> DeviceFact:
    """A device as a fact."""
    return DeviceFact(device.name, device.kind, device.state, device.code)


def encode_facts(facts: Facts) -> str:
    """As stored."""
    return msgspec.json.encode(facts).decode()


def decode_facts(text: str) -> Facts:
    """As stored; facts of another version are none."""
    try:
        return msgspec.json.decode(text, type=Facts)
    except msgspec.DecodeError:
        return Facts()
