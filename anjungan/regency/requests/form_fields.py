"""The answers a request can have, by name: what officers mark as missing and residents read.

The kiosk asks some questions itself, before those of the service; their names begin with
``kiosk_``. A kiosk may have a newer form than this side: an unknown name is shown as it is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from anjungan.regency.service_titles import service_questions

OWN_FIELDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "kiosk_nik": "NIK pemohon",
        "kiosk_name": "Nama pemohon",
        "kiosk_for_whom": "Untuk siapa",
        "kiosk_subject_name": "Nama yang disurati",
        "kiosk_subject_nik": "NIK yang disurati",
        "kiosk_subject_relation": "Hubungan",
        "kiosk_phone": "No. HP (untuk kabar)",
    }
)
"""The kiosk's own questions; a test compares them with the kiosk."""

APPLICANT_NIK: Final = "kiosk_nik"


@dataclass(frozen=True, slots=True)
class FormField:
    """One answer: its name and what people call it."""

    name: str
    label: str


def fields_of(service: str) -> Sequence[FormField]:
    """Everything that may be asked for a service, in the order it is asked."""
    own = [FormField(name, label) for name, label in OWN_FIELDS.items()]
    return [*own, *(FormField(name, label) for name, label in service_questions(service).items())]


def field_labels(service: str, names: Sequence[str]) -> Sequence[str]:
    """What people call these answers."""
    labels = {each.name: each.label for each in fields_of(service)}
    return [labels.get(name, name) for name in names]


def known_fields(service: str, names: Sequence[str]) -> Sequence[str]:
    """Those of ``names`` that the service's form has, in its order, each once."""
    wanted = frozenset(names)
    return [each.name for each in fields_of(service) if each.name in wanted]
