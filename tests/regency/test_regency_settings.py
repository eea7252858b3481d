"""Settings: defaults, file, environment, and what is refused."""

from pathlib import Path

import msgspec
import pytest

from anjungan.regency.settings import SettingsError, WebSettings, is_loopback, load_settings


def load(tmp_path, text, **environment):
    file = tmp_path / "regency.toml"
    file.write_text(text)
    return load_settings(file, environment)


def test_defaults_are_usable():
    settings = load_settings(None, {})
    assert settings.code == "3505"
    assert settings.bind_address == ("127.0.0.1", 8080)
    assert settings.keys_path == settings.data_dir / "keys"
    assert not settings.cookies_secure


def test_the_environment_overrides_the_file(tmp_path):
    settings = load(
        tmp_path,
        'data_dir = "/srv/a"\n[mqtt]\nport = 1884\n',
        ANJUNGAN_REGENCY_DATA_DIR="/srv/b",
        ANJUNGAN_REGENCY_MQTT_PORT="1885",
        ANJUNGAN_REGENCY_WEB_PUBLIC_URL="https://desa.example",
        ANJUNGAN_REGENCY_REQUESTS_LATE_AFTER_WORKING_DAYS="3",
        OTHER="x",
    )
    assert settings.data_dir == Path("/srv/b")
    assert settings.mqtt.port == 1885
    assert settings.web.public_url == "https://desa.example"
    assert settings.requests.late_after_working_days == 3


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("regency = 'abcd'", "regency"),
        ("unknown = 1", "unknown"),
        ("[mqtt]\nport = 0", r"mqtt\.port"),
        ("[mqtt]\nhost = '10.0.0.1'\ntls = false", "plain MQTT"),
        ("[mqtt]\nhost = 'broker.example'\ntls = false", "plain MQTT"),
        ("[web]\nbind = '127.0.0.1'", r"web\.bind"),
        ("[web]\nbind = '127.0.0.1:99999'", r"web\.bind"),
        ("[web]\npublic_url = 'ftp://x'", r"web\.public_url"),
        ("[fleet]\nreport_interval_s = 0", "report_interval_s"),
        ("not toml", "regency.toml"),
        ("x = " + "[" * 3000, "regency.toml"),
        ("x = " + "9" * 5000, "regency.toml"),
    ],
)
def test_what_cannot_be_used_is_named(tmp_path, text, words):
    with pytest.raises(SettingsError, match=words):
        load(tmp_path, text)


def test_unusable_files_and_variables_are_named(tmp_path):
    with pytest.raises(SettingsError, match="No such file"):
        load_settings(tmp_path / "nothing.toml", {})
    with pytest.raises(SettingsError, match="no such setting"):
        load_settings(None, {"ANJUNGAN_REGENCY_REGENCY": "3505", "ANJUNGAN_REGENCY_REGENCY_X": "2"})
    with pytest.raises(SettingsError, match="NOTHING_AT_ALL: no such"):
        load_settings(None, {"ANJUNGAN_REGENCY_NOTHING_AT_ALL": "1"})
    binary = tmp_path / "binary.toml"
    binary.write_bytes(b"\xff\xfe")
    with pytest.raises(SettingsError):
        load_settings(binary, {})


@pytest.mark.parametrize(
    ("host", "expected"),
    [("localhost", True), ("127.9.9.9", True), ("::1", True), ("0.0.0.0", False), ("x", False)],  # noqa: S104 - an example
)
def test_loopback(host, expected):
    assert is_loopback(host) is expected


@pytest.mark.parametrize(
    ("bind", "public_url", "secure"),
    [
        ("127.0.0.1:8080", "http://127.0.0.1:8080", False),
        ("[::1]:8080", "http://localhost:8080", False),
        ("127.0.0.1:8080", "https://desa.example", True),
        ("10.0.0.5:8080", "http://127.0.0.1:8080", True),
        ("127.0.0.1:8080", "http://10.0.0.5", True),
    ],
)
def test_cookies_are_secure_unless_all_is_on_loopback(bind, public_url, secure):
    web = WebSettings(bind=bind, public_url=public_url)
    settings = msgspec.structs.replace(load_settings(None, {}), web=web)
    assert settings.cookies_secure is secure
