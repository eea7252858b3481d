"""The catalogue: everything residents can ask for or read about, as one value."""

import datetime as dt
from typing import Final

import msgspec

from anjungan.catalogue.page import Family, Page
from anjungan.catalogue.questions import ChoiceQuestion, Option, OptionList
from anjungan.catalogue.search import matches, search_key, search_words
from anjungan.catalogue.service import Category, Service
from anjungan.catalogue.texts import LANGUAGES, Language

POPULAR: Final = "sering"
"""The category that holds what is asked for most, whatever its own category."""


class Catalogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """Services, pages, categories and option lists, checked and with references filled in."""

    categories: tuple[Category, ...]
    services: tuple[Service, ...]
    pages: tuple[Page, ...]
    lists: tuple[OptionList, ...]

    def service(self, service_id: str) -> Service | None:
        """Return the service of that id, or None."""
        return next((each for each in self.services if each.id == service_id), None)

    def page(self, page_id: str) -> Page | None:
        """Return the page of that id, or None."""
        return next((each for each in self.pages if each.id == page_id), None)

    def category(self, category_id: str) -> Category | None:
        """Return the category of that id, or None."""
        return next((each for each in self.categories if each.id == category_id), None)

    def services_in(self, category_id: str) -> tuple[Service, ...]:
        """Return the services of a category; those that can be requested here come first."""
        if category_id == POPULAR:
            found = [each for each in self.services if each.popular]
        else:
            found = [each for each in self.services if each.category == category_id]
        return tuple(sorted(found, key=lambda each: not each.self_service))

    def pages_in(self, family: Family, today: dt.date) -> tuple[Page, ...]:
        """Return the pages of a family that may be shown on `today`, in order."""
        return tuple(each for each in self.pages if each.family == family and each.is_shown(today))

    def search_services(self, query: str) -> tuple[Service, ...]:
        """Return the services that match every word of `query`, best first.

        Words match from their beginning. Services found by their title come before those found
        by other words, and among them those that can be requested here come first. An empty
        query returns every service.
        """
        found = [each for each in self.services if matches(query, each.search_words)]

        def rank(service: Service) -> tuple[bool, bool]:
            titles = search_words(service.title.get(language) for language in LANGUAGES)
            return not matches(query, titles), not service.self_service

        return tuple(sorted(found, key=rank))

    def icons(self) -> tuple[str, ...]:
        """Return the names of all icons in use, sorted."""
        names = {category.icon for category in self.categories}
        names |= {service.icon for service in self.services}
        names |= {page.icon for page in self.pages}
        names |= {need.icon for service in self.services for need in service.requirements}
        options = [option for each in self.lists for option in each.options]
        options += [
            option
            for service in self.services
            for question in service.questions
            if isinstance(question, ChoiceQuestion)
            for option in question.options
        ]
        names |= {option.icon for option in options if option.icon is not None}
        return tuple(sorted(names))


def search_options(question: ChoiceQuestion, query: str, language: Language) -> tuple[Option, ...]:
    """Return the options whose label has a word beginning with each word of `query`."""
    return tuple(
        option
        for option in question.options
        if matches(query, search_key(option.label.get(language)).split())
    )
