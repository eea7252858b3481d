"""One database, one broker, two inbox workers and two web workers as real processes.

Light kiosks with real ledgers send requests; one worker of each kind is killed in the middle.
"""

import asyncio
import os
import random
import signal
import subprocess
import sys
from collections import Counter
from contextlib import contextmanager
from datetime import UTC, datetime

import httpx
import pytest
from nacl.encoding import HexEncoder
from nacl.signing import VerifyKey
from regency_lab import PASSWORD, REGENCY, free_port
from sqlalchemy import func, select

from anjungan.catalogue import load_catalogue
from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId
from anjungan.protocol.keyring import open_keyring
from anjungan.protocol.messages import Presence
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.topics import DownKind, SharedKind, parse_topic, shared_filter
from anjungan.regency.inbox.beats import read_beat, read_beats
from anjungan.regency.keys import KeyFiles, create_keys
from anjungan.regency.requests.statuses import change_by_staff
from anjungan.regency.store.tables import OUTGOING_STATUSES, REQUESTS, STATUS_CHANGES
from anjungan.simulation.fleet import devices
from anjungan.simulation.light_kiosk import Habits, LightKiosk, Pace
from anjungan.simulation.light_ledger import Ledger, Memory
from anjungan.simulation.mqtt_client import MqttClient
from anjungan.simulation.staff import StaffLogin
from anjungan.simulation.tour.desk import Desk

DATABASES = ("postgresql",)

KIOSKS = 20
ROUNDS = 15
WITHIN_S = 40.0
PACE = Pace(health_interval_s=600.0, backoff_cap_s=0.5, work_interval_s=0.1, send_again_after_s=2.0)


@pytest.fixture
def worker_settings(broker_settings, database, accounts):
    create_keys(KeyFiles(broker_settings.keys_path), REGENCY, datetime.now(UTC))
    return broker_settings


class Process:
    """A command of the regency with its settings in the environment."""

    def __init__(self, settings, command, **more):
        environment = {
            **os.environ,
            "ANJUNGAN_REGENCY_DATA_DIR": str(settings.data_dir),
            "ANJUNGAN_REGENCY_DATABASE_URL": settings.database_url,
            "ANJUNGAN_REGENCY_MQTT_PORT": str(settings.mqtt.port),
            **more,
        }
        self.process = subprocess.Popen(
            [sys.executable, "-m", "anjungan.cli", "regency", command],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    def kill(self):
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)

    def stop(self):
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


def inbox(settings, worker):
    return Process(settings, "inbox", ANJUNGAN_REGENCY_INBOX_WORKER=worker)


def web(settings, port):
    address = f"127.0.0.1:{port}"
    return Process(
        settings,
        "web",
        ANJUNGAN_REGENCY_WEB_BIND=address,
        ANJUNGAN_REGENCY_WEB_PUBLIC_URL=f"http://{address}",
    )


@contextmanager
def ended_at_last(processes):
    """Kill what still runs, whatever happened."""
    try:
        yield processes
    finally:
        for each in processes.values():
            if each.process.poll() is None:
                each.kill()


class Listener:
    """Hears what goes down to all kiosks."""

    def __init__(self):
        self.statuses = Counter()
        self.receipts = Counter()
        self.presences = []

    async def listen(self, port):
        client = await MqttClient.connect(port, "listener")
        running = asyncio.create_task(client.run(self._hear))
        await client.subscribe("anjungan/1/3505/+/+/dn/+", shared_filter(REGENCY))
        return running

    def _hear(self, topic, payload):
        kind = parse_topic(topic).kind
        message = contract.decode(kind, payload)
        if kind is DownKind.STATUS:
            self.statuses[message.id] += 1
        elif kind is DownKind.RECEIPT:
            self.receipts.update(item.message_id for item in message.items)
        elif kind is SharedKind.REGENCY:
            self.presences.append(message.presence)


def make_kiosks(settings):
    files = KeyFiles(settings.keys_path)
    root = VerifyKey(files.root_public.read_bytes().strip(), encoder=HexEncoder)
    keyring = open_keyring(files.keyring.read_bytes(), root, regency=REGENCY)
    catalogue, chance = load_catalogue(), random.Random(5)  # noqa: S311 - invents residents
    return [
        LightKiosk(
            Ledger(KioskId(f"3505102{number + 1:03d}-1"), catalogue, keyring, Memory(), chance),
            broker_port=settings.mqtt.port,
            habits=Habits(devices=devices(), request_every_s=1e9),
            pace=PACE,
        )
        for number in range(KIOSKS)
    ]


async def until(condition, what):
    try:
        async with asyncio.timeout(WITHIN_S):
            while not await asyncio.to_thread(condition):  # noqa: ASYNC110 - of another process
                await asyncio.sleep(0.05)
    except TimeoutError:
        pytest.fail(f"never happened: {what}")


def answers(port):
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2.0).status_code == 200
    except httpx.TransportError:
        return False


def count(database, table, *where):
    with database.reading() as connection:
        return connection.execute(
            select(func.count()).select_from(table).where(*where)
        ).scalar_one()


def connected_workers(database):
    with database.reading() as connection:
        return {name for name, beat in read_beats(connection).items() if beat.connected}


async def test_a_killed_worker_loses_doubles_and_storms_nothing(
    *, worker_settings, database, broker
):
    settings, ports = worker_settings, {"A": free_port(), "B": free_port()}
    listener = Listener()
    starting = {"a": inbox(settings, "a"), "b": inbox(settings, "b")}
    starting |= {name: web(settings, port) for name, port in ports.items()}
    with ended_at_last(starting) as processes:
        listening = await listener.listen(broker.port)
        await until(lambda: connected_workers(database) == {"a", "b"}, "both inboxes listen")
        for port in ports.values():
            await until(lambda port=port: answers(port), "both webs answer")
        kiosks = make_kiosks(settings)
        ledgers = [kiosk.ledger for kiosk in kiosks]
        running = [asyncio.create_task(kiosk.run()) for kiosk in kiosks]
        try:
            await submit_and_kill(processes, ledgers, listener, database)
            await work_at_the_desks(processes, ports, ledgers, listener, database)
        finally:
            for task in (*running, listening):
                task.cancel()
            await asyncio.gather(*running, listening, return_exceptions=True)
        assert processes["b"].stop() == 0
        assert processes["B"].stop() == 0


async def submit_and_kill(processes, ledgers, listener, database):
    """Residents come in rounds; after a third of them one inbox is killed."""
    for turn in range(ROUNDS):
        for ledger in ledgers:
            ledger.ask_for_a_letter(datetime.now(UTC))
        if turn == ROUNDS // 3:
            await until(lambda: receipted(ledgers) >= KIOSKS, "the inboxes are at work")
            heard = len(listener.presences)
            processes["a"].kill()
        await asyncio.sleep(0.1)
    await until(lambda: all(ledger.depth == 0 for ledger in ledgers), "every request has a receipt")
    assert sum(ledger.tally.refused for ledger in ledgers) == 0
    assert receipted(ledgers) == KIOSKS * ROUNDS
    assert count(database, REQUESTS) == KIOSKS * ROUNDS
    assert count(database, STATUS_CHANGES) == KIOSKS * ROUNDS
    # the broker said farewell for the dead one, and the other one answered
    assert Presence.OFFLINE in listener.presences[heard:]
    assert listener.presences[-1] is Presence.ONLINE
    with database.reading() as connection:
        assert read_beat(connection).connected


def receipted(ledgers):
    return sum(ledger.tally.receipted for ledger in ledgers)


async def work_at_the_desks(processes, ports, ledgers, listener, database):
    """Statuses are changed at one web; it is killed; its login goes on at the other."""
    with database.reading() as connection:
        ids = list(connection.execute(select(REQUESTS.c.id).order_by(REQUESTS.c.id)).scalars())
    chosen = ids[::25]
    first, second = (Desk(f"http://127.0.0.1:{ports[name]}") for name in "AB")
    with first, second:
        login = StaffLogin(name="ratna", password=PASSWORD)
        await asyncio.to_thread(first.log_in, login)
        second._browser.cookies.update(first._browser.cookies)
        for number, request_id in enumerate(chosen):
            if number == len(chosen) // 2:
                processes["A"].kill()
            desk = first if number < len(chosen) // 2 else second
            await asyncio.to_thread(
                desk.change_status, request_id, RequestStatus.AWAITING_SIGNATURE, ""
            )
    told = OUTGOING_STATUSES.c.acknowledged_at.is_not(None)
    await until(
        lambda: count(database, OUTGOING_STATUSES, told) == len(chosen),
        "every kiosk has its status",
    )
    assert sum(ledger.tally.statuses for ledger in ledgers) == len(chosen)
    assert set(listener.statuses.values()) == {1}, "each was sent once"
    assert len(listener.statuses) == len(chosen)


async def test_two_workers_share_what_comes_and_both_send(*, worker_settings, database, broker):
    """With both alive: each request goes to one of them, each status is sent by one of them."""
    settings, listener = worker_settings, Listener()
    with ended_at_last({name: inbox(settings, name) for name in "ab"}) as processes:
        listening = await listener.listen(broker.port)
        await until(lambda: connected_workers(database) == {"a", "b"}, "both inboxes listen")
        kiosks = make_kiosks(settings)[:4]
        running = [asyncio.create_task(kiosk.run()) for kiosk in kiosks]
        try:
            for kiosk in kiosks:
                for _ in range(10):
                    kiosk.ledger.ask_for_a_letter(datetime.now(UTC))
            await until(lambda: all(kiosk.ledger.depth == 0 for kiosk in kiosks), "receipts")
            await until(lambda: queue_statuses(database) == 40, "statuses to send")
            told = OUTGOING_STATUSES.c.acknowledged_at.is_not(None)
            await until(lambda: count(database, OUTGOING_STATUSES, told) == 40, "statuses")
            assert set(listener.statuses.values()) == {1}
            assert set(listener.receipts.values()) == {1}, "dealt out, not told to both"
            # one goes in good order: the other says that the regency is still there
            assert await asyncio.to_thread(processes["a"].stop) == 0
            await until(
                lambda: listener.presences[-2:] == [Presence.OFFLINE, Presence.ONLINE],
                "the other one answers",
            )
        finally:
            for task in (*running, listening):
                task.cancel()
            await asyncio.gather(*running, listening, return_exceptions=True)


def queue_statuses(database):
    """Change all requests at once, as a day's work would; both inboxes are told by the database."""
    with database.writing() as connection:
        ids = connection.execute(select(REQUESTS.c.id).where(REQUESTS.c.revision == 1)).scalars()
        for request_id in list(ids):
            change_by_staff(
                connection,
                request_id,
                seen_revision=1,
                status=RequestStatus.AWAITING_SIGNATURE,
                note="",
                staff_name="Ratna W.",
                now=datetime.now(UTC),
            )
    return count(database, OUTGOING_STATUSES)
