"""The devices, asked through the agent's own drivers, or as the running agent last heard them."""

import asyncio
from collections.abc import Mapping
from pathlib import Path
from typing import Final, assert_never

from anjungan.appliance.agent.devices import Devices, PinFactoryOpener
from anjungan.appliance.doctor.finding import Finding, good, note, wrong
from anjungan.appliance.doctor.words import Said, say
from anjungan.appliance.drivers.device import DeviceState, Fault, Missing, Ready, Starting
from anjungan.appliance.settings.site import DeviceSettings

ANSWER_LIMIT_S: Final = 15.0
"""Longer than any driver's own limits from opening the line to its first verdict."""

_KINDS: Final = ("card_reader", "scanner", "printer", "buttons")
_OWN_FIX: Final = {
    "not_answering", "wrong_device", "silent", "paper_out", "cover_open", "cutter_jam", "head_hot",
}  # fmt: skip


async def check_devices(
    settings: DeviceSettings,
    *,
    heard: Mapping[str, DeviceState] | None,
    pin_factory: PinFactoryOpener,
) -> tuple[Finding, ...]:
    """One finding a family.

    ``heard`` is what a running agent, which holds the lines, last heard from each device; None
    when no agent runs and they can be asked.

    Raises:
        ConfigError: the settings name a printer profile that there is not.
    """
    fitted = {kind: getattr(settings, kind) for kind in _KINDS}
    states = await _ask(settings, pin_factory) if heard is None else heard
    findings = []
    for kind, device in fitted.items():
        path, state = getattr(device, "path", ""), states.get(kind)
        if device is None:
            findings.append(note(_subject(kind, "–"), say("device.not_fitted")))
        elif heard is not None and not _is_verdict(state):
            findings.append(_beside_agent(kind, path))
        else:
            findings.append(_asked(kind, path, state))
    return tuple(findings)


async def _ask(
    settings: DeviceSettings, pin_factory: PinFactoryOpener
) -> Mapping[str, DeviceState]:
    """Run every driver until it has come to a verdict, and let go of all lines again."""
    changed = asyncio.Event()
    devices = Devices(
        settings,
        on_card=_ignore,
        on_scan=_ignore,
        on_button=_ignore,
        on_late_confirmation=_ignore,
        on_change=lambda _name: changed.set(),
        pin_factory=pin_factory,
    )
    running = asyncio.create_task(devices.run())
    try:
        async with asyncio.timeout(ANSWER_LIMIT_S):
            while not all(_is_verdict(devices.states.get(name)) for name in devices.names):
                changed.clear()
                await changed.wait()
    except TimeoutError:
        pass
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    return devices.states


def _ignore(_event: object) -> None:
    """A card or a code that happens to be there is nobody's business here."""


def _is_verdict(state: DeviceState | None) -> bool:
    return isinstance(state, Ready | Fault | Missing)


def _subject(kind: str, path: str) -> Said:
    return say(f"device.{kind}", path=path)


def _beside_agent(kind: str, path: str) -> Finding:
    """The agent holds the line and has no verdict, so all that can be seen is whether it exists."""
    if path and not Path(path).exists():
        return _wrong(kind, path, say("device.absent", path=path), "absent")
    return note(_subject(kind, path), say("device.held_by_agent"), say("device.held_by_agent_fix"))


def _asked(kind: str, path: str, state: DeviceState | None) -> Finding:
    subject = _subject(kind, path)
    match state:
        case None | Starting():
            answered = say("device.late", limit_s=round(ANSWER_LIMIT_S))
            return _wrong(kind, path, answered, "other")
        case Ready(detail="paper near end"):
            return note(subject, say("device.near_end"), say("device.near_end_fix"))
        case Ready(detail="answers no status"):
            return note(subject, say("device.no_status"))
        case Ready(detail=detail):
            return good(subject, say("device.ready", detail=detail))
        case Missing(reason=reason):
            return _missing(kind, path, reason)
        case Fault(code=code):
            fix = code if code in _OWN_FIX else "other"
            return _wrong(kind, path, say("device.fault", code=code), fix)
        case _:
            assert_never(state)


def _missing(kind: str, path: str, reason: str) -> Finding:
    match reason:
        case "absent":
            return _wrong(kind, path, say("device.absent", path=path), "absent")
        case "held by another program":
            return _wrong(kind, path, say("device.held", path=path), "held")
        case "Permission denied":
            return _wrong(kind, path, say("device.forbidden", path=path), "forbidden")
        case _ if kind == "buttons":
            return _wrong(kind, path, say("device.no_header"), "no_header")
        case _:
            return _wrong(kind, path, say("device.missing", reason=reason), "missing")


def _wrong(kind: str, path: str, answered: Said, fix: str) -> Finding:
    return wrong(
        _subject(kind, path),
        answered,
        expected=say(f"device_expected.{kind}"),
        fix=say(f"device_fix.{fix}", path=path),
    )
