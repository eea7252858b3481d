"""What the agent last heard from each device, for the doctor beside it.

A file in the runtime folder: a tmpfs, so it costs the card nothing and never outlives a boot. It is
written when a state changes and holds nothing of residents. Only the agent holds the devices'
lines, so nobody else can ask them.
"""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal, assert_never

import msgspec

from anjungan.appliance.drivers.device import DeviceState, Fault, Missing, Ready, Starting
from anjungan.appliance.file_replacing import replace_file

log = logging.getLogger(__name__)

FILE_NAME: Final = "devices.json"
_MODE: Final = 0o640
"""As the runtime folder itself: for the agent's user and the members of its group."""


class _Told(msgspec.Struct, frozen=True):
    """One state; ``code`` only of a fault, ``detail`` a reason where it is missing."""

    state: Literal["missing", "starting", "ready", "fault"]
    code: str = ""
    detail: str = ""


class DeviceReport:
    """Writes the file."""

    def __init__(self, runtime_dir: Path) -> None:
        self._path = runtime_dir / FILE_NAME

    def write(self, states: Mapping[str, DeviceState]) -> None:
        """Replace the file in one step; a failure is logged, the kiosk works without it."""
        content = msgspec.json.encode({name: _told(state) for name, state in states.items()})
        try:
            replace_file(self._path, content, mode=_MODE)
        except OSError as error:
            log.warning("the device report was not written: %s", error.strerror)


def read_device_report(runtime_dir: Path) -> Mapping[str, DeviceState]:
    """What a running agent last heard, by device; without it nothing is known and it is empty.

    The file of an agent that has ended tells nothing: ask only while one runs.
    """
    try:
        content = (runtime_dir / FILE_NAME).read_bytes()
        told = msgspec.json.decode(content, type=dict[str, _Told])
    except (OSError, msgspec.DecodeError):
        return {}
    return {name: _state(entry) for name, entry in told.items()}


def _told(state: DeviceState) -> _Told:
    match state:
        case Missing(reason=reason):
            return _Told("missing", detail=reason)
        case Starting():
            return _Told("starting")
        case Ready(detail=detail):
            return _Told("ready", detail=detail)
        case Fault(code=code, detail=detail):
            return _Told("fault", code, detail)
        case _:
            assert_never(state)


def _state(told: _Told) -> DeviceState:
    match told.state:
        case "missing":
            return Missing(told.detail)
        case "starting":
            return Starting()
        case "ready":
            return Ready(told.detail)
        case "fault":
            return Fault(told.code, told.detail)
        case _:
            assert_never(told.state)
