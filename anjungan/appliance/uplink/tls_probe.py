"""Asking a broker whether it accepts this kiosk's certificate, without becoming its client.

Nothing is said after the handshake: a CONNECT would take the place of the running agent's
connection. A broker that does not want the certificate ends the connection; one that does is
silent.
"""

import socket
import ssl
from typing import Final

from anjungan.appliance.uplink.identity import IdentityFiles, tls_context
from anjungan.appliance.uplink.line_state import OfflineReason
from anjungan.appliance.uplink.tls_trouble import (
    AlertHearingSocket,
    ended_unheard,
    handshake_trouble,
)

CONNECT_LIMIT_S: Final = 10.0
SILENCE_S: Final = 3.0
"""Longer than two round trips of a slow line (1.2 s each)."""


def probe_tls(host: str, port: int, files: IdentityFiles) -> OfflineReason | None:
    """Why the broker would not have us, or None. Blocks; raises OSError when it is not reached."""
    context = tls_context(files)
    context.sslsocket_class = AlertHearingSocket
    plain = socket.create_connection((host, port), CONNECT_LIMIT_S)
    try:
        sock = context.wrap_socket(plain, server_hostname=host)
    except ssl.SSLError as error:
        plain.close()
        return handshake_trouble(error)
    with sock:
        sock.settimeout(SILENCE_S)
        try:
            sock.recv(1)
        except TimeoutError:
            return None
        except OSError:
            pass  # an alert, or a reset: refused either way
        return ended_unheard(sock, files.certificate)
