"""Requests of residents: reading them, changing their status, telling the kiosk."""
