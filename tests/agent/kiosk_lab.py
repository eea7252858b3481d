"""A kiosk in a folder: keys, settings, and the private half that a test needs to look inside."""

import json
import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from nacl.public import PrivateKey
from nacl.signing import SigningKey

from anjungan.appliance.agent.devices import DeclaredDevices
from anjungan.appliance.settings.devices import (
    DeviceSettings,
    LineScannerSettings,
    Pn532Settings,
    SerialPrinterSettings,
)
from anjungan.appliance.settings.site import (
    KioskSettings,
    LineSettings,
    PathSettings,
    SiteSettings,
)
from anjungan.protocol.identity import KioskId, regency_of
from anjungan.protocol.keyring import Keyring, SealingKey, sign_keyring

KIOSK = KioskId("3505102001-1")
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class KioskLab:
    """One kiosk. ``private_key`` opens what it seals."""

    settings: SiteSettings
    private_key: PrivateKey
    village_key: bytes
    root: SigningKey

    @property
    def data_dir(self) -> Path:
        return Path(self.settings.paths.data_dir)

    @property
    def runtime_dir(self) -> Path:
        return Path(self.settings.paths.runtime_dir)

    def write_config(self, path: Path) -> Path:
        """The same settings as a file."""
        path.write_text(_toml(self.settings), encoding="utf-8")
        return path


def make_kiosk(
    folder: Path, *, devices: DeclaredDevices | None = None, line_port: int = 1
) -> KioskLab:
    """Port 1 of loopback is one that nobody listens on."""
    root, private_key = SigningKey.generate(), PrivateKey.generate()
    village_key = secrets.token_bytes(32)
    sealing_key = SealingKey(
        kid="2024-01", public_key=bytes(private_key.public_key), not_before=BEGIN
    )
    ring = Keyring(
        regency=regency_of(KIOSK),
        serial=7,
        keys=(sealing_key,),
    )
    keys = folder / "keys"
    keys.mkdir(parents=True)
    (keys / "keyring.json").write_bytes(sign_keyring(ring, root))
    (keys / "root.pub").write_bytes(bytes(root.verify_key).hex().encode())
    (keys / "village.key").write_bytes(village_key.hex().encode() + b"\n")
    settings = SiteSettings(
        kiosk=KioskSettings(id=KIOSK),
        paths=PathSettings(
            data_dir=str(folder / "data"),
            runtime_dir=str(folder / "run"),
            keyring_file=str(keys / "keyring.json"),
            root_key_file=str(keys / "root.pub"),
            village_key_file=str(keys / "village.key"),
            clock_mark_file=str(folder / "clock-is-set"),
        ),
        line=LineSettings(host="127.0.0.1", port=line_port, backoff_cap_s=0.5),
        devices=no_devices() if devices is None else devices,
    )
    return KioskLab(settings, private_key, village_key, root)


def no_devices(**fitted: DeviceSettings) -> DeclaredDevices:
    """None of the usual devices but ``fitted``."""
    return {"card_reader": None, "scanner": None, "printer": None, "buttons": None, **fitted}


def devices_in(folder: Path) -> DeclaredDevices:
    """Lines where simulators will stand; no buttons, because this machine has no pins."""
    return no_devices(
        card_reader=Pn532Settings(path=str(folder / "card-reader")),
        scanner=LineScannerSettings(path=str(folder / "scanner")),
        printer=SerialPrinterSettings(path=str(folder / "printer")),
    )


def _toml(settings: SiteSettings) -> str:
    """Dotted keys; TOML has no null: a device that is not fitted is false, the rest left out."""
    return "\n".join(_lines(msgspec.to_builtins(settings), ())) + "\n"


def _lines(table: dict[str, Any], above: tuple[str, ...]) -> Iterator[str]:
    for name, value in table.items():
        if isinstance(value, dict):
            yield from _lines(value, (*above, name))
        elif value is not None or above == ("devices",):
            shown = json.dumps(False if value is None else value)
            yield f"{'.'.join((*above, name))} = {shown}"
