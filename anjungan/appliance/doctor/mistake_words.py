"""What is wrong with settings and key files, as the doctor says it."""

from collections.abc import Mapping
from typing import Final

from anjungan.appliance.doctor.words import Said, say
from anjungan.appliance.errors import ConfigError, ConfigProblem

VALUE_TYPES: Final = {
    "str", "int", "float", "bool", "object", "array", "null", "date", "datetime", "time",
}  # fmt: skip
"""The types of TOML by msgspec's names; ``null`` is written ``false`` in a settings file."""

FORMS: Final = {"kiosk.id": "form_kiosk_id", "kiosk.queue_letter": "form_queue_letter"}
"""Settings whose form has a sentence of its own, better than a pattern."""

DEVICE_FORMS: Final = frozenset({"form_device_name", "form_time_of_day", "form_host"})
"""The same for devices, whose names are free."""

FIXES: Final[Mapping[ConfigProblem, str]] = {
    ConfigProblem.FILE_MISSING: "missing",
    ConfigProblem.FILE_IS_FOLDER: "missing",
    ConfigProblem.FILE_FORBIDDEN: "forbidden",
    ConfigProblem.FILE_UNREADABLE: "unreadable",
    ConfigProblem.NOT_UTF8: "utf8",
    ConfigProblem.KIOSK_UNSET: "kiosk",
    ConfigProblem.UNKNOWN_VILLAGE: "kiosk",
}
"""What to do about the settings where correcting a line is not the whole answer."""


def said_of(error: ConfigError) -> Said:
    """The mistake as a sentence without a language."""
    values: dict[str, object] = dict(error.values)
    key = f"mistake.{error.problem.value}"
    match error.problem:
        case ConfigProblem.WRONG_TYPE:
            names = str(values["expected"]).split(" | ")
            values["expected"] = tuple(map(_value_type, names))
            values["got"] = _value_type(str(values["got"]))
        case ConfigProblem.WRONG_FORM:
            key = _form(str(values["key"])) or key
        case _:
            pass
    return Said(key, values)


def _form(setting: str) -> str | None:
    match setting.split("."):
        case ["devices", _]:
            form = "form_device_name"
        case ["devices", _, "off_from" | "off_until"]:
            form = "form_time_of_day"
        case ["devices", _, "host"]:
            form = "form_host"
        case _ if setting in FORMS:
            form = FORMS[setting]
        case _:
            return None
    return f"mistake.{form}"


def _value_type(name: str) -> Said:
    return say(f"value_type.{name}" if name in VALUE_TYPES else "value_type.other", name=name)
