"""The outbox as a technician sees it, read beside a running agent."""

import sqlite3
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Final

from anjungan.appliance.storage.database import BUSY_TIMEOUT_S
from anjungan.appliance.storage.failures import as_storage_error
from anjungan.appliance.storage.records import OutboxRow
from anjungan.protocol.message_id import MessageId
from anjungan.protocol.messages import RefusalCode
from anjungan.protocol.topics import UpKind

_ROWS: Final = """
    SELECT message_id, kind, queued_at, length(payload), NULL FROM outbox
    UNION ALL
    SELECT request_id, 'request', submitted_at, 0, refusal FROM ticket WHERE delivery = 'refused'
    ORDER BY 3
"""


def list_outbox(path: Path) -> tuple[OutboxRow, ...]:
    """What waits in the outbox at ``path``, and what was refused; nothing personal.

    Raises:
        StorageError: there is no readable database.
    """
    try:
        connection = sqlite3.connect(
            f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=BUSY_TIMEOUT_S
        )
        with closing(connection):
            return tuple(
                OutboxRow(
                    message_id=MessageId(row[0]),
                    kind=UpKind(row[1]),
                    queued_at=datetime.fromisoformat(row[2]),
                    payload_bytes=row[3],
                    refusal=None if row[4] is None else RefusalCode(row[4]),
                )
                for row in connection.execute(_ROWS)
            )
    except sqlite3.Error as error:
        raise as_storage_error(error) from None
