"""``/metrics`` in the text format of Prometheus, for whoever holds the token."""

from collections.abc import Iterable, Sequence
from typing import Final

from litestar import Response, get
from litestar.di import NamedDependency
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector

from anjungan.regency.metrics.families import families
from anjungan.regency.metrics.reading import read_figures
from anjungan.regency.metrics.token import token_fits
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import Site, client_address

_UNAUTHORIZED: Final = (
    "A bearer token is needed: make it with `anjungan regency admin metrics-token` and send\n"
    "Authorization: Bearer TOKEN\n"
)


class _Collected(Collector):
    def __init__(self, metrics: Sequence[Metric]) -> None:
        self._metrics = metrics

    def collect(self) -> Iterable[Metric]:
        return self._metrics


@get("/metrics", sync_to_thread=True)
def metrics(request: PageRequest, site: NamedDependency[Site]) -> Response[bytes]:
    """All figures; whoever guesses tokens is slowed down as guessers of tickets are."""
    address, now_s = client_address(request), site.monotonic_s()
    if not site.misses.allows(address, now_s):
        return Response(
            b"", status_code=429, headers={"Retry-After": "60"}, media_type="text/plain"
        )
    if not token_fits(site.data_dir, request.headers.get("authorization", "")):
        site.misses.take(address, now_s)
        return Response(
            _UNAUTHORIZED.encode(),
            status_code=401,
            headers={"WWW-Authenticate": 'Bearer realm="metrics"'},
            media_type="text/plain; charset=utf-8",
        )
    with site.database.reading() as connection:
        figures = read_figures(
            connection,
            report_interval_s=site.settings.fleet.report_interval_s,
            now=site.now(),
        )
    registry = CollectorRegistry()
    registry.register(_Collected(list(families(figures))))
    return Response(generate_latest(registry), headers={"Content-Type": CONTENT_TYPE_LATEST})


HANDLERS: Final = (metrics,)
