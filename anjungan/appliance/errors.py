"""Exceptions of the kiosk. Expected outcomes are values; these are for bugs and I/O."""


class AnjunganError(Exception):
    """Base of the kiosk's own exceptions."""


class ConfigError(AnjunganError, ValueError):
    """The site settings are wrong; the message names the file and the key."""
