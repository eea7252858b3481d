"""Rows of the table: what was measured, against what, and whether the goal is met."""

import statistics
from collections.abc import Sequence
from typing import Final

import msgspec

LIMIT: Final = "the limit itself"
"""Name of the anchor of rows whose goal is a plain number."""


class Spread(msgspec.Struct, frozen=True, kw_only=True):
    """Smallest and largest figure over the runs; ``ratio`` is of the pairs of one run."""

    runs: int
    ours: tuple[float, float]
    anchor: tuple[float, float]
    ratio: tuple[float, float] | None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """One line of the table.

    ``ratio`` is ``ours`` divided by ``anchor``, both medians over the runs; the goal is met when
    it is at most ``goal``. A row that was not measured has no figures, is not met, and says why
    in ``note``. Where the limit is zero there is no ratio, and ``ours`` must be zero.
    """

    name: str
    unit: str
    ours: float | None
    anchor_name: str
    anchor: float | None
    ratio: float | None
    goal: float
    met: bool
    spread: Spread | None = None
    note: str = ""


class NotMeasuredError(RuntimeError):
    """A measurement cannot be made on this machine; the message says why."""


def percentile(values: Sequence[float], percent: int) -> float:
    """The ``percent``-th percentile (1 to 99), between two values where it falls between."""
    return statistics.quantiles(values, n=100, method="inclusive")[percent - 1]


def _ends(values: Sequence[float]) -> tuple[float, float]:
    return min(values), max(values)


class Goal(msgspec.Struct, frozen=True, kw_only=True):
    """What a row is called, and what it has to reach."""

    name: str
    unit: str
    anchor_name: str
    goal: float

    def not_measured(self, why: str) -> Row:
        """Build the row of something that could not be measured: it counts as not met."""
        return Row(
            name=self.name,
            unit=self.unit,
            ours=None,
            anchor_name=self.anchor_name,
            anchor=None,
            ratio=None,
            goal=self.goal,
            met=False,
            note=f"not measured: {why}",
        )

    def compared(self, runs: Sequence[tuple[float, float]], note: str = "") -> Row:
        """Build a row from pairs (ours, anchor), each pair measured in the same run."""
        ours = statistics.median(pair[0] for pair in runs)
        anchor = statistics.median(pair[1] for pair in runs)
        ratio = ours / anchor
        return Row(
            name=self.name,
            unit=self.unit,
            ours=ours,
            anchor_name=self.anchor_name,
            anchor=anchor,
            ratio=ratio,
            goal=self.goal,
            met=ratio <= self.goal,
            spread=Spread(
                runs=len(runs),
                ours=_ends([pair[0] for pair in runs]),
                anchor=_ends([pair[1] for pair in runs]),
                ratio=_ends([pair[0] / pair[1] for pair in runs]),
            ),
            note=note,
        )


class Limit(msgspec.Struct, frozen=True, kw_only=True):
    """A row whose goal is a plain number."""

    name: str
    unit: str
    limit: float

    def not_measured(self, why: str) -> Row:
        """Build the row of something that could not be measured: it counts as not met."""
        goal = Goal(name=self.name, unit=self.unit, anchor_name=LIMIT, goal=1.0)
        return goal.not_measured(why)

    def measured(self, runs: Sequence[float], note: str = "") -> Row:
        """Build the row; with a limit of zero the largest run counts."""
        ours = statistics.median(runs) if self.limit else max(runs)
        return Row(
            name=self.name,
            unit=self.unit,
            ours=ours,
            anchor_name=LIMIT,
            anchor=self.limit,
            ratio=ours / self.limit if self.limit else None,
            goal=1.0,
            met=ours <= self.limit,
            spread=Spread(
                runs=len(runs), ours=_ends(runs), anchor=(self.limit, self.limit), ratio=None
            ),
            note=note,
        )


def table(rows: Sequence[Row]) -> str:
    """All rows as text."""
    heads = ("row", "ours", "anchor", "ratio", "spread", "goal", "met", "unit", "compared with")
    lines = [heads, *map(_cells, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(heads))]
    text = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    ]
    notes = [f"{row.name}: {row.note}" for row in rows if row.note]
    return "\n".join([*text, "", *notes] if notes else text)


def _cells(row: Row) -> tuple[str, ...]:
    spread = None
    if row.spread is not None:
        spread = row.spread.ours if row.spread.ratio is None else row.spread.ratio
    return (
        row.name,
        _number(row.ours),
        _number(row.anchor),
        _number(row.ratio),
        "-" if spread is None else f"{_number(spread[0])}..{_number(spread[1])}",
        _number(row.goal),
        "yes" if row.met else "NO",
        row.unit,
        row.anchor_name,
    )


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
