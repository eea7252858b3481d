"""What is read of the thing the buttons are on: its label, how it stands, its place among others.

The screens name what is focused, but only a label that the view itself carries is read. What one
types with is not among them: whoever listens while somebody walks over the digits hears the NIK.
"""

import re
from collections.abc import Iterator

from anjungan.appliance.session.read_aloud.sentences import toggle_words
from anjungan.appliance.session.read_aloud.wording import spoken
from anjungan.appliance.session.views import (
    Button,
    Category,
    Choice,
    Rail,
    ReviewRow,
    Row,
    Search,
    Segment,
    Tile,
    Toggle,
    View,
    ViewPart,
)
from anjungan.appliance.text.words import Speaker

_FUNCTION_LABELS = (
    "clear_label",
    "delete_label",
    "letters_label",
    "digits_label",
    "next_label",
    "previous_label",
    "more_categories",
    "keyboard_label",
    "show_label",
    "space_label",
)
"""Labels that stand directly on a view or its search: paging, and keys that type no character."""


_COUNTED = re.compile(r"(.+) \((\d{1,3})\)")
"""The button below a search tells how many rows match."""


def focused_words(view: View, name: str, place: int, count: int, say: Speaker) -> str:
    """The words for what is called ``name`` on ``view``; empty where nothing may be read.

    ``place`` counts from 1 to ``count`` through the things of the same kind.
    """
    labels = dict(_labels(view, say))
    counted = _COUNTED.fullmatch(name)
    words = labels.get(name)
    if words is None and counted is not None and counted[1] in labels:
        words = f"{counted[1]}, {counted[2]}"
    if words is None:
        return ""
    if count > 1:
        words = say("aloud.place", what=words, place=place, count=count)
    return f"{spoken(words, say)}."


def _labels(part: View | ViewPart, say: Speaker) -> Iterator[tuple[str, str]]:
    """Everything a view carries that can be focused: its name, and the words for it."""
    yield from _own_label(part, say)
    for field in part.__struct_fields__:
        value = getattr(part, field)
        if field in _FUNCTION_LABELS and isinstance(value, str) and len(value) > 1:
            yield value, value
        for each in value if isinstance(value, tuple) else (value,):
            if isinstance(each, ViewPart):
                yield from _labels(each, say)


def _own_label(part: View | ViewPart, say: Speaker) -> Iterator[tuple[str, str]]:
    match part:
        case Tile(title=title, subtitle=subtitle):
            yield title, f"{title}. {subtitle}"
        case Row(title=title, subtitle=subtitle, badge=badge):
            yield title, ". ".join(each for each in (title, subtitle, badge) if each)
        case Button(label=label) | Category(label=label):
            yield label, label
        case Segment(label=label, chosen=chosen) | Choice(label=label, chosen=chosen):
            yield label, say("aloud.chosen", what=label) if chosen else label
        case ReviewRow(label=label, change_label=change):
            yield f"{change}: {label}", f"{change} {label}"
        case Toggle(label=label):
            yield label, toggle_words(part)
        case Search(placeholder=placeholder, clear_label=clear):
            yield placeholder, placeholder
            yield clear, clear
        case Rail():
            for label in (part.back_label, part.home_label, part.appearance_label, part.help_label):
                yield label, label
            if part.sound is not None:
                yield part.sound.label, part.sound.label
                yield part.sound.shared_label, part.sound.shared_label
        case _:
            pass
