"""The six statuses of a letter request, as OpenSID names and numbers them.

Source: OpenSID ``permohonan_surat.status`` (0 Belum Lengkap to 5 Dibatalkan), kept so that
villages that know OpenSID know these.
"""

import enum
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


class RequestStatus(enum.IntEnum):
    """Where a request stands; the numbers are OpenSID's."""

    INCOMPLETE = 0
    UNDER_REVIEW = 1
    AWAITING_SIGNATURE = 2
    READY = 3
    COLLECTED = 4
    CANCELLED = 5


_S = RequestStatus

STAFF_TRANSITIONS: Final[Mapping[RequestStatus, frozenset[RequestStatus]]] = MappingProxyType(
    {
        _S.INCOMPLETE: frozenset({_S.UNDER_REVIEW, _S.CANCELLED}),
        _S.UNDER_REVIEW: frozenset({_S.INCOMPLETE, _S.AWAITING_SIGNATURE, _S.CANCELLED}),
        _S.AWAITING_SIGNATURE: frozenset({_S.UNDER_REVIEW, _S.READY}),
        _S.READY: frozenset({_S.UNDER_REVIEW, _S.COLLECTED}),
        _S.COLLECTED: frozenset({_S.UNDER_REVIEW}),
        _S.CANCELLED: frozenset({_S.UNDER_REVIEW}),
    }
)
"""What staff may change a status to. OpenSID lets staff return any status but "under review"
itself to "under review"; the rest goes forward one step, or is returned or cancelled early."""

STAGE_REACHED: Final[Mapping[RequestStatus, int]] = MappingProxyType(
    {
        _S.CANCELLED: 1,
        _S.INCOMPLETE: 1,
        _S.UNDER_REVIEW: 1,
        _S.AWAITING_SIGNATURE: 2,
        _S.READY: 3,
        _S.COLLECTED: 4,
    }
)
"""At which of the stages that residents are shown a request stands, on kiosk and phone alike:
0 received, 1 checked, 2 signed, 3 ready; 4 when it was collected. One that was cancelled had been
received, and nothing is cancelled after the checking."""

RESIDENT_MAY_CANCEL: Final = frozenset({_S.INCOMPLETE, _S.UNDER_REVIEW})
"""Statuses from which a resident may cancel their own request (OpenSID: 0 and 1)."""
