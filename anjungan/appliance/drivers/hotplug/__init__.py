"""Noticing at once that a device was plugged in, instead of at the next try to open it."""
