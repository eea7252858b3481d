"""Everything a kiosk keeps: tickets, the outbox of unsent messages, and print jobs, in SQLite.

The only place on the kiosk that imports sqlite3. ``Storage`` is the door; values are in
``records``.
"""

from typing import Final

DATABASE_NAME: Final = "kiosk.db"
"""The one file, in the kiosk's data folder."""
