"""What is wrong with a settings file, from what the parser and the checker say of it."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from anjungan.appliance.errors import ConfigError, ConfigProblem
from anjungan.appliance.settings.devices import known_values

_PLACE: Final = re.compile(r"\(at line (\d+), column (\d+)\)")
_UNKNOWN_FIELD: Final = re.compile(r"unknown field `([^`]*)`")
_NO_SUCH_VALUE: Final = re.compile(r"Invalid (enum )?value .*")
_LIMIT: Final = re.compile(r"Expected `\w+` (?P<sign>>=|<=|>|<) (?P<limit>\S+)")
_LIMIT_PROBLEMS: Final = {
    ">=": ConfigProblem.BELOW_LEAST,
    "<=": ConfigProblem.ABOVE_MOST,
    ">": ConfigProblem.NOT_MORE,
    "<": ConfigProblem.NOT_LESS,
}
_REASONS: Final = (
    (
        ConfigProblem.WRONG_TYPE,
        re.compile(r"Expected `(?P<expected>[^`]+)`, got `(?P<got>[^`]+)`"),
    ),
    (ConfigProblem.TOO_SHORT, re.compile(r"Expected `str` of length >= (?P<limit>\d+)")),
    (ConfigProblem.WRONG_FORM, re.compile(r"Expected `str` matching regex '(?P<pattern>.*)'")),
    (
        ConfigProblem.MISSING_SETTING,
        re.compile(r"Object missing required field `(?P<field>[^`]+)`"),
    ),
)
"""msgspec's own sentences; one that is not known here stays as it is, as WRONG_VALUE."""


def not_toml(path: Path, error: ValueError | RecursionError) -> ConfigError:
    """The file is no TOML, with the place where reading it ended."""
    message = f"{path}: not valid TOML: {error}"
    if isinstance(error, UnicodeDecodeError):
        return ConfigError(ConfigProblem.NOT_UTF8, message, file=str(path))
    place = _PLACE.search(str(error))
    if place is None:
        return ConfigError(ConfigProblem.NOT_TOML, message, file=str(path))
    line, column = map(int, place.groups())
    return ConfigError(ConfigProblem.NOT_TOML_AT, message, file=str(path), line=line, column=column)


def wrong_value(said: str, origins: Mapping[str, str], *, inside: str = "") -> ConfigError:
    """A value that may not be so; names file or variable, key and reason, never the value.

    ``said`` is msgspec's sentence; ``inside`` the dotted place of what it speaks of.
    """
    reason, _, place = said.partition(" - at `$")
    key = f"{inside}.{place.strip('.`')}".strip(".")
    problem, values = _classify(reason)
    if _NO_SUCH_VALUE.fullmatch(reason):
        known = known_values(key.rpartition(".")[2])
        problem, values = ConfigProblem.NOT_KNOWN, {"known": known}
        reason = f"not one of {known}"
    unknown = _UNKNOWN_FIELD.search(reason)
    if unknown is not None:
        key = f"{key}.{unknown.group(1)}".lstrip(".")
        problem, values = ConfigProblem.UNKNOWN_SETTING, {}
        reason = "there is no such setting"
    origin, key = _origin(key, origins), key or "top level"
    return ConfigError(problem, f"{origin}: {key}: {reason}", origin=origin, key=key, **values)


def _classify(reason: str) -> tuple[ConfigProblem, Mapping[str, str]]:
    limit = _LIMIT.fullmatch(reason)
    if limit is not None:
        return _LIMIT_PROBLEMS[limit["sign"]], {"limit": limit["limit"].removesuffix(".0")}
    for problem, pattern in _REASONS:
        found = pattern.fullmatch(reason)
        if found is not None:
            return problem, found.groupdict()
    return ConfigProblem.WRONG_VALUE, {"reason": reason}


def _origin(key: str, origins: Mapping[str, str]) -> str:
    """Where ``key`` was set; a list is set as a whole, a table by any of its keys."""
    whole = key.partition("[")[0]
    for known, origin in origins.items():
        if known == whole or known.startswith(f"{whole}."):
            return origin
    return "settings"
