"""The watch: one works at a time, another takes over, a failing duty harms no other."""

import logging
import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import LEASES
from anjungan.regency.watch import process
from anjungan.regency.watch.duties import all_duties
from anjungan.regency.watch.duty import Duty
from anjungan.regency.watch.lease import LASTS, leave_lease, take_lease
from anjungan.regency.watch.process import LEASE, Watch

DATABASES = ("sqlite", "postgresql")
MINUTE = timedelta(minutes=1)


@pytest.fixture
def take(database, clock):
    def take(holder):
        with database.writing() as connection:
            return take_lease(connection, LEASE, holder, clock())

    return take


def test_a_lease_has_one_holder_until_it_runs_out(take, clock):
    assert take("a")
    assert not take("b")
    clock.pass_time(seconds=LASTS.total_seconds() - 1)
    assert take("a"), "prolonged"
    clock.pass_time(seconds=LASTS.total_seconds())
    assert not take("b"), "it runs out after its last second"
    clock.pass_time(seconds=1)
    assert take("b")
    assert not take("a")


def test_who_leaves_lets_another_take_over_at_once(take, database, clock):
    assert take("a")
    clock.pass_time(seconds=1)
    with database.writing() as connection:
        leave_lease(connection, LEASE, "b", clock())
    assert not take("b"), "only its holder can leave it"
    with database.writing() as connection:
        leave_lease(connection, LEASE, "a", clock())
    clock.pass_time(seconds=1)
    assert take("b")


@pytest.mark.parametrize("database_kind", ["postgresql"])
def test_of_two_that_begin_in_one_moment_one_gets_the_lease(settings, database, clock):
    """Both find no lease; the second one's insert waits for the first one's commit and fails."""
    other = open_database(settings.database_address)

    def take_second():
        with other.writing_beside_others() as connection:
            return take_lease(connection, LEASE, "b", clock())

    with ThreadPoolExecutor(1) as pool:
        with database.writing_beside_others() as connection:
            assert take_lease(connection, LEASE, "a", clock())
            second = pool.submit(take_second)
            with pytest.raises(TimeoutError):
                second.result(0.2)
        assert second.result(20) is False
    other.close()


class Work:
    """Duties that note what was done by whom."""

    def __init__(self):
        self.done = []

    def of(self, name, *duties):
        def duty(what, every):
            return Duty(what, every, lambda now: self.done.append((name, what)))

        return [duty(what, every) for what, every in duties]


def test_one_of_two_watches_works_and_the_other_takes_over(database, clock):
    work, stopping = Work(), threading.Event()
    watches = {
        name: Watch(database, work.of(name, ("look", timedelta(0))), stopping, now=clock)
        for name in "ab"
    }
    watches["a"].work()
    watches["b"].work()
    watches["a"].work()
    assert work.done == [("a", "look"), ("a", "look")]

    # a is killed; b waits until the lease has run out
    clock.pass_time(seconds=LASTS.total_seconds())
    watches["b"].work()
    assert len(work.done) == 2
    clock.pass_time(seconds=1)
    watches["b"].work()
    assert work.done[2:] == [("b", "look")]
    watches["a"].work()
    assert work.done[3:] == [], "a was only slow, and finds itself replaced"


def test_one_that_stops_in_good_order_is_replaced_at_once(database, clock):
    work, stopping = Work(), threading.Event()
    first = Watch(database, work.of("a", ("look", MINUTE)), stopping, now=clock)
    first.work()
    stopping.set()
    first.run()
    clock.pass_time(seconds=1)
    second = Watch(database, work.of("b", ("look", MINUTE)), threading.Event(), now=clock)
    second.work()
    assert work.done == [("a", "look"), ("b", "look")]


def test_a_duty_is_done_when_it_is_due_and_not_before(database, clock):
    work = Work()
    duties = work.of("a", ("often", timedelta(0)), ("seldom", timedelta(hours=1)))
    watch = Watch(database, duties, threading.Event(), now=clock)
    assert watch.work() == 0.0
    watch.work()
    assert work.done == [("a", "often"), ("a", "seldom"), ("a", "often")]
    rare = Watch(database, work.of("a", ("seldom", MINUTE)), threading.Event(), now=clock)
    clock.pass_time(minutes=2)
    assert 0.0 < rare.work() <= LASTS.total_seconds() / 3, "the lease is prolonged in time"
    assert Watch(database, (), threading.Event(), now=clock).work() > 0.0


def test_a_duty_that_fails_stops_no_other_and_its_words_stay_out_of_the_log(
    database, clock, caplog
):
    work = Work()

    def fail(now):
        raise ValueError("3505104107900147")

    duties = [Duty("broken", timedelta(0), fail), *work.of("a", ("look", timedelta(0)))]
    watch = Watch(database, duties, threading.Event(), now=clock)
    with caplog.at_level(logging.INFO):
        watch.work()
        watch.work()
    assert work.done == [("a", "look"), ("a", "look")]
    assert (watch.failures("broken"), watch.failures("look")) == (2, 0)
    assert "broken failed: ValueError" in caplog.text
    assert "3505104107900147" not in caplog.text


def test_without_a_database_nothing_is_done_and_nothing_ends(database, clock, monkeypatch):
    def gone(*args):
        raise OperationalError("insert", {}, OSError("gone"))

    work, stopping = Work(), threading.Event()
    watch = Watch(database, work.of("a", ("look", MINUTE)), stopping, now=clock)
    monkeypatch.setattr(process, "take_lease", gone)
    monkeypatch.setattr(process, "leave_lease", gone)
    assert watch.work() > 0.0
    assert work.done == []
    stopping.set()
    watch.run()


def test_a_killed_process_is_replaced_and_one_that_is_asked_to_ends(
    *, settings, database, clock, wait_until
):
    environment = {
        **os.environ,
        "ANJUNGAN_REGENCY_DATA_DIR": str(settings.data_dir),
        "ANJUNGAN_REGENCY_DATABASE_URL": settings.database_url,
    }

    def start():
        return subprocess.Popen(
            [sys.executable, "-m", "anjungan.cli", "regency", "watch"],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def lease():
        with database.reading() as connection:
            return connection.execute(select(LEASES).where(LEASES.c.name == LEASE)).one_or_none()

    first = start()
    wait_until(lambda: lease() is not None, "the process holds the lease")
    first.send_signal(signal.SIGKILL)
    first.wait(10)
    held = lease()
    clock.moment = held.until
    work = Work()
    second = Watch(database, work.of("b", ("look", MINUTE)), threading.Event(), now=clock)
    second.work()
    assert work.done == []
    clock.pass_time(seconds=1)
    second.work()
    assert work.done == [("b", "look")]

    with database.writing() as connection:
        leave_lease(connection, LEASE, lease().holder, held.until - LASTS)
    third = start()
    wait_until(lambda: lease().until > held.until, "the third holds the lease")
    third.send_signal(signal.SIGTERM)
    assert third.wait(20) == 0
    assert lease().until <= clock.moment


def test_all_duties_have_names_of_their_own(settings, database):
    duties = all_duties(settings, database)
    assert duties
    assert len({duty.name for duty in duties}) == len(duties)
    assert all(duty.every > timedelta(0) for duty in duties)
