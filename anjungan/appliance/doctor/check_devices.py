"""The devices, asked through the agent's own drivers, or as the running agent last heard them."""

import asyncio
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, assert_never

from anjungan.appliance.agent.device_making import Listeners, Machine
from anjungan.appliance.agent.devices import DeclaredDevices, Devices
from anjungan.appliance.doctor.finding import Finding, good, note, wrong
from anjungan.appliance.doctor.remedies import FAULTS, REASONS, fix_of_fault, fix_of_reason
from anjungan.appliance.doctor.words import Said, say
from anjungan.appliance.drivers.device import DeviceState, Fault, Missing, Ready, Starting
from anjungan.appliance.drivers.printer.logo import (
    MAX_LOGO_HEIGHT_DOTS,
    MAX_LOGO_WIDTH_DOTS,
    LogoError,
    read_logo,
)
from anjungan.appliance.settings.devices import (
    DeviceSettings,
    Family,
    family_of,
    kind_of,
    place_of,
    usual_devices,
)

ANSWER_LIMIT_S: Final = 15.0
"""Longer than any driver's own limits from opening the line to its first verdict."""


async def check_devices(
    declared: DeclaredDevices, *, heard: Mapping[str, DeviceState] | None, machine: Machine
) -> tuple[Finding, ...]:
    """One finding a device, in the order of the settings.

    ``heard`` is what a running agent, which holds the lines, last heard from each device; None
    when no agent runs and they can be asked.

    Raises:
        ConfigError: the settings contradict themselves, or name what there is not.
    """
    states = await _ask(declared, machine) if heard is None else heard
    findings = []
    for name, settings in declared.items():
        state = states.get(name)
        if settings is None:
            findings.append(_not_fitted(name))
        elif heard is not None and not _is_verdict(state):
            findings.append(_beside_agent(_Subject(name, settings)))
        else:
            findings.append(_asked(_Subject(name, settings), state))
        findings.extend(_logo(settings))
    return tuple(findings)


async def _ask(declared: DeclaredDevices, machine: Machine) -> Mapping[str, DeviceState]:
    """Run every driver until it has come to a verdict, and let go of all lines again."""
    changed = asyncio.Event()
    listeners = Listeners(
        on_card=_ignore,
        on_scan=_ignore,
        on_button=lambda _role, _event: None,
        on_contact=_ignore,
        on_late_confirmation=_ignore,
    )
    devices = Devices(declared, listeners, on_change=lambda _name: changed.set(), machine=machine)
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


@dataclass(frozen=True, slots=True)
class _Subject:
    """One declared device, as the sentences speak of it."""

    name: str
    settings: DeviceSettings

    @property
    def family(self) -> Family:
        return family_of(self.settings)

    @property
    def place(self) -> str:
        return place_of(self.settings)

    def said(self) -> Said:
        """The family and where it is; its name too where the settings gave it one."""
        subject = say(f"device.{self.family}", path=self.place or "–")
        usual = usual_devices().get(self.name)
        if usual is not None and family_of(usual) == self.family:
            return subject
        return say("device.named", device=subject, name=self.name)

    def expected(self) -> Said:
        return say(f"device_expected.{kind_of(self.settings)}")


def _not_fitted(name: str) -> Finding:
    usual = usual_devices().get(name)
    subject = say("device.other", name=name) if usual is None else _Subject(name, usual).said()
    return note(subject, say("device.not_fitted"))


def _beside_agent(subject: _Subject) -> Finding:
    """The agent holds the line and has no verdict, so all that can be seen is whether it exists."""
    if subject.place.startswith("/") and not Path(subject.place).exists():
        return _wrong(subject, say("device.absent", path=subject.place), "absent")
    return note(subject.said(), say("device.held_by_agent"), say("device.held_by_agent_fix"))


def _asked(subject: _Subject, state: DeviceState | None) -> Finding:
    match state:
        case None | Starting():
            answered = say("device.late", limit_s=round(ANSWER_LIMIT_S))
            return _wrong(subject, answered, "other")
        case Ready(detail=detail):
            return _ready(subject, detail)
        case Missing(reason=reason):
            fix = fix_of_reason(subject.family, kind_of(subject.settings), reason)
            return _wrong(subject, _why_missing(subject, reason), fix)
        case Fault(code=code):
            known = say(f"fault.{code}") if code in FAULTS else say("device.fault", code=code)
            return _wrong(subject, known, fix_of_fault(code))
        case _:
            assert_never(state)


def _logo(settings: DeviceSettings | None) -> Iterator[Finding]:
    file = getattr(settings, "logo_file", "")
    if not file:
        return
    subject = say("logo.subject", path=file)
    try:
        logo = read_logo(Path(file))
    except LogoError as error:
        yield wrong(
            subject,
            say(f"logo.{error.problem}", detail=str(error)),
            expected=say("logo.expected", width=MAX_LOGO_WIDTH_DOTS, height=MAX_LOGO_HEIGHT_DOTS),
            fix=say("logo.fix"),
        )
    else:
        yield good(subject, say("logo.good", width=logo.width_dots, height=logo.height_dots))


def _ready(subject: _Subject, detail: str) -> Finding:
    match detail:
        case "paper near end":
            return note(subject.said(), say("device.near_end"), say("device.near_end_fix"))
        case "answers no status":
            return note(subject.said(), say("device.no_status"))
        case "ready":
            return good(subject.said(), say("device.ready_to_print"))
        case "listening":
            return good(subject.said(), say("device.listening"))
        case _ if "stuck:" in detail:
            return note(
                subject.said(), say("device.ready", detail=detail), say("device.stuck_button_fix")
            )
        case _ if "open:" in detail:
            return note(
                subject.said(), say("device.ready", detail=detail), say("device.open_contact_fix")
            )
        case _:
            return good(subject.said(), say("device.ready", detail=detail))


def _why_missing(subject: _Subject, reason: str) -> Said:
    path = subject.place
    match reason:
        case "absent" if path.startswith("/"):
            return say("device.absent", path=path)
        case "absent":
            return say("device.not_there")
        case "held by another program" if path:
            return say("device.held", path=path)
        case "Permission denied" if path.startswith("/"):
            return say("device.forbidden", path=path)
        case _ if (
            subject.family == "buttons" and fix_of_reason("buttons", "", reason) == "no_header"
        ):
            return say("device.no_header")
        case _:
            words = REASONS.get(reason)
            known = reason if words is None else say(f"reason.{words}")
            return say("device.missing", reason=known)


def _wrong(subject: _Subject, answered: Said, fix: str) -> Finding:
    return wrong(
        subject.said(),
        answered,
        expected=subject.expected(),
        fix=say(
            f"device_fix.{fix}",
            path=subject.place,
            name=subject.name,
            host=subject.place.rpartition(":")[0],
        ),
    )
