"""What a resident sends after a request came back as incomplete: the named answers alone.

An amendment is a message of its own, sealed like a request. Its binding repeats both ids, its own
and the request's, so that it can be moved neither to another request nor into a request's place.
"""

from anjungan.protocol.header import Count, UpHeader, Uuid, Word
from anjungan.protocol.identity import KioskId
from anjungan.protocol.sealing import Binding


class Amendment(UpHeader, frozen=True, kw_only=True):
    """New answers to the fields a status named. ``sealed`` is base64 of a sealed box.

    ``form_version`` is that of the form they were asked with, which may be newer than the
    request's. Accepted only from the kiosk of the request, and while the request is incomplete.
    """

    request_id: Uuid
    form_version: Count
    kid: Word
    sealed: bytes

    def __repr__(self) -> str:
        return f"Amendment(id={self.id!r}, request_id={self.request_id!r}, …)"


def amendment_binding(
    kiosk: KioskId, amendment: Amendment, *, service: str, ticket_token: str
) -> Binding:
    """What the sealed part must repeat; service and ticket are those of the request."""
    return Binding(
        request_id=amendment.id,
        kiosk=kiosk,
        service=service,
        form_version=amendment.form_version,
        ticket_token=ticket_token,
        amends=amendment.request_id,
    )
