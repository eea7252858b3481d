"""Invented residents fit every form and can be told from real ones."""

import datetime as dt
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.catalogue import Catalogue, NikOk, Service, check_nik, load_catalogue
from anjungan.protocol.sealing import MAX_ANSWERS_BYTES
from anjungan.simulation.invented import NO_SUCH_DISTRICT, Invention

TODAY = dt.date(2026, 11, 24)


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def services(catalogue: Catalogue) -> list[Service]:
    found = [service for service in catalogue.services if service.self_service]
    assert len(found) == 30
    return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 2**32), day=st.dates(dt.date(2024, 2, 1), dt.date(2030, 12, 31)))
def test_every_form_takes_what_is_invented_on_any_day(seed: int, day: dt.date) -> None:
    catalogue = load_catalogue()
    for service in services(catalogue):
        invention = Invention(random.Random(seed), day)  # noqa: S311 - no secret
        answers = invention.answers(service)
        assert len(answers.items) == len(service.questions) + 4
        assert sum(len(item.value) + len(item.shown) for item in answers.items) < MAX_ANSWERS_BYTES


def test_nobody_who_exists_is_named(catalogue: Catalogue) -> None:
    for seed, service in enumerate(services(catalogue)):
        invention = Invention(random.Random(seed), TODAY)  # noqa: S311 - no secret
        by_name = {item.name: item for item in invention.answers(service).items}
        assert by_name["kiosk_name"].value.startswith("Contoh ")
        assert by_name["kiosk_phone"].value.startswith("08120000")
        nik = by_name["kiosk_nik"].value
        assert nik.startswith(NO_SUCH_DISTRICT)
        assert isinstance(check_nik(nik, TODAY), NikOk)


def test_the_same_seed_invents_the_same(catalogue: Catalogue) -> None:
    service = services(catalogue)[0]

    def invent(seed: int) -> object:
        return Invention(random.Random(seed), TODAY).answers(service)  # noqa: S311 - no secret

    assert invent(7) == invent(7)
    assert invent(7) != invent(8)
