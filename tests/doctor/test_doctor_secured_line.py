"""The doctor on a line with TLS: the kiosk's certificate, and a broker that takes it or not."""

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from broker_lab import Peer, PeerIdentity, SecuredBroker, mosquitto_program, secured_broker
from doctor_desk import about, ask_doctor, said

from anjungan.appliance.doctor import check_line
from anjungan.appliance.doctor.finding import Finding, Verdict
from anjungan.appliance.uplink import tls_probe
from anjungan.appliance.uplink.line_state import OfflineReason
from anjungan.regency.store.database import open_database

KIOSK = "3505102001-1"


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredBroker]:
    if not Path(mosquitto_program()).exists():
        pytest.skip("mosquitto is not installed")
    empty = tmp_path_factory.mktemp("regency") / "regency.db"
    open_database(empty).close()
    with secured_broker(tmp_path_factory.mktemp("secured"), empty) as broker:
        yield broker


@pytest.fixture(autouse=True)
def short_silence(monkeypatch: pytest.MonkeyPatch) -> None:
    """On loopback a refusal comes at once."""
    monkeypatch.setattr(tls_probe, "SILENCE_S", 0.5)


@pytest.fixture
def look(broker: SecuredBroker, tmp_path: Path) -> Callable[..., object]:
    """Ask the doctor of a kiosk with that identity; the findings about certificate and line."""

    async def look(
        identity: PeerIdentity | None, *, host: str = "127.0.0.1", port: int = 0
    ) -> tuple[Finding, Finding]:
        folder = tmp_path / "data" / "identity"
        folder.mkdir(parents=True, exist_ok=True)
        if identity is not None:
            shutil.copy(identity.authorities, folder / "authorities.pem")
            shutil.copy(identity.certificate, folder / "certificate.pem")
            shutil.copy(identity.key, folder / "key.pem")
        file = tmp_path / "site.toml"
        file.write_text(
            f'[kiosk]\nid = "{KIOSK}"\n[paths]\ndata_dir = "{tmp_path}/data"\n'
            f'runtime_dir = "{tmp_path}/run"\n[line]\nhost = "{host}"\ntls = true\n'
            f"port = {port or broker.port}\n[devices]\n"
            "card_reader = false\nscanner = false\nprinter = false\nbuttons = false\n"
        )
        diagnosis = await ask_doctor(file)
        return about(diagnosis, "identity.subject"), about(diagnosis, "line.subject")

    return look


async def test_a_good_certificate_and_a_broker_that_takes_it(broker, look) -> None:
    identity, line = await look(broker.kiosk(KIOSK))
    assert (identity.answered.key, identity.verdict) == ("identity.good", Verdict.GOOD)
    assert (line.answered.key, line.verdict) == ("line.good_tls", Verdict.GOOD)


async def test_a_running_agent_keeps_its_connection(broker, look) -> None:

    own = broker.kiosk(KIOSK)
    agent = Peer(own, broker.port, KIOSK)
    _, line = await look(own)
    assert line.verdict is Verdict.GOOD
    assert agent.is_in
    agent.close()


async def test_a_kiosk_that_is_not_enrolled(look) -> None:
    identity, line = await look(None)
    assert said(identity) == ["identity.none", "identity.expected", "identity.none_fix"]
    assert (line.answered.key, line.verdict) == ("line.without_identity", Verdict.NOTE)


async def test_a_certificate_of_another_kiosk(broker, look) -> None:
    identity, _ = await look(broker.kiosk("3505171001-1"))
    assert said(identity) == ["identity.other", "identity.expected", "identity.other_fix"]


@pytest.mark.parametrize(
    ("age", "answered", "at_the_line"),
    [
        (timedelta(days=366), "identity.ended", "line.tls_ended"),
        (timedelta(days=340), "identity.ends_soon", "line.good_tls"),
    ],
)
async def test_certificates_that_end(broker, look, age, answered, at_the_line) -> None:
    identity, line = await look(broker.kiosk(KIOSK, now=datetime.now(tz=UTC) - age))
    assert identity.answered.key == answered
    assert line.answered.key == at_the_line


async def test_a_revoked_certificate(broker, look) -> None:
    revoked = broker.kiosk(KIOSK)
    broker.write_lists(revoked.serial)
    identity, line = await look(revoked)
    assert identity.verdict is Verdict.GOOD, "the kiosk cannot see it in the certificate"
    assert said(line) == ["line.tls_refused", "line.tls_expected", "line.tls_refused_fix"]


@pytest.mark.parametrize(
    ("reason", "answered"),
    [
        (OfflineReason.BROKER_NOT_TRUSTED, "line.tls_foreign"),
        (OfflineReason.CLOCK_DOUBTFUL, "line.tls_clock"),
        (OfflineReason.NO_TLS, "line.tls_none"),
        (OSError(104, "Connection reset by peer"), "line.tls_other"),
    ],
)
async def test_every_other_trouble_has_words(broker, look, monkeypatch, reason, answered) -> None:
    def probe(*_arguments: object) -> OfflineReason:
        if isinstance(reason, OSError):
            raise reason
        return reason

    monkeypatch.setattr(check_line, "probe_tls", probe)
    _, line = await look(broker.kiosk(KIOSK))
    assert line.answered.key == answered


async def test_a_broker_of_another_authority_is_seen_by_the_probe(broker, look) -> None:
    own = broker.kiosk(KIOSK)
    foreign = PeerIdentity(own.certificate, own.certificate, own.key, own.serial)
    _, line = await look(foreign)
    assert line.answered.key == "line.tls_foreign"
