"""The stream of news: who is told of what, when it ends, and how often the database is asked."""

import asyncio
from contextlib import ExitStack
from datetime import timedelta

import pytest
from live_lab import News, logged_in, served
from regency_lab import KIOSK, OTHER_KIOSK

from anjungan.protocol.identity import VillageCode
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.staff.permissions import Role
from anjungan.regency.staff.sessions import begin_session, end_session
from anjungan.regency.web.app import create_app
from anjungan.regency.web.live import hub as hub_module
from anjungan.regency.web.live.hub import MOST_OF_SESSION, Hub
from anjungan.regency.web.live.sources import SOURCES, Mark, Topic, topics_for

MINGGIRSARI, BERU = VillageCode(KIOSK[:10]), VillageCode(OTHER_KIOSK[:10])
WITHIN_S = 10.0


# --- the hub --------------------------------------------------------------------------------


class World:
    """What the sources find; a test changes it."""

    def __init__(self):
        self.marks = {topic: [] for topic in Topic}

    def sources(self):
        return {topic: lambda _connection, _since, t=topic: list(self.marks[t]) for topic in Topic}


@pytest.fixture
def world():
    return World()


@pytest.fixture
def token(database, accounts, clock):
    with database.writing() as connection:
        return begin_session(connection, 1, clock())


@pytest.fixture
def hub(database, clock, world):
    return Hub(
        database, clock, sources=world.sources(), look_every_s=0.01, check_sessions_every_s=0.0
    )


def join(hub, token, *topics, village=None, session="s"):
    return hub.join(token=token, session_id=session, topics=frozenset(topics), village=village)


async def looked(hub, times=2):
    """Wait until the hub has looked that often from now on."""
    wanted = hub.looks + times
    async with asyncio.timeout(WITHIN_S):
        while hub.looks < wanted:  # noqa: ASYNC110 - counted in a thread, without an event
            await asyncio.sleep(0.005)


def test_news_reach_whom_they_concern_and_nobody_else(hub, token, world):
    async def day():
        regency = join(hub, token, Topic.REQUESTS, Topic.FLEET, session="a")
        beru = join(hub, token, Topic.REQUESTS, village=BERU, session="b")
        viewer = join(hub, token, Topic.FLEET, session="c")
        await looked(hub)
        world.marks[Topic.REQUESTS].append(Mark(MINGGIRSARI, ("r1", 1)))
        assert await regency.wait(WITHIN_S) == {Topic.REQUESTS}
        world.marks[Topic.REQUESTS].append(Mark(BERU, ("r2", 1)))
        assert await beru.wait(WITHIN_S) == {Topic.REQUESTS}
        assert await regency.wait(WITHIN_S) == {Topic.REQUESTS}
        world.marks[Topic.FLEET].append(Mark(None, ("all",)))
        assert await viewer.wait(WITHIN_S) == {Topic.FLEET}
        await looked(hub)
        assert await beru.wait(0.0) == frozenset(), "what is nobody's own is not told to a village"
        hub.close()

    asyncio.run(day())


def test_many_changes_are_one_piece_of_news(hub, token, world):
    async def day():
        listener = join(hub, token, Topic.REQUESTS)
        await looked(hub)
        assert await listener.wait(0.0) == frozenset()
        world.marks[Topic.REQUESTS] += [Mark(BERU, (f"r{number}", 1)) for number in range(500)]
        await looked(hub)
        assert await listener.wait(WITHIN_S) == {Topic.REQUESTS}
        await looked(hub)
        assert await listener.wait(0.0) == frozenset()
        # the same request changed once more
        world.marks[Topic.REQUESTS] = [Mark(BERU, ("r1", 2))]
        assert await listener.wait(WITHIN_S) == {Topic.REQUESTS}
        hub.close()

    asyncio.run(day())


def test_what_changed_while_a_page_was_on_its_way_is_told_once(hub, token, world):
    async def day():
        first = join(hub, token, Topic.REQUESTS, session="a")
        await looked(hub)
        world.marks[Topic.REQUESTS].append(Mark(BERU, ("r", 1)))
        assert await first.wait(WITHIN_S) == {Topic.REQUESTS}
        late = join(hub, token, Topic.REQUESTS, Topic.FLEET, session="b")
        foreign = join(hub, token, Topic.REQUESTS, village=MINGGIRSARI, session="c")
        assert await late.wait(WITHIN_S) == {Topic.REQUESTS}
        await looked(hub)
        for each in (first, late, foreign):
            assert await each.wait(0.0) == frozenset()
        hub.close()

    asyncio.run(day())


def test_one_look_serves_all_and_nobody_listening_costs_nothing(hub, token):
    async def day():
        listeners = [join(hub, token, Topic.REQUESTS, session=str(number)) for number in range(50)]
        await looked(hub, 3)
        before = hub.looks
        await looked(hub, 3)
        assert hub.looks - before < 10, "looks do not grow with listeners"
        for each in listeners:
            hub.leave(each)
        async with asyncio.timeout(WITHIN_S):
            await hub._looking
        ended = hub.looks
        await asyncio.sleep(0.1)
        assert hub.looks == ended
        again = join(hub, token, Topic.REQUESTS)
        await looked(hub)
        assert again is not None
        hub.close()

    asyncio.run(day())


def test_a_login_and_a_process_hold_only_so_many(hub, token, monkeypatch):
    async def day():
        held = [join(hub, token, Topic.REQUESTS) for _ in range(MOST_OF_SESSION)]
        assert None not in held
        assert join(hub, token, Topic.REQUESTS) is None
        assert join(hub, token, Topic.REQUESTS, session="another") is not None
        hub.leave(held[0])
        assert join(hub, token, Topic.REQUESTS) is not None
        monkeypatch.setattr(hub_module, "MOST_OF_PROCESS", hub.listening)
        assert join(hub, token, Topic.REQUESTS, session="a third") is None
        hub.close()
        assert join(hub, token, Topic.REQUESTS, session="too late") is None
        assert all(each.ended for each in held[1:])

    asyncio.run(day())


def test_a_listener_ends_with_its_session(hub, token, database):
    async def day():
        listener = join(hub, token, Topic.REQUESTS)
        await looked(hub)
        assert not listener.ended
        with database.writing() as connection:
            end_session(connection, token)
        await listener.wait(WITHIN_S)
        assert listener.ended
        hub.close()

    asyncio.run(day())


def test_an_idle_session_is_not_kept_alive_by_listening(hub, token, clock):
    async def day():
        listener = join(hub, token, Topic.REQUESTS)
        await looked(hub)
        clock.pass_time(hours=1, seconds=1)
        await listener.wait(WITHIN_S)
        assert listener.ended
        hub.close()

    asyncio.run(day())


def test_a_database_that_fails_is_asked_again(hub, token, world, monkeypatch):
    monkeypatch.setattr(hub_module, "_AFTER_FAILURE_S", 0.01)
    failures = [OSError("disk"), OSError("disk")]
    read = hub._read

    def failing(topics):
        if failures:
            raise failures.pop()
        return read(topics)

    monkeypatch.setattr(hub, "_read", failing)

    async def day():
        listener = join(hub, token, Topic.REQUESTS)
        await looked(hub)
        world.marks[Topic.REQUESTS].append(Mark(BERU, ("r", 1)))
        assert await listener.wait(WITHIN_S) == {Topic.REQUESTS}
        hub.close()

    asyncio.run(day())


# --- what is asked of the database ----------------------------------------------------------


def marks(database, topic, clock):
    with database.reading() as connection:
        return frozenset(SOURCES[topic](connection, clock() - timedelta(seconds=15)))


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
def test_requests_and_kiosks_are_seen_when_they_change(*, database, intake, kiosk, clock, accounts):
    assert marks(database, Topic.REQUESTS, clock) == frozenset()
    request = kiosk.request()
    intake(request)
    first = marks(database, Topic.REQUESTS, clock)
    assert first == {Mark(MINGGIRSARI, (request.id, 1))}
    assert {each.village for each in marks(database, Topic.FLEET, clock)} == {MINGGIRSARI}
    clock.pass_time(minutes=1)
    assert marks(database, Topic.REQUESTS, clock) == frozenset(), "long ago is no news"
    assert marks(database, Topic.FLEET, clock) == frozenset()
    intake(kiosk.cancel(request.id))
    assert marks(database, Topic.REQUESTS, clock) - first == {Mark(MINGGIRSARI, (request.id, 2))}


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("topic", [Topic.ALERTS, Topic.ENROLMENT])
def test_the_other_topics_can_be_asked(database, clock, topic):
    assert marks(database, topic, clock) == frozenset()


def test_nobody_hears_of_what_they_may_not_read():
    every = [topic.value for topic in Topic]

    def staff(role):
        return StaffMember(1, "x", "X", role, None)

    assert topics_for(staff(Role.ADMINISTRATOR), every) == frozenset(Topic)
    assert topics_for(staff(Role.ADMINISTRATOR), ["fleet", "nonsense", ""]) == {Topic.FLEET}
    assert Topic.REQUESTS not in topics_for(staff(Role.TECHNICIAN), every)
    assert Topic.ENROLMENT not in topics_for(staff(Role.VIEWER), every)


# --- over HTTP ------------------------------------------------------------------------------


@pytest.fixture
def base(settings, database, accounts, clock):
    app = create_app(settings, database, now=clock, monotonic_s=clock.monotonic_s)
    app.state.site.hub._look_every_s = 0.02
    app.state.site.hub._check_sessions_every_s = 0.02
    with served(app) as address:
        yield address


def test_two_people_hear_of_their_own_and_the_stream_ends_with_the_session(
    *, base, intake, kiosk, other_kiosk, wait_until
):
    with (
        logged_in(base, "ratna") as ratna,
        logged_in(base, "beru") as beru,
        News(ratna, "requests") as regency,
        News(beru, "requests,enrolment") as village,
    ):
        assert regency.status == village.status == 200
        wait_until(lambda: regency.lines and village.lines, "the streams are open")
        # two requests of Beru around one of Minggirsari: a village that heard of all would count 3
        intake(other_kiosk.request(), kiosk=OTHER_KIOSK)
        wait_until(lambda: len(regency.told) == 1 and len(village.told) == 1, "Beru is told")
        intake(kiosk.request())
        wait_until(lambda: len(regency.told) == 2, "the regency is told")
        intake(other_kiosk.request(), kiosk=OTHER_KIOSK)
        wait_until(lambda: len(regency.told) == 3 and len(village.told) == 2, "Beru is told again")
        assert set(regency.told) == set(village.told) == {"requests"}
        page = beru.get("/permohonan").text
        token = page.partition('name="form_token" value="')[2].partition('"')[0]
        assert beru.post("/keluar", data={"form_token": token}).status_code == 303
        wait_until(lambda: village.ended, "the stream ends with the session")
        assert "event: selesai" in village.lines
        assert not regency.ended


def test_streams_are_refused_where_there_is_nothing_to_tell_or_too_much(base):
    with logged_in(base, "tono") as client, ExitStack() as stack:
        assert client.get("/kabar?topik=requests").status_code == 204
        assert client.get("/kabar").status_code == 204
        for _ in range(MOST_OF_SESSION):
            assert stack.enter_context(News(client, "fleet")).status == 200
        assert client.get("/kabar?topik=fleet").status_code == 429
        client.cookies.clear()
        assert client.get("/kabar?topik=fleet").status_code == 303


def test_the_headers_of_a_stream(base):
    with logged_in(base, "ratna") as client, client.stream("GET", "/kabar?topik=fleet") as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        assert answer.headers["cache-control"] == "no-store"
        assert "content-security-policy" in answer.headers
        assert next(answer.iter_lines()).startswith("retry: ")
