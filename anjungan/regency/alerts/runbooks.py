"""What to do about each kind: texts from ``runbooks.toml``."""

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from types import MappingProxyType
from typing import Annotated

import msgspec

from anjungan.regency.alerts.kinds import AlertKind

Sentence = Annotated[str, msgspec.Meta(min_length=3, max_length=400)]
Short = Annotated[str, msgspec.Meta(min_length=3, max_length=120)]


class Runbook(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind's text.

    Attributes:
        first: the first thing to do, short enough for a message on a phone.
        meaning: what it means.
        safe: what is not lost by it.
        phone: what to ask and say on the phone, in order.
        site: what to do at the kiosk, in order.
        parts: what to bring along; may be nothing.
    """

    first: Short
    meaning: Sentence
    safe: Sentence
    phone: Annotated[tuple[Sentence, ...], msgspec.Meta(min_length=1)]
    site: Annotated[tuple[Sentence, ...], msgspec.Meta(min_length=1)]
    parts: tuple[Short, ...] = ()


@cache
def load_runbooks() -> Mapping[AlertKind, Runbook]:
    """The runbook of every kind."""
    text = resources.files("anjungan.regency.alerts").joinpath("runbooks.toml").read_text("utf-8")
    books = msgspec.convert(tomllib.loads(text), dict[AlertKind, Runbook])
    return MappingProxyType(books)
