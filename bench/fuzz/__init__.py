"""Frames that no device ever sent: nothing may break, no card may appear, nothing may hang."""
