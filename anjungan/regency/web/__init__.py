"""Pages for staff and for residents' phones."""
