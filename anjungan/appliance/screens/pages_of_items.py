"""How many items fit on a page."""

from collections.abc import Callable, Sequence
from typing import TypeVar

Item = TypeVar("Item")


def items_a_page(items: Sequence[Item], most: int, fits: Callable[[Item, int], bool]) -> int:
    """Return the largest number up to ``most`` at which every item fits.

    ``fits(item, count)`` tells whether an item fits when ``count`` of them share the page. The
    pages are then as full as the longest text allows, and all alike.
    """
    for count in range(most, 1, -1):
        if all(fits(item, count) for item in items):
            return count
    return 1


def page_count(total: int, a_page: int) -> int:
    """Return the number of pages, at least one."""
    return max(1, -(-total // a_page))


def page_of(items: Sequence[Item], a_page: int, page: int) -> Sequence[Item]:
    """Return the items of one page."""
    return items[page * a_page : (page + 1) * a_page]
