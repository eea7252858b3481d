"""A secured mosquitto as `broker-config` sets it up, identities of an authority, and clients."""

import getpass
import shutil
import signal
import socket
import ssl
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from anjungan.protocol.identity import KioskId, RegencyCode
from anjungan.regency.broker.configuration import BrokerFiles
from anjungan.regency.broker.installing import bring_over, install
from anjungan.regency.broker.settings import BrokerSettings
from anjungan.regency.enrolment.authority import (
    Authority,
    Revoked,
    issue_client,
    issue_kiosk,
    make_crl,
    new_key,
)
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    issuing_numbers,
    load_issuing,
    load_issuing_number,
    replace_public_file,
)
from anjungan.regency.enrolment.beginning import begin_authority
from anjungan.regency.enrolment.own_certificates import issue_inbox_files, issue_server_files
from anjungan.regency.link.settings import MqttSettings
from anjungan.regency.link.tls import ClosingSocket
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database, open_database

REGENCY = RegencyCode("3505")
PATIENCE_S = 15.0


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [int(each.getsockname()[1]) for each in sockets]
    for each in sockets:
        each.close()
    return ports


def until(condition: Callable[[], Any], what: str, timeout_s: float = PATIENCE_S) -> Any:
    """Wait for what another thread or process does; fails when it never comes."""
    until_s = time.monotonic() + timeout_s
    while not (found := condition()):
        if time.monotonic() > until_s:
            pytest.fail(f"never happened: {what}")
        time.sleep(0.01)
    return found


@dataclass(frozen=True)
class PeerIdentity:
    """Files of one client: whom it trusts, its certificate with its chain, its key."""

    authorities: Path
    certificate: Path
    key: Path
    serial: int

    def context(self) -> ssl.SSLContext:
        context = ssl.create_default_context(cafile=str(self.authorities))
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        context.load_cert_chain(self.certificate, self.key)
        return context


@dataclass
class SecuredBroker:
    """The broker of a regency with its authority; everything stands under ``folder``."""

    folder: Path
    settings: RegencySettings
    database: Database
    process: "subprocess.Popen[bytes] | None" = None
    revoked: list[Revoked] = field(default_factory=list)

    @property
    def authority(self) -> AuthorityFiles:
        return AuthorityFiles(self.settings.authority_path)

    @property
    def files(self) -> BrokerFiles:
        return BrokerFiles(self.settings.broker_path)

    @property
    def issuing(self) -> Authority:
        return load_issuing(self.authority)

    @property
    def port(self) -> int:
        return self.settings.broker.kiosk_port

    @property
    def internal_port(self) -> int:
        return self.settings.broker.internal_port

    @property
    def log(self) -> str:
        return (self.folder / "mosquitto.log").read_text(errors="replace")

    def start(self) -> None:
        with (self.folder / "mosquitto.log").open("ab") as log:
            self.process = subprocess.Popen(
                [mosquitto_program(), "-c", str(self.files.configuration)],
                stdout=log,
                stderr=log,
            )
        until(lambda: _listens(self.port) and _listens(self.internal_port), "the broker listens")

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(10)
            self.process = None

    @property
    def reload_command(self) -> tuple[str, ...]:
        assert self.process is not None
        return ("/bin/kill", "-HUP", str(self.process.pid))

    def reload(self) -> None:
        """SIGHUP, and wait until the broker says that it has read everything anew."""
        assert self.process is not None
        before = self.log.count("Reloading config")
        self.process.send_signal(signal.SIGHUP)
        until(lambda: self.log.count("Reloading config") > before, "the broker reloads")

    def write_lists(self, *revoked: int, at: datetime | None = None) -> None:
        """Put revocation lists of our own making in place and reload."""
        now = at or datetime.now(tz=UTC)
        self.revoked += [Revoked(serial, now) for serial in revoked]
        issuers = [
            load_issuing_number(self.authority, number)
            for number in issuing_numbers(self.authority)
        ]
        lists = [make_crl(issuer, self.revoked, now) for issuer in issuers]
        content = b"".join(each.public_bytes(Encoding.PEM) for each in lists)
        replace_public_file(self.authority.crl, content)
        bring_over(self.authority, self.files)
        self.reload()

    def kiosk(
        self, name: str, *, now: datetime | None = None, issuing: Authority | None = None
    ) -> PeerIdentity:
        """An identity as enrolment leaves it on a kiosk's disk."""
        now = now or datetime.now(tz=UTC)
        key = new_key()
        issuing = issuing or self.issuing
        certificate = issue_kiosk(issuing, KioskId(name), key.public_key(), now)
        return self.keep(certificate, key, issuing)

    def client(self, name: str) -> PeerIdentity:
        """A client's certificate with any name at all, as our own authority would never make."""
        key = new_key()
        certificate = issue_client(
            self.issuing, name, key.public_key(), datetime.now(tz=UTC), life=timedelta(days=1)
        )
        return self.keep(certificate, key, self.issuing)

    def inbox_identity(self) -> PeerIdentity:
        key, certificate = self.authority.inbox
        return PeerIdentity(self.authority.root, certificate, key, 0)

    def keep(self, certificate: x509.Certificate, key: Any, issuing: Authority) -> PeerIdentity:
        folder = self.folder / f"identity-{certificate.serial_number:x}"
        return write_identity(folder, certificate, key, issuing, self.authority.root.read_bytes())


def write_identity(
    folder: Path, certificate: x509.Certificate, key: Any, issuing: Authority, roots: bytes
) -> PeerIdentity:
    folder.mkdir(exist_ok=True)
    chain = [certificate, issuing.certificate]
    (folder / "certificate.pem").write_bytes(
        b"".join(each.public_bytes(Encoding.PEM) for each in chain)
    )
    (folder / "key.pem").write_bytes(
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    (folder / "authorities.pem").write_bytes(roots)
    return PeerIdentity(
        folder / "authorities.pem",
        folder / "certificate.pem",
        folder / "key.pem",
        certificate.serial_number,
    )


def mosquitto_program() -> str:
    return shutil.which("mosquitto") or "/usr/sbin/mosquitto"


def _listens(port: int) -> bool:
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def secured_broker(folder: Path, database_file: Path, **changes: Any) -> Iterator[SecuredBroker]:
    """A broker that serves; ``database_file`` is an empty database to copy."""
    kiosk_port, internal_port = free_ports(2)
    settings = RegencySettings(
        data_dir=folder / "regency",
        mqtt=MqttSettings(port=internal_port, tls=True),
        broker=BrokerSettings(
            state_dir=folder / "state",
            kiosk_bind="127.0.0.1",
            kiosk_port=kiosk_port,
            internal_port=internal_port,
            **changes,
        ),
    )
    settings.data_dir.mkdir(mode=0o700)
    settings.broker.state_dir.mkdir()
    shutil.copy(database_file, settings.database_path)
    database = open_database(settings.database_address)
    broker = SecuredBroker(folder, settings, database)
    now = datetime.now(tz=UTC)
    broker.authority.folder.mkdir(mode=0o700)
    begin_authority(database, broker.authority, REGENCY, b"sandi akar yang panjang", now)
    issue_server_files(broker.authority, ["127.0.0.1", "localhost"], now)
    issue_inbox_files(broker.authority, now)
    install(settings, settings.broker_path, user=getpass.getuser())
    broker.start()
    try:
        yield broker
    finally:
        broker.stop()
        database.close()


class Peer:
    """A client with paho's own thread, which keeps everything that happens to it."""

    def __init__(
        self,
        identity: PeerIdentity | ssl.SSLContext | None,
        port: int,
        client_id: str,
        *,
        version: MQTTProtocolVersion = MQTTProtocolVersion.MQTTv311,
        will: tuple[str, bytes] | None = None,
        keep_alive_s: int = 60,
    ) -> None:
        self.received: list[MQTTMessage] = []
        self.connected = threading.Event()
        self.disconnected = threading.Event()
        self.connect_reasons: list[Any] = []
        self.granted: list[Any] = []
        self.puback_reasons: list[Any] = []
        self.trouble: BaseException | None = None
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            protocol=version,
            reconnect_on_failure=False,
        )
        self.client = client
        context = identity.context() if isinstance(identity, PeerIdentity) else identity
        if context is not None:
            context.sslsocket_class = ClosingSocket
            client.tls_set_context(context)
        if will is not None:
            client.will_set(will[0], will[1], qos=1, retain=True)
        client.on_connect = self._on_connect
        client.on_disconnect = lambda *_arguments: self.disconnected.set()
        client.on_subscribe = lambda *arguments: self.granted.extend(arguments[3])
        client.on_publish = lambda *arguments: self.puback_reasons.append(arguments[3])
        client.on_message = lambda _client, _data, message: self.received.append(message)
        try:
            client.connect("127.0.0.1", port, keepalive=keep_alive_s)
        except (OSError, ValueError) as error:
            self.trouble = error
            self.disconnected.set()
            return
        client.loop_start()
        until(lambda: self.connected.is_set() or self.disconnected.is_set(), "an answer")

    def _on_connect(self, *arguments: Any) -> None:
        self.connect_reasons.append(arguments[3])
        if not arguments[3].is_failure:
            self.connected.set()

    @property
    def is_in(self) -> bool:
        return self.connected.is_set() and not self.disconnected.is_set()

    def subscribe(self, *filters: str) -> None:
        wanted = len(self.granted) + len(filters)
        self.client.subscribe([(each, 1) for each in filters])
        until(lambda: len(self.granted) >= wanted, "the broker answers the subscription")

    def publish(self, topic: str, payload: bytes, *, retain: bool = False) -> None:
        """Publish with QoS 1 and wait for the PUBACK."""
        sent = self.client.publish(topic, payload, qos=1, retain=retain)
        sent.wait_for_publish(PATIENCE_S)
        assert sent.is_published(), "no PUBACK"

    def topics(self) -> set[str]:
        return {message.topic for message in list(self.received)}

    def break_off(self) -> None:
        """Go without a farewell, so that the will is published."""
        sock = self.client.socket()
        assert sock is not None
        with suppress(OSError):
            # the kernel's end of it, underneath TLS
            socket.socket.shutdown(sock, socket.SHUT_RDWR)
        until(self.disconnected.is_set, "the connection is gone")
        self.client.loop_stop()

    def close(self) -> None:
        self.client.disconnect()
        self.client.loop_stop()


@pytest.fixture(scope="module")
def secured(
    tmp_path_factory: pytest.TempPathFactory, empty_database: Path
) -> Iterator[SecuredBroker]:
    """One broker for a file of tests; every test uses kiosks of its own."""
    if not Path(mosquitto_program()).exists():
        pytest.skip("mosquitto is not installed")
    with secured_broker(tmp_path_factory.mktemp("secured"), empty_database) as broker:
        yield broker


@pytest.fixture
def peers() -> Iterator[Callable[..., Peer]]:
    """Makes clients and closes them at the end."""
    made: list[Peer] = []

    def make(*arguments: Any, **keywords: Any) -> Peer:
        peer = Peer(*arguments, **keywords)
        made.append(peer)
        return peer

    yield make
    for peer in made:
        peer.close()


def with_reload(broker: SecuredBroker) -> RegencySettings:
    """The settings with the command that reloads this broker."""
    changed = msgspec.structs.replace(broker.settings.broker, reload_command=broker.reload_command)
    return msgspec.structs.replace(broker.settings, broker=changed)


__all__ = [
    "REGENCY",
    "Peer",
    "PeerIdentity",
    "SecuredBroker",
    "free_ports",
    "peers",
    "secured",
    "secured_broker",
    "until",
    "with_reload",
    "write_identity",
]
