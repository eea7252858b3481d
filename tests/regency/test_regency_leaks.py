"""A planted NIK and name, searched for where they must never be."""

import logging

import pytest
from regency_lab import PLANTED_NIK

from anjungan.protocol.status import RequestStatus

SECRETS = [PLANTED_NIK, "Siti Aminah"]


@pytest.fixture
def planted(intake, kiosk, sealing_key):
    request = kiosk.request(sealing_key)
    intake(request)
    return request


def test_no_page_without_login_holds_them(browser, planted):
    paths = [
        "/",
        "/masuk",
        "/permohonan",
        f"/permohonan/{planted.id}",
        "/anjungan",
        f"/t/{planted.ticket_token}",
        "/healthz",
        "/robots.txt",
        "/nothing",
    ]
    for path in paths:
        response = browser.client.get(path)
        for secret in SECRETS:
            assert secret not in response.text, path


def test_no_page_holds_them_before_the_seal_is_opened(officer, planted, kiosk):
    for path in (
        "/permohonan",
        f"/permohonan/{planted.id}",
        "/anjungan",
        f"/anjungan/{kiosk.kiosk}",
    ):
        text = officer.get(path).text
        for secret in SECRETS:
            assert secret not in text, path


def test_neither_database_nor_logs_hold_them_after_a_whole_day(
    *, officer, settings, database, planted, intake, kiosk, caplog
):
    page = f"/permohonan/{planted.id}"
    with caplog.at_level(logging.DEBUG):
        assert PLANTED_NIK in officer.post(f"{page}/buka", page).text
        officer.post(
            f"{page}/status",
            page,
            status=int(RequestStatus.INCOMPLETE),
            note=f"NIK {PLANTED_NIK} salah",
            revision=1,
        )
        officer.get(f"/permohonan?cari={PLANTED_NIK}")
        intake(kiosk.event(f"kartu {PLANTED_NIK}"))
        officer.log_in("ratna", PLANTED_NIK)
    for path in settings.data_dir.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            for secret in SECRETS:
                assert secret.encode() not in content, path
    ours = [record for record in caplog.records if not record.name.startswith("httpx")]
    for record in ours:
        for secret in SECRETS:
            assert secret not in record.getMessage()


def test_data_files_are_for_this_account_alone(settings, database, sealing_key):
    assert settings.data_dir.stat().st_mode & 0o077 == 0
    assert settings.database_path.stat().st_mode & 0o077 == 0
    for path in settings.keys_path.rglob("*.key"):
        assert path.stat().st_mode & 0o077 == 0
