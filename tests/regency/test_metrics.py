"""What Prometheus reads, checked by Prometheus' own tool."""

import subprocess
from datetime import UTC, datetime

import pytest
from prometheus_client.parser import text_string_to_metric_families
from regency_lab import KIOSK, PLANTED_NIK

from anjungan.protocol.messages import (
    ClockHealth,
    DeviceHealth,
    DiskHealth,
    NetworkHealth,
    NetworkKind,
    PowerFault,
    PowerHealth,
)
from anjungan.protocol.status import RequestStatus
from anjungan.regency.metrics.token import make_token, token_file, token_fits

OF_KIOSK = ("kiosk", KIOSK)
EXPIRES_AT = datetime(2027, 11, 24, tzinfo=UTC)


def samples(text):
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


@pytest.fixture
def scrape(browser, settings):
    token = make_token(settings.data_dir).read_text(encoding="ascii").strip()

    def fetch():
        answer = browser.get("/metrics", authorization=f"Bearer {token}")
        assert answer.status_code == 200
        return answer.text

    return fetch


@pytest.fixture
def full_health(kiosk):
    return kiosk.health(
        cpu_temperature_c=54.5,
        memory_total_bytes=4_000_000_000,
        power=PowerHealth(now=(PowerFault.UNDER_VOLTAGE,)),
        disk=DiskHealth(total_bytes=64_000_000_000, free_bytes=10, life_used_percent=30),
        network=NetworkHealth(kind=NetworkKind.CELLULAR, signal_dbm=-81, round_trip_ms=1200),
        clock=ClockHealth(offset_ms=-1500),
        certificate_expires_at=EXPIRES_AT,
        devices=(
            DeviceHealth(name="printer", kind="printer", state="ready", level_percent=18),
            DeviceHealth(name="scanner", kind="scanner", state="ready"),
            DeviceHealth(name="scanner", kind="scanner", state="missing"),
        ),
    )


def test_every_figure_of_a_kiosk_is_told_in_base_units(scrape, intake, kiosk, full_health):
    intake(kiosk.state(), full_health)
    told = samples(scrape())
    assert told["anjungan_kiosk_connection", OF_KIOSK, ("state", "online")] == 1
    assert told["anjungan_kiosk_connection", OF_KIOSK, ("state", "offline")] == 0
    assert told["anjungan_kiosk_cpu_temperature_celsius", OF_KIOSK] == 54.5
    assert told["anjungan_kiosk_disk_life_used_ratio", OF_KIOSK] == 0.3
    assert told["anjungan_kiosk_network_signal_dbm", OF_KIOSK] == -81
    assert told["anjungan_kiosk_network_round_trip_seconds", OF_KIOSK] == 1.2
    assert told["anjungan_kiosk_clock_offset_seconds", OF_KIOSK] == -1.5
    assert told["anjungan_kiosk_power_fault", ("fault", "under_voltage"), OF_KIOSK] == 1
    assert told["anjungan_kiosk_power_fault", ("fault", "throttled"), OF_KIOSK] == 0
    assert told["anjungan_kiosk_device_level_ratio", ("device", "printer"), OF_KIOSK] == 0.18
    expiry = told["anjungan_kiosk_certificate_expiry_timestamp_seconds", OF_KIOSK]
    assert expiry == EXPIRES_AT.timestamp()
    # of two devices with one name the last stands, once: a double would void the whole page
    ready = ("anjungan_kiosk_device_ready", ("device", "scanner"), ("kind", "scanner"), OF_KIOSK)
    assert told[ready] == 0


def test_what_a_kiosk_does_not_tell_is_no_zero(scrape, intake, kiosk):
    intake(kiosk.state(), kiosk.health())
    told = samples(scrape())
    assert told["anjungan_kiosk_queue_depth", OF_KIOSK] == 0
    names = {name for name, *_ in told}
    assert "anjungan_kiosk_cpu_temperature_celsius" not in names
    assert "anjungan_kiosk_network_signal_dbm" not in names


def test_requests_and_messages_are_counted(scrape, intake, kiosk):
    first, second = kiosk.request(), kiosk.request()
    intake(first, second)
    intake(kiosk.request(id=first.id))
    told = samples(scrape())
    status = RequestStatus.UNDER_REVIEW.name.lower()
    assert told["anjungan_requests", ("status", status)] == 2
    assert told["anjungan_requests", ("status", RequestStatus.READY.name.lower())] == 0
    assert told["anjungan_statuses_waiting",] == 0
    assert told["anjungan_inbox_connected",] == 0


def test_promtool_finds_nothing_to_mend(scrape, intake, kiosk, full_health):
    intake(kiosk.state(), full_health, kiosk.request())
    checked = subprocess.run(
        ["promtool", "check", "metrics"],
        input=scrape(),
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )
    assert (checked.returncode, checked.stdout, checked.stderr) == (0, "", "")


def test_nothing_of_residents_is_told(scrape, intake, kiosk, sealing_key):
    request = kiosk.request(sealing_key)
    intake(request)
    text = scrape()
    for secret in (PLANTED_NIK, request.ticket_token, request.ticket_code, request.id):
        assert secret not in text


def test_without_the_token_nothing_is_told(browser, settings):
    assert browser.get("/metrics").status_code == 401
    make_token(settings.data_dir)
    for header in ("", "Bearer ", "Bearer wrong", "Basic eDp5"):
        answer = browser.get("/metrics", authorization=header)
        assert answer.status_code == 401
        assert "anjungan_" not in answer.text
        assert answer.headers["www-authenticate"].startswith("Bearer")


def test_guessers_are_slowed_down(browser, settings, clock):
    make_token(settings.data_dir)
    guesses = [browser.get("/metrics", authorization="Bearer x").status_code for _ in range(30)]
    assert guesses[0] == 401
    assert guesses[-1] == 429
    clock.pass_time(minutes=2)
    assert browser.get("/metrics", authorization="Bearer x").status_code == 401


def test_the_token_is_made_once_and_is_private(settings, database):
    file = make_token(settings.data_dir)
    token = file.read_bytes()
    assert make_token(settings.data_dir).read_bytes() == token
    assert file.stat().st_mode & 0o077 == 0
    assert token_fits(settings.data_dir, f"bearer {token.decode().strip()}")


@pytest.mark.parametrize("content", [b"", b"\n"])
def test_an_empty_token_lets_nobody_in(settings, database, content):
    token_file(settings.data_dir).write_bytes(content)
    assert not token_fits(settings.data_dir, "Bearer ")
