"""The visit's language as the catalogue names it."""

from typing import assert_never

from anjungan.appliance.session.intents import Language
from anjungan.catalogue import texts


def catalogue_language(language: Language) -> texts.Language:
    """The catalogue's code of a language."""
    match language:
        case Language.INDONESIAN:
            return "id"
        case Language.JAVANESE:
            return "jv"
        case Language.ENGLISH:
            return "en"
        case _:
            assert_never(language)
