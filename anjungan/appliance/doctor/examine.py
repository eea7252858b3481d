"""The whole examination, in the order in which one thing needs another."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.agent.device_report import read_device_report
from anjungan.appliance.doctor.check_devices import check_devices
from anjungan.appliance.doctor.check_identity import check_identity
from anjungan.appliance.doctor.check_line import check_agent, check_line
from anjungan.appliance.doctor.check_site import (
    check_clock,
    check_database,
    check_keys,
    check_settings,
    check_space,
    check_user,
    wrong_settings,
)
from anjungan.appliance.doctor.finding import Finding, Verdict
from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings.load import DEFAULT_FILE, load_settings
from anjungan.appliance.settings.site import SiteSettings

EXIT_GOOD: Final = 0
EXIT_WRONG: Final = 1
EXIT_SETTINGS: Final = 3


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """All findings and the exit code: 0 nothing wrong, 1 something, 3 the settings."""

    findings: tuple[Finding, ...]
    exit_code: int


async def examine(config: Path | None, *, machine: Machine | None = None) -> Diagnosis:
    """Look at everything; with wrong settings nothing else can be looked at."""
    try:
        settings = load_settings(config).settings
        site = tuple(_site(settings))
        agent, agent_runs = await check_agent(settings)
        heard = read_device_report(Path(settings.paths.runtime_dir)) if agent_runs else None
        devices = await check_devices(settings.devices, heard=heard, machine=machine or Machine())
    except ConfigError as error:
        return Diagnosis((wrong_settings(error, config or DEFAULT_FILE),), EXIT_SETTINGS)
    identity = check_identity(settings)
    line = (*((identity,) if identity is not None else ()), await check_line(settings))
    findings = (*site, agent, *devices, *line)
    is_wrong = any(finding.verdict is Verdict.WRONG for finding in findings)
    return Diagnosis(findings, EXIT_WRONG if is_wrong else EXIT_GOOD)


def _site(settings: SiteSettings) -> Iterator[Finding]:
    yield check_settings(settings)
    user = check_user(settings)
    if user is not None:
        yield user
    yield check_keys(settings)
    yield from check_database(settings)
    yield check_space(settings)
    yield check_clock(settings)
