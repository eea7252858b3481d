"""Asking the doctor in tests and finding what it said of one subject."""

from pathlib import Path
from typing import Any

from anjungan.appliance.agent.device_making import Machine
from anjungan.appliance.doctor.examine import Diagnosis, examine
from anjungan.appliance.doctor.finding import Finding
from anjungan.appliance.doctor.words import load_doctor_words

WORDS = load_doctor_words()


def no_pins() -> Any:
    raise OSError("this machine has no pins")


async def ask_doctor(config: Path) -> Diagnosis:
    return await examine(config, machine=Machine(open_pins=no_pins))


def about(diagnosis: Diagnosis, subject: str) -> Finding:
    """The one finding whose subject has that key."""
    (finding,) = [each for each in diagnosis.findings if each.subject.key == subject]
    return finding


def said(finding: Finding) -> list[str]:
    """Keys of what was answered, expected and advised."""
    parts = (finding.answered, finding.expected, finding.fix)
    return [part.key for part in parts if part is not None]
