"""mosquitto's configuration and access list, as text. Pure.

Written for mosquitto 2.0.11 of Debian 12 and started with it in the tests; newer ones are untried.
Three things a reader may miss:

- ``use_username_as_clientid`` stands on the kiosks' listener alone: there it makes certificate
  name, user name and client id one, so that nobody takes over another's connection. The regency's
  own processes share one certificate and need client ids of their own.
- The village in a topic cannot be tied to the user name by a pattern. It is ``+`` here, and the
  inbox refuses a village that is not the kiosk's.
- Reading is checked when a message is delivered: subscribing to what is another's is granted and
  stays silent. On MQTT 3.1.1 a refused publish is acknowledged like any other.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anjungan.protocol.identity import RegencyCode
from anjungan.protocol.topics import PREFIX
from anjungan.regency.broker.settings import BrokerSettings

INBOX_USER: Final = "regency-inbox"
"""The common name in the certificate of the regency's own processes."""

MAX_PACKET_BYTES: Final = 65_536
MAX_KEEP_ALIVE_S: Final = 1200
MAX_INFLIGHT_MESSAGES: Final = 2000
"""The inbox acknowledges what it has committed: this is the most it can commit at once. A kiosk
is sent fewer: statuses go out a hundred at a time, and a receipt tells of a hundred requests."""
MAX_INFLIGHT_BYTES: Final = 4 * 1024 * 1024
MAX_QUEUED_MESSAGES: Final = 50_000
MAX_QUEUED_BYTES: Final = 64 * 1024 * 1024
MEMORY_LIMIT_BYTES: Final = 1024 * 1024 * 1024
INTERNAL_CONNECTIONS: Final = 64
AUTOSAVE_S: Final = 60

_HEADER: Final = """\
# mosquitto of regency {regency}, written by `anjungan regency admin broker-config`
"""

_GENERAL: Final = """\
per_listener_settings false
allow_anonymous false
allow_zero_length_clientid false
acl_file {acl}

# a round trip takes 40 to 90 ms without it
set_tcp_nodelay true

# what one client may make the broker hold; for the inbox this is what waits while it is away
max_packet_size {max_packet_bytes}
max_inflight_messages {max_inflight_messages}
max_inflight_bytes {max_inflight_bytes}
max_queued_messages {max_queued_messages}
max_queued_bytes {max_queued_bytes}
memory_limit {memory_limit_bytes}
max_keepalive {max_keep_alive_s}
queue_qos0_messages false
persistent_client_expiration 7d

# a courtesy: requests wait in the kiosks until the regency itself has receipted them
persistence true
persistence_location {state_dir}/
autosave_interval {autosave_s}

# connections and refusals; topics are told by `debug` alone and payloads by nothing
log_dest stderr
log_type error
log_type warning
log_type notice
log_type information
connection_messages true
log_timestamp true
log_timestamp_format %Y-%m-%dT%H:%M:%S
"""

_LISTENER: Final = """\
certfile {certificate}
keyfile {key}
cafile {trusted}
crlfile {crl}
require_certificate true
use_identity_as_username true
tls_version tlsv1.3
"""

_ACCESS: Final = """\
# mosquitto warns that the third line names no user: it is meant for all
pattern write {prefix}/{regency}/+/%u/up/+
pattern read {prefix}/{regency}/+/%u/dn/+
pattern read {prefix}/{regency}/all/+

user {inbox}
topic read {prefix}/{regency}/+/+/up/+
topic write {prefix}/{regency}/+/+/dn/+
topic write {prefix}/{regency}/all/+
"""

_DEMO: Final = """\
# for a demonstration on this machine: no certificates, everybody may do everything
# a change of user would make the broker outlive a demo that was killed (prctl(2))
user {user}
listener {port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_packet_size {max_packet_bytes}
log_dest stderr
log_type error
log_type warning
"""


@dataclass(frozen=True, slots=True)
class BrokerFiles:
    """The names of the files in the broker's folder."""

    folder: Path

    @property
    def configuration(self) -> Path:
        """What mosquitto is started with."""
        return self.folder / "mosquitto.conf"

    @property
    def access(self) -> Path:
        """Who may publish and read what."""
        return self.folder / "access.acl"

    @property
    def certificate(self) -> Path:
        """The broker's certificate with its chain."""
        return self.folder / "server.pem"

    @property
    def key(self) -> Path:
        """The broker's key."""
        return self.folder / "server.key"

    @property
    def trusted(self) -> Path:
        """Root and issuing certificates that clients are checked with."""
        return self.folder / "trusted.pem"

    @property
    def crl(self) -> Path:
        """The revocation lists."""
        return self.folder / "crl.pem"


def access_list(regency: RegencyCode) -> str:
    """The three lines for kiosks, and those of the inbox."""
    return _ACCESS.format(prefix=PREFIX, regency=regency, inbox=INBOX_USER)


def configuration(
    settings: BrokerSettings, files: BrokerFiles, regency: RegencyCode, *, user: str = ""
) -> str:
    """The configuration; ``user`` is whom a broker started as root becomes, if not mosquitto."""
    general = _GENERAL.format(
        acl=files.access,
        state_dir=settings.state_dir,
        max_packet_bytes=MAX_PACKET_BYTES,
        max_inflight_messages=MAX_INFLIGHT_MESSAGES,
        max_inflight_bytes=MAX_INFLIGHT_BYTES,
        max_queued_messages=MAX_QUEUED_MESSAGES,
        max_queued_bytes=MAX_QUEUED_BYTES,
        memory_limit_bytes=MEMORY_LIMIT_BYTES,
        max_keep_alive_s=MAX_KEEP_ALIVE_S,
        autosave_s=AUTOSAVE_S,
    )
    tls = _LISTENER.format(
        certificate=files.certificate, key=files.key, trusted=files.trusted, crl=files.crl
    )
    parts = [
        _HEADER.format(regency=regency) + (f"user {user}\n" if user else "") + general,
        f"# kiosks\nlistener {settings.kiosk_port} {settings.kiosk_bind}".rstrip()
        + f"\nmax_connections {settings.max_kiosks}\nuse_username_as_clientid true\n{tls}",
        "# the regency's own processes\n"
        f"listener {settings.internal_port} {settings.internal_bind}".rstrip()
        + f"\nmax_connections {INTERNAL_CONNECTIONS}\n{tls}",
    ]
    return "\n".join(parts)


def demo_configuration(port: int, user: str) -> str:
    """An open broker on loopback. Nothing but the simulation asks for it."""
    return _DEMO.format(port=port, user=user, max_packet_bytes=MAX_PACKET_BYTES)
