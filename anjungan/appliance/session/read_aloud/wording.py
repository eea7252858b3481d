"""Written text as a voice should say it: times, amounts, abbreviations, codes letter by letter."""

import re
from typing import Final

from anjungan.appliance.text.words import Speaker

_AMOUNT_OR_LONG_NUMBER: Final = re.compile(
    r"\bRp\.?\s*(?P<amount>(?:\d{1,3}(?:\.\d{3}){1,3}|\d{1,9})(?:,\d{1,2})?)(?![\d.,]*\d)"
    r"|\d(?:[ .\-–•*]{0,2}\d){7,}"
)
"""Eight digits or more, also in groups, that are no amount: a NIK, a telephone number. No text of
the kiosk needs them heard; so even a mistake elsewhere does not make a voice say them."""

_TIME: Final = re.compile(r"(?<![\d.,-])([01]\d|2[0-3])[.:]([0-5]\d)(?![\d]|[.,]\d)")
"""Two digits each, as the kiosk writes them: "F-1.02" is a form."""

_DATE: Final = re.compile(r"\b([^\W\d_]{3}) (\d{1,2}) ([^\W\d_]{3})\b")
_THOUSANDS: Final = re.compile(r"(?<![\d.,])(\d{1,3})((?:\.\d{3})+)(?![\d]|\.\d)")
_RANGE: Final = re.compile(r"\s*[–—]\s*(?=\w)|(?<=\d)\s*-\s*(?=\d)")
_SLASH: Final = re.compile(r"\s*/\s*")
_SEPARATORS: Final = re.compile(r"\s*[·•|…][\s·•|…]*")
_DASH: Final = re.compile(r"\s+[–—-]\s+")
_ABBREVIATIONS: Final = (
    (re.compile(r"\bKec\.(?=\s)"), "Kecamatan"),
    (re.compile(r"\bKab\.(?=\s)"), "Kabupaten"),
    (re.compile(r"\bNo\.(?=\s)"), "Nomor"),
    (re.compile(r"\bJl\.(?=\s)"), "Jalan"),
    (re.compile(r"\bs\.?d\.(?=\s)"), "sampai dengan"),
    (re.compile(r"\ba\.n\.(?=\s)"), "atas nama"),
    (re.compile(r"\bdll\b\.?"), "dan lain-lain"),
)
_ACRONYMS: Final = (
    # said as a word, or letter by letter where espeak-ng would make a word of it
    (re.compile(r"\bNIK\b"), "nik"),
    (re.compile(r"\be-?KTP\b|\bKTP-el\b", re.IGNORECASE), "e K T P"),
    (re.compile(r"\bKK\b"), "K K"),
    (re.compile(r"\bKIA\b"), "K I A"),
    (re.compile(r"\bKUA\b"), "K U A"),
    (re.compile(r"\bOK\b"), "o ke"),
)
_SPACES: Final = re.compile(r"\s+")
_FIRST_TWO_FIGURES: Final = 10


def spoken(text: str, say: Speaker) -> str:
    """``text`` as the voice of ``say``'s language should read it."""
    until, both = say("aloud.until"), say("aloud.and")
    said = _TIME.sub(lambda found: _time(int(found[1]), int(found[2]), say), text)
    said = _AMOUNT_OR_LONG_NUMBER.sub(lambda found: _amount_or_hidden(found, say), said)
    said = _DATE.sub(lambda found: _date(found, say), said)
    for pattern, words in _ABBREVIATIONS:
        said = pattern.sub(words, said)
    for pattern, words in _ACRONYMS:
        said = pattern.sub(words, said)
    said = _THOUSANDS.sub(lambda found: found[1] + found[2].replace(".", ""), said)
    said = _DASH.sub(", ", said)
    said = _RANGE.sub(f" {until} ", said)
    said = said.replace("&", f" {both} ")
    said = _SLASH.sub(" ", said)
    said = _SEPARATORS.sub(", ", said)
    return _SPACES.sub(" ", said).strip(" ,")


def spelled(code: str) -> str:
    """A code letter by letter, with a longer pause between its groups."""
    groups = re.findall(r"[A-Za-z0-9]+", code)
    return ". ".join(", ".join(group.upper()) for group in groups)


def _amount_or_hidden(found: re.Match[str], say: Speaker) -> str:
    amount = found["amount"]
    if amount is None:
        return say("aloud.hidden")
    return f"{amount.replace('.', '')} rupiah"


def _date(found: re.Match[str], say: Speaker) -> str:
    """The whole words of a short date, ``Sel 24 Nov``; other words are left alone."""
    days = {name[:3]: name for name in (say(f"calendar.weekday_{at}") for at in range(1, 8))}
    months = {name[:3]: name for name in (say(f"calendar.month_{at}") for at in range(1, 13))}
    if found[1] not in days or found[3] not in months:
        return found[0]
    return f"{days[found[1]]} {found[2]} {months[found[3]]}"


def _time(hour: int, minute: int, say: Speaker) -> str:
    if minute == 0:
        return say("aloud.hour", hour=hour)
    if minute < _FIRST_TWO_FIGURES:
        return say("aloud.just_past", hour=hour, minute=minute)
    return f"{hour} {minute}"
