"""Finding ports on loopback."""

import socket


def free_port(preferred: int = 0) -> int:
    """``preferred`` where it is free, otherwise one the system gives."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            bound: int = probe.getsockname()[1]
            return bound
    raise OSError("no free port on loopback")
