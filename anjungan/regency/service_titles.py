"""What a service is called, and what its resident brings, from the catalogue.

A kiosk may have a newer catalogue than this side: a service unknown here keeps its id as title.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from anjungan.catalogue.loading import load_catalogue
from anjungan.catalogue.service import Service

_UNKNOWN_ICON = "file-text"


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """One thing to bring; ``confirmed`` is False while it is our suggestion."""

    title: str
    note: str
    required: bool
    confirmed: bool


@dataclass(frozen=True, slots=True)
class ServiceWords:
    """How pages speak of a service."""

    id: str
    title: str
    icon: str
    duration: str
    collected_at: str
    requirements: Sequence[RequirementLine]


def service_words(service_id: str) -> ServiceWords:
    """The words for a service, known or not."""
    service = _services().get(service_id)
    if service is None:
        return ServiceWords(service_id, service_id, _UNKNOWN_ICON, "", "", ())
    return ServiceWords(
        id=service.id,
        title=service.title.get("id"),
        icon=service.icon,
        duration=service.duration.get("id"),
        collected_at=service.collected_at.get("id"),
        requirements=tuple(
            RequirementLine(
                title=each.title.get("id"),
                note="" if each.note is None else each.note.get("id"),
                required=each.required,
                confirmed=each.confirmed,
            )
            for each in service.requirements
        ),
    )


def service_questions(service_id: str) -> Mapping[str, str]:
    """Name and short label of each question of a service's form; empty for an unknown one."""
    service = _services().get(service_id)
    if service is None:
        return {}
    return {question.name: question.short.get("id") for question in service.questions}


def all_service_words() -> Sequence[ServiceWords]:
    """Every known service by title, for the filter."""
    return sorted((service_words(each) for each in _services()), key=lambda words: words.title)


@cache
def _services() -> Mapping[str, Service]:
    return {service.id: service for service in load_catalogue().services}
