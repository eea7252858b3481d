"""The filters of the audit log as they stand in its address."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final
from urllib.parse import urlencode

from anjungan.protocol.tickets import parse_code
from anjungan.regency.audit.reading import AuditFilter
from anjungan.regency.audit.trail import AuditAction
from anjungan.regency.requests.lateness import WIB

_MAX_TEXT: Final = 100
_MOST_PAGES: Final = 100_000
WHO: Final = {"": None, "orang": False, "sistem": True}


@dataclass(frozen=True, slots=True)
class LogQuery:
    """What was asked for; whatever cannot be understood is left out."""

    actor: str = ""
    who: str = ""
    action: str = ""
    subject: str = ""
    begin: date | None = None
    end: date | None = None
    page: int = 1

    @classmethod
    def read(cls, parameters: Mapping[str, str]) -> "LogQuery":
        """Read ``orang``, ``siapa``, ``tindakan``, ``hal_ihwal``, ``dari``, ``sampai``, ``hal``."""
        action = parameters.get("tindakan", "")
        who = parameters.get("siapa", "")
        return cls(
            actor=_text(parameters.get("orang", "")),
            who=who if who in WHO else "",
            action=action if action in {each.value for each in AuditAction} else "",
            subject=_text(parameters.get("hal_ihwal", "")),
            begin=_date(parameters.get("dari", "")),
            end=_date(parameters.get("sampai", "")),
            page=_page(parameters.get("hal", "")),
        )

    def as_filter(self) -> AuditFilter:
        """The filter for the database; days are those of WIB, the last one included."""
        return AuditFilter(
            actor=self.actor,
            action=self.action,
            subject=self.subject,
            ticket_code=parse_code(self.subject),
            begin=None if self.begin is None else _midnight(self.begin),
            end=None if self.end is None else _midnight(self.end) + timedelta(days=1),
            system=WHO[self.who],
        )

    @property
    def is_empty(self) -> bool:
        """No filter is set."""
        return replace(self, page=1) == LogQuery()

    def url(self, page: int, path: str = "/catatan") -> str:
        """The address of another page of the same lines, or of their file."""
        parameters = {
            "orang": self.actor,
            "siapa": self.who,
            "tindakan": self.action,
            "hal_ihwal": self.subject,
            "dari": "" if self.begin is None else self.begin.isoformat(),
            "sampai": "" if self.end is None else self.end.isoformat(),
            "hal": str(page) if page > 1 else "",
        }
        filled = {name: value for name, value in parameters.items() if value}
        return f"{path}?{urlencode(filled)}" if filled else path


def _text(typed: str) -> str:
    # PostgreSQL takes no NUL
    return "".join(each for each in typed if each.isprintable()).strip()[:_MAX_TEXT]


def _date(text: str) -> date | None:
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    # what a moment cannot hold is no day of ours
    return found if 2000 <= found.year < 3000 else None  # noqa: PLR2004 - years


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=WIB)


def _page(text: str) -> int:
    digits = text[:6]
    return min(_MOST_PAGES, int(digits)) if digits.isascii() and digits.isdigit() else 1
