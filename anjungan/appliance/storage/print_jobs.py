"""Print jobs in the database."""

import sqlite3

from anjungan.appliance.storage.database import transaction
from anjungan.appliance.storage.records import PrintJob, PrintJobId, PrintKind, PrintState
from anjungan.protocol.message_id import MessageId


def print_job(connection: sqlite3.Connection, job_id: PrintJobId) -> PrintJob | None:
    """One job, or None."""
    row = connection.execute(
        "SELECT job_id, request_id, kind, state FROM print_job WHERE job_id = ?", (job_id,)
    ).fetchone()
    if row is None:
        return None
    return PrintJob(
        job_id=PrintJobId(row[0]),
        request_id=MessageId(row[1]),
        kind=PrintKind(row[2]),
        state=PrintState(row[3]),
    )


def queue_copy(connection: sqlite3.Connection, request_id: str) -> PrintJobId | None:
    """Queue a copy of a ticket; None when there is no such ticket."""
    with transaction(connection):
        cursor = connection.execute(
            "INSERT INTO print_job (request_id, kind, state)"
            " SELECT request_id, ?, ? FROM ticket WHERE request_id = ?",
            (PrintKind.COPY.value, PrintState.QUEUED.value, request_id),
        )
        return PrintJobId(cursor.lastrowid or 0) if cursor.rowcount == 1 else None


def mark_print(connection: sqlite3.Connection, job_id: PrintJobId, state: PrintState) -> None:
    """Note where a job stands."""
    with transaction(connection):
        connection.execute("UPDATE print_job SET state = ? WHERE job_id = ?", (state.value, job_id))


def abandon_print_jobs(connection: sqlite3.Connection) -> int:
    """Close the jobs that a stopped program left open: nothing prints by itself. Returns how many.

    An uncertain job stays uncertain.
    """
    with transaction(connection):
        return connection.execute(
            "UPDATE print_job SET state = ? WHERE state IN (?, ?)",
            (PrintState.ABANDONED.value, PrintState.QUEUED.value, PrintState.SENDING.value),
        ).rowcount
