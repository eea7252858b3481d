"""How many items fit on a page."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

Item = TypeVar("Item")


def items_a_page(items: Sequence[Item], most: int, fits: Callable[[Item, int], bool]) -> int:
    """Return the largest number up to ``most`` at which every item fits; 0 if none does.

    ``fits(item, count)`` tells whether an item fits when ``count`` of them share the page. The
    pages are then as full as the longest text allows, and all alike.
    """
    for count in range(most, 0, -1):
        if all(fits(item, count) for item in items):
            return count
    return 0


@dataclass(frozen=True, slots=True)
class Grid:
    """How many columns and rows of items a page has."""

    columns: int
    rows: int

    @property
    def places(self) -> int:
        """Items a page."""
        return self.columns * self.rows


def best_grid(
    items: Sequence[Item],
    most_rows: int,
    fits: Callable[[Item, Grid], bool],
) -> Grid:
    """Return the grid of one or two columns that holds most items; two columns if equal.

    One column with one row is the answer where nothing fits whole.
    """
    found = []
    for columns in (2, 1):

        def fits_below(item: Item, rows: int, columns: int = columns) -> bool:
            return fits(item, Grid(columns, rows))

        found.append(Grid(columns, items_a_page(items, most_rows, fits_below)))
    best = max(found, key=lambda grid: grid.places)
    return best if best.rows else Grid(1, 1)


def page_count(total: int, a_page: int) -> int:
    """Return the number of pages, at least one."""
    return max(1, -(-total // a_page))


def page_of(items: Sequence[Item], a_page: int, page: int) -> Sequence[Item]:
    """Return the items of one page."""
    return items[page * a_page : (page + 1) * a_page]


def uneven_pages(heights: Sequence[float], room: float, gap: float) -> list[range]:
    """Share items of different heights among pages, in order; every page holds at least one."""
    pages: list[range] = []
    start, used = 0, 0.0
    for index, height in enumerate(heights):
        if index > start and used + gap + height > room + 0.5:
            pages.append(range(start, index))
            start, used = index, 0.0
        used += height + (gap if index > start else 0.0)
    pages.append(range(start, len(heights)))
    return pages
