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
    passed = [_node(view, change) for change in view.history]
    return [sent, *passed, *_later(view.line.status, due_at)]


def _node(view: RequestView, change: StatusChange) -> Node:
    is_now = change is view.history[-1] and change.status not in _CLOSED
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
    hint = ""
    if is_now and change.status is _S.UNDER_REVIEW:
        hint = "sedang diperiksa petugas"
    return Node(
        title,
        "now" if is_now else "done",
        icon,
        change.changed_at,
        by=by,
        hint=hint,
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
