"""The roll-over of sealing keys, rehearsed: prepared, signed offline, published, used, retired."""

import queue
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import paho.mqtt.client as mqtt
import pytest
from regency_lab import BEGIN, REGENCY

from anjungan.cli import main
from anjungan.protocol.contract import decode
from anjungan.protocol.keyring import Keyring, KeyringError, open_keyring
from anjungan.protocol.keyring_news import KeyringNews, keyring_file
from anjungan.protocol.sealing import CannotOpen, Opened, WhyClosed, binding_of
from anjungan.protocol.topics import SharedKind
from anjungan.regency.inbox.keyring_news import KeyringTeller
from anjungan.regency.inbox.loop import LoopEvent, Stop
from anjungan.regency.inbox.process import serve
from anjungan.regency.keys import KeyFiles, KeyFilesError, check_keys, create_keys
from anjungan.regency.keys.ages import KEPT_FOR, is_retired, retires_at, superseded_at
from anjungan.regency.keys.files import load_root
from anjungan.regency.keys.rollover import prepare, publish, retire, retired_keys, sign_draft
from anjungan.regency.link.events import Publication
from anjungan.regency.opener.local import Opener


@pytest.fixture
def files(tmp_path: Path) -> KeyFiles:
    files = KeyFiles(tmp_path / "keys")
    create_keys(files, REGENCY, BEGIN)
    return files


def roll_over(files: KeyFiles, clock: Any, **until_it_begins: float) -> Keyring:
    """All three steps."""
    prepare(files, REGENCY, clock() + timedelta(**until_it_begins), clock())
    signed = sign_draft(files.draft, files.root_key, REGENCY)
    return publish(files, signed, REGENCY, clock())


def test_kiosks_seal_with_the_new_key_and_both_open(
    files: KeyFiles, clock: Any, kiosk: Any
) -> None:
    opener = Opener(files, REGENCY, now=clock)
    told: list[Publication] = []

    def publish_to_broker(publication: Publication) -> bool:
        told.append(publication)
        return True

    teller = KeyringTeller(files, REGENCY, publish_to_broker, clock)
    teller.look()
    ring_of_kiosk = heard(told[-1], files)
    before = kiosk.request(ring_of_kiosk.current(clock()))
    roll_over(files, clock, days=14)
    teller.look()
    ring_of_kiosk = heard(told[-1], files)
    assert ring_of_kiosk.serial == 2
    # the new key is known, and not used before its time
    early = kiosk.request(ring_of_kiosk.current(clock()))
    assert early.kid == before.kid
    clock.pass_time(days=14)
    after = kiosk.request(ring_of_kiosk.current(clock()))
    assert after.kid != before.kid
    # a kiosk that was cut off goes on with the old ring
    for request in (before, early, after):
        opened = opener.open(request.sealed, request.kid, binding_of(kiosk.kiosk, request))
        assert isinstance(opened, Opened)


def heard(publication: Publication, files: KeyFiles) -> Keyring:
    """What a kiosk makes of the message."""
    assert publication.retained
    assert publication.topic == "anjungan/1/3505/all/keyring"
    news = decode(SharedKind.KEYRING, publication.payload)
    assert isinstance(news, KeyringNews)
    return open_keyring(keyring_file(news), load_root(files), regency=REGENCY)


def test_old_keys_open_for_twenty_four_months_and_then_no_more(
    files: KeyFiles, clock: Any, kiosk: Any
) -> None:
    opener = Opener(files, REGENCY, now=clock)
    ring = check_keys(files, REGENCY)
    request = kiosk.request(ring.keys[0])
    asked = (request.sealed, request.kid, binding_of(kiosk.kiosk, request))
    ring = roll_over(files, clock, days=1)
    old, new = ring.keys
    assert superseded_at(ring, old.kid) == new.not_before
    assert superseded_at(ring, new.kid) is None
    assert retires_at(ring, new.kid) is None
    assert superseded_at(ring, "3505-19990101-1") is None
    clock.pass_time(days=1 + 729)
    assert isinstance(opener.open(*asked), Opened)
    assert retire(files, REGENCY, clock()) == []
    clock.pass_time(days=1)
    assert is_retired(ring, old.kid, clock())
    closed = CannotOpen(WhyClosed.KEY_RETIRED)
    assert opener.open(*asked) == closed
    with pytest.raises(KeyFilesError, match="retire the keys"):
        prepare(files, REGENCY, clock() + timedelta(days=1), clock())
    assert retire(files, REGENCY, clock()) == [old.kid]
    assert retire(files, REGENCY, clock()) == []
    assert set(retired_keys(files)) == {old.kid}
    assert Opener(files, REGENCY, now=clock).open(*asked) == closed
    check_keys(files, REGENCY, clock())
    # the ring loses the old key with the next roll-over, and it stays known as retired
    ring = roll_over(files, clock, days=1)
    assert ring.keys[0].kid == new.kid
    assert Opener(files, REGENCY, now=clock).open(*asked) == closed
    assert opener.open(b"", "3505-19990101-1", asked[2]) == CannotOpen(WhyClosed.UNKNOWN_KEY)


def test_what_is_not_the_roots_or_not_newer_is_not_published(
    files: KeyFiles, clock: Any, tmp_path: Path
) -> None:
    prepare(files, REGENCY, clock() + timedelta(days=1), clock())
    with pytest.raises(KeyFilesError, match="a draft waits"):
        prepare(files, REGENCY, clock() + timedelta(days=2), clock())
    other = KeyFiles(tmp_path / "other")
    create_keys(other, REGENCY, BEGIN)
    foreign = sign_draft(files.draft, other.root_key, REGENCY)
    with pytest.raises(KeyringError):
        publish(files, foreign, REGENCY, clock())
    signed = sign_draft(files.draft, files.root_key, REGENCY)
    new_key = next(path for path in files.sealing.iterdir() if "-1." not in path.name)
    hidden = new_key.rename(tmp_path / "hidden")
    with pytest.raises(KeyFilesError, match="no private key"):
        publish(files, signed, REGENCY, clock())
    hidden.rename(new_key)
    publish(files, signed, REGENCY, clock())
    with pytest.raises(KeyFilesError, match="not newer"):
        publish(files, signed, REGENCY, clock())
    with pytest.raises(KeyFilesError, match="begins after"):
        prepare(files, REGENCY, BEGIN, clock())
    with pytest.raises(KeyFilesError, match="not a draft"):
        sign_draft(files.keyring, files.root_key, REGENCY)
    with pytest.raises(KeyFilesError, match="No such file"):
        sign_draft(files.draft, files.root_key, REGENCY)
    prepare(files, REGENCY, clock() + timedelta(days=3), clock())
    with pytest.raises(KeyFilesError, match="another regency"):
        sign_draft(files.draft, files.root_key, "3506")  # type: ignore[arg-type] # a code


def test_kid_names_are_never_used_twice(files: KeyFiles, clock: Any) -> None:
    ring = roll_over(files, clock, days=1)
    ring = roll_over(files, clock, days=2)
    kids = [key.kid for key in ring.keys]
    assert kids == ["3505-20261124-1", "3505-20261124-2", "3505-20261124-3"]
    assert ring.serial == 3


def test_the_teller_tells_once_and_again_after_a_reconnection(
    files: KeyFiles, clock: Any, caplog: pytest.LogCaptureFixture
) -> None:
    told: list[Publication] = []
    line_is_up = False

    def publish_to_broker(publication: Publication) -> bool:
        if line_is_up:
            told.append(publication)
        return line_is_up

    teller = KeyringTeller(files, REGENCY, publish_to_broker, clock)
    teller.look()
    assert told == []
    line_is_up = True
    teller.look()
    teller.look()
    assert len(told) == 1
    teller.connected()
    teller.look()
    assert len(told) == 2
    good = files.keyring.read_bytes()
    files.keyring.write_bytes(good[:-20] + b"}" * 20)
    teller.look()
    assert len(told) == 2
    assert "the keyring is not published" in caplog.text
    files.keyring.unlink()
    teller.look()
    assert len(told) == 2


def test_the_commands_roll_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("ANJUNGAN_REGENCY_DATA_DIR", str(tmp_path))

    def admin(*words: str) -> int:
        return main(["regency", "admin", *words])

    keys = KeyFiles(tmp_path / "keys")
    assert admin("add-sealing-key") == 1
    assert admin("init-keys") == 0
    medium = tmp_path / "medium"
    keys.root_key.rename(medium)
    assert admin("add-sealing-key", "--in-days", "3") == 0
    signed = str(tmp_path / "signed.json")
    assert admin("sign-keyring", str(keys.draft), signed) == 1
    assert admin("sign-keyring", str(keys.draft), signed, "--root-key", str(medium)) == 0
    assert admin("publish-keyring", signed) == 0
    assert "keyring 2 is in force" in capsys.readouterr().out
    assert admin("publish-keyring", signed) == 1
    assert admin("retire-sealing-keys") == 0
    assert admin("retire-sealing-keys", "--yes") == 0
    assert capsys.readouterr().out == ""
    assert len(list(keys.sealing.iterdir())) == 2
    assert timedelta(days=730) == KEPT_FOR


def test_the_inbox_publishes_the_ring_retained(
    database: Any, broker_settings: Any, clock: Any, wait_until: Any
) -> None:
    """A kiosk that comes later than the news finds them at the broker."""
    files = KeyFiles(broker_settings.keys_path)
    create_keys(files, REGENCY, BEGIN)
    roll_over(files, clock, days=14)
    events: queue.Queue[LoopEvent] = queue.Queue(1000)
    inbox = threading.Thread(target=serve, args=(broker_settings, database, events))
    inbox.start()
    port = broker_settings.mqtt.port
    try:
        with listening(port) as first:
            wait_until(lambda: first, "the ring is published")
        with listening(port) as late:
            wait_until(lambda: _rings(late), "a kiosk that comes later hears of the ring")
    finally:
        events.put(Stop())
        inbox.join(20)
    assert _rings(late)[0].serial == 2


@contextmanager
def listening(port: int) -> Iterator[list[tuple[bytes, bool]]]:
    """Payloads on the keyring's topic, and whether they were retained."""
    heard: list[tuple[bytes, bool]] = []
    client = mqtt.Client(mqtt.CallbackAPIVersion.VERSION2)
    client.on_message = lambda _c, _u, message: heard.append((message.payload, message.retain))
    client.on_connect = lambda c, *_: c.subscribe("anjungan/1/3505/all/keyring", qos=1)
    client.connect("127.0.0.1", port)
    client.loop_start()
    try:
        yield heard
    finally:
        client.loop_stop()
        client.disconnect()


def _rings(payloads: list[tuple[bytes, bool]]) -> list[Keyring]:
    news = [decode(SharedKind.KEYRING, payload) for payload, retained in payloads if retained]
    return [
        msgspec.json.decode(each.keyring, type=Keyring)
        for each in news
        if isinstance(each, KeyringNews)
    ]
