"""Settings of alerts: where messages go, and what makes a shared silence.

What is bad, and for how long before somebody is told, stands in ``kinds.DEFAULT_RULES`` and is
changed on the page of rules.
"""

from typing import Annotated

import msgspec

from anjungan.regency.alerts.kinds import AlertKind, Severity

RouteName = Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9 ._-]{1,40}$")]
DistrictDigits = Annotated[str, msgspec.Meta(pattern=r"^[0-9]{6}$")]


class Route(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One way messages take: an address of Apprise, and which incidents it is for.

    ``url`` holds passwords and tokens: it comes from the settings file alone, and is never
    logged or shown. An empty list lets everything through; ``districts`` are codes of kecamatan,
    and an incident of the whole regency passes every one of them.
    """

    name: RouteName
    url: Annotated[str, msgspec.Meta(min_length=3, max_length=2000)]
    severities: tuple[Severity, ...] = ()
    kinds: tuple[AlertKind, ...] = ()
    districts: tuple[DistrictDigits, ...] = ()

    def __repr__(self) -> str:
        return f"Route(name={self.name!r}, …)"


class AlertSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """``[alerts]`` and ``[[alerts.routes]]``.

    Attributes:
        routes: where messages go; without one they are only on the pages.
        newest_version: the version kiosks should run; empty: the newest that two of them run.
        pace: what grace times are multiplied with; below 1 only to show alerts, as the demo does.
        district_least_kiosks: fewer silent kiosks of a kecamatan are told of one by one.
        regency_least_kiosks: the same of all kiosks.
        silence_window_s: within this time they must have gone.
    """

    routes: tuple[Route, ...] = ()
    newest_version: Annotated[str, msgspec.Meta(max_length=64)] = ""
    pace: Annotated[float, msgspec.Meta(ge=0.0, le=10.0)] = 1.0
    district_least_kiosks: Annotated[int, msgspec.Meta(ge=2, le=100)] = 3
    regency_least_kiosks: Annotated[int, msgspec.Meta(ge=2, le=10_000)] = 6
    silence_window_s: Annotated[float, msgspec.Meta(ge=60, le=86400)] = 900.0
