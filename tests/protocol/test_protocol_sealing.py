"""Sealed answers, bound to their request; the signed keyring."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.signing import SigningKey

from anjungan.protocol.examples import EXAMPLES, KIOSK
from anjungan.protocol.keyring import (
    Keyring,
    KeyringError,
    SealingKey,
    open_keyring,
    sign_keyring,
)
from anjungan.protocol.messages import Request
from anjungan.protocol.sealing import (
    MAX_ANSWERS_BYTES,
    Answer,
    Answers,
    AnswersTooLargeError,
    Binding,
    CannotOpen,
    Opened,
    WrongBinding,
    binding_of,
    seal,
    unseal,
)
from anjungan.protocol.topics import UpKind

PRIVATE = PrivateKey.generate()
BEGIN = datetime(2026, 1, 1, tzinfo=UTC)
NIK = "3505111203800002"


def key(kid: str = "reg-2026a", *, begin: datetime = BEGIN) -> SealingKey:
    return SealingKey(kid=kid, public_key=bytes(PRIVATE.public_key), not_before=begin)


def answers(value: str = NIK) -> Answers:
    return Answers(items=(Answer(name="nik", label="NIK", value=value, shown=value),))


BINDING = Binding(
    request_id="019cad63-c14a-7f0e-8a35-5b1f6c2d9e01",
    kiosk=KIOSK,
    service="sk-usaha",
    form_version=3,
    ticket_token="k3VJx0Yp1mQe8sTt5uZb2A",
)


@given(st.lists(st.text(max_size=60), max_size=10))
@settings(max_examples=40, deadline=None)
def test_answers_come_back_as_they_were_sealed(values: list[str]) -> None:
    told = Answers(items=tuple(Answer(name="x", label="x", value=v, shown=v) for v in values))
    assert unseal(seal(told, BINDING, key()), BINDING, PRIVATE) == Opened(told)


def test_nothing_typed_shows_in_the_sealed_bytes() -> None:
    sealed = seal(answers(), BINDING, key())
    assert NIK.encode() not in sealed
    assert sealed != seal(answers(), BINDING, key()), "the same answers never look the same"


@pytest.mark.parametrize(
    "field", ["request_id", "kiosk", "service", "form_version", "ticket_token"]
)
def test_answers_moved_to_another_request_are_found_out(field: str) -> None:
    sealed = seal(answers(), BINDING, key())
    other: object = 4 if field == "form_version" else "another"
    assert unseal(sealed, msgspec.structs.replace(BINDING, **{field: other}), PRIVATE) == (
        WrongBinding()
    )


def test_the_binding_repeats_the_request() -> None:
    request = EXAMPLES[UpKind.REQUEST]
    assert isinstance(request, Request)
    assert binding_of(KIOSK, request) == BINDING


@given(st.integers(0, 300), st.integers(1, 255))
@settings(max_examples=60, deadline=None)
def test_a_changed_byte_cannot_be_opened(place: int, change: int) -> None:
    sealed = bytearray(seal(answers(), BINDING, key()))
    sealed[place % len(sealed)] ^= change
    assert unseal(bytes(sealed), BINDING, PRIVATE) == CannotOpen()


@given(st.binary(max_size=200))
@settings(max_examples=60, deadline=None)
def test_noise_cannot_be_opened(noise: bytes) -> None:
    assert unseal(noise, BINDING, PRIVATE) == CannotOpen()
    sealed_noise = SealedBox(PRIVATE.public_key).encrypt(noise)
    assert unseal(sealed_noise, BINDING, PRIVATE) == CannotOpen()


def test_another_key_cannot_open() -> None:
    assert unseal(seal(answers(), BINDING, key()), BINDING, PrivateKey.generate()) == CannotOpen()


def test_too_many_answers_are_refused() -> None:
    with pytest.raises(AnswersTooLargeError) as caught:
        seal(answers("x" * MAX_ANSWERS_BYTES), BINDING, key())
    assert "xxx" not in str(caught.value)


def test_reprs_hide_what_was_typed() -> None:
    told = answers()
    assert NIK not in repr(told)
    assert NIK not in repr(told.items[0])
    opened = unseal(seal(told, BINDING, key()), BINDING, PRIVATE)
    assert NIK not in repr(opened)


# --- the keyring ----------------------------------------------------------------------------

ROOT = SigningKey.generate()


def ring(*keys: SealingKey, regency: str = "3505") -> Keyring:
    return Keyring(regency=regency, serial=4, keys=keys or (key(),))


def test_a_signed_ring_is_read_by_those_who_know_the_root() -> None:
    file = sign_keyring(ring(), ROOT)
    assert open_keyring(file, ROOT.verify_key, regency="3505") == ring()


def test_a_foreign_or_forged_ring_is_refused() -> None:
    file = sign_keyring(ring(), ROOT)
    with pytest.raises(KeyringError, match="not signed"):
        open_keyring(file, SigningKey.generate().verify_key, regency="3505")
    with pytest.raises(KeyringError, match="another regency"):
        open_keyring(file, ROOT.verify_key, regency="3506")
    unsound = sign_keyring(ring(), ROOT)[:-20]
    with pytest.raises(KeyringError):
        open_keyring(unsound, ROOT.verify_key, regency="3505")


@given(st.integers(0, 10_000), st.binary(min_size=1, max_size=4))
@settings(max_examples=100, deadline=None)
def test_a_changed_ring_never_names_another_key(place: int, change: bytes) -> None:
    file = bytearray(sign_keyring(ring(), ROOT))
    place %= len(file)
    file[place : place + len(change)] = change
    try:
        opened = open_keyring(bytes(file), ROOT.verify_key, regency="3505")
    except KeyringError:
        return
    assert opened == ring()


def test_the_newest_usable_key_is_taken() -> None:
    old, new = key("old"), key("new", begin=BEGIN + timedelta(days=100))
    both = ring(new, old)
    assert both.current(BEGIN + timedelta(days=99)).kid == "old"
    assert both.current(BEGIN + timedelta(days=100)).kid == "new"
    assert both.current(BEGIN - timedelta(days=9_000)).kid == "old", "a wrong clock is not early"


def test_a_key_has_32_bytes() -> None:
    short = {"kid": "x", "public_key": "AAAA", "not_before": "2026-01-01T00:00:00Z"}
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(short, SealingKey)
    assert PublicKey(key().public_key)
