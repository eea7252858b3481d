"""Taking a batch of messages into the database, in one transaction, and saying what to answer.

A message is known by its id. The first one with an id decides for good: the same message again
gets ``duplicate`` (or the same refusal), another body under a known id is an id conflict.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, assert_never

from sqlalchemy import Connection

from anjungan.protocol.amendment import Amendment
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import (
    Ack,
    Cancel,
    Event,
    Health,
    Presence,
    ReceiptItem,
    ReceiptOutcome,
    RefusalCode,
    Request,
    State,
)
from anjungan.regency.enrolment.birth_log import note_birth
from anjungan.regency.fleet import reports
from anjungan.regency.fleet.presence import PresenceRule
from anjungan.regency.fleet.signs_of_life import store_reports
from anjungan.regency.inbox.amendment_intake import take_amendment
from anjungan.regency.inbox.cancel_intake import take_cancel
from anjungan.regency.inbox.known import KnownMessages, refusal
from anjungan.regency.inbox.reading import Dropped, DropReason, Incoming, Reading, Unreadable
from anjungan.regency.inbox.request_intake import take_requests
from anjungan.regency.inbox.verdicts import Accepted, AlreadyHere, Refused, Unanswered, Verdict
from anjungan.regency.requests.outgoing import acknowledged, resend_to

ITEMS_IN_RECEIPT: Final = 100
"""An item takes up to 110 bytes, and a payload may have 16 KiB."""

Receipts = dict[KioskId, list[ReceiptItem]]


@dataclass(slots=True)
class Taken:
    """What a batch calls for once it is committed."""

    receipts: Receipts = field(default_factory=lambda: defaultdict(list))
    statuses_due: bool = False


def take(
    connection: Connection, readings: Sequence[Reading], rule: PresenceRule, now: datetime
) -> Taken:
    """Write a batch; the caller commits and only then sends the receipts.

    Requests go first, so that what follows them in the same batch finds them.
    """
    return _Batch(connection, readings, rule, now).take()


def receipts_of(taken: Taken) -> Iterator[tuple[KioskId, Sequence[ReceiptItem]]]:
    """What each receipt holds: all of one kiosk together, as far as a payload reaches."""
    for kiosk, items in taken.receipts.items():
        for start in range(0, len(items), ITEMS_IN_RECEIPT):
            yield kiosk, items[start : start + ITEMS_IN_RECEIPT]


class _Batch:
    """A batch on its way into the database."""

    def __init__(
        self,
        connection: Connection,
        readings: Sequence[Reading],
        rule: PresenceRule,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._rule = rule
        self._now = now
        self._requests: list[tuple[Incoming, Request]] = []
        self._others: list[Reading] = []
        for reading in readings:
            if isinstance(reading, Incoming) and isinstance(reading.message, Request):
                self._requests.append((reading, reading.message))
            else:
                self._others.append(reading)
        self._counted_alone = _senders_of_states(self._others)
        self._known = KnownMessages(connection, _receipted_ids(readings), now)
        self._taken = Taken()
        self._healths: dict[KioskId, Health] = {}

    def take(self) -> Taken:
        reported = [incoming for incoming, _ in self._requests]
        reported += [each for each in self._others if isinstance(each, Incoming)]
        store_reports(self._connection, self._reports(reported), self._rule, self._now)
        self._take_requests()
        for reading in self._others:
            match reading:
                case Dropped():
                    reports.count_dropped(
                        self._connection, reading.kiosk, reading.reason.value, self._now
                    )
                case Unreadable():
                    self._refuse_unreadable(reading)
                case Incoming():
                    self._take_incoming(reading)
                case _:
                    assert_never(reading)
        for kiosk, health in sorted(self._healths.items()):
            reports.store_health(self._connection, kiosk, health, self._now)
        self._known.write()
        return self._taken

    def _reports(self, incoming: Sequence[Incoming]) -> Mapping[KioskId, int]:
        """How often each kiosk has reported, without those whose births and wills are among it."""
        return Counter(each.kiosk for each in incoming if each.kiosk not in self._counted_alone)

    def _report_alone(self, kiosk: KioskId) -> None:
        # between a birth and a will the order counts
        if kiosk in self._counted_alone:
            store_reports(self._connection, {kiosk: 1}, self._rule, self._now)

    def _take_requests(self) -> None:
        new: list[tuple[Incoming, Request]] = []
        ids: set[str] = set()
        later: list[Incoming] = []
        for incoming, request in self._requests:
            self._report_alone(incoming.kiosk)
            if request.id in ids:
                later.append(incoming)  # twice in one batch: judged by what becomes of the first
            elif not self._answers_known(incoming, request.id):
                ids.add(request.id)
                new.append((incoming, request))
        wanted = [(incoming.kiosk, request) for incoming, request in new]
        verdicts = take_requests(self._connection, wanted, self._now)
        for (incoming, request), verdict in zip(new, verdicts, strict=True):
            self._answer(incoming, request.id, verdict)
        if self._others:
            self._known.write()  # what follows may ask what became of its request
        for incoming in later:
            assert isinstance(incoming.message, Request)  # noqa: S101 - taken from them above
            self._answer_again(incoming, incoming.message)

    def _answer_again(self, incoming: Incoming, request: Request) -> None:
        if self._answers_known(incoming, request.id):
            return
        (verdict,) = take_requests(self._connection, [(incoming.kiosk, request)], self._now)
        self._answer(incoming, request.id, verdict)

    def _take_incoming(self, incoming: Incoming) -> None:
        connection, kiosk, now = self._connection, incoming.kiosk, self._now
        message = incoming.message
        if isinstance(message, State):
            born = reports.store_state(
                connection, kiosk, message, self._rule, now, retained=incoming.retained
            )
            if message.presence is Presence.ONLINE and not incoming.retained:
                note_birth(connection, kiosk, message, now)
            if born:
                resend_to(connection, kiosk, now)
                self._taken.statuses_due = True
            return
        self._report_alone(kiosk)
        match message:
            case Health():
                self._keep_newest(kiosk, message)
            case Ack():
                acknowledged(connection, kiosk, message.message_ids, now)
            case Amendment() | Cancel() | Event():
                if not self._answers_known(incoming, message.id):
                    self._answer(incoming, message.id, self._judge(kiosk, message))
            case Request():
                raise AssertionError("requests are taken together")
            case _:
                assert_never(message)

    def _keep_newest(self, kiosk: KioskId, health: Health) -> None:
        # of what came together only the newest is shown, and of one minute one is kept
        known = self._healths.get(kiosk)
        if known is None or _order(known) < _order(health):
            self._healths[kiosk] = health

    def _judge(self, kiosk: KioskId, message: Amendment | Cancel | Event) -> Verdict:
        match message:
            case Amendment():
                return take_amendment(self._connection, kiosk, message, self._now)
            case Cancel():
                return take_cancel(self._connection, kiosk, message, self._now)
            case Event():
                reports.store_event(self._connection, kiosk, message, self._now)
                return Accepted(statuses_due=False)
            case _:
                assert_never(message)

    def _refuse_unreadable(self, unreadable: Unreadable) -> None:
        reports.count_dropped(
            self._connection, unreadable.kiosk, DropReason.MALFORMED.value, self._now
        )
        if not self._answers_known(unreadable, unreadable.message_id):
            verdict = Refused(RefusalCode.MALFORMED, unreadable.reason)
            self._answer(unreadable, unreadable.message_id, verdict)

    def _answers_known(self, reading: Incoming | Unreadable, message_id: str) -> bool:
        known = self._known.answer(reading, message_id)
        if known is not None:
            self._taken.receipts[reading.kiosk].append(known)
        return known is not None

    def _answer(self, reading: Incoming | Unreadable, message_id: str, verdict: Verdict) -> None:
        receipts = self._taken.receipts[reading.kiosk]
        match verdict:
            case Accepted():
                self._taken.statuses_due |= verdict.statuses_due
                self._known.remember(reading, message_id, None)
                receipts.append(ReceiptItem(message_id=message_id, outcome=ReceiptOutcome.ACCEPTED))
            case AlreadyHere():
                self._known.remember(reading, message_id, None)
                receipts.append(
                    ReceiptItem(message_id=message_id, outcome=ReceiptOutcome.DUPLICATE)
                )
            case Refused():
                self._known.remember(reading, message_id, verdict)
                receipts.append(refusal(message_id, verdict.code))
            case Unanswered():
                pass
            case _:
                assert_never(verdict)


def _order(health: Health) -> tuple[int, int, int]:
    return (health.enrolment, health.boot, health.counter)


def _senders_of_states(readings: Sequence[Reading]) -> frozenset[KioskId]:
    return frozenset(
        each.kiosk
        for each in readings
        if isinstance(each, Incoming) and isinstance(each.message, State)
    )


def _receipted_ids(readings: Sequence[Reading]) -> list[str]:
    ids: set[str] = set()
    for reading in readings:
        match reading:
            case Unreadable():
                ids.add(reading.message_id)
            case Incoming(message=Request() | Amendment() | Cancel() | Event() as message):
                ids.add(message.id)
            case Incoming() | Dropped():
                pass
            case _:
                assert_never(reading)
    return sorted(ids)
