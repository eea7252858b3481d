"""Reading how the machine feels. Everything is optional: a reading that fails is left out."""

import os
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.machine.certificate import CertificateExpiry
from anjungan.appliance.agent.machine.disk import read_disk
from anjungan.appliance.agent.machine.memory import read_memory
from anjungan.appliance.agent.machine.network import (
    default_interface,
    has_rtc,
    network_kind,
    signal_dbm,
)
from anjungan.appliance.agent.machine.power import read_cpu_temperature_c, read_power
from anjungan.appliance.agent.run_record import RunRecord
from anjungan.appliance.uplink.health import HealthReading
from anjungan.protocol.messages import DeviceHealth

ROOT: Final = Path("/")


class HealthReader:
    """Reads small files of /proc and /sys, and starts no program; a few milliseconds a report."""

    def __init__(
        self,
        data_dir: Path,
        *,
        identity_dir: Path,
        now: Callable[[], datetime],
        root: Path = ROOT,
    ) -> None:
        """Begin the record of this boot.

        Args:
            data_dir: where the kiosk keeps its files.
            identity_dir: where its certificate is.
            now: the wall clock.
            root: the root of the file tree that is read.
        """
        self._data_dir = data_dir
        self._root = root
        self._began_s = time.monotonic()
        self._certificate = CertificateExpiry(identity_dir)
        self.run = RunRecord(data_dir, root=root, now=now)

    def read(self, *, devices: tuple[DeviceHealth, ...], screens_up: bool) -> HealthReading:
        """One reading; temperature in degrees Celsius, sizes in bytes."""
        root = self._root
        memory = read_memory(root)
        interface = default_interface(root)
        return HealthReading(
            uptime_s=int(time.monotonic() - self._began_s),
            devices=devices,
            screens_up=screens_up,
            cpu_temperature_c=read_cpu_temperature_c(root),
            memory_available_bytes=memory.available_bytes,
            memory_total_bytes=memory.total_bytes,
            load_1min=_load_1min(),
            power=read_power(root),
            disk=read_disk(root, self._data_dir),
            network_kind=network_kind(root, interface),
            signal_dbm=signal_dbm(root, interface),
            has_rtc=has_rtc(root),
            run=self.run.health(int(time.clock_gettime(time.CLOCK_BOOTTIME))),
            certificate_expires_at=self._certificate.read(),
        )


def _load_1min() -> float | None:
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None
