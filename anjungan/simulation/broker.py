"""The broker of a simulation: mosquitto where it is installed, otherwise the embedded amqtt.

Neither keeps anything: the kiosks' outboxes and the regency's database do, and a broker that is
restarted empty must lose nothing.
"""

import getpass
import shutil
import sys
from pathlib import Path

from anjungan.regency.broker.configuration import demo_configuration


def find_mosquitto() -> str | None:
    """The mosquitto program; Debian keeps it where the path of ordinary users does not look."""
    return shutil.which("mosquitto") or shutil.which("mosquitto", path="/usr/sbin:/usr/local/sbin")


def broker_command(port: int, folder: Path, *, embedded: bool = False) -> list[str]:
    """The command of a broker on loopback; ``folder`` takes its configuration."""
    mosquitto = None if embedded else find_mosquitto()
    if mosquitto is None:
        return [sys.executable, "-m", "anjungan.simulation.embedded_broker", "--port", str(port)]
    configuration = folder / "mosquitto.conf"
    configuration.write_text(demo_configuration(port, getpass.getuser()), encoding="utf-8")
    configuration.chmod(0o644)
    return [mosquitto, "-c", str(configuration)]
