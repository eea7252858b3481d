"""The devices of a kiosk: one folder a family, over the lines of ``link`` and ``device``."""
