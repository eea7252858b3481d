"""Stretches of time. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True)
class Span:
    """From ``begin`` until just before ``end``; ``end`` is never before ``begin``."""

    begin: datetime
    end: datetime

    @property
    def length(self) -> timedelta:
        """How long it is."""
        return self.end - self.begin

    def within(self, other: "Span") -> "Span | None":
        """The part that lies in ``other``; None where none does."""
        begin, end = max(self.begin, other.begin), min(self.end, other.end)
        return Span(begin, end) if begin < end else None


def merged(spans: Iterable[Span]) -> Sequence[Span]:
    """The same moments in order, as few spans as they need."""
    result: list[Span] = []
    for span in sorted(spans, key=lambda each: each.begin):
        if result and span.begin <= result[-1].end:
            result[-1] = Span(result[-1].begin, max(result[-1].end, span.end))
        else:
            result.append(span)
    return result


def without(span: Span, taken: Sequence[Span]) -> Sequence[Span]:
    """What is left of ``span`` outside of ``taken``."""
    left: list[Span] = []
    begin = span.begin
    for each in merged(taken):
        if each.end <= begin:
            continue
        if each.begin >= span.end:
            break
        if each.begin > begin:
            left.append(Span(begin, each.begin))
        begin = max(begin, each.end)
    if begin < span.end:
        left.append(Span(begin, span.end))
    return left
