"""The demo's addresses, kept with its data, so that tickets and bookmarks go on working."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Final

import msgspec

from anjungan.appliance.file_replacing import replace_file
from anjungan.simulation.ports import free_port

PREFERRED_WEB_PORT: Final = 8350
PREFERRED_SCREEN_PORT: Final = 8351
PREFERRED_DESK_PORT: Final = 8352

_Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]


class Addresses(msgspec.Struct, frozen=True, kw_only=True):
    """Ports on loopback of what people open in a browser."""

    web: _Port
    screen: _Port
    desk: _Port = PREFERRED_DESK_PORT


def kept_addresses(file: Path, on_event: Callable[[str], None]) -> Addresses:
    """The ports of the first start on these data; another only while one of them is occupied.

    What is occupied is told to ``on_event`` and stays in the file: the next start tries it again.
    """
    kept = _read(file)
    if kept is None:
        kept = Addresses(
            web=free_port(PREFERRED_WEB_PORT),
            screen=free_port(PREFERRED_SCREEN_PORT),
            desk=free_port(PREFERRED_DESK_PORT),
        )
        replace_file(file, msgspec.json.encode(kept))
    return Addresses(
        web=_kept_or_other(kept.web, "the regency's pages", on_event),
        screen=_kept_or_other(kept.screen, "the kiosk's picture", on_event),
        desk=_kept_or_other(kept.desk, "the simulation desk", on_event),
    )


def _kept_or_other(kept: int, whose: str, on_event: Callable[[str], None]) -> int:
    port = free_port(kept)
    if port != kept:
        on_event(
            f"port {kept} of {whose} is occupied by another program: this start uses {port}; "
            "what earlier starts printed or showed leads there again once it is free"
        )
    return port


def _read(file: Path) -> Addresses | None:
    """None where there is none yet, or none that can be used."""
    try:
        return msgspec.json.decode(file.read_bytes(), type=Addresses)
    except (FileNotFoundError, msgspec.DecodeError):
        return None
