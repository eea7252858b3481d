"""Two kiosks with real certificates on a real broker: what the one tries against the other."""

import queue
import threading
from contextlib import contextmanager

import pytest
from broker_lab import until
from paho.mqtt.enums import MQTTProtocolVersion
from sqlalchemy import select

from anjungan.protocol import contract
from anjungan.protocol.identity import KioskId
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import Presence, Receipt, ReceiptItem, ReceiptOutcome, State
from anjungan.protocol.topics import (
    DownKind,
    DownTopic,
    SharedKind,
    SharedTopic,
    UpKind,
    UpTopic,
    down_filter,
    parse_topic,
    shared_filter,
)
from anjungan.regency.inbox.loop import Stop
from anjungan.regency.inbox.process import serve
from anjungan.regency.store.database import open_database
from anjungan.regency.store.tables import DROPPED_MESSAGES, KIOSKS, REQUESTS

ATTACKER = KioskId("3505102001-1")
VICTIM = KioskId("3505171001-1")


@contextmanager
def running_inbox(settings):
    database = open_database(settings.database_address)
    events = queue.Queue()
    thread = threading.Thread(target=serve, args=(settings, database, events))
    thread.start()
    try:
        yield database
    finally:
        events.put(Stop())
        thread.join(20)
        assert not thread.is_alive()
        database.close()


def receipts(peer):
    return {
        item.message_id: item.outcome
        for message in list(peer.received)
        if parse_topic(message.topic).kind is DownKind.RECEIPT
        for item in contract.decode(DownKind.RECEIPT, message.payload).items
    }


def is_online(peer):
    return any(
        contract.decode(SharedKind.REGENCY, message.payload).presence is Presence.ONLINE
        for message in list(peer.received)
        if parse_topic(message.topic).kind is SharedKind.REGENCY
    )


def up(kiosk, kind=UpKind.REQUEST):
    return str(UpTopic(kiosk, kind))


def down(kiosk, kind=DownKind.STATUS):
    return str(DownTopic(kiosk, kind))


def forged_receipt(message_id, clock):
    return contract.encode(
        Receipt(
            id=new_message_id(1),
            sent_at=clock(),
            items=(ReceiptItem(message_id=message_id, outcome=ReceiptOutcome.ACCEPTED),),
        )
    )


def test_nothing_of_another_kiosk_can_be_read_written_or_forged(
    secured,
    peers,
    kiosk,
    other_kiosk,
    clock,
):
    attacker_identity, victim_identity = secured.kiosk(ATTACKER), secured.kiosk(VICTIM)
    with running_inbox(secured.settings) as database:
        victim = peers(victim_identity, secured.port, VICTIM)
        victim.subscribe(down_filter(VICTIM), shared_filter("3505"))
        until(lambda: is_online(victim), "the inbox is there")
        # the regency's eye: everything that goes up, whoever sends it
        eye = peers(secured.inbox_identity(), secured.internal_port, "eye")
        eye.subscribe("anjungan/1/3505/+/+/up/+")

        attacker = peers(
            attacker_identity,
            secured.port,
            ATTACKER,
            will=(up(VICTIM, UpKind.STATE), state(Presence.OFFLINE)),
        )
        # all granted on MQTT 3.1.1, and all silent
        attacker.subscribe(
            *(down_filter(VICTIM), "anjungan/1/3505/3505171001/3505171001-1/up/+", "#"),
            *("anjungan/1/3505/+/+/dn/+", "anjungan/1/+/all/#", "$SYS/#", "$share/g/#"),
            down_filter(ATTACKER),
        )
        foreign = other_kiosk.request()
        spoofed = kiosk.request()
        for topic, payload, retained in (
            (up(VICTIM), contract.encode(foreign), False),
            (up(VICTIM, UpKind.HEALTH), contract.encode(other_kiosk.health()), False),
            (up(VICTIM, UpKind.STATE), state(Presence.OFFLINE), True),
            (up(VICTIM, UpKind.ACK), contract.encode(other_kiosk.ack(foreign.id)), False),
            (down(VICTIM), b"{}", False),
            (down(VICTIM, DownKind.RECEIPT), forged_receipt(foreign.id, clock), False),
            (down(VICTIM).replace("/status", "/command"), b"{}", False),
            (down(ATTACKER, DownKind.RECEIPT), forged_receipt(spoofed.id, clock), False),
            (str(SharedTopic("3505", SharedKind.REGENCY)), state(Presence.OFFLINE), True),
            # the access list lets these two pass; the inbox does not
            (f"anjungan/1/3505/3505171001/{ATTACKER}/up/request", contract.encode(spoofed), False),
            (f"anjungan/1/3505/3505171001/{ATTACKER}/up/state", state(Presence.ONLINE), False),
            # these it does not
            (f"anjungan/1/3506/3505102001/{ATTACKER}/up/request", contract.encode(spoofed), False),
            (f"anjungan/1/3505/3505102001/{ATTACKER}/dn/status", b"{}", False),
            ("anjungan/1/3505/all/up/request", contract.encode(spoofed), False),
        ):
            attacker.publish(topic, payload, retain=retained)
        attacker.break_off()
        # a connection that names the victim as its client is the attacker's own all the same
        thief = peers(attacker_identity, secured.port, VICTIM)
        thief.subscribe(down_filter(VICTIM), down_filter(ATTACKER))

        # silence proves something only where the same way carries what is allowed
        own, others = kiosk.request(), other_kiosk.request()
        thief.publish(up(ATTACKER), contract.encode(own))
        victim.publish(up(VICTIM), contract.encode(others))
        until(lambda: own.id in receipts(thief), "the attacker's own receipt")
        until(lambda: others.id in receipts(victim), "the victim's receipt")

        until(lambda: up(VICTIM) in eye.topics(), "the regency's eye sees it too")

        assert victim.is_in, "nobody takes the victim's place"
        assert receipts(victim) == {others.id: ReceiptOutcome.ACCEPTED}
        assert receipts(thief) == {own.id: ReceiptOutcome.ACCEPTED}
        allowed = {down(ATTACKER, DownKind.RECEIPT), str(SharedTopic("3505", SharedKind.REGENCY))}
        assert attacker.topics() | thief.topics() <= allowed
        assert victim.topics() == {
            down(VICTIM, DownKind.RECEIPT),
            str(SharedTopic("3505", SharedKind.REGENCY)),
        }
        assert all(is_genuine(message) for message in victim.received)
        seen = [message.topic for message in eye.received]
        assert [topic for topic in seen if f"/{VICTIM}/" in topic] == [up(VICTIM)]

        with database.reading() as connection:
            stored = connection.scalars(select(REQUESTS.c.id)).all()
            kiosks = {row.kiosk: row for row in connection.execute(select(KIOSKS))}
            dropped = {
                (row.kiosk, row.reason): row.times
                for row in connection.execute(select(DROPPED_MESSAGES))
            }
        assert sorted(stored) == sorted([own.id, others.id])
        assert kiosks[VICTIM].will_at is None, "a forged will"
        assert kiosks[VICTIM].health is None, "a forged report"
        assert dropped == {("", "foreign_topic"): 2}, "the two with a village that is not theirs"

        late = peers(victim_identity, secured.port, VICTIM)
        late.subscribe(down_filter(VICTIM), shared_filter("3505"), up(VICTIM, UpKind.STATE))
        until(lambda: late.received, "the regency's retained word")
        assert all(is_genuine(message) for message in late.received)


def state(presence):
    return contract.encode(State(presence=presence, boot=9999, session=9999, version="forged"))


def is_genuine(message):
    """Whether it is the regency's: what the attacker made cannot be read as these."""
    if message.topic == str(SharedTopic("3505", SharedKind.REGENCY)):
        word = contract.decode(SharedKind.REGENCY, message.payload)
        return not isinstance(word, contract.Malformed) and word.presence is Presence.ONLINE
    return parse_topic(message.topic).kind is DownKind.RECEIPT


@pytest.mark.parametrize(
    "name", ["+", "#", "tamu", f"{VICTIM}/up", f"x/{VICTIM}", f"{VICTIM} ", "$SYS", "%u"]
)
def test_a_name_that_is_no_kiosk_opens_nothing(secured, peers, other_kiosk, name):
    """Our authority never issues such a certificate; were there one, it would be of no use."""
    victim = peers(secured.kiosk(VICTIM), secured.port, VICTIM)
    victim.subscribe(down_filter(VICTIM))
    eye = peers(secured.inbox_identity(), secured.internal_port, f"eye of {name}")
    eye.subscribe("anjungan/1/3505/+/+/up/+")
    intruder = peers(secured.client(name), secured.port, name)
    if intruder.is_in:
        intruder.client.subscribe([("#", 1), (down_filter(VICTIM), 1), (up(VICTIM), 1)])
        for topic in (up(VICTIM), down(VICTIM), str(SharedTopic("3505", SharedKind.REGENCY))):
            intruder.client.publish(topic, b"forged", qos=1)
    victim.publish(up(VICTIM), b"from the victim")
    regency = peers(secured.inbox_identity(), secured.internal_port, f"regency {name}")
    regency.publish(down(VICTIM), b"from the regency")
    until(lambda: victim.received and eye.received, "what is allowed")
    assert [message.payload for message in victim.received] == [b"from the regency"]
    assert {message.payload for message in eye.received} == {b"from the victim"}
    # what the regency tells all its kiosks may stand there retained, from another test
    assert intruder.topics() <= {str(SharedTopic("3505", SharedKind.REGENCY))}
    assert b"forged" not in {message.payload for message in intruder.received}


def test_the_broker_tells_of_a_refusal_on_mqtt_5_alone(secured, peers):
    identity = secured.kiosk(ATTACKER)
    old = peers(identity, secured.port, ATTACKER)
    old.publish(up(VICTIM), b"x")  # waits for the PUBACK, which comes
    assert [reason.is_failure for reason in old.puback_reasons] == [False]
    old.close()
    new = peers(identity, secured.port, ATTACKER, version=MQTTProtocolVersion.MQTTv5)
    new.publish(up(VICTIM), b"x")
    assert [str(reason) for reason in new.puback_reasons] == ["Not authorized"]


def test_a_foreign_subscription_is_granted_and_stays_silent(secured, peers):
    attacker = peers(secured.kiosk(ATTACKER), secured.port, ATTACKER)
    attacker.subscribe(down_filter(VICTIM), down_filter(ATTACKER))
    assert [reason.is_failure for reason in attacker.granted] == [False, False]
    regency = peers(secured.inbox_identity(), secured.internal_port, "regency")
    regency.publish(down(VICTIM), b"for the victim")
    regency.publish(down(ATTACKER), b"for the attacker")
    until(lambda: attacker.received, "what is its own")
    assert [message.payload for message in attacker.received] == [b"for the attacker"]
