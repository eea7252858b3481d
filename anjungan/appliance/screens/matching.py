"""Which rows match what was typed in a search field."""

import unicodedata


def matches(query: str, text: str) -> bool:
    """Tell whether every word of ``query`` occurs in ``text``, accents and case aside."""
    plain = _plain(text)
    return all(word in plain for word in _plain(query).split())


def _plain(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(char for char in decomposed if not unicodedata.combining(char))
