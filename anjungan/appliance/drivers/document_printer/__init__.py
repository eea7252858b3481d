"""A4 letters through CUPS, driven by its own commands ``lp``, ``lpstat`` and ``cancel``."""
