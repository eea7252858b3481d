"""Settings of the regency's processes: defaults, a TOML file, and the environment over it.

``ANJUNGAN_REGENCY_DATA_DIR`` or ``ANJUNGAN_REGENCY_MQTT_PORT`` override ``data_dir`` and
``[mqtt] port``.
"""

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final
from urllib.parse import urlsplit

import msgspec

from anjungan.protocol.identity import IdentityError, RegencyCode, parse_regency
from anjungan.regency.alerts.settings import AlertSettings
from anjungan.regency.broker.settings import BrokerSettings
from anjungan.regency.enrolment.settings import EnrolmentSettings
from anjungan.regency.home_assistant.settings import HomeAssistantSettings
from anjungan.regency.inbox.settings import InboxSettings
from anjungan.regency.link.settings import BrokerAddress, MqttSettings, TlsFiles
from anjungan.regency.loopback import is_loopback
from anjungan.regency.opener.settings import OpenerSettings
from anjungan.regency.staff.settings import PeopleSettings

if TYPE_CHECKING:
    from anjungan.regency.store.address import DatabaseAddress

ENVIRONMENT_PREFIX: Final = "ANJUNGAN_REGENCY_"

Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Seconds = Annotated[float, msgspec.Meta(gt=0, le=7 * 86400)]


class SettingsError(ValueError):
    """The settings cannot be used; the message says which one and why."""


class WebSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where pages are served, and the address residents and staff know them by.

    With ``tls_certificate_file`` and ``tls_key_file`` HTTPS is served here; without them it is the
    task of a proxy before it.
    """

    bind: str = "127.0.0.1:8080"
    public_url: str = "http://127.0.0.1:8080"
    tls_certificate_file: Path | None = None
    tls_key_file: Path | None = None


class FleetSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often kiosks report, by which their silence is judged."""

    report_interval_s: Seconds = 300.0


class RequestSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """When a request counts as late, in working days since it was received."""

    late_after_working_days: Annotated[int, msgspec.Meta(ge=1, le=60)] = 1


class RegencySettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Everything the inbox, the web and the administration commands need to know."""

    regency: str = "3505"
    regency_name: str = "Kabupaten Blitar"
    data_dir: Path = Path("/var/lib/anjungan-regency")
    keys_dir: Path | None = None
    database_url: str = ""
    """``postgresql://…``; empty: a SQLite file in ``data_dir``. It may hold a password."""
    mqtt: MqttSettings = MqttSettings()
    broker: BrokerSettings = BrokerSettings()
    inbox: InboxSettings = InboxSettings()
    web: WebSettings = WebSettings()
    fleet: FleetSettings = FleetSettings()
    requests: RequestSettings = RequestSettings()
    alerts: AlertSettings = AlertSettings()
    enrolment: EnrolmentSettings = EnrolmentSettings()
    opener: OpenerSettings = OpenerSettings()
    home_assistant: HomeAssistantSettings = HomeAssistantSettings()
    people: PeopleSettings = PeopleSettings()

    def __repr__(self) -> str:
        return f"RegencySettings(regency={self.regency!r}, data_dir={str(self.data_dir)!r}, …)"

    @property
    def code(self) -> RegencyCode:
        """The regency's code."""
        return parse_regency(self.regency)

    @property
    def database_path(self) -> Path:
        """The SQLite file, where no ``database_url`` names a server."""
        return self.data_dir / "regency.db"

    @property
    def database_address(self) -> "DatabaseAddress":
        """What ``open_database`` opens."""
        from anjungan.regency.store.address import parse_database_url  # noqa: PLC0415 - heavy

        return parse_database_url(self.database_url) if self.database_url else self.database_path

    @property
    def keys_path(self) -> Path:
        """The folder with the keyring and the private keys."""
        return self.keys_dir if self.keys_dir is not None else self.data_dir / "keys"

    @property
    def authority_path(self) -> Path:
        """The folder of the certificate authority."""
        return self.enrolment.authority_dir or self.data_dir / "authority"

    @property
    def broker_path(self) -> Path:
        """The folder from which the broker reads its settings, certificates and lists."""
        return self.broker.folder or self.data_dir / "broker"

    @property
    def broker_address(self) -> BrokerAddress:
        """Where our own processes reach the broker."""
        mqtt, files = self.mqtt, None
        if mqtt.uses_tls:
            from anjungan.regency.enrolment.authority_files import AuthorityFiles  # noqa: PLC0415 - heavy, and not needed by a demo

            authority = AuthorityFiles(self.authority_path)
            key, certificate = authority.inbox
            files = TlsFiles(
                authorities=mqtt.authorities_file or authority.root,
                certificate=mqtt.certificate_file or certificate,
                key=mqtt.key_file or key,
            )
        return BrokerAddress(mqtt.host, mqtt.port_in_use, files)

    @property
    def staff_keys_path(self) -> Path:
        """The folder with the key that second factors are kept with."""
        return self.people.keys_dir or self.data_dir / "staff-keys"

    @property
    def bind_address(self) -> tuple[str, int]:
        """Host and port the web process listens on."""
        host, _, port = self.web.bind.rpartition(":")
        return host.strip("[]"), int(port)

    @property
    def cookies_secure(self) -> bool:
        """Cookies travel over HTTPS alone, except where the site is only on loopback."""
        address = urlsplit(self.web.public_url)
        plain = address.scheme == "http" and is_loopback(address.hostname or "")
        return not (plain and is_loopback(self.bind_address[0]))


def load_settings(file: Path | None, environment: Mapping[str, str]) -> RegencySettings:
    """Read settings; raise SettingsError naming what is wrong."""
    values: dict[str, Any] = {}
    if file is not None:
        try:
            values = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as error:
            raise SettingsError(f"{file}: {error.strerror}") from error
        except (ValueError, RecursionError) as error:  # also endless numbers and endless nesting
            raise SettingsError(f"{file}: {error}") from error
    _override(values, environment)
    try:
        settings = msgspec.convert(values, RegencySettings, strict=False, dec_hook=_as_path)
    except msgspec.ValidationError as error:
        raise SettingsError(str(error)) from error
    _check(settings)
    return settings


def _as_path(wanted: type, value: object) -> Path:
    if wanted is Path and isinstance(value, str) and value:
        return Path(value)
    raise ValueError("expected a path")


def _override(values: dict[str, Any], environment: Mapping[str, str]) -> None:
    fields = {field.name: field for field in msgspec.structs.fields(RegencySettings)}
    for variable, text in environment.items():
        if not variable.startswith(ENVIRONMENT_PREFIX):
            continue
        name = variable.removeprefix(ENVIRONMENT_PREFIX).lower()
        if name in fields:
            values[name] = text
            continue
        section = next((each for each in fields if name.startswith(f"{each}_")), "")
        key = name.removeprefix(f"{section}_") if section else name
        table = values.setdefault(section, {}) if section else None
        if not isinstance(table, dict):
            raise SettingsError(f"{variable}: no such setting")
        table[key] = text


def _check(settings: RegencySettings) -> None:
    try:
        _ = settings.database_address
    except ValueError as error:
        raise SettingsError(f"database_url: {error}") from None
    try:
        parse_regency(settings.regency)
    except IdentityError as error:
        raise SettingsError(f"regency: {error}") from error
    if not settings.mqtt.uses_tls and not is_loopback(settings.mqtt.host):
        raise SettingsError("mqtt.tls: plain MQTT is for a broker on this machine only")
    wanted = settings.home_assistant
    if wanted.is_on and not wanted.tls and not is_loopback(wanted.host):
        raise SettingsError("home_assistant.tls: may be off for a broker on this machine only")
    host, _, port = settings.web.bind.rpartition(":")
    if not host or not port.isascii() or not port.isdigit() or not 1 <= int(port) <= 65535:  # noqa: PLR2004 - the range of a port
        raise SettingsError("web.bind: expected an address and a port, such as 127.0.0.1:8080")
    if (settings.web.tls_certificate_file is None) != (settings.web.tls_key_file is None):
        raise SettingsError("web: tls_certificate_file and tls_key_file go together")
    address = urlsplit(settings.web.public_url)
    if address.scheme not in ("http", "https") or not address.hostname:
        raise SettingsError("web.public_url: expected an http or https address")
