"""The way of a request as staff see it: what was done, what is being done, what comes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from anjungan.protocol.messages import TimeQuality
from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.form_fields import field_labels
from anjungan.regency.requests.reading import RequestView, StatusChange
from anjungan.regency.requests.statuses import Actor
from anjungan.regency.web.requests.words import STATUS_SIGNS

_S = RequestStatus
_AHEAD: Final = (_S.AWAITING_SIGNATURE, _S.READY, _S.COLLECTED)
_CLOSED: Final = frozenset({_S.COLLECTED, _S.CANCELLED})


@dataclass(frozen=True, slots=True)
class Node:
    """A node of the timeline: ``state`` is done, now or later; ``by`` says who did it."""

    title: str
    state: str
    icon: str
    at: datetime | None = None
    by: str = ""
    hint: str = ""
    note: str = ""
    missing: Sequence[str] = ()


def timeline(view: RequestView, due_at: datetime | None) -> Sequence[Node]:
    """The nodes in order; ``due_at`` is when staff should be done, None when they are."""
    unsure = view.time_quality is TimeQuality.UNSYNCED
    sent = Node(
        "Dikirim di anjungan",
        "done",
        "check",
        view.submitted_at,
        hint="jam belum pasti" if unsure else "",
    )
    last = view.history[-1]
    # what staff returned is being checked by that very change, anything else came by itself
    came = last.status is _S.UNDER_REVIEW and last.actor is not Actor.STAFF
    passed = [
        _node(view, change, is_now=change is last and not came and last.status not in _CLOSED)
        for change in view.history
    ]
    checking = Node("Diperiksa petugas", "now", "dots", hint="sekarang")
    return [sent, *passed, *([checking] if came else ()), *_later(last.status, due_at)]


def _node(view: RequestView, change: StatusChange, *, is_now: bool) -> Node:
    icons = {_S.CANCELLED: "x"}
    icon = icons.get(change.status, "dots" if is_now else "check")
    by, title = "", STATUS_SIGNS[change.status].word
    match change.actor:
        case Actor.KIOSK:
            title = "Diterima kabupaten"
        case Actor.RESIDENT:
            by = "pemohon"
            if change.revision in view.amended_revisions:
                title = "Dilengkapi pemohon"
        case Actor.STAFF:
            by = change.actor_name
    return Node(
        title,
        "now" if is_now else "done",
        icon,
        change.changed_at,
        by=by,
        note=change.note,
        missing=field_labels(view.line.service, change.missing_fields),
    )


def _later(status: RequestStatus, due_at: datetime | None) -> Sequence[Node]:
    if status in _CLOSED:
        return ()
    ahead = [each for each in _AHEAD if each > status]
    return [
        Node(
            STATUS_SIGNS[each].word,
            "later",
            "circle-dashed",
            due_at if each is _S.READY else None,
            hint="target" if each is _S.READY and due_at is not None else "",
        )
        for each in ahead
    ]
