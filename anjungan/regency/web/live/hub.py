"""One look at the database for all open pages of a process.

While somebody listens, the sources of the topics listened to are asked once a second, however many
listen; when nobody does, nothing is asked. A listener hears the names of topics alone, and only of
what lies in its own village where it has one. What it has not taken yet is one piece of news,
whether one thing changed or hundreds.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from anyio import to_thread

from anjungan.protocol.identity import VillageCode
from anjungan.regency.failures import failure_words
from anjungan.regency.staff.sessions import find_session
from anjungan.regency.store.database import Database
from anjungan.regency.web.live.sources import SOURCES, Mark, Source, Topic

LOG: Final = logging.getLogger(__name__)

MOST_OF_SESSION: Final = 4
"""Streams of one login at a time; a browser has one for each tab that is seen."""
MOST_OF_PROCESS: Final = 500
LOOK_EVERY_S: Final = 1.0
CHECK_SESSIONS_EVERY_S: Final = 5.0
LOOK_BACK: Final = timedelta(seconds=15)
"""How late a commit may come, and how far clocks of processes may differ."""
_AFTER_FAILURE_S: Final = 5.0


@dataclass(eq=False, slots=True)
class Listener:
    """One open page. ``news`` are topics it has not taken yet; ``ended`` when it is to close.

    To a new one everything of the last seconds is news: its page was made before it listened.
    """

    token: str
    session_id: str
    topics: frozenset[Topic]
    village: VillageCode | None
    news: set[Topic] = field(default_factory=set)
    ended: bool = False
    is_new: bool = True
    woken: asyncio.Event = field(default_factory=asyncio.Event)

    def concerns(self, topic: Topic, mark: Mark) -> bool:
        """Whether this listener may hear that ``mark`` changed, and asked to."""
        return topic in self.topics and (self.village is None or mark.village == self.village)

    def tell(self, topic: Topic) -> None:
        """Note news for the listener to take."""
        self.news.add(topic)
        self.woken.set()

    def end(self) -> None:
        """Ask the listener to close."""
        self.ended = True
        self.woken.set()

    async def wait(self, longest_s: float) -> frozenset[Topic]:
        """The news, as soon as there are any; nothing when time is up or the end has come."""
        with suppress(TimeoutError):
            async with asyncio.timeout(longest_s):
                await self.woken.wait()
        self.woken.clear()
        news = frozenset(self.news)
        self.news.clear()
        return news


Seen = Mapping[Topic, frozenset[Mark]]


class Hub:
    """All listeners of one process. Everything but the looking runs in the event loop."""

    def __init__(
        self,
        database: Database,
        now: Callable[[], datetime],
        *,
        sources: Mapping[Topic, Source] = SOURCES,
        look_every_s: float = LOOK_EVERY_S,
        check_sessions_every_s: float = CHECK_SESSIONS_EVERY_S,
    ) -> None:
        self._database = database
        self._now = now
        self._sources = sources
        self._look_every_s = look_every_s
        self._check_sessions_every_s = check_sessions_every_s
        self._listeners: set[Listener] = set()
        self._looking: asyncio.Task[None] | None = None
        self._closed = False
        self.looks = 0
        """How often the database was asked."""

    @property
    def listening(self) -> int:
        """How many listen."""
        return len(self._listeners)

    def join(
        self,
        *,
        token: str,
        session_id: str,
        topics: frozenset[Topic],
        village: VillageCode | None,
    ) -> Listener | None:
        """Begin to listen; None when this login, or everybody, has too many listeners."""
        held = Counter(each.session_id for each in self._listeners)
        full = len(self._listeners) >= MOST_OF_PROCESS or held[session_id] >= MOST_OF_SESSION
        if full or self._closed:
            return None
        listener = Listener(token, session_id, topics, village)
        self._listeners.add(listener)
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look())
        return listener

    def leave(self, listener: Listener) -> None:
        """Stop listening."""
        self._listeners.discard(listener)

    def close(self) -> None:
        """The process ends: all listeners close, and nobody joins any more."""
        self._closed = True
        for listener in self._listeners:
            listener.end()

    async def _look(self) -> None:
        seen: Seen = {}
        check_s = 0.0
        loop = asyncio.get_running_loop()
        while self._listeners:
            try:
                listeners = tuple(self._listeners)
                topics = frozenset().union(*(each.topics for each in listeners))
                found = await to_thread.run_sync(self._read, topics)
                for listener in listeners:
                    _tell(listener, {} if listener.is_new else seen, found)
                    listener.is_new = False
                seen = found
                if loop.time() >= check_s:
                    check_s = loop.time() + self._check_sessions_every_s
                    await self._end_dead_sessions()
            except Exception as error:  # noqa: BLE001 - the pages go on asking by themselves meanwhile
                LOG.error("looking for changes failed: %s", failure_words(error))  # noqa: TRY400 - the driver's text may quote values
                await asyncio.sleep(_AFTER_FAILURE_S)
            await asyncio.sleep(self._look_every_s)

    def _read(self, topics: frozenset[Topic]) -> Seen:
        self.looks += 1
        since = self._now() - LOOK_BACK
        with self._database.reading() as connection:
            return {topic: frozenset(self._sources[topic](connection, since)) for topic in topics}

    async def _end_dead_sessions(self) -> None:
        tokens = frozenset(each.token for each in self._listeners)
        living = await to_thread.run_sync(self._living, tokens)
        for listener in self._listeners:
            if listener.token in tokens - living:
                listener.end()

    def _living(self, tokens: frozenset[str]) -> frozenset[str]:
        now = self._now()
        with self._database.reading() as connection:
            return frozenset(each for each in tokens if find_session(connection, each, now))


def _tell(listener: Listener, seen: Seen, found: Seen) -> None:
    for topic in listener.topics & found.keys():
        changed = found[topic] - seen.get(topic, frozenset())
        if any(listener.concerns(topic, mark) for mark in changed):
            listener.tell(topic)
