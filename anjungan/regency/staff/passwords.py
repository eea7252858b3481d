"""Which passwords will do, and passwords for one time that are made for others."""

import enum
import re
import secrets
from typing import Final

MIN_PASSWORD_CHARACTERS: Final = 10
MAX_PASSWORD_CHARACTERS: Final = 200

_MIN_OWN_CHARACTERS: Final = 4
_MIN_DISTINCT_CHARACTERS: Final = 5
_WELL_KNOWN: Final = (
    *("password", "passw0rd", "p4ssword", "katasandi", "rahasia", "sandi", "administrator"),
    *("qwertyuiop", "qwerty", "asdfghjkl", "asdfgh", "zxcvbnm", "abcdef", "iloveyou", "sayang"),
    *("bismillah", "indonesia", "blitar", "kominfo", "kabupaten", "anjungan", "merdeka", "desa"),
    *("admin", "petugas", "pengelola", "letmein", "welcome", "selamatdatang", "aremania"),
)
_ONE_TIME_LETTERS: Final = "abcdefghjkmnpqrstuvwxyz23456789"
_ONE_TIME_GROUPS: Final = 4
_ONE_TIME_GROUP_CHARACTERS: Final = 4


class PasswordProblem(enum.Enum):
    """Why a password will not do."""

    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    GUESSABLE = "guessable"
    """The name, well-known words, digits alone, or hardly any different characters."""


def password_problem(password: str, name: str) -> PasswordProblem | None:
    """What is wrong with a password for the account of that name; None when it will do."""
    if len(password) < MIN_PASSWORD_CHARACTERS:
        return PasswordProblem.TOO_SHORT
    if len(password) > MAX_PASSWORD_CHARACTERS:
        return PasswordProblem.TOO_LONG
    own = password.casefold()
    if len(set(own)) < _MIN_DISTINCT_CHARACTERS:
        return PasswordProblem.GUESSABLE
    own = re.sub(r"[\s\d._-]", "", own)
    for word in (re.sub(r"[\s\d._-]", "", name.casefold()), *_WELL_KNOWN):
        own = own.replace(word, "") if word else own
    return PasswordProblem.GUESSABLE if len(own) < _MIN_OWN_CHARACTERS else None


def new_one_time_password() -> str:
    """Sixteen random characters (79 bits) that can be read out: ``k7mp-x2rd-93ht-wbqa``."""
    while True:
        made = "-".join(
            "".join(secrets.choice(_ONE_TIME_LETTERS) for _ in range(_ONE_TIME_GROUP_CHARACTERS))
            for _ in range(_ONE_TIME_GROUPS)
        )
        if password_problem(made, "") is None:
            return made
