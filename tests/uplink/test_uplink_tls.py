"""The kiosk's uplink over TLS: to a real broker and a real inbox, and in every trouble."""

import asyncio
import queue
import shutil
import ssl
import tempfile
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from broker_lab import (
    PeerIdentity,
    SecuredBroker,
    mosquitto_program,
    secured_broker,
    write_identity,
)
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from anjungan.appliance.uplink.identity import Identity
from anjungan.appliance.uplink.line import Inbound, LineSetup, LineUp, Publication
from anjungan.appliance.uplink.line_state import Connected, Offline, OfflineReason
from anjungan.appliance.uplink.mqtt_line import MqttLine
from anjungan.appliance.uplink.settings import UplinkSettings
from anjungan.protocol.identity import KioskId
from anjungan.protocol.messages import ReceiptOutcome
from anjungan.regency.enrolment.authority import (
    Authority,
    issue_kiosk,
    issue_server,
    make_issuing,
    make_root,
    new_key,
)
from anjungan.regency.enrolment.clones import CloneAlarm, open_clone_alarms
from anjungan.regency.inbox.loop import Stop
from anjungan.regency.inbox.process import serve
from anjungan.regency.link.takeover import TakeoverOutcome, take_over
from anjungan.regency.store.database import open_database
from tests.uplink.uplink_lab import KIOSK, Kiosk, eventually, quick_settings, running_kiosk

REGENCY = "3505"
NOW = datetime.now(tz=UTC)


@pytest.fixture(scope="module")
def empty_regency(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("regency") / "regency.db"
    open_database(path).close()
    return path


@pytest.fixture(scope="module")
def regency_broker(
    tmp_path_factory: pytest.TempPathFactory, empty_regency: Path
) -> Iterator[SecuredBroker]:
    if not Path(mosquitto_program()).exists():
        pytest.skip("mosquitto is not installed")
    with secured_broker(tmp_path_factory.mktemp("secured"), empty_regency) as broker:
        yield broker


@pytest.fixture
def identity_dir(regency_broker: SecuredBroker, tmp_path: Path) -> Path:
    """The identity of a kiosk as enrolment leaves it."""
    return install(regency_broker.kiosk(KIOSK), tmp_path / "identity")


def install(identity: PeerIdentity, folder: Path, prefix: str = "") -> Path:
    folder.mkdir(exist_ok=True)
    shutil.copy(identity.authorities, folder / "authorities.pem")
    shutil.copy(identity.certificate, folder / f"{prefix}certificate.pem")
    shutil.copy(identity.key, folder / f"{prefix}key.pem")
    return folder


def settings_of(port: int, identity: Path, **changes: Any) -> UplinkSettings:
    return quick_settings(port, identity_dir=identity, **changes)


@asynccontextmanager
async def connecting(tmp_path: Path, settings: UplinkSettings) -> AsyncIterator[Kiosk]:
    async with running_kiosk(tmp_path / "kiosk.db", settings) as kiosk:
        yield kiosk


async def told(kiosk: Kiosk, reason: OfflineReason) -> None:
    await eventually(lambda: kiosk.told.lines[-1:] == [Offline(reason)])


@asynccontextmanager
async def running_inbox(broker: SecuredBroker) -> AsyncIterator[None]:
    database = open_database(broker.settings.database_address)
    events: queue.Queue[Any] = queue.Queue()
    thread = threading.Thread(target=serve, args=(broker.settings, database, events))
    thread.start()
    try:
        yield
    finally:
        events.put(Stop())
        await asyncio.to_thread(thread.join, 20)
        database.close()


async def test_requests_are_receipted_through_tls_from_end_to_end(
    regency_broker: SecuredBroker, identity_dir: Path, tmp_path: Path
) -> None:
    settings = settings_of(regency_broker.port, identity_dir)
    async with running_inbox(regency_broker), connecting(tmp_path, settings) as kiosk:
        await eventually(lambda: kiosk.told.lines[-1:] == [Connected(regency_present=True)])
        # so many that several packets come in one record of TLS
        for _ in range(40):
            await kiosk.submit()
        await eventually(lambda: len(kiosk.told.receipts) == 40)
        outcomes = {item.outcome for item in kiosk.told.receipts}
        assert outcomes <= {ReceiptOutcome.ACCEPTED, ReceiptOutcome.DUPLICATE}
        assert (await kiosk.storage.queue_health()).depth == 0


async def test_a_kiosk_without_identity_waits_and_connects_once_it_is_enrolled(
    regency_broker: SecuredBroker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "identity"
    async with connecting(tmp_path, settings_of(regency_broker.port, folder)) as kiosk:
        await told(kiosk, OfflineReason.NO_IDENTITY)
        install(regency_broker.kiosk(KIOSK), folder)
        await eventually(lambda: kiosk.told.connected)


async def test_a_revoked_kiosk_is_told_so(regency_broker: SecuredBroker, tmp_path: Path) -> None:
    identity = regency_broker.kiosk(KIOSK)
    folder = install(identity, tmp_path / "identity")
    async with connecting(tmp_path, settings_of(regency_broker.port, folder)) as kiosk:
        await eventually(lambda: kiosk.told.connected)
        await asyncio.to_thread(regency_broker.write_lists, identity.serial)
        address = regency_broker.settings.broker_address
        assert await asyncio.to_thread(take_over, address, KIOSK) is TakeoverOutcome.DONE
        await told(kiosk, OfflineReason.IDENTITY_REFUSED)


async def test_an_expired_certificate_is_told_as_such(
    regency_broker: SecuredBroker, tmp_path: Path
) -> None:
    expired = regency_broker.kiosk(KIOSK, now=NOW - timedelta(days=366))
    folder = install(expired, tmp_path / "identity")
    async with connecting(tmp_path, settings_of(regency_broker.port, folder)) as kiosk:
        await told(kiosk, OfflineReason.CERTIFICATE_EXPIRED)


async def test_a_broker_of_another_authority_or_under_another_name_is_not_trusted(
    regency_broker: SecuredBroker, identity_dir: Path, tmp_path: Path
) -> None:
    # mosquitto listens on 127.0.0.1 alone, so a relay stands under the other address
    async with relayed("127.0.0.2", regency_broker.port) as port:
        other_name = settings_of(port, identity_dir, host="127.0.0.2")
        async with connecting(tmp_path, other_name) as kiosk:
            await told(kiosk, OfflineReason.BROKER_NOT_TRUSTED)
    root = make_root(REGENCY, NOW)
    (identity_dir / "authorities.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    async with connecting(tmp_path, settings_of(regency_broker.port, identity_dir)) as kiosk:
        await told(kiosk, OfflineReason.BROKER_NOT_TRUSTED)


@asynccontextmanager
async def relayed(host: str, port: int) -> AsyncIterator[int]:
    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", port)
        await asyncio.gather(_pump(reader, back), _pump(there, writer), return_exceptions=True)

    server = await asyncio.start_server(pass_on, host, 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(4096):
            writer.write(data)
            await writer.drain()
    finally:
        writer.close()


@pytest.mark.parametrize("ends", ["ended", "not begun"])
async def test_a_broker_whose_certificate_is_not_valid_now_lets_the_clock_be_doubted(
    regency_broker: SecuredBroker, identity_dir: Path, tmp_path: Path, ends: str
) -> None:
    away = timedelta(days=4 * 365)
    async with (
        tls_server(regency_broker.issuing, NOW - away if ends == "ended" else NOW + away) as port,
        connecting(tmp_path, settings_of(port, identity_dir)) as kiosk,
    ):
        await told(kiosk, OfflineReason.CLOCK_DOUBTFUL)


async def test_a_server_without_tls_is_told_as_such(identity_dir: Path, tmp_path: Path) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        writer.write(b"HTTP/1.0 400 Bad Request\r\n\r\n")
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        port = server.sockets[0].getsockname()[1]
        async with connecting(tmp_path, settings_of(port, identity_dir)) as kiosk:
            await told(kiosk, OfflineReason.NO_TLS)
    finally:
        server.close()
        await server.wait_closed()


def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    writer.close()


async def say_much_at_once(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """A broker whose answer to SUBSCRIBE comes with three messages in one record of TLS."""
    await reader.read(1000)
    writer.write(b"\x20\x02\x00\x00")
    await reader.read(1000)
    messages = b"".join(b"\x30\x04\x00\x01t" + text for text in (b"1", b"2", b"3"))
    writer.write(b"\x90\x03\x00\x01\x01" + messages)
    await reader.read(1000)
    writer.close()


async def test_all_packets_of_one_record_are_read_at_once(
    regency_broker: SecuredBroker, identity_dir: Path
) -> None:
    heard: list[Inbound] = []
    async with tls_server(regency_broker.issuing, NOW, say_much_at_once) as port:
        setup = LineSetup(
            host="127.0.0.1",
            port=port,
            client_id=KIOSK,
            keepalive_s=120,
            timeout_s=10,
            answer_timeout_s=10,
            will=Publication("will", b""),
            subscriptions=("t",),
            on_message=heard.append,
            on_closed=lambda: None,
            tls=Identity(identity_dir).files(),
        )
        line = MqttLine(setup)
        assert await line.open() == LineUp()
        await eventually(lambda: len(heard) == 3)
        await line.close(None)
    assert [message.payload for message in heard] == [b"1", b"2", b"3"]


@asynccontextmanager
async def tls_server(
    issuing: Authority, made_at: datetime, answer: Callable[..., Any] = hang_up
) -> AsyncIterator[int]:
    """A TLS server of our authority with a certificate made at another time."""
    key = new_key()
    certificate = issue_server(issuing, ["127.0.0.1"], key.public_key(), made_at)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with tempfile.TemporaryDirectory() as folder:
        chain = write_identity(Path(folder) / "x", certificate, key, issuing, b"")
        context.load_cert_chain(chain.certificate, chain.key)
    server = await asyncio.start_server(answer, "127.0.0.1", 0, ssl=context)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


async def test_two_devices_with_one_identity_raise_the_alarm_and_one_alone_does_not(
    regency_broker: SecuredBroker, identity_dir: Path, tmp_path: Path
) -> None:
    settings = settings_of(regency_broker.port, identity_dir)
    address = regency_broker.settings.broker_address

    def alarms() -> Sequence[CloneAlarm]:
        with regency_broker.database.reading() as connection:
            return open_clone_alarms(connection)

    async with running_inbox(regency_broker), running_kiosk(tmp_path / "a.db", settings) as kiosk:
        for _ in range(5):
            await eventually(lambda: kiosk.told.lines[-1:] == [Connected(regency_present=True)])
            kiosk.told.lines.clear()
            await asyncio.to_thread(take_over, address, KIOSK)
        await eventually(lambda: kiosk.told.lines[-1:] == [Connected(regency_present=True)])
        assert alarms() == []
        # the copy of its card, in another device
        async with running_kiosk(tmp_path / "b.db", settings):
            await eventually(lambda: [alarm.kiosk for alarm in alarms()] == [KIOSK])


# --- renewal --------------------------------------------------------------------------------


async def test_a_renewed_certificate_is_taken_and_put_in_place(
    regency_broker: SecuredBroker, identity_dir: Path, tmp_path: Path
) -> None:
    renewed = regency_broker.kiosk(KIOSK)
    async with connecting(tmp_path, settings_of(regency_broker.port, identity_dir)) as kiosk:
        await eventually(lambda: kiosk.told.connected)
        install(renewed, identity_dir, prefix="next-")
        address = regency_broker.settings.broker_address
        await asyncio.to_thread(take_over, address, KIOSK)  # so that it connects anew
        await eventually(lambda: serial_in(identity_dir) == renewed.serial)
        await eventually(lambda: kiosk.told.connected)
    assert names_in(identity_dir) == {"authorities.pem", "certificate.pem", "key.pem"}


async def test_a_renewed_certificate_that_is_refused_leaves_the_old_one_in_use(
    regency_broker: SecuredBroker, identity_dir: Path, tmp_path: Path
) -> None:
    old = serial_in(identity_dir)
    refused = regency_broker.kiosk(KIOSK, now=NOW - timedelta(days=366))
    install(refused, identity_dir, prefix="next-")
    async with connecting(tmp_path, settings_of(regency_broker.port, identity_dir)) as kiosk:
        await eventually(lambda: kiosk.told.connected)
        assert Offline(OfflineReason.CERTIFICATE_EXPIRED) in kiosk.told.lines
        assert serial_in(identity_dir) == old
        assert (identity_dir / "next-certificate.pem").exists(), "it is tried again later"


async def test_a_power_cut_between_the_two_renamings_loses_no_identity(
    regency_broker: SecuredBroker, identity_dir: Path, tmp_path: Path
) -> None:
    renewed = regency_broker.kiosk(KIOSK)
    install(renewed, identity_dir, prefix="next-")
    (identity_dir / "next-key.pem").replace(identity_dir / "key.pem")
    async with connecting(tmp_path, settings_of(regency_broker.port, identity_dir)) as kiosk:
        await eventually(lambda: kiosk.told.connected)
    assert serial_in(identity_dir) == renewed.serial
    assert names_in(identity_dir) == {"authorities.pem", "certificate.pem", "key.pem"}


def names_in(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def serial_in(folder: Path) -> int:
    return x509.load_pem_x509_certificate((folder / "certificate.pem").read_bytes()).serial_number


def test_files_that_do_not_fit_are_no_identity(tmp_path: Path) -> None:
    root = make_root(REGENCY, NOW)
    issuing = make_issuing(root, REGENCY, 1, NOW)
    key = new_key()
    certificate = issue_kiosk(issuing, KioskId(KIOSK), key.public_key(), NOW)
    folder = tmp_path / "identity"
    assert Identity(folder).files() is None
    roots = root.certificate.public_bytes(Encoding.PEM)
    write_identity(folder, certificate, key, issuing, roots)
    assert Identity(folder).files() is not None
    (folder / "authorities.pem").write_bytes(b"")
    assert Identity(folder).files() is None
    (folder / "authorities.pem").write_bytes(roots)
    other = new_key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(other)
    assert Identity(folder).files() is None
