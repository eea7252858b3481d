"""Exceptions of the kiosk. Expected outcomes are values; these are for bugs and I/O."""

import enum
import errno
from pathlib import Path
from types import MappingProxyType
from typing import Final


class ConfigProblem(enum.Enum):
    """What is wrong with the settings or a key file; the values a sentence needs stand beside it.

    ``origin`` is the file or ``$VARIABLE`` a value came from, ``key`` its dotted name.
    """

    FILE_MISSING = "file_missing"  # file
    FILE_FORBIDDEN = "file_forbidden"  # file
    FILE_IS_FOLDER = "file_is_folder"  # file
    FILE_UNREADABLE = "file_unreadable"  # file, reason
    NOT_UTF8 = "not_utf8"  # file
    NOT_TOML = "not_toml"  # file
    NOT_TOML_AT = "not_toml_at"  # file, line, column
    UNKNOWN_SETTING = "unknown_setting"  # origin, key
    MISSING_SETTING = "missing_setting"  # origin, key, field
    WRONG_TYPE = "wrong_type"  # origin, key, expected ("int | null"), got ("str")
    BELOW_LEAST = "below_least"  # origin, key, limit
    ABOVE_MOST = "above_most"  # origin, key, limit
    NOT_MORE = "not_more"  # origin, key, limit
    NOT_LESS = "not_less"  # origin, key, limit
    TOO_SHORT = "too_short"  # origin, key, limit
    WRONG_FORM = "wrong_form"  # origin, key, pattern
    NOT_KNOWN = "not_known"  # origin, key, known
    WRONG_VALUE = "wrong_value"  # origin, key, reason
    KIOSK_UNSET = "kiosk_unset"  # file, example
    UNKNOWN_VILLAGE = "unknown_village"  # code
    UNKNOWN_PRINTER_PROFILE = "unknown_printer_profile"  # device, profile, known
    PIN_TWICE = "pin_twice"  # origin, device, pins
    PATH_TWICE = "path_twice"  # origin, device, path
    NAME_TWICE = "name_twice"  # origin, device, name
    KEY_NOT_HEX = "key_not_hex"  # file
    KEY_LENGTH = "key_length"  # file, length_bytes
    KEYRING_NOT_SIGNED = "keyring_not_signed"  # file
    KEYRING_OF_ANOTHER_REGENCY = "keyring_of_another_regency"  # file


_FILE_PROBLEMS: Final = {
    errno.ENOENT: ConfigProblem.FILE_MISSING,
    errno.ENOTDIR: ConfigProblem.FILE_MISSING,
    errno.EACCES: ConfigProblem.FILE_FORBIDDEN,
    errno.EPERM: ConfigProblem.FILE_FORBIDDEN,
    errno.EISDIR: ConfigProblem.FILE_IS_FOLDER,
}


class AnjunganError(Exception):
    """Base of the kiosk's own exceptions."""


class ConfigError(AnjunganError, ValueError):
    """The site settings are wrong; the message names the file and the key.

    The message is for programmers. ``problem`` and ``values`` are for those who say the same to
    technicians in their language.
    """

    def __init__(self, problem: ConfigProblem, message: str, **values: str | int) -> None:
        super().__init__(message)
        self.problem = problem
        self.values = MappingProxyType(values)


def unreadable_file(path: Path, error: OSError) -> ConfigError:
    """The settings or a key file that could not be read."""
    reason = error.strerror or type(error).__name__
    message = f"{path}: cannot be read ({reason})"
    problem = _FILE_PROBLEMS.get(error.errno or 0)
    if problem is None:
        return ConfigError(ConfigProblem.FILE_UNREADABLE, message, file=str(path), reason=reason)
    return ConfigError(problem, message, file=str(path))
