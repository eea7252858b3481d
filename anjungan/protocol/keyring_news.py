"""The regency's keyring on its way to every kiosk: retained, so that a kiosk that was away gets it.

The header's id and time are the broker's side of it; what counts is the root's signature over the
exact bytes of the ring, and that its serial only grows.
"""

from typing import Annotated

import msgspec

from anjungan.protocol.header import MAX_PAYLOAD_BYTES, MessageHeader
from anjungan.protocol.keyring import SignedKeyring


class KeyringNews(MessageHeader, frozen=True, kw_only=True):
    """A signed keyring (retained). Kiosks check it against their root and keep the newest."""

    keyring: Annotated[bytes, msgspec.Meta(max_length=MAX_PAYLOAD_BYTES)]
    signature: Annotated[bytes, msgspec.Meta(min_length=64, max_length=64)]


def keyring_file(news: KeyringNews) -> bytes:
    """The file that a kiosk keeps, as ``sign_keyring`` writes it."""
    return msgspec.json.encode(SignedKeyring(keyring=news.keyring, signature=news.signature))
