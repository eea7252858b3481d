"""Alerts: what is wrong with kiosks, who is told, and what becomes of it.

``reading.open_incidents``, ``maintenance.kiosks_in_maintenance`` and ``contacts.contact_of`` are
what other areas ask.
"""
