"""The certificate authority: what it signs, judged by another implementation and by hostile DER."""

import subprocess
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from enrolment_lab import signing_request
from hypothesis import given, settings
from hypothesis import strategies as st
from regency_lab import BEGIN, KIOSK, REGENCY

from anjungan.protocol.fingerprints import fingerprint
from anjungan.regency.enrolment.authority import (
    BACK_DATED,
    CRL_LIFE,
    ISSUING_LIFE,
    KIOSK_LIFE,
    Authority,
    Revoked,
    fingerprint_of,
    issue_kiosk,
    issue_server,
    make_crl,
    make_issuing,
    make_root,
    new_key,
    public_key_der,
)
from anjungan.regency.enrolment.signing_request import (
    MAX_REQUEST_BYTES,
    BadRequest,
    RequestProblem,
    SigningRequest,
    read_signing_request,
)


@pytest.fixture(scope="module")
def root() -> Authority:
    return make_root(REGENCY, BEGIN)


@pytest.fixture(scope="module")
def issuing(root: Authority) -> Authority:
    return make_issuing(root, REGENCY, 1, BEGIN)


def openssl_accepts(
    folder: Path, root: Authority, issuing: Authority, leaf: x509.Certificate, *arguments: str
) -> bool:
    for name, certificate in (("r", root.certificate), ("i", issuing.certificate), ("l", leaf)):
        (folder / f"{name}.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    moment = str(int(BEGIN.timestamp()) + 60)
    done = subprocess.run(
        [
            *("openssl", "verify", "-x509_strict", "-attime", moment),
            *("-CAfile", folder / "r.pem", "-untrusted", folder / "i.pem"),
            *arguments,
            folder / "l.pem",
        ],
        capture_output=True,
        check=False,
    )
    return done.returncode == 0


def test_openssl_accepts_kiosks_and_servers_each_for_its_own_end(
    tmp_path: Path, root: Authority, issuing: Authority
) -> None:
    kiosk = issue_kiosk(issuing, KIOSK, new_key().public_key(), BEGIN)
    server = issue_server(issuing, ["broker.test", "127.0.0.1"], new_key().public_key(), BEGIN)
    assert openssl_accepts(tmp_path, root, issuing, kiosk, "-purpose", "sslclient")
    assert not openssl_accepts(tmp_path, root, issuing, kiosk, "-purpose", "sslserver")
    assert openssl_accepts(
        tmp_path, root, issuing, server, "-purpose", "sslserver", "-verify_ip", "127.0.0.1"
    )
    assert not openssl_accepts(tmp_path, root, issuing, server, "-purpose", "sslclient")
    other = make_root(REGENCY, BEGIN)
    assert not openssl_accepts(tmp_path, other, issuing, kiosk, "-purpose", "sslclient")


def test_openssl_refuses_what_the_list_revokes(
    tmp_path: Path, root: Authority, issuing: Authority
) -> None:
    kept = issue_kiosk(issuing, KIOSK, new_key().public_key(), BEGIN)
    lost = issue_kiosk(issuing, KIOSK, new_key().public_key(), BEGIN)
    crl = make_crl(issuing, [Revoked(lost.serial_number, BEGIN)], BEGIN)
    (tmp_path / "crl.pem").write_bytes(crl.public_bytes(Encoding.PEM))
    check = ("-crl_check", "-CRLfile", str(tmp_path / "crl.pem"))
    assert openssl_accepts(tmp_path, root, issuing, kept, *check)
    assert not openssl_accepts(tmp_path, root, issuing, lost, *check)
    assert crl.next_update_utc == BEGIN.replace(microsecond=0) + CRL_LIFE


def test_a_kiosk_gets_its_name_and_nothing_more(issuing: Authority) -> None:
    key = new_key()
    wishes = (
        x509.CertificateSigningRequestBuilder()
        .subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, KIOSK)]))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("broker.test")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    request = read_signing_request(wishes.public_bytes(Encoding.DER))
    assert isinstance(request, SigningRequest)
    certificate = issue_kiosk(issuing, request.kiosk, request.public_key, BEGIN)
    assert certificate.subject.rfc4514_string() == f"CN={KIOSK}"
    extensions = certificate.extensions
    assert extensions.get_extension_for_class(x509.BasicConstraints).value.ca is False
    usages = extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert list(usages) == [ExtendedKeyUsageOID.CLIENT_AUTH]
    with pytest.raises(x509.ExtensionNotFound):
        extensions.get_extension_for_class(x509.SubjectAlternativeName)
    assert certificate.not_valid_after_utc == BEGIN + KIOSK_LIFE
    assert certificate.not_valid_before_utc == BEGIN - BACK_DATED
    assert fingerprint_of(certificate) == request.fingerprint
    assert certificate.serial_number.bit_length() > 100


def test_nothing_outlives_its_signer(root: Authority, issuing: Authority) -> None:
    late = BEGIN + ISSUING_LIFE - timedelta(days=30)
    certificate = issue_kiosk(issuing, KIOSK, new_key().public_key(), late)
    assert certificate.not_valid_after_utc == issuing.certificate.not_valid_after_utc
    assert issuing.certificate.not_valid_after_utc < root.certificate.not_valid_after_utc


def request_of(key: object, name: x509.Name, algorithm: object = hashes.SHA256()) -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    return builder.sign(key, algorithm).public_bytes(Encoding.DER)  # type: ignore[arg-type] # any key


def named(*names: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name) for name in names])


def test_requests_are_read_strictly() -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    good = request_of(key, named(KIOSK))
    broken = bytearray(good)
    broken[-1] ^= 1
    organisation = x509.Name(
        [
            x509.NameAttribute(NameOID.COMMON_NAME, KIOSK),
            x509.NameAttribute(NameOID.ORGANIZATION_NAME, "admin"),
        ]
    )
    problems = {
        b"": RequestProblem.MALFORMED,
        b"\x30\x80": RequestProblem.MALFORMED,
        good[:-4]: RequestProblem.MALFORMED,
        good + b"\0": RequestProblem.MALFORMED,
        b"\x30" * (MAX_REQUEST_BYTES + 1): RequestProblem.MALFORMED,
        bytes(broken): RequestProblem.BAD_SIGNATURE,
        request_of(ec.generate_private_key(ec.SECP384R1()), named(KIOSK)): RequestProblem.OTHER_KEY,
        request_of(rsa.generate_private_key(65537, 2048), named(KIOSK)): RequestProblem.OTHER_KEY,
        request_of(
            ed25519.Ed25519PrivateKey.generate(), named(KIOSK), None
        ): RequestProblem.OTHER_KEY,
        request_of(key, named(KIOSK), hashes.SHA512()): RequestProblem.BAD_SIGNATURE,
        request_of(key, named("regency-inbox")): RequestProblem.NO_KIOSK,
        request_of(key, named(KIOSK, KIOSK)): RequestProblem.NO_KIOSK,
        request_of(key, organisation): RequestProblem.NO_KIOSK,
        request_of(key, named(f"{KIOSK}\n")): RequestProblem.NO_KIOSK,
        request_of(key, x509.Name([])): RequestProblem.NO_KIOSK,
    }
    for der, problem in problems.items():
        assert read_signing_request(der) == BadRequest(problem)
    assert isinstance(read_signing_request(good), SigningRequest)


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_damaged_requests_are_values_never_exceptions(data: st.DataObject) -> None:
    content = bytearray(_GOOD)
    for _ in range(data.draw(st.integers(1, 4))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    outcome = read_signing_request(bytes(content[: data.draw(st.integers(1, len(content)))]))
    if bytes(content) != _GOOD:
        assert isinstance(outcome, BadRequest)


_GOOD = signing_request(ec.derive_private_key(4711, ec.SECP256R1()))


def test_fingerprints_are_twenty_digits_in_groups() -> None:
    one, other = public_key_der(new_key().public_key()), public_key_der(new_key().public_key())
    groups = fingerprint(one).split()
    assert [len(group) for group in groups] == [4, 4, 4, 4, 4]
    assert all(group.isdigit() for group in groups)
    assert fingerprint(one) == fingerprint(one) != fingerprint(other)
    assert fingerprint(b"anjungan") == "9283 6612 3535 9919 9204"
