"""Preparing a demo: keys, settings of kiosk and regency, a staff login. A second start keeps them.

Only what belongs to one start is written anew: the ports in the two settings files.
"""

import json
import secrets
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from anjungan.protocol.card_link import VILLAGE_KEY_BYTES
from anjungan.protocol.identity import KioskId, regency_of, village_of
from anjungan.regency.enrolment.authority_files import AuthorityFiles
from anjungan.regency.enrolment.beginning import begin_authority
from anjungan.regency.keys import KeyFiles, check_keys, create_keys
from anjungan.regency.settings import RegencySettings
from anjungan.regency.store.database import Database, open_database
from anjungan.simulation.places import Places
from anjungan.simulation.staff import StaffLogin, make_staff, write_private

KIOSK: Final = KioskId("3505102001-1")
"""The kiosk that is real here."""
KIOSK_NAME: Final = "Desa Minggirsari, Kecamatan Kanigoro"

_SITE: Final = """\
# The demo's kiosk; written at every start. `anjungan config show --config {here}` explains it.
[kiosk]
id = {kiosk}

[paths]
data_dir = {data_dir}
runtime_dir = {runtime_dir}
keyring_file = {keyring_file}
root_key_file = {root_key_file}
village_key_file = {village_key_file}
# the demo believes this machine's clock; on a kiosk a time server must have answered
clock_mark_file = {clock_mark_file}

[line]
host = "127.0.0.1"
port = {line_port}
health_interval_s = {health_interval_s}
receipt_timeout_s = 10.0
backoff_cap_s = 5.0

[office]
place = "Balai Desa Minggirsari"
hours = "Senin–Jumat, 08.00–15.00"
tracking_url = {tracking_url}

[screen]
width_px = 1024
height_px = 600

[devices.card_reader]
path = {card_reader}

[devices.scanner]
path = {scanner}

[devices.printer]
path = {printer}
roll_length_m = 18

# a second reader, for 125 kHz cards
[devices.tag_reader]
kind = "rdm6300"
path = {tag_reader}

[devices.buttons]
buzzer = 27

[devices.buttons.contacts.door]
pin = 17

[devices.sound]
kind = "espeak"

[[announcements]]
title = "Posyandu balita"
text = "Contoh: Kamis pukul 08.00 di balai desa."

[[announcements]]
title = "Kerja bakti"
text = "Contoh: Minggu pagi di setiap RT."
"""

_REGENCY: Final = """\
# The demo's regency; written at every start.
regency = {regency}
data_dir = {data_dir}

[mqtt]
port = {broker_port}

[web]
bind = {bind}
public_url = {public_url}

[fleet]
report_interval_s = {health_interval_s}

[alerts]
# a visitor of the demo does not wait ten minutes to see an alert
pace = 0.02
"""


@dataclass(frozen=True, slots=True)
class Ports:
    """Where this start listens, all on loopback."""

    broker: int
    line: int
    web: int
    screen: int
    desk: int = 0
    """0 where there is none."""


def web_url(ports: Ports) -> str:
    """The address of the regency's pages."""
    return f"http://127.0.0.1:{ports.web}"


def prepare(places: Places, ports: Ports, *, health_interval_s: float) -> StaffLogin:
    """Make what is missing, write this start's settings, and return the login of ``petugas``."""
    places.make()
    keys = KeyFiles(places.regency_dir / "keys")
    now = datetime.now(tz=UTC)
    if not keys.keyring.exists():
        create_keys(keys, regency_of(KIOSK), now)
    check_keys(keys, regency_of(KIOSK))
    if not places.village_key_file.exists():
        write_private(places.village_key_file, secrets.token_hex(VILLAGE_KEY_BYTES) + "\n")
    places.root_key_file.write_bytes(keys.root_public.read_bytes())
    _write_settings(places, ports, keys, health_interval_s)
    database = open_database(RegencySettings(data_dir=places.regency_dir).database_path)
    try:
        _make_authority(places, database, now)
        return make_staff(places, database, village_of(KIOSK), now)
    finally:
        database.close()


def _make_authority(places: Places, database: Database, now: datetime) -> None:
    """A certificate authority, so that a kiosk can be enrolled here too."""
    settings = RegencySettings(data_dir=places.regency_dir)
    files = AuthorityFiles(settings.authority_path)
    if files.trusted.exists():
        return
    shutil.rmtree(files.folder, ignore_errors=True)  # of a first start that was cut off
    passphrase = secrets.token_urlsafe(18)
    files.root_key.parent.mkdir(parents=True, mode=0o700)
    write_private(files.root_key.with_name("passphrase"), passphrase + "\n")
    begin_authority(database, files, settings.code, passphrase.encode(), now)


def _write_settings(places: Places, ports: Ports, keys: KeyFiles, health_interval_s: float) -> None:
    site = _SITE.format(
        here=places.site_file,
        kiosk=_quoted(KIOSK),
        data_dir=_quoted(places.kiosk_dir),
        runtime_dir=_quoted(places.agent_runtime_dir),
        keyring_file=_quoted(keys.keyring),
        root_key_file=_quoted(places.root_key_file),
        village_key_file=_quoted(places.village_key_file),
        clock_mark_file=_quoted(places.site_file),
        line_port=ports.line,
        health_interval_s=health_interval_s,
        tracking_url=_quoted(web_url(ports)),
        card_reader=_quoted(places.devices_dir / "card-reader"),
        scanner=_quoted(places.devices_dir / "scanner"),
        tag_reader=_quoted(places.devices_dir / "tag-reader"),
        printer=_quoted(places.devices_dir / "printer"),
    )
    regency = _REGENCY.format(
        regency=_quoted(regency_of(KIOSK)),
        data_dir=_quoted(places.regency_dir),
        broker_port=ports.broker,
        bind=_quoted(f"127.0.0.1:{ports.web}"),
        public_url=_quoted(web_url(ports)),
        health_interval_s=health_interval_s,
    )
    places.site_file.write_text(site, encoding="utf-8")
    places.regency_file.write_text(regency, encoding="utf-8")


def _quoted(value: object) -> str:
    """A TOML basic string; JSON's escapes are a subset of TOML's."""
    return json.dumps(str(value), ensure_ascii=False)
