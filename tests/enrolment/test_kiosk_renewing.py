"""The kiosk renews by itself: from half of life, over a line that loses answers, both keys kept."""

import asyncio
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from regency_stand_in import KIOSK, Regency, running_regency

from anjungan.appliance.enrolment.credentials import load_chain, load_key
from anjungan.appliance.enrolment.enrolling import Enrolled, Enrolling
from anjungan.appliance.enrolment.https import Endpoint, LineProblem, Unreachable
from anjungan.appliance.enrolment.identity import (
    IdentityFolder,
    RegencyAddress,
    write_address,
)
from anjungan.appliance.enrolment.renewing import (
    LOOK_EVERY_S,
    NotRenewed,
    RenewalState,
    Renewing,
    renew_if_due,
)
from anjungan.appliance.uplink.identity import Identity
from anjungan.protocol.enrolment import RENEWALS_PATH
from anjungan.regency.enrolment.certificates import certificates_of
from anjungan.regency.enrolment.revocation import RevocationReason, revoke


@pytest.fixture(scope="module")
def regency(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Regency]:
    with running_regency(tmp_path_factory.mktemp("regency") / "data") as regency:
        yield regency


@pytest.fixture
def enrolled(tmp_path: Path, regency: Regency) -> IdentityFolder:
    regency.ahead = timedelta(0)
    folder = IdentityFolder(tmp_path / "identity")
    enrolling = Enrolling(folder, KIOSK, regency.files.root)
    question = enrolling.remember(regency.url, regency.claim())
    enrolling.ask(question)
    regency.decide()
    assert isinstance(enrolling.poll(question), Enrolled)
    return folder


def test_nothing_happens_before_half_of_life(enrolled: IdentityFolder, regency: Regency) -> None:
    assert renew_if_due(enrolled, KIOSK, regency.now()) is RenewalState.NOT_DUE
    # a clock that runs ahead: the regency's counts
    fast = regency.now() + timedelta(days=200)
    assert renew_if_due(enrolled, KIOSK, fast) is RenewalState.NOT_DUE
    nobody = IdentityFolder(enrolled.folder / "nobody")
    nobody.make()
    assert renew_if_due(nobody, KIOSK, fast) is RenewalState.NOT_ENROLLED


def test_both_keys_are_kept_until_the_new_one_has_connected(
    enrolled: IdentityFolder, regency: Regency
) -> None:
    before = enrolled.pair.certificate.read_bytes()
    regency.ahead = timedelta(days=190)
    assert renew_if_due(enrolled, KIOSK, regency.now()) is RenewalState.RENEWED
    assert renew_if_due(enrolled, KIOSK, regency.now()) is RenewalState.WAITING
    line = Identity(enrolled.folder)
    shown = line.files()
    assert shown is not None
    assert shown.renewed
    assert enrolled.pair.certificate.read_bytes() == before
    line.connected(shown)
    pair = line.files()
    assert pair is not None
    assert not pair.renewed
    chain = load_chain(pair.certificate)
    assert load_key(pair.key).public_key() == chain[0].public_key()
    assert chain[0].not_valid_after_utc > datetime.now(tz=UTC) + timedelta(days=550)
    regency.ahead = timedelta(days=380)
    assert renew_if_due(enrolled, KIOSK, regency.now()) is RenewalState.RENEWED


def test_an_answer_that_was_swallowed_is_asked_for_again(
    enrolled: IdentityFolder, regency: Regency, monkeypatch: pytest.MonkeyPatch
) -> None:
    regency.ahead = timedelta(days=190)
    ask = Endpoint.ask

    def swallowing(self: Endpoint, path: str, *arguments: object) -> object:
        told = ask(self, path, *arguments)  # type: ignore[arg-type] # passed on as they came
        return Unreachable(LineProblem.NO_LINE) if path == RENEWALS_PATH else told

    with monkeypatch.context() as patched:
        patched.setattr(Endpoint, "ask", swallowing)
        assert renew_if_due(enrolled, KIOSK, regency.now()) == NotRenewed("no_line")
    assert renew_if_due(enrolled, KIOSK, regency.now()) is RenewalState.RENEWED
    with regency.database.reading() as connection:
        known = [each for each in certificates_of(connection, KIOSK) if each.revoked_at is None]
    # the old one and one renewal, not two
    assert len(known) == 2


def test_a_revoked_kiosk_does_not_renew(enrolled: IdentityFolder, regency: Regency) -> None:
    with regency.database.writing() as connection:
        revoke(connection, KIOSK, RevocationReason.STOLEN, by="test", now=regency.now())
    regency.ahead = timedelta(days=190)
    assert renew_if_due(enrolled, KIOSK, regency.now()) == NotRenewed("revoked")


def test_an_expired_certificate_renews(enrolled: IdentityFolder, regency: Regency) -> None:
    regency.ahead = timedelta(days=365 + 300)
    assert renew_if_due(enrolled, KIOSK, regency.now()) is RenewalState.RENEWED


async def test_the_task_looks_daily_and_backs_off(
    enrolled: IdentityFolder, regency: Regency, caplog: pytest.LogCaptureFixture
) -> None:
    renewed: list[bool] = []
    task = Renewing(
        enrolled,
        KIOSK,
        now=regency.now,
        rng=Random(1),  # noqa: S311 - jitter
        on_renewed=lambda: renewed.append(True),
    )
    daily = (0.75 * LOOK_EVERY_S, 1.25 * LOOK_EVERY_S)
    assert daily[0] <= await task.look() <= daily[1]
    regency.ahead = timedelta(days=190)
    write_address(enrolled, RegencyAddress(url="https://127.0.0.1:1"))
    waits = [await task.look() for _ in range(10)]
    assert waits[0] <= 1.25 * 900
    assert waits[0] < waits[2] < waits[4]
    assert max(waits) <= daily[1]
    assert "the certificate was not renewed: no_line" in caplog.text
    write_address(enrolled, RegencyAddress(url=regency.url))
    enrolled.pair.key.write_text("damaged")
    await task.look()
    assert "not a key" in caplog.text
    assert renewed == []


async def test_the_task_tells_of_a_renewal(enrolled: IdentityFolder, regency: Regency) -> None:
    regency.ahead = timedelta(days=190)
    renewed: list[bool] = []
    naps: list[float] = []

    async def nap(seconds: float) -> None:
        naps.append(seconds)
        if len(naps) > 2:
            raise asyncio.CancelledError

    task = Renewing(
        enrolled,
        KIOSK,
        now=regency.now,
        rng=Random(1),  # noqa: S311 - jitter
        on_renewed=lambda: renewed.append(True),
        sleep=nap,
    )
    with pytest.raises(asyncio.CancelledError):
        await task.run()
    assert renewed == [True]
    assert 60 <= naps[0] <= 600
