"""Who gets into a real broker, who is put out, and what an ended revocation list does."""

import socket
import ssl
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from broker_lab import SecuredBroker, until, with_reload
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding
from enrolment_lab import signing_request
from paho.mqtt.enums import MQTTProtocolVersion
from sqlalchemy import insert

from anjungan.protocol.identity import KioskId
from anjungan.regency.broker.configuration import MAX_KEEP_ALIVE_S
from anjungan.regency.broker.keeping import BrokerKeeper, BrokerReloadError, broker_duties
from anjungan.regency.broker.lists import ListsEnded, ListsGood, list_state
from anjungan.regency.enrolment.authority import (
    issue_kiosk,
    issue_server,
    make_crl,
    make_issuing,
    make_root,
    new_key,
)
from anjungan.regency.enrolment.authority_files import load_root, replace_public_file
from anjungan.regency.enrolment.beginning import add_issuing
from anjungan.regency.enrolment.certificates import issue_and_keep
from anjungan.regency.enrolment.revocation import (
    RevocationReason,
    revoke,
    write_revocation_lists,
)
from anjungan.regency.enrolment.signing_request import SigningRequest, read_signing_request
from anjungan.regency.link.settings import TlsFiles
from anjungan.regency.link.takeover import TakeoverOutcome, take_over
from anjungan.regency.store.tables import KIOSKS

KIOSK = KioskId("3505102001-1")
OTHER = KioskId("3505171001-1")
CONNECT = bytes.fromhex("101800044d5154540402003c000c") + KIOSK.encode()
CONNACK = b"\x20\x02\x00\x00"


def utc_now():
    return datetime.now(tz=UTC)


def test_a_good_certificate_opens_the_door(secured: SecuredBroker, peers):
    assert peers(secured.kiosk(KIOSK), secured.port, KIOSK).is_in


def nothing_at_all(secured):
    context = ssl.create_default_context(cafile=str(secured.authority.root))
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    return context


def of_another_authority(secured):
    """Same names, other keys."""
    root = make_root("3505", utc_now())
    issuing = make_issuing(root, "3505", 1, utc_now())
    return secured.kiosk(KIOSK, issuing=issuing)


def signed_by_a_kiosk(secured):
    """A kiosk that plays authority: its certificate may sign none."""
    key, own = new_key(), new_key()
    kiosk = issue_kiosk(secured.issuing, KIOSK, key.public_key(), utc_now())
    playing = type(secured.issuing)(key, kiosk)
    forged = issue_kiosk(playing, OTHER, own.public_key(), utc_now())
    return secured.keep(forged, own, playing)


def of_a_server(secured):
    key = new_key()
    certificate = issue_server(secured.issuing, ["127.0.0.1"], key.public_key(), utc_now())
    return secured.keep(certificate, key, secured.issuing)


def that_has_ended(secured):
    return secured.kiosk(KIOSK, now=utc_now() - timedelta(days=366))


def with_somebody_elses_key(secured):
    """The certificate travels in the open; without its key it is worth nothing."""
    context = nothing_at_all(secured)
    mine, foreign = secured.kiosk(OTHER), secured.kiosk(KIOSK)
    with pytest.raises(ssl.SSLError, match="MISMATCH"):
        context.load_cert_chain(foreign.certificate, mine.key)
    return context


def over_tls_1_2(secured):
    context = secured.kiosk(KIOSK).context()
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    return context


def plainly(secured):
    return None


@pytest.mark.parametrize("listener", ["kiosks", "internal"])
@pytest.mark.parametrize(
    "certificate",
    [
        *(nothing_at_all, of_another_authority, signed_by_a_kiosk, of_a_server),
        *(that_has_ended, with_somebody_elses_key, over_tls_1_2, plainly),
    ],
)
def test_without_a_good_certificate_there_is_no_connack(secured, peers, certificate, listener):
    port = secured.port if listener == "kiosks" else secured.internal_port
    stranger = peers(certificate(secured), port, KIOSK)
    assert not stranger.connected.is_set()
    assert stranger.disconnected.is_set()
    assert peers(secured.kiosk(KIOSK), port, KIOSK).is_in, "the door itself works"


def test_our_own_side_refuses_a_broker_of_another_authority_or_name(secured, tmp_path):
    root = make_root("3505", utc_now())
    (tmp_path / "other.pem").write_bytes(root.certificate.public_bytes(Encoding.PEM))
    mine = secured.settings.broker_address
    assert take_over(mine, "nobody") is TakeoverOutcome.DONE
    distrusting = with_other_files(mine, authorities=tmp_path / "other.pem")
    assert take_over(distrusting, "nobody") is TakeoverOutcome.UNREACHABLE
    # the loopback has more addresses than the certificate names
    assert take_over(type(mine)("127.0.0.2", mine.port, mine.tls), "nobody") is (
        TakeoverOutcome.UNREACHABLE
    )
    missing = with_other_files(mine, key=tmp_path / "none.key")
    assert take_over(missing, "nobody") is TakeoverOutcome.UNREACHABLE


def with_other_files(address, **changes):
    tls = address.tls
    values = {
        "authorities": tls.authorities,
        "certificate": tls.certificate,
        "key": tls.key,
        **changes,
    }
    return type(address)(address.host, address.port, TlsFiles(**values))


def test_a_packet_too_large_ends_the_connection(secured, peers):
    kiosk = peers(secured.kiosk(KIOSK), secured.port, KIOSK)
    kiosk.publish(f"anjungan/1/3505/3505102001/{KIOSK}/up/event", b"x" * 60_000)
    kiosk.client.publish(f"anjungan/1/3505/3505102001/{KIOSK}/up/event", b"x" * 70_000, qos=1)
    until(kiosk.disconnected.is_set, "a packet above the limit ends the connection")


def test_a_keep_alive_too_long_is_shortened_where_the_protocol_can(secured, peers):
    """MQTT 5 alone has a word for it; on 3.1.1 a long one is the client's own business."""
    identity = secured.kiosk(KIOSK)
    new = peers(
        identity, secured.port, KIOSK, version=MQTTProtocolVersion.MQTTv5, keep_alive_s=7200
    )
    assert new.client.keepalive == MAX_KEEP_ALIVE_S
    assert peers(identity, secured.port, KIOSK, keep_alive_s=7200).is_in


# --- revocation -----------------------------------------------------------------------------


def enrolled(secured, kiosk):
    """A kiosk whose certificate stands in the tables, as enrolment leaves it."""
    key = ec.generate_private_key(ec.SECP256R1())
    request = read_signing_request(signing_request(key, kiosk))
    assert isinstance(request, SigningRequest)
    with secured.database.writing() as connection:
        view = issue_and_keep(connection, secured.issuing, request, utc_now())
    certificate = x509.load_der_x509_certificate(view.der)
    return secured.keep(certificate, key, secured.issuing)


def test_a_revoked_kiosk_is_out_and_stays_out_while_others_notice_nothing(secured, peers):
    revoked, neighbour = KioskId("3505103001-1"), KioskId("3505103001-2")
    identity = enrolled(secured, revoked)
    kiosk = peers(identity, secured.port, revoked)
    beside = peers(enrolled(secured, neighbour), secured.port, neighbour)
    ticket = session_ticket(secured, identity, revoked)
    kiosk = peers(identity, secured.port, revoked)
    assert kiosk.is_in and beside.is_in  # noqa: PT018 - one state

    settings = with_reload(secured)
    keeper = BrokerKeeper(
        settings, secured.database, lambda kiosk: take_over(settings.broker_address, kiosk)
    )
    keeper.work(utc_now())
    assert kiosk.is_in, "nothing was revoked yet"
    began = utc_now()
    with secured.database.writing() as connection:
        revoke(connection, revoked, RevocationReason.STOLEN, by="Tono T.", now=utc_now())
    write_revocation_lists(secured.database, secured.authority, utc_now())
    keeper.work(utc_now())
    until(kiosk.disconnected.is_set, "the revoked kiosk is put out")

    # whether the broker had read the list by then or not, it soon has
    def locked_out():
        keeper.work(utc_now())
        return not peers(identity, secured.port, revoked).connected.is_set()

    until(locked_out, "the revoked kiosk is refused")
    assert utc_now() - began < timedelta(minutes=1), "the promise, and no measure of this machine"
    refused = peers(identity, secured.port, revoked)
    # TLS 1.3: no reason, no CONNACK, only an end
    assert refused.connect_reasons == []
    assert refused.disconnected.is_set()
    assert not resumes(secured, identity, ticket), "a TLS session of before is no way in"
    assert beside.is_in, "the neighbour was never disconnected"


def test_a_reload_alone_leaves_the_revoked_connected(secured, peers):
    """Why their place has to be taken."""
    kiosk = KioskId("3505103002-1")
    identity = secured.kiosk(kiosk)
    peer = peers(identity, secured.port, kiosk)
    secured.write_lists(identity.serial)
    until(lambda: not peers(identity, secured.port, kiosk).connected.is_set(), "refused anew")
    peer.publish(f"anjungan/1/3505/3505103002/{kiosk}/up/health", b"still here")
    assert peer.is_in
    assert take_over(secured.settings.broker_address, kiosk) is TakeoverOutcome.DONE
    until(peer.disconnected.is_set, "its place is taken")


def session_ticket(secured, identity, client_id):
    """Connect once more, and keep the TLS session for a resumption that really works."""
    context = identity.context()
    with tls_socket(secured, context) as sock:
        assert talks(sock)
        session = sock.session
    assert session is not None and session.has_ticket  # noqa: PT018 - one state
    with tls_socket(secured, context, session) as sock:
        assert talks(sock)
        assert sock.session_reused, "the broker resumes sessions, so this proves something"
        return context, sock.session


def resumes(secured, identity, ticket):
    context, session = ticket
    try:
        with tls_socket(secured, context, session) as sock:
            return talks(sock)
    except OSError:
        return False


def tls_socket(secured, context, session=None):
    plain = socket.create_connection(("127.0.0.1", secured.port), 10)
    return context.wrap_socket(plain, server_hostname="127.0.0.1", session=session)


def talks(sock):
    sock.sendall(CONNECT)
    return sock.recv(4) == CONNACK


def test_an_ended_list_locks_everybody_out_and_a_fresh_one_lets_them_in(secured, peers):
    identity = secured.kiosk(KIOSK)
    assert peers(identity, secured.port, KIOSK).is_in
    ended = make_crl(secured.issuing, secured.revoked, utc_now() - timedelta(days=8))
    replace_public_file(secured.authority.crl, ended.public_bytes(Encoding.PEM))
    keeper = BrokerKeeper(with_reload(secured), secured.database, lambda _: TakeoverOutcome.DONE)
    keeper.work(utc_now())
    until(lambda: not peers(identity, secured.port, KIOSK).connected.is_set(), "locked out")
    assert not peers(secured.kiosk(OTHER), secured.port, OTHER).connected.is_set()
    assert isinstance(list_state(secured.files.crl, utc_now()), ListsEnded)

    write_revocation_lists(secured.database, secured.authority, utc_now())
    keeper.work(utc_now())
    until(lambda: peers(identity, secured.port, KIOSK).is_in, "let in again")
    assert isinstance(list_state(secured.files.crl, utc_now()), ListsGood)


def test_kiosks_of_the_old_and_of_the_new_issuing_key_are_let_in(secured, peers):
    old = secured.kiosk(KIOSK)
    root = make_root_of(secured)
    add_issuing(secured.database, secured.authority, root, "3505", utc_now())
    keeper = BrokerKeeper(with_reload(secured), secured.database, lambda _: TakeoverOutcome.DONE)
    keeper.work(utc_now())
    new = secured.kiosk(OTHER)
    until(lambda: peers(new, secured.port, OTHER).is_in, "the new issuing key is known")
    assert peers(old, secured.port, KIOSK).is_in


def make_root_of(secured):
    return load_root(secured.authority, secured.authority.root_key, b"sandi akar yang panjang")


# --- the watch's part -----------------------------------------------------------------------


def test_a_reload_that_fails_is_told_and_tried_again(secured, tmp_path):
    mark = tmp_path / "reloaded"
    broker = msgspec.structs.replace(secured.settings.broker, reload_command=("/bin/false",))
    settings = msgspec.structs.replace(secured.settings, broker=broker)
    keeper = BrokerKeeper(settings, secured.database, lambda _: TakeoverOutcome.DONE)
    for _ in range(2):
        with pytest.raises(BrokerReloadError, match="ended with 1"):
            keeper.work(utc_now())
    keeper._reload_command = ("/bin/touch", str(mark))
    keeper.work(utc_now())
    assert mark.exists()
    mark.unlink()
    keeper.work(utc_now())
    assert not mark.exists(), "nothing is new, so nothing is reloaded"
    keeper._reload_command = ("/does/not/exist",)
    secured.authority.crl.write_bytes(secured.authority.crl.read_bytes() + b"\n")
    with pytest.raises(BrokerReloadError, match="FileNotFoundError"):
        keeper.work(utc_now())


def test_who_is_put_out_and_how_often(secured):
    gone, renewed, twice = (KioskId(f"350510400{number}-1") for number in (1, 2, 3))
    for kiosk in (gone, renewed, twice, twice):
        enrolled(secured, kiosk)
    put_out = []
    keeper = BrokerKeeper(
        secured.settings,
        secured.database,
        lambda kiosk: put_out.append(kiosk) or TakeoverOutcome.DONE,
    )
    now = utc_now() + timedelta(hours=3)
    with secured.database.writing() as connection:
        revoke(connection, gone, RevocationReason.STOLEN, by="Tono T.", now=now)
        revoke(connection, renewed, RevocationReason.REPLACED, by="watch", now=now)
    keeper.work(now)
    assert put_out == [gone]
    keeper.work(now + timedelta(seconds=5))
    assert put_out == [gone], "not at every turn"
    keeper.work(now + timedelta(seconds=16))
    assert put_out == [gone, gone], "the reload may have come after the first time"
    later = now + timedelta(minutes=5)
    keeper.work(later)
    assert put_out == [gone, gone]
    heard(secured, gone, later)
    heard(secured, twice, later)
    keeper.work(later)
    assert put_out == [gone, gone, gone], "it was heard of, so it is still connected"
    # a watch that was not there when it happened
    fresh = BrokerKeeper(
        secured.settings,
        secured.database,
        lambda kiosk: put_out.append(kiosk) or TakeoverOutcome.DONE,
    )
    fresh.work(later)
    assert put_out == [gone] * 4


def heard(secured, kiosk, at):
    with secured.database.writing() as connection:
        connection.execute(
            insert(KIOSKS).values(
                kiosk=kiosk,
                village=kiosk[:10],
                first_seen_at=at,
                last_report_at=at,
                reports_since_silence=2,
                version="1",
                health_order="",
            )
        )


def test_a_demo_has_no_such_duty_and_a_regency_has(secured):
    assert [duty.name for duty in broker_duties(secured.settings, secured.database)] == ["broker"]
    plain = msgspec.structs.replace(secured.settings, mqtt=type(secured.settings.mqtt)())
    assert broker_duties(plain, secured.database) == ()


def test_a_broker_that_stands_elsewhere_is_left_alone(secured, tmp_path):
    elsewhere = msgspec.structs.replace(
        secured.settings.broker, folder=tmp_path / "none", reload_command=("/bin/false",)
    )
    settings = msgspec.structs.replace(secured.settings, broker=elsewhere)
    BrokerKeeper(settings, secured.database, lambda _: TakeoverOutcome.DONE).work(utc_now())
    assert not (tmp_path / "none").exists()
