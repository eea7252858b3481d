"""The stream of news to one page (server-sent events, WHATWG HTML section 9.2)."""

import random
from collections.abc import AsyncIterator
from typing import Any, Final

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.response import Stream

from anjungan.regency.web.live.hub import Hub, Listener
from anjungan.regency.web.live.sources import topics_for
from anjungan.regency.web.security import SESSION_COOKIE, PageRequest, session_of
from anjungan.regency.web.site import Site

HEARTBEAT_S: Final = 20.0
"""Proxies close what is silent for long, and a browser that went away is noticed by it."""
_RETRY_MS: Final = (2000, 6000)
_MAX_TOPICS: Final = 200


@get("/kabar", opt={"needs": None, "passive": True})
async def news_stream(request: PageRequest, site: NamedDependency[Site]) -> Response[Any]:
    """Tell the page which of the topics ``topik`` (separated by commas) changed, until it leaves.

    429 when this login listens in too many places, 204 when there is nothing to listen to: either
    way the page asks by itself from time to time.
    """
    session = session_of(request)
    wanted = request.query_params.get("topik", "")[:_MAX_TOPICS].split(",")
    topics = topics_for(session.staff, wanted)
    if not topics:
        return Response(None, status_code=204)
    listener = site.hub.join(
        token=request.cookies.get(SESSION_COOKIE, ""),
        session_id=session.id,
        topics=topics,
        village=session.staff.village,
    )
    if listener is None:
        return Response("", status_code=429, media_type="text/plain", headers={"Retry-After": "60"})
    return Stream(
        _events(site.hub, listener),
        media_type="text/event-stream",
        headers={"X-Accel-Buffering": "no"},
    )


async def _events(hub: Hub, listener: Listener) -> AsyncIterator[str]:
    try:
        yield f"retry: {random.randint(*_RETRY_MS)}\n\n"  # noqa: S311 - spreads load, guards nothing
        while True:
            news = await listener.wait(HEARTBEAT_S)
            if listener.ended:
                yield "event: selesai\ndata:\n\n"
                return
            if news:
                names = " ".join(sorted(topic.value for topic in news))
                yield f"event: kabar\ndata: {names}\n\n"
            else:
                yield ": masih di sini\n\n"
    finally:
        hub.leave(listener)


HANDLERS: Final = (news_stream,)
