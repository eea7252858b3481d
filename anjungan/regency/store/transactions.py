"""The kinds of transaction, told to the engines as execution options."""

from enum import Enum
from typing import Any, Final

from sqlalchemy import Connection

_OPTION: Final = "anjungan_transaction"


class Kind(Enum):
    """What a transaction may do, and beside which others it may run."""

    READING = "reading"
    WRITING = "writing"
    WRITING_BESIDE_OTHERS = "writing_beside_others"


def options_of(kind: Kind) -> dict[str, Any]:
    """The execution options by which an engine's transactions are of this kind."""
    return {_OPTION: kind}


def kind_of(connection: Connection) -> Kind:
    """The kind of the transaction on ``connection``."""
    kind: Kind = connection.get_execution_options().get(_OPTION, Kind.READING)
    return kind


def is_writing(connection: Connection) -> bool:
    """Whether it may write."""
    return kind_of(connection) is not Kind.READING


def is_alone(connection: Connection) -> bool:
    """Whether no other transaction writes meanwhile."""
    return kind_of(connection) is Kind.WRITING
