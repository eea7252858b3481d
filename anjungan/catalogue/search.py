"""Finding services and options by what residents type."""

import unicodedata
from collections.abc import Iterable


def search_key(text: str) -> str:
    """Return `text` without case, accents and punctuation, its words parted by one space."""
    decomposed = unicodedata.normalize("NFKD", text).casefold()
    kept = (
        char if char.isalnum() else " " for char in decomposed if not unicodedata.combining(char)
    )
    return " ".join("".join(kept).split())


def search_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the distinct words of `texts` as search keys, in the order they first appear."""
    return tuple(dict.fromkeys(word for text in texts for word in search_key(text).split()))


def matches(query: str, words: Iterable[str]) -> bool:
    """Tell whether every word of `query` begins one of `words` (which are search keys)."""
    known = tuple(words)
    return all(any(word.startswith(part) for word in known) for part in search_key(query).split())
