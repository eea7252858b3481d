"""What must hold of every screen: nothing too small, pale, overlapping or cut."""

import itertools
import re
from collections import Counter

_BIG_PX = 24
_BIG_BOLD_PX = 19
_SLACK = 1.5
_ROUNDING = 0.6
_LINE_SPACE = 4
"""Above and below the letters a line has some room of its own, which may stand over an edge."""
_LYING = re.compile(r"1\s[a-z]+\s(\d+)")


def _relative_luminance(colour):
    """WCAG 2, relative luminance."""
    values = []
    for place in (1, 3, 5):
        part = int(colour[place : place + 2], 16) / 255
        values.append(part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4)
    return 0.2126 * values[0] + 0.7152 * values[1] + 0.0722 * values[2]


def _contrast(one, other):
    lighter, darker = sorted((_relative_luminance(one), _relative_luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _overlap(one, other):
    """The smaller side of what two rectangles share."""
    wide = min(one.right, other.right) - max(one.x, other.x)
    high = min(one.bottom, other.bottom) - max(one.y, other.y)
    return min(wide, high)


def _inside(inner, outer, slack=_SLACK):
    return (
        inner.x >= outer.x - slack
        and inner.y >= outer.y - slack
        and inner.right <= outer.right + slack
        and inner.bottom <= outer.bottom + slack
    )


def _background(marks, index):
    """The colour below the middle of a mark."""
    rect = marks[index].rect
    x, y = rect.x + rect.w / 2, rect.y + rect.h / 2
    for mark in reversed(marks[:index]):
        box = mark.rect
        is_box = type(mark).__name__ == "BoxMark"
        if is_box and box.x <= x <= box.right and box.y <= y <= box.bottom:
            return mark.colour
    return "#14213F"


def _box_below(marks, index):
    """The box in which a text begins, or None."""
    x, y = marks[index].rect.x + 1, marks[index].rect.y + _LINE_SPACE + 1
    for mark in reversed(marks[:index]):
        box = mark.rect
        if type(mark).__name__ != "BoxMark" or not (
            box.x <= x <= box.right and box.y <= y <= box.bottom
        ):
            continue
        return box
    return None


def _touchable_faults(page, layout):
    things = page.touchables()
    glass = page.context.layout
    for each in things:
        side = min(each.rect.w, each.rect.h)
        if side < layout.touch - _ROUNDING:
            yield f"{each.name!r} is {side:.0f} px, less than {layout.touch:.0f}"
        if each.rect.right > glass.width + _ROUNDING or each.rect.bottom > glass.height + _ROUNDING:
            yield f"{each.name!r} leaves the glass"
        if not each.name.strip():
            yield "something that can be touched has no name"
    named = Counter(each.name for each in things if type(each).__name__ != "ListRow")
    for name, count in named.items():
        if count > 1:
            yield f"{count} things are called {name!r}"
    for one, other in itertools.combinations(things, 2):
        if _overlap(one.rect, other.rect) > _ROUNDING:
            yield f"{one.name!r} overlaps {other.name!r}"


def mark_faults(page):
    """What is wrong with texts, icons and boxes."""
    marks = list(page.marks())
    disabled = {
        id(mark) for each in page.touchables() if not each.enabled for mark in each.painter.marks
    }
    texts = [mark for mark in marks if type(mark).__name__ == "TextMark"]
    for index, mark in enumerate(marks):
        kind = type(mark).__name__
        if kind == "BoxMark":
            continue
        if kind == "IconMark" and not mark.known:
            yield f"there is no icon {mark.name!r}"
        if id(mark) not in disabled:
            below = _background(marks, index)
            wanted = 4.5
            if (
                kind == "IconMark"
                or mark.font_px >= _BIG_PX
                or (mark.bold and mark.font_px >= _BIG_BOLD_PX)
            ):
                wanted = 3.0
            ratio = _contrast(mark.colour, below)
            if ratio < wanted:
                what = mark.text if kind == "TextMark" else mark.name
                yield f"{what!r}: contrast {ratio:.1f} of {mark.colour} on {below}"
    for mark in texts:
        if not mark.fits:
            yield f"{mark.text!r} does not fit ({mark.font_px} px)"
        if not _inside(mark.rect, mark.room):
            yield f"{mark.text!r} leaves its room"
    for index, mark in enumerate(marks):
        if type(mark).__name__ == "TextMark":
            below = _box_below(marks, index)
            if below is not None and not _inside(mark.rect, below, _LINE_SPACE):
                yield f"{mark.text!r} leaves its box"
    for one, other in itertools.combinations(texts, 2):
        if _overlap(one.rect, other.rect) > 3:
            yield f"{one.text!r} overlaps {other.text!r}"


def faults(page):
    """Everything wrong with one page, in words."""
    layout = page.context.layout
    yield from _touchable_faults(page, layout)
    yield from mark_faults(page)


def pages_of(page):
    """How many pages a list or text has, read off what stands between its arrows."""
    places = [m.text for m in page.marks() if type(m).__name__ == "TextMark"]
    for first, word, last in zip(places, places[1:], places[2:], strict=False):
        if first == "1" and word.isalpha() and last.isdigit():
            return min(int(last), 8)
    for text in places:
        lying = _LYING.fullmatch(text)
        if lying:
            return min(int(lying[1]), 8)
    return 1


def walk(view, page):
    """The faults of every page of a view, then let go of it."""
    found = []
    for number in range(pages_of(page)):
        page.context.place.page = number
        turned = _at_place(view, page) if number else page
        found.extend(f"page {number + 1}: {each}" for each in faults(turned))
        if number:
            turned.dispose()
    page.dispose()
    return found


def _at_place(view, page):
    from anjungan.appliance.screens.builders import build_page  # noqa: PLC0415 - needs the window

    return build_page(view, page.context)
