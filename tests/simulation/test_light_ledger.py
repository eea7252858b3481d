"""The books of a simulated kiosk: nothing is forgotten before its receipt, nothing said twice."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from nacl.public import PrivateKey

import anjungan
from anjungan.catalogue import load_catalogue
from anjungan.protocol.identity import KioskId
from anjungan.protocol.keyring import Keyring, SealingKey
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.messages import (
    Cancel,
    Presence,
    Receipt,
    ReceiptItem,
    ReceiptOutcome,
    RefusalCode,
    Status,
)
from anjungan.protocol.sealing import Opened, binding_of, unseal
from anjungan.protocol.status import RequestStatus
from anjungan.protocol.tickets import parse_code, parse_token
from anjungan.simulation.light_ledger import Ledger, Memory

NOW = datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
KIOSK = KioskId("3505022012-1")


@pytest.fixture
def private_key() -> PrivateKey:
    return PrivateKey.generate()


@pytest.fixture
def ledger(private_key: PrivateKey) -> Ledger:
    key = SealingKey(kid="k", public_key=bytes(private_key.public_key), not_before=NOW)
    ring = Keyring(regency="3505", serial=1, keys=(key,))
    chance = random.Random(5)  # noqa: S311 - no secret
    return Ledger(KIOSK, load_catalogue(), ring, Memory(boot=3), chance)


def receipt(message_id: str, outcome: ReceiptOutcome = ReceiptOutcome.ACCEPTED) -> Receipt:
    code = RefusalCode.MALFORMED if outcome is ReceiptOutcome.REFUSED else None
    item = ReceiptItem(message_id=message_id, outcome=outcome, code=code)
    return Receipt(id=new_message_id(1), sent_at=NOW, items=(item,))


def status(request_id: str, revision: int, word: RequestStatus) -> Status:
    return Status(
        id=new_message_id(revision),
        sent_at=NOW,
        request_id=request_id,
        revision=revision,
        status=word,
        changed_at=NOW,
    )


def test_a_request_is_sealed_to_the_regency_and_bound_to_itself(
    ledger: Ledger, private_key: PrivateKey
) -> None:
    request = ledger.ask_for_a_letter(NOW)
    opened = unseal(request.sealed, binding_of(KIOSK, request), private_key)
    assert isinstance(opened, Opened)
    assert any(item.value.startswith("Contoh ") for item in opened.answers.items)
    assert parse_token(request.ticket_token) == request.ticket_token
    assert parse_code(request.ticket_code) == request.ticket_code
    assert request.boot == 3


def test_what_waits_is_sent_again_until_it_is_receipted(ledger: Ledger) -> None:
    first, second = ledger.ask_for_a_letter(NOW), ledger.ask_for_a_letter(NOW)
    assert ledger.to_send(0.0, 20.0) == (first, second)
    assert ledger.to_send(19.0, 20.0) == ()
    ledger.receipts_arrived(receipt(first.id))
    assert ledger.to_send(20.0, 20.0) == (second,)
    ledger.connection_lost()
    assert ledger.to_send(21.0, 20.0) == (second,)
    ledger.receipts_arrived(receipt(second.id, ReceiptOutcome.DUPLICATE))
    assert ledger.to_send(99.0, 20.0) == ()
    assert (ledger.tally.made, ledger.tally.receipted, ledger.tally.refused) == (2, 2, 0)


def test_a_refusal_is_final_and_counted(ledger: Ledger) -> None:
    request = ledger.ask_for_a_letter(NOW)
    ledger.receipts_arrived(receipt(request.id, ReceiptOutcome.REFUSED))
    assert ledger.depth == 0
    assert ledger.health((), 1, NOW).queue.refused == 1
    assert ledger.cancel_one(NOW) is None


def test_health_names_both_ends_of_the_queue(ledger: Ledger) -> None:
    assert ledger.health((), 1, NOW).queue.oldest_counter is None
    old = ledger.ask_for_a_letter(NOW)
    new = ledger.ask_for_a_letter(NOW + timedelta(seconds=5))
    queue = ledger.health((), 1, NOW + timedelta(seconds=30)).queue
    assert (queue.depth, queue.oldest_age_s) == (2, 30)
    assert (queue.oldest_counter, queue.newest_counter) == (old.counter, new.counter)


def test_every_message_has_a_counter_of_its_own(ledger: Ledger) -> None:
    messages = [ledger.ask_for_a_letter(NOW), ledger.health((), 1, NOW)]
    messages.append(ledger.ask_for_a_letter(NOW))
    counters = [message.counter for message in messages]
    assert counters == sorted(set(counters))
    assert len({message.id for message in messages}) == 3


def test_statuses_are_kept_by_revision_and_each_is_acknowledged(ledger: Ledger) -> None:
    request = ledger.ask_for_a_letter(NOW)
    ledger.receipts_arrived(receipt(request.id))
    newer = status(request.id, 3, RequestStatus.READY)
    older = status(request.id, 2, RequestStatus.AWAITING_SIGNATURE)
    ledger.status_arrived(newer)
    ledger.status_arrived(older)
    assert ledger.tally.statuses == 1
    ack = ledger.next_ack(NOW)
    assert ack is not None
    assert ack.message_ids == (newer.id, older.id)
    assert ledger.next_ack(NOW) is None
    assert ledger.cancel_one(NOW) is None, "what is ready cannot be cancelled"


def test_only_a_delivered_request_is_cancelled_and_only_once(ledger: Ledger) -> None:
    request = ledger.ask_for_a_letter(NOW)
    assert ledger.cancel_one(NOW) is None
    ledger.receipts_arrived(receipt(request.id))
    cancel = ledger.cancel_one(NOW)
    assert isinstance(cancel, Cancel)
    assert cancel.request_id == request.id
    assert ledger.cancel_one(NOW) is None
    assert ledger.to_send(0.0, 20.0) == (cancel,)
    ledger.receipts_arrived(receipt(cancel.id))
    assert ledger.depth == 0


def test_queue_numbers_go_on_over_starts_and_begin_anew_each_local_day(ledger: Ledger) -> None:
    assert ledger.ask_for_a_letter(NOW).queue_number == "241126-001"
    next_start = Ledger(KIOSK, ledger.catalogue, ledger.keyring, ledger.memory, ledger.random)
    assert next_start.ask_for_a_letter(NOW).queue_number == "241126-002"
    midnight_wib = datetime(2026, 11, 24, 17, 0, tzinfo=UTC)
    assert next_start.ask_for_a_letter(midnight_wib).queue_number == "251126-001"


def test_the_version_told_is_that_of_this_software(ledger: Ledger) -> None:
    told = {ledger.state(Presence.ONLINE).version, ledger.health((), 1, NOW).version}
    assert told == {anjungan.__version__}


def test_birth_and_will_carry_the_same_session(ledger: Ledger) -> None:
    ledger.session = 4
    birth, will = ledger.state(Presence.ONLINE), ledger.state(Presence.OFFLINE)
    assert (birth.boot, birth.session) == (will.boot, will.session) == (3, 4)


def test_a_receipt_for_somebody_else_changes_nothing(ledger: Ledger) -> None:
    request = ledger.ask_for_a_letter(NOW)
    ledger.receipts_arrived(receipt(new_message_id(7)))
    assert ledger.to_send(0.0, 1.0) == (request,)
    assert ledger.depth == 1
