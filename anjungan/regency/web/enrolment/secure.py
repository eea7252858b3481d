"""Whether a request came over HTTPS, or from this very machine."""

from anjungan.regency.loopback import is_loopback
from anjungan.regency.web.security import PageRequest
from anjungan.regency.web.site import client_address


def came_securely(request: PageRequest) -> bool:
    """HTTPS (the server says so of itself or of its proxy), or loopback at both ends.

    A proxy on this machine that forgets to tell the scheme still passes the name it was asked
    under, so what it hands on is not taken for loopback.
    """
    if request.url.scheme == "https":
        return True
    return is_loopback(client_address(request)) and is_loopback(request.url.hostname or "")
