"""Everything a kiosk keeps: tickets, the outbox of unsent messages, and print jobs, in SQLite.

The only place on the kiosk that imports sqlite3. ``Storage`` is the door; values are in
``records``.
"""
