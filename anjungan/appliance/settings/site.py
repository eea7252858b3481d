"""The site settings as frozen values, with their defaults.

One TOML table a struct; units are in the names. Nothing here is secret: keys are files that the
settings only name.
"""

import ipaddress
import pathlib
from collections.abc import Mapping
from typing import Annotated, Final

import msgspec

from anjungan.appliance.settings.devices import DeviceName, DeviceSettings, usual_devices
from anjungan.protocol.identity import KioskId

Seconds = Annotated[float, msgspec.Meta(gt=0)]
Port = Annotated[int, msgspec.Meta(ge=1, le=65535)]
Path = Annotated[str, msgspec.Meta(min_length=1)]


class _Section(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Base of the tables; an unknown name is a mistake, not a wish."""


TLS_PORT: Final = 8883
PLAIN_PORT: Final = 1883
NO_VILLAGE: Final = "0000000000"
EXAMPLE_KIOSK: Final = "3505102001-1"


class KioskSettings(_Section, frozen=True):
    """Which kiosk this is. ``queue_letter`` tells two kiosks of one village apart.

    ``id`` has no default that works: the village's ten digits, a hyphen, the kiosk's number.
    """

    id: Annotated[str, msgspec.Meta(pattern=r"^[0-9]{10}-[1-9][0-9]?\Z")] = NO_VILLAGE + "-1"
    queue_letter: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]?\Z")] = ""

    @property
    def kiosk_id(self) -> KioskId:
        """The checked identity."""
        return KioskId(self.id)

    @property
    def is_set(self) -> bool:
        """Somebody said which kiosk this is."""
        return not self.id.startswith(NO_VILLAGE)


class PathSettings(_Section, frozen=True):
    """Where the kiosk keeps its files.

    ``clock_mark_file`` exists once the clock was set by a time server in this boot;
    systemd-timesyncd makes it. Without it tickets say "jam belum pasti".
    """

    data_dir: Path = "/var/lib/anjungan"
    runtime_dir: Path = "/run/anjungan"
    keyring_file: Path = "/etc/anjungan/keyring.json"
    root_key_file: Path = "/etc/anjungan/root.pub"
    village_key_file: Path = "/etc/anjungan/village.key"
    clock_mark_file: Path = "/run/systemd/timesync/synchronized"
    identity_dir: Path | None = None
    """The kiosk's certificate, key and trusted authorities; else ``identity`` in ``data_dir``."""

    @property
    def identity_folder(self) -> pathlib.Path:
        """Where enrolment puts the kiosk's identity and the line takes it from."""
        if self.identity_dir is not None:
            return pathlib.Path(self.identity_dir)
        return pathlib.Path(self.data_dir) / "identity"


class LineSettings(_Section, frozen=True):
    """The line to the regency. Plain MQTT is refused off loopback.

    Without ``tls`` a broker elsewhere is spoken with over TLS and one on this machine plainly.
    Without ``port`` it is 8883 with TLS and 1883 without.
    """

    host: str = "localhost"
    port: Port | None = None
    tls: bool | None = None
    health_interval_s: Seconds = 300.0
    receipt_timeout_s: Seconds = 60.0
    backoff_base_s: Seconds = 1.0
    backoff_cap_s: Seconds = 300.0

    @property
    def is_local(self) -> bool:
        """Whether the broker can only be on this machine."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def uses_tls(self) -> bool:
        """Whether the connection is encrypted and both ends show certificates."""
        return not self.is_local if self.tls is None else self.tls

    @property
    def port_in_use(self) -> int:
        """The port that is connected to."""
        return self.port or (TLS_PORT if self.uses_tls else PLAIN_PORT)


class OfficeSettings(_Section, frozen=True):
    """What residents are told about the village office."""

    place: str = "Balai Desa"
    hours: str = "Senin–Jumat, 08.00–15.00"
    phone: str = ""
    tracking_url: str = "https://anjungan.invalid"


class AnnouncementSettings(_Section, frozen=True):
    """A notice on the idle screen."""

    title: str
    text: str = ""


class ScreenSettings(_Section, frozen=True):
    """The panel. A size of 0 takes what the panel says."""

    width_px: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    height_px: Annotated[int, msgspec.Meta(ge=0, le=8192)] = 0
    diagonal_in: Annotated[float, msgspec.Meta(gt=3, lt=100)] = 10.1


class VisitSettings(_Section, frozen=True):
    """Idle times; both are doubled with large text or read-aloud."""

    idle_warn_s: Annotated[int, msgspec.Meta(ge=10, le=900)] = 90
    countdown_s: Annotated[int, msgspec.Meta(ge=10, le=120)] = 30


class LimitSettings(_Section, frozen=True):
    """How much the kiosk keeps before it sends people to the paper form."""

    max_unsent_requests: Annotated[int, msgspec.Meta(ge=10)] = 20_000
    max_database_bytes: Annotated[int, msgspec.Meta(ge=1_000_000)] = 200_000_000
    min_free_disk_bytes: Annotated[int, msgspec.Meta(ge=0)] = 50_000_000


class SiteSettings(_Section, frozen=True):
    """Everything that differs from village to village."""

    kiosk: KioskSettings = KioskSettings()
    paths: PathSettings = PathSettings()
    line: LineSettings = LineSettings()
    office: OfficeSettings = OfficeSettings()
    screen: ScreenSettings = ScreenSettings()
    visit: VisitSettings = VisitSettings()
    devices: Mapping[DeviceName, DeviceSettings | None] = msgspec.field(
        default_factory=usual_devices
    )
    """By name; None where the site file says ``<name> = false``."""
    limits: LimitSettings = LimitSettings()
    announcements: tuple[AnnouncementSettings, ...] = ()
