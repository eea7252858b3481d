"""Telling kiosks of the keyring: retained, after each connection and when the file's serial grows.

Only public files are read here. What is not signed by the root is never published: kiosks would
refuse it, and staff would wonder.
"""

import logging
from collections.abc import Callable
from datetime import datetime
from typing import Final

import msgspec

from anjungan.protocol import contract
from anjungan.protocol.header import TimeQuality
from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.keyring import KeyringError, SignedKeyring
from anjungan.protocol.keyring_news import KeyringNews
from anjungan.protocol.message_id import new_message_id
from anjungan.protocol.topics import SharedKind, SharedTopic
from anjungan.regency.keys import KeyFiles, KeyFilesError
from anjungan.regency.keys.files import load_ring
from anjungan.regency.link.events import Publication

LOG: Final = logging.getLogger(__name__)


class KeyringTeller:
    """Publishes the keyring when there is news. ``look`` as often as you like: it is cheap."""

    def __init__(
        self,
        files: KeyFiles,
        regency: RegencyCode,
        publish: Callable[[Publication], bool],
        now: Callable[[], datetime],
    ) -> None:
        self._files = files
        self._regency = regency
        self._publish = publish
        self._now = now
        self._told_serial = 0
        self._seen_at_ns = 0

    def connected(self) -> None:
        """A new connection: the broker may have forgotten what it was told."""
        self._told_serial = 0
        self._seen_at_ns = 0

    def look(self) -> None:
        """Publish the keyring where kiosks may not know it yet."""
        try:
            changed_at_ns = self._files.keyring.stat().st_mtime_ns
            if changed_at_ns == self._seen_at_ns:
                return
            ring = load_ring(self._files, self._regency)
            signed = msgspec.json.decode(self._files.keyring.read_bytes(), type=SignedKeyring)
        except FileNotFoundError:
            return
        except (KeyFilesError, KeyringError, msgspec.DecodeError, OSError) as error:
            LOG.error("the keyring is not published: %s", error)  # noqa: TRY400 - the message says it
            return
        if ring.serial <= self._told_serial:
            self._seen_at_ns = changed_at_ns
        elif self._publish(self._publication(signed)):
            LOG.info("keyring %d is published", ring.serial)
            self._told_serial, self._seen_at_ns = ring.serial, changed_at_ns

    def _publication(self, signed: SignedKeyring) -> Publication:
        now = self._now()
        news = KeyringNews(
            id=new_message_id(round(now.timestamp() * 1000)),
            sent_at=now,
            time_quality=TimeQuality.NTP,
            keyring=signed.keyring,
            signature=signed.signature,
        )
        topic = SharedTopic(self._regency, SharedKind.KEYRING)
        return Publication(str(topic), contract.encode(news), retained=True)
