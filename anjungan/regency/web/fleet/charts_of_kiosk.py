"""Which charts a kiosk's page shows, and over how long."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from markupsafe import Markup

from anjungan.regency.alerts.kinds import AlertKind
from anjungan.regency.fleet.samples import RAW_FOR, Line
from anjungan.regency.fleet.spans import Span
from anjungan.regency.web.fleet.charts import Bucket, Style, draw, sentence, shown, table_rows
from anjungan.regency.web.fleet.warnings import Rules
from anjungan.regency.web.words import short_moment

_LATE_REPORTS: Final = 2.5


@dataclass(frozen=True, slots=True)
class Range:
    """How far back the charts reach."""

    code: str
    word: str
    length: timedelta


RANGES: Final = (
    Range("24j", "24 jam", timedelta(hours=24)),
    Range("7h", "7 hari", timedelta(days=7)),
    Range("30h", "30 hari", timedelta(days=30)),
    Range("400h", "400 hari", timedelta(days=400)),
)


@dataclass(frozen=True, slots=True)
class Drawn:
    """A chart, what it says in a sentence, and its numbers as rows."""

    name: str
    title: str
    svg: Markup
    sentence: str
    unit: str
    rows: Sequence[tuple[str, Bucket]]


def range_of(code: str) -> Range:
    """The range with that code; a day where there is none."""
    return next((each for each in RANGES if each.code == code), RANGES[0])


def kiosk_charts(
    lines: Mapping[str, Line],
    asked: Range,
    rules: Rules,
    now: datetime,
    *,
    report_interval: timedelta,
) -> Sequence[Drawn]:
    """The charts of all numbers that were told at all."""
    window = Span(now - asked.length, now)
    raw = asked.length <= RAW_FOR
    step = max(report_interval, timedelta(minutes=1)) if raw else timedelta(hours=1)
    drawn = []
    for name, (title, style) in _styles(rules).items():
        line = lines[name]
        if not line:
            continue
        label = f"{title}, {asked.word}: {sentence(line, style)}"
        drawn.append(
            Drawn(
                name=name,
                title=title,
                svg=draw(line, window, style, gap=step * _LATE_REPORTS, label=label),
                sentence=sentence(line, style),
                unit=style.unit,
                rows=[(short_moment(row.at, now), row) for row in table_rows(line, window)],
            )
        )
    return drawn


def _styles(rules: Rules) -> Mapping[str, tuple[str, Style]]:
    heat = rules[AlertKind.HEAT].opens_at
    paper = rules[AlertKind.PAPER_LOW].opens_at
    return {
        "temperature_c": (
            "Suhu",
            Style("°C", floor=30, ceiling=75, limit=heat, limit_word=_limit(heat, "°C")),
        ),
        "queue_depth": ("Antrean kirim", Style("pesan", kind="bars", floor=0, ceiling=4)),
        "disk_used_percent": ("Penyimpanan terpakai", Style("%", floor=0, ceiling=100)),
        "memory_used_percent": ("Memori terpakai", Style("%", floor=0, ceiling=100)),
        "signal_dbm": ("Sinyal Wi-Fi", Style("dBm", floor=-90, ceiling=-40)),
        "round_trip_ms": ("Waktu bolak-balik", Style("ms", floor=0)),
        "paper_percent": (
            "Kertas",
            Style(
                "%",
                floor=0,
                ceiling=100,
                limit=paper,
                limit_word=_limit(paper, "%"),
                bad_below=True,
            ),
        ),
    }


def _limit(limit: float | None, unit: str) -> str:
    return "" if limit is None else f"Batas {shown(limit)} {unit}"
