"""Enrolling over HTTPS: claims, requests, decisions of staff, renewals, revocation."""

import base64
import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from enrolment_lab import AskingKiosk, make_authority, seen_from, signing_request
from litestar.testing import TestClient
from regency_lab import KIOSK, OTHER_KIOSK
from sqlalchemy import select, update

from anjungan.protocol.enrolment import (
    ANSWERS_PATH,
    NONCES_PATH,
    RENEWALS_PATH,
    REQUESTS_PATH,
    EnrolmentAnswer,
    EnrolmentProblem,
    EnrolmentState,
    IssuedIdentity,
    RenewalRequest,
)
from anjungan.protocol.enrolment_qr import pack_request
from anjungan.regency.audit.trail import system_actor
from anjungan.regency.enrolment.authority_files import AuthorityFiles
from anjungan.regency.enrolment.certificates import certificates_of, note_certificate_in_use
from anjungan.regency.enrolment.claims import make_claim
from anjungan.regency.enrolment.clones import open_clone_alarms, record_clone
from anjungan.regency.enrolment.duties import enrolment_duties
from anjungan.regency.enrolment.revocation import (
    RevocationReason,
    revocation_list_health,
    revoke,
)
from anjungan.regency.settings import RegencySettings
from anjungan.regency.staff.accounts import staff_with_id
from anjungan.regency.store.database import Database
from anjungan.regency.store.tables import AUDIT, CLAIMS, STAFF
from anjungan.regency.web.app import create_app
from anjungan.regency.web.enrolment.limits import EnrolmentLimits


class Endpoint:
    """The endpoint as a kiosk on loopback speaks to it."""

    def __init__(self, client: "TestClient[Any]") -> None:
        self.client = client

    def post(self, path: str, body: object) -> Any:
        content = body if isinstance(body, bytes) else msgspec.json.encode(body)
        return self.client.post(path, content=content)

    def problem(self, path: str, body: object) -> EnrolmentProblem:
        answer = self.post(path, body)
        assert answer.status_code >= 400, answer.text
        return EnrolmentProblem(answer.json()["problem"])

    def answer(self, kiosk: AskingKiosk) -> EnrolmentAnswer:
        told = self.post(ANSWERS_PATH, {"poll_token": kiosk.poll_token})
        assert told.status_code == 200
        return msgspec.json.decode(told.content, type=EnrolmentAnswer)

    def nonce(self) -> str:
        return str(self.post(NONCES_PATH, {}).json()["nonce"])

    def renew(self, asked: RenewalRequest) -> IssuedIdentity:
        told = self.post(RENEWALS_PATH, asked)
        assert told.status_code == 200, told.text
        identity = msgspec.json.decode(told.content, type=EnrolmentAnswer).identity
        assert identity is not None
        return identity


@pytest.fixture
def authority(settings: RegencySettings, database: Database, clock: Any) -> AuthorityFiles:
    return make_authority(settings, database, clock())


@pytest.fixture
def endpoint(
    settings: RegencySettings, database: Database, clock: Any, authority: AuthorityFiles
) -> Iterator[Endpoint]:
    app = create_app(settings, database, now=clock, monotonic_s=clock.monotonic_s)
    with TestClient(seen_from(app, "127.0.0.1"), base_url="http://127.0.0.1:8080") as client:
        yield Endpoint(client)


@pytest.fixture
def claim(database: Database, clock: Any) -> str:
    return claim_for(database, clock, KIOSK)


def claim_for(database: Database, clock: Any, kiosk: Any) -> str:
    with database.writing() as connection:
        return make_claim(connection, kiosk, system_actor("test"), clock())


def log_in(browser: Any, name: str) -> Any:
    assert browser.log_in(name).status_code == 303
    return browser


def press(browser: Any, button: str, path: str = "/pendaftaran", **fields: object) -> Any:
    """Send the form of a page whose address ends so."""
    page = browser.get(path)
    action = re.search(rf'action="([^"]*/{button})"', page.text)
    assert action is not None, page.text
    return browser.post(action.group(1), path, **fields)


@pytest.fixture
def enrolled(
    endpoint: Endpoint, open_browser: Any, claim: str, database: Database
) -> tuple[AskingKiosk, IssuedIdentity]:
    """A kiosk that has its first certificate."""
    kiosk = AskingKiosk()
    assert endpoint.post(REQUESTS_PATH, kiosk.asking(claim)).status_code == 200
    with open_browser() as browser:
        log_in(browser, "ratna")
        assert press(browser, "konfirmasi").status_code == 303
    identity = endpoint.answer(kiosk).identity
    assert identity is not None
    return kiosk, identity


def actions(database: Database) -> list[str]:
    with database.reading() as connection:
        return list(connection.scalars(select(AUDIT.c.action).order_by(AUDIT.c.id)))


def test_a_kiosk_gets_its_certificate_once_staff_confirm(
    endpoint: Endpoint, open_browser: Any, claim: str, database: Database
) -> None:
    kiosk = AskingKiosk()
    typed = f" {claim[:4].lower()}-{claim[4:8]} {claim[8:]} "
    asked = endpoint.post(REQUESTS_PATH, kiosk.asking(typed))
    assert asked.json() == {"fingerprint": kiosk.fingerprint}
    assert endpoint.answer(kiosk) == EnrolmentAnswer(state=EnrolmentState.PENDING)
    with open_browser() as browser:
        log_in(browser, "ratna")
        page = browser.get("/pendaftaran").text
        assert kiosk.fingerprint in page
        assert re.search(r'id="count-enrolment"[^>]*><span class="count">1<', page)
        assert press(browser, "konfirmasi").headers["location"] == "/pendaftaran?pesan=dikonfirmasi"
        assert browser.get("/pendaftaran?pesan=dikonfirmasi").status_code == 200
    answer = endpoint.answer(kiosk)
    assert answer.state is EnrolmentState.CONFIRMED
    assert answer.identity is not None
    leaf, issuing = map(x509.load_der_x509_certificate, answer.identity.certificates)
    root = x509.load_der_x509_certificate(answer.identity.authorities[0])
    leaf.verify_directly_issued_by(issuing)
    issuing.verify_directly_issued_by(root)
    assert leaf.subject.rfc4514_string() == f"CN={KIOSK}"
    assert leaf.public_key() == kiosk.key.public_key()
    assert (answer.identity.broker_host, answer.identity.broker_port) == ("127.0.0.1", 8883)
    assert {"claim_made", "enrolment_asked", "enrolment_confirmed"} <= set(actions(database))


def test_an_answer_that_was_lost_is_told_again(endpoint: Endpoint, claim: str) -> None:
    kiosk = AskingKiosk()
    first = endpoint.post(REQUESTS_PATH, kiosk.asking(claim))
    assert endpoint.post(REQUESTS_PATH, kiosk.asking(claim)).json() == first.json()
    thief = AskingKiosk()
    assert endpoint.problem(REQUESTS_PATH, thief.asking(claim)) is EnrolmentProblem.CODE_USED
    other_token = AskingKiosk(key=kiosk.key)
    other_token.request = kiosk.request
    assert endpoint.problem(REQUESTS_PATH, other_token.asking(claim)) is EnrolmentProblem.CODE_USED


def test_a_wrong_code_costs_a_try_and_five_block_the_claim(
    endpoint: Endpoint, claim: str, database: Database, clock: Any
) -> None:
    kiosk = AskingKiosk()
    wrong = [claim_for(database, clock, OTHER_KIOSK) for _ in range(5)]
    mistyped = endpoint.post(REQUESTS_PATH, kiosk.asking("AAAA-AAAA-AAAB")).json()
    assert mistyped == {"problem": "wrong_code", "tries_left": 5}
    for left in (4, 3, 2, 1):
        told = endpoint.post(REQUESTS_PATH, kiosk.asking(wrong.pop())).json()
        assert told == {"problem": "wrong_code", "tries_left": left}
    asking = kiosk.asking(wrong.pop())
    assert endpoint.problem(REQUESTS_PATH, asking) is EnrolmentProblem.CODE_BLOCKED
    clock.pass_time(minutes=5)
    assert endpoint.problem(REQUESTS_PATH, kiosk.asking(claim)) is EnrolmentProblem.CODE_BLOCKED
    assert actions(database).count("claim_tried") == 5


def test_codes_expire_are_withdrawn_and_belong_to_one_kiosk(
    endpoint: Endpoint, claim: str, database: Database, clock: Any
) -> None:
    other = AskingKiosk(OTHER_KIOSK)
    assert endpoint.problem(REQUESTS_PATH, other.asking(claim)) is EnrolmentProblem.WRONG_CODE
    kiosk = AskingKiosk()
    newer = claim_for(database, clock, KIOSK)
    assert endpoint.problem(REQUESTS_PATH, kiosk.asking(claim)) is EnrolmentProblem.CODE_BLOCKED
    clock.pass_time(hours=72)
    assert endpoint.problem(REQUESTS_PATH, kiosk.asking(newer)) is EnrolmentProblem.CODE_EXPIRED
    with database.reading() as connection:
        stored = connection.execute(select(CLAIMS)).all()
    assert not any(claim in str(row) or newer in str(row) for row in stored)


def test_a_request_waits_seventy_two_hours_and_no_longer(
    endpoint: Endpoint, claim: str, clock: Any, open_browser: Any
) -> None:
    kiosk = AskingKiosk()
    endpoint.post(REQUESTS_PATH, kiosk.asking(claim))
    with open_browser() as browser:
        log_in(browser, "ratna")
        clock.pass_time(minutes=50)
        page = browser.get("/pendaftaran").text
        action = re.search(r'action="([^"]*/konfirmasi)"', page)
        assert action is not None
    clock.pass_time(hours=72)
    assert endpoint.answer(kiosk).state is EnrolmentState.EXPIRED
    with open_browser() as browser:
        log_in(browser, "ratna")
        assert browser.post(action.group(1), "/pendaftaran").status_code == 409
    assert endpoint.answer(kiosk).state is EnrolmentState.EXPIRED


def test_who_made_the_claim_does_not_confirm_it(
    endpoint: Endpoint, open_browser: Any, database: Database, clock: Any
) -> None:
    kiosk = AskingKiosk()
    with open_browser() as browser:
        log_in(browser, "ratna")
        shown = browser.post("/pendaftaran/klaim", "/pendaftaran", village=KIOSK[:10], number="1")
        code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", shown.text)
        assert code is not None
        assert endpoint.post(REQUESTS_PATH, kiosk.asking(code.group())).status_code == 200
        page = browser.get("/pendaftaran").text
        assert "Minta petugas lain" in page
        assert "/konfirmasi" not in page
    with open_browser() as other:
        log_in(other, "budi")
        action = re.search(r'action="([^"]*/konfirmasi)"', other.get("/pendaftaran").text)
    assert action is not None
    with open_browser() as browser:
        log_in(browser, "ratna")
        assert browser.post(action.group(1), "/pendaftaran").status_code == 409
        assert endpoint.answer(kiosk).state is EnrolmentState.PENDING
        with database.writing() as connection:
            connection.execute(
                update(STAFF).where(STAFF.c.name != "ratna").values(disabled_at=clock())
            )
        # alone, she may
        assert browser.post(action.group(1), "/pendaftaran").status_code == 303
    assert endpoint.answer(kiosk).state is EnrolmentState.CONFIRMED


def test_staff_refuse_and_decide_once(endpoint: Endpoint, open_browser: Any, claim: str) -> None:
    kiosk = AskingKiosk()
    endpoint.post(REQUESTS_PATH, kiosk.asking(claim))
    with open_browser() as browser:
        log_in(browser, "ratna")
        confirming = re.search(r'action="([^"]*/konfirmasi)"', browser.get("/pendaftaran").text)
        assert confirming is not None
        assert press(browser, "tolak").status_code == 303
        assert browser.post(confirming.group(1), "/pendaftaran").status_code == 409
        gone = confirming.group(1).replace("permintaan/", "permintaan/0")
        assert browser.post(gone, "/pendaftaran").status_code == 404
    assert endpoint.answer(kiosk) == EnrolmentAnswer(state=EnrolmentState.REFUSED)


def test_roles_see_and_do_only_theirs(
    endpoint: Endpoint, open_browser: Any, claim: str, database: Database
) -> None:
    endpoint.post(REQUESTS_PATH, AskingKiosk().asking(claim))
    with open_browser() as browser:
        log_in(browser, "tono")
        page = browser.get("/pendaftaran").text
        assert "Kode klaim baru" in page
        assert "/konfirmasi" not in page
    with open_browser() as browser:
        log_in(browser, "ratna")
        action = re.search(r'action="([^"]*/konfirmasi)"', browser.get("/pendaftaran").text)
    assert action is not None
    with open_browser() as browser:
        log_in(browser, "tono")
        assert browser.post(action.group(1), "/pendaftaran").status_code == 403
    with open_browser() as browser:
        log_in(browser, "beru")
        assert browser.get("/pendaftaran").status_code == 403
        assert browser.get(f"/pendaftaran/{KIOSK}").status_code in {403, 404}


@pytest.mark.parametrize(
    ("base_url", "address", "allowed"),
    [
        ("https://pelayanan.test", "203.0.113.5", True),
        ("http://pelayanan.test", "203.0.113.5", False),
        ("http://pelayanan.test", "127.0.0.1", False),
        ("http://127.0.0.1:8080", "203.0.113.5", False),
        ("http://127.0.0.1:8080", "127.0.0.1", True),
    ],
)
def test_plain_http_is_for_loopback_alone(
    *,
    settings: RegencySettings,
    database: Database,
    clock: Any,
    base_url: str,
    address: str,
    allowed: bool,
) -> None:
    app = create_app(settings, database, now=clock, monotonic_s=clock.monotonic_s)
    with TestClient(seen_from(app, address), base_url=base_url) as http:
        answer = http.post(NONCES_PATH, content=b"{}")
        assert answer.status_code == (200 if allowed else 403)


def test_bad_bodies_and_floods_are_refused(endpoint: Endpoint, clock: Any, claim: str) -> None:
    kiosk = AskingKiosk()
    malformed = [
        *(b"", b"[]", b"\xff", b"[" * 5000, b'{"code": 1}'),
        msgspec.json.encode({**kiosk.asking(claim), "poll_token": "short"}),
        msgspec.json.encode({**kiosk.asking(claim), "signing_request": "%"}),
    ]
    for body in malformed:
        assert endpoint.problem(REQUESTS_PATH, body) is EnrolmentProblem.MALFORMED
    clock.pass_time(minutes=1)
    assert endpoint.post(REQUESTS_PATH, b"{" + b" " * 10_000 + b"}").status_code == 413
    foreign = AskingKiosk("3506102001-1")
    bad = EnrolmentProblem.BAD_SIGNING_REQUEST
    assert endpoint.problem(REQUESTS_PATH, foreign.asking(claim)) is bad
    garbage = {**kiosk.asking(claim), "signing_request": base64.b64encode(b"0" * 300).decode()}
    assert endpoint.problem(REQUESTS_PATH, garbage) is bad
    clock.pass_time(minutes=1)
    outcomes = [endpoint.problem(REQUESTS_PATH, b"[]") for _ in range(12)]
    assert outcomes.count(EnrolmentProblem.TOO_OFTEN) == 2
    unknown = {"poll_token": AskingKiosk().poll_token}
    assert endpoint.problem(ANSWERS_PATH, unknown) is EnrolmentProblem.UNKNOWN_TOKEN


def test_everybody_together_is_limited_too() -> None:
    limit = EnrolmentLimits().asking
    admitted = [limit.admits(f"203.0.113.{number}", 0.0) for number in range(100)]
    assert (admitted.count(True), admitted[60:]) == (60, [False] * 40)
    assert limit.admits("203.0.113.200", 1.0)


def next_key() -> tuple[ec.EllipticCurvePrivateKey, bytes]:
    key = ec.generate_private_key(ec.SECP256R1())
    return key, signing_request(key)


def test_a_kiosk_renews_from_half_its_life(
    endpoint: Endpoint, enrolled: tuple[AskingKiosk, IssuedIdentity], clock: Any, database: Database
) -> None:
    kiosk, identity = enrolled
    certificate = identity.certificates[0]
    key, request = next_key()
    early = kiosk.renewal(endpoint.nonce(), certificate, request)
    assert endpoint.problem(RENEWALS_PATH, early) is EnrolmentProblem.TOO_EARLY
    clock.pass_time(days=183)
    asked = kiosk.renewal(endpoint.nonce(), certificate, request)
    renewed = endpoint.renew(asked)
    leaf = x509.load_der_x509_certificate(renewed.certificates[0])
    assert leaf.public_key() == key.public_key()
    assert leaf.not_valid_after_utc == clock().replace(microsecond=0) + timedelta(days=365)
    # the answer was lost: asked again, the same certificate; the number itself serves once
    assert endpoint.problem(RENEWALS_PATH, asked) is EnrolmentProblem.STALE_NONCE
    again = kiosk.renewal(endpoint.nonce(), certificate, request)
    assert endpoint.renew(again) == renewed
    # the key was lost: another request takes the place of the first
    clock.pass_time(seconds=1)
    _, second_request = next_key()
    instead = endpoint.renew(kiosk.renewal(endpoint.nonce(), certificate, second_request))
    assert instead != renewed
    with database.reading() as connection:
        newest, lost, first = certificates_of(connection, kiosk.kiosk)  # type: ignore[arg-type] # a kiosk's name
    assert newest.revoked_at is None
    assert lost.revocation_reason is RevocationReason.NEVER_ARRIVED
    assert (first.revoked_at, first.replaced_by) == (None, newest.serial)


def test_the_old_certificate_ends_once_the_new_one_is_used(
    *,
    endpoint: Endpoint,
    enrolled: tuple[AskingKiosk, IssuedIdentity],
    clock: Any,
    database: Database,
    settings: RegencySettings,
    intake: Any,
    kiosk: Any,
) -> None:
    asking, identity = enrolled
    clock.pass_time(days=200)
    certificate = identity.certificates[0]
    _, request = next_key()
    renewed = endpoint.renew(asking.renewal(endpoint.nonce(), certificate, request))
    duties = {duty.name: duty for duty in enrolment_duties(settings, database)}
    old = x509.load_der_x509_certificate(certificate)
    new = x509.load_der_x509_certificate(renewed.certificates[0])
    intake(kiosk.health(certificate_expires_at=old.not_valid_after_utc))
    duties["certificates in use"].run(clock())
    assert revoked_serials(settings) == set()
    intake(kiosk.health(certificate_expires_at=new.not_valid_after_utc))
    duties["certificates in use"].run(clock())
    duties["revocation lists"].run(clock())
    assert revoked_serials(settings) == {old.serial_number}
    assert actions(database)[-1] == "certificate_revoked"
    again = asking.renewal(endpoint.nonce(), certificate, request)
    assert endpoint.problem(RENEWALS_PATH, again) is EnrolmentProblem.REVOKED
    with database.writing() as connection:
        used = note_certificate_in_use(connection, kiosk.kiosk, new.not_valid_after_utc, clock())
    assert used == ()


def revoked_serials(settings: RegencySettings) -> set[int]:
    crl = x509.load_pem_x509_crl(AuthorityFiles(settings.authority_path).crl.read_bytes())
    return {each.serial_number for each in crl}


@pytest.mark.parametrize(("days", "problem"), [(365 + 729, None), (365 + 731, "too_late")])
def test_an_expired_certificate_renews_for_two_years(
    endpoint: Endpoint,
    enrolled: tuple[AskingKiosk, IssuedIdentity],
    clock: Any,
    days: int,
    problem: str | None,
) -> None:
    kiosk, identity = enrolled
    clock.pass_time(days=days)
    _, request = next_key()
    asked = kiosk.renewal(endpoint.nonce(), identity.certificates[0], request)
    if problem is None:
        endpoint.renew(asked)
    else:
        assert endpoint.problem(RENEWALS_PATH, asked) is EnrolmentProblem(problem)


def test_a_renewal_proves_both_keys(
    endpoint: Endpoint, enrolled: tuple[AskingKiosk, IssuedIdentity], clock: Any
) -> None:
    kiosk, identity = enrolled
    clock.pass_time(days=200)
    certificate = identity.certificates[0]
    _, request = next_key()
    thief = AskingKiosk()
    of_other = signing_request(ec.generate_private_key(ec.SECP256R1()), OTHER_KIOSK)
    broken = bytearray(request)
    broken[-1] ^= 1
    asked = {
        thief.renewal(endpoint.nonce(), certificate, request): EnrolmentProblem.BAD_SIGNATURE,
        kiosk.renewal(
            endpoint.nonce(), certificate, request, signature=b"12345678"
        ): EnrolmentProblem.BAD_SIGNATURE,
        kiosk.renewal(
            endpoint.nonce(), certificate, bytes(broken)
        ): EnrolmentProblem.BAD_SIGNING_REQUEST,
        kiosk.renewal(
            endpoint.nonce(), certificate, of_other
        ): EnrolmentProblem.BAD_SIGNING_REQUEST,
        kiosk.renewal(
            endpoint.nonce(), certificate, kiosk.request
        ): EnrolmentProblem.BAD_SIGNING_REQUEST,
        kiosk.renewal(
            endpoint.nonce(), identity.certificates[1], request
        ): EnrolmentProblem.UNKNOWN_CERTIFICATE,
        kiosk.renewal(
            endpoint.nonce(), certificate + b"0", request
        ): EnrolmentProblem.UNKNOWN_CERTIFICATE,
        kiosk.renewal(thief.poll_token, certificate, request): EnrolmentProblem.STALE_NONCE,
    }
    for each, problem in asked.items():
        clock.pass_time(seconds=10)
        assert endpoint.problem(RENEWALS_PATH, each) is problem
    late = kiosk.renewal(endpoint.nonce(), certificate, request)
    clock.pass_time(minutes=11)
    assert endpoint.problem(RENEWALS_PATH, late) is EnrolmentProblem.STALE_NONCE


def test_revoking_reaches_the_list_at_once_and_ends_renewal(
    *,
    endpoint: Endpoint,
    enrolled: tuple[AskingKiosk, IssuedIdentity],
    open_browser: Any,
    settings: RegencySettings,
    database: Database,
    clock: Any,
) -> None:
    kiosk, identity = enrolled
    serial = x509.load_der_x509_certificate(identity.certificates[0]).serial_number
    assert revoked_serials(settings) == set()
    page = f"/pendaftaran/{KIOSK}"
    with open_browser() as browser:
        log_in(browser, "tono")
        unsure = press(browser, "cabut", page, reason="stolen", sure="3505102001-2")
        assert (unsure.status_code, revoked_serials(settings)) == (422, set())
        assert press(browser, "cabut", page, reason="replaced", sure=KIOSK).status_code == 422
        assert press(browser, "cabut", page, reason="stolen", sure=KIOSK).status_code == 303
        assert "Anjungan hilang atau dicuri · Tono T." in browser.get(page).text
    assert revoked_serials(settings) == {serial}
    clock.pass_time(days=200)
    _, request = next_key()
    asked = kiosk.renewal(endpoint.nonce(), identity.certificates[0], request)
    assert endpoint.problem(RENEWALS_PATH, asked) is EnrolmentProblem.REVOKED
    assert "certificate_revoked" in actions(database)
    # a revoked first certificate is not handed out any more either
    assert endpoint.answer(kiosk).state is EnrolmentState.REFUSED


def test_lists_are_made_anew_each_day_and_when_one_is_missing(
    settings: RegencySettings, database: Database, clock: Any, authority: AuthorityFiles
) -> None:
    duty = next(d for d in enrolment_duties(settings, database) if d.name == "revocation lists")
    before = authority.crl.read_bytes()
    clock.pass_time(hours=23)
    duty.run(clock())
    assert authority.crl.read_bytes() == before
    clock.pass_time(hours=2)
    duty.run(clock())
    assert authority.crl.read_bytes() != before
    authority.crl.unlink()
    duty.run(clock())
    assert authority.crl.exists()
    with database.reading() as connection:
        health = revocation_list_health(connection)
    assert health.is_well(clock())
    assert not health.is_well(clock() + timedelta(days=5))
    with database.writing() as connection:
        assert revoke(connection, KIOSK, RevocationReason.OTHER, by="test", now=clock()) == []


def test_enrolling_anew_ends_what_was_before(
    *,
    endpoint: Endpoint,
    enrolled: tuple[AskingKiosk, IssuedIdentity],
    open_browser: Any,
    database: Database,
    clock: Any,
    settings: RegencySettings,
) -> None:
    _, before = enrolled
    again = AskingKiosk()
    endpoint.post(REQUESTS_PATH, again.asking(claim_for(database, clock, KIOSK)))
    with open_browser() as browser:
        log_in(browser, "ratna")
        assert press(browser, "konfirmasi").status_code == 303
    old = x509.load_der_x509_certificate(before.certificates[0])
    assert revoked_serials(settings) == {old.serial_number}


def test_without_an_authority_nothing_is_issued_and_nothing_breaks(
    settings: RegencySettings, database: Database, clock: Any, open_browser: Any
) -> None:
    code = claim_for(database, clock, KIOSK)
    app = create_app(settings, database, now=clock, monotonic_s=clock.monotonic_s)
    kiosk = AskingKiosk()
    with TestClient(seen_from(app, "127.0.0.1"), base_url="http://127.0.0.1") as client:
        endpoint = Endpoint(client)
        assert endpoint.post(REQUESTS_PATH, kiosk.asking(code)).status_code == 200
        _, request = next_key()
        asked = kiosk.renewal(endpoint.nonce(), kiosk.request, request)
        assert endpoint.problem(RENEWALS_PATH, asked) is EnrolmentProblem.UNAVAILABLE
    with open_browser() as browser:
        log_in(browser, "ratna")
        assert "Otoritas sertifikat belum dibuat" in browser.get("/pendaftaran").text
        assert press(browser, "konfirmasi").status_code == 503
    for duty in enrolment_duties(settings, database):
        duty.run(clock())
    assert not AuthorityFiles(settings.authority_path).crl.exists()


def test_clone_alarms_are_incidents_that_somebody_closes(
    database: Database, clock: Any, open_browser: Any, authority: AuthorityFiles
) -> None:
    with database.writing() as connection:
        assert record_clone(connection, KIOSK, "sambungan kedua", clock())
        assert not record_clone(connection, KIOSK, "sambungan kedua", clock())
        (alarm,) = open_clone_alarms(connection)
        assert alarm.times == 2
        assert open_clone_alarms(connection, scope=OTHER_KIOSK[:10]) == []  # type: ignore[arg-type] # a village
    with open_browser() as browser:
        log_in(browser, "tono")
        assert "dipakai dua perangkat" in browser.get("/pendaftaran").text
        assert press(browser, "tutup", f"/pendaftaran/{KIOSK}").status_code == 303
        assert "dipakai dua perangkat" not in browser.get("/pendaftaran").text
    clock.pass_time(hours=25)
    with database.writing() as connection:
        assert record_clone(connection, KIOSK, "sambungan kedua", clock())
        assert staff_with_id(connection, 1) is not None
    assert actions(database).count("clone_suspected") == 2
    assert "clone_alarm_closed" in actions(database)


def test_claims_are_made_and_withdrawn_on_the_page(
    open_browser: Any, authority: AuthorityFiles, endpoint: Endpoint
) -> None:
    with open_browser() as browser:
        log_in(browser, "tono")
        wrong = browser.post("/pendaftaran/klaim", "/pendaftaran", village="3506102001", number=1)
        assert wrong.status_code == 422
        shown = browser.post("/pendaftaran/klaim", "/pendaftaran", village=KIOSK[:10], number="1")
        code = re.search(r"[2-9A-Z]{4}-[2-9A-Z]{4}-[2-9A-Z]{4}", shown.text)
        assert code is not None
        assert code.group() not in browser.get("/pendaftaran").text
        assert press(browser, "tarik").status_code == 303
        assert "Kode klaim terbuka" in browser.get("/pendaftaran").text
        assert browser.post("/pendaftaran/x/tarik", "/pendaftaran").status_code == 404
    asking = AskingKiosk().asking(code.group())
    assert endpoint.problem(REQUESTS_PATH, asking) is EnrolmentProblem.CODE_BLOCKED


@pytest.fixture
def phone(
    settings: RegencySettings, database: Database, clock: Any, authority: AuthorityFiles
) -> Iterator["TestClient[Any]"]:
    app = create_app(settings, database, now=clock, monotonic_s=clock.monotonic_s)
    with TestClient(app, base_url="https://pelayanan.test") as client:
        yield client


def test_the_phones_pages_bear_what_people_scan_and_type(
    phone: "TestClient[Any]", claim: str, database: Database, clock: Any
) -> None:
    kiosk = AskingKiosk()
    packed = pack_request(kiosk.request)
    foreign = pack_request(AskingKiosk("3506102001-1").request)
    for nonsense in ("x", "AAAA", foreign, packed[:-8]):
        assert "Bukan QR pendaftaran" in phone.get(f"/pendaftaran/qr/{nonsense}").text
        sent = phone.post(f"/pendaftaran/qr/kirim/{nonsense}", data={"code": claim})
        assert sent.status_code == 404
    plain = phone.post(f"http://pelayanan.test/pendaftaran/qr/kirim/{packed}", data={"code": claim})
    assert (plain.status_code, "https" in plain.text) == (403, True)
    for token in ("x", kiosk.poll_token):
        assert phone.get(f"/pendaftaran/qr/jawaban/{token}").status_code == 404
    wrong = claim_for(database, clock, OTHER_KIOSK)
    answers = [
        phone.post(f"/pendaftaran/qr/kirim/{packed}", data={"code": wrong}) for _ in range(12)
    ]
    assert "Sisa percobaan: 4." in answers[0].text
    assert "tidak berlaku lagi" in answers[5].text
    assert [each.status_code for each in answers[-2:]] == [429, 429]


def test_the_phone_is_told_of_a_refusal_and_of_lost_time(
    phone: "TestClient[Any]", database: Database, clock: Any, open_browser: Any
) -> None:
    def send() -> str:
        kiosk = AskingKiosk()
        code = claim_for(database, clock, KIOSK)
        sent = phone.post(
            f"/pendaftaran/qr/kirim/{pack_request(kiosk.request)}",
            data={"code": code},
            follow_redirects=False,
        )
        return str(sent.headers["location"])

    refused = send()
    with open_browser() as browser:
        log_in(browser, "ratna")
        assert press(browser, "tolak").status_code == 303
    assert "Permintaan ditolak" in phone.get(refused).text
    late = send()
    clock.pass_time(hours=73)
    assert "Lewat waktu" in phone.get(late).text
    for _ in range(70):
        last = phone.get(late)
    assert last.status_code == 429


def test_every_state_of_a_certificate_has_words(
    enrolled: tuple[AskingKiosk, IssuedIdentity],
    endpoint: Endpoint,
    database: Database,
    clock: Any,
    open_browser: Any,
) -> None:
    kiosk, identity = enrolled

    def shown() -> str:
        with open_browser() as browser:
            log_in(browser, "tono")
            return str(browser.get(f"/pendaftaran/{KIOSK}").text)

    leaf = x509.load_der_x509_certificate(identity.certificates[0])
    assert "Belum dipakai" in shown()
    with database.writing() as connection:
        note_certificate_in_use(connection, KIOSK, leaf.not_valid_after_utc, clock())
    assert "Berlaku</span>" in shown()
    clock.pass_time(days=183)
    assert "Waktunya diperpanjang" in shown()
    _, request = next_key()
    endpoint.renew(kiosk.renewal(endpoint.nonce(), identity.certificates[0], request))
    assert "Sedang diganti" in shown()
    clock.pass_time(days=366)
    assert "Kedaluwarsa" in shown()
    with database.writing() as connection:
        revoke(connection, KIOSK, RevocationReason.REPLACED, by="system", now=clock())
    page = shown()
    assert "Diganti</span>" in page
    assert "Cabut sertifikat" not in page
