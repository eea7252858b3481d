"""From one machine to many: the rows of a SQLite file into an empty PostgreSQL."""

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, Table, insert, select, text

from anjungan.regency.backup.dumping import count_rows
from anjungan.regency.backup.manifest import BackupError
from anjungan.regency.store.address import PostgresUrl
from anjungan.regency.store.database import open_database
from anjungan.regency.store.postgres import no_time_limits
from anjungan.regency.store.tables import METADATA

ROWS_A_STEP: Final = 1000


def move_to_postgres(copy: Path, address: PostgresUrl) -> None:
    """Make the tables and copy every row, all of them or none.

    ``copy`` belongs to the caller: an older one is brought to this version first.
    """
    source, target = open_database(copy), open_database(address)
    try:
        with source.reading() as reading, target.writing() as writing:
            no_time_limits(writing)
            for table in METADATA.sorted_tables:
                _move(reading, writing, table)
            if count_rows(reading) != count_rows(writing):
                raise BackupError("not all rows arrived: nothing was moved")
    finally:
        source.close()
        target.close()


def _move(reading: Connection, writing: Connection, table: Table) -> None:
    rows = reading.execution_options(yield_per=ROWS_A_STEP).execute(select(table)).mappings()
    for piece in rows.partitions():
        writing.execute(insert(table), [dict(row) for row in piece])
    number = table.autoincrement_column
    if number is not None:
        # ids go on after the largest; a column that numbers nothing has no sequence
        writing.execute(
            text(
                f"SELECT setval(pg_get_serial_sequence('{table.name}', '{number.name}'),"  # noqa: S608 - names of our own tables
                f" max({number.name})) FROM {table.name} HAVING count(*) > 0"
            )
        )
