"""Finding ports on loopback."""

import secrets
import socket
from pathlib import Path
from typing import Final

_LOWEST: Final = 15_000
_TRIES: Final = 200
_RANGE_OF_CLIENTS: Final = Path("/proc/sys/net/ipv4/ip_local_port_range")
_USUAL_BEGIN: Final = 32_768


def free_port(preferred: int = 0) -> int:
    """``preferred`` where it is free, otherwise a random free one.

    The random ones lie below those that the system gives to outgoing connections: some seconds
    pass until a server that is being started listens, and one of those could be taken meanwhile.
    """
    if preferred and _is_free(preferred):
        return preferred
    begin_of_clients = _begin_of_clients()
    for _attempt in range(_TRIES):
        port = _LOWEST + secrets.randbelow(begin_of_clients - _LOWEST)
        if _is_free(port):
            return port
    raise OSError("no free port on loopback")


def _begin_of_clients() -> int:
    try:
        begin = int(_RANGE_OF_CLIENTS.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return _USUAL_BEGIN
    return begin if begin > _LOWEST else _USUAL_BEGIN


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
