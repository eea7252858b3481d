"""Where a demo keeps its files, and how another terminal finds a running one."""

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

ENVIRONMENT: Final = "ANJUNGAN_DEMO_DATA"
_LONGEST_RUN_DIR: Final = 80
"""A socket's whole path has at most 107 bytes (unix(7))."""


@dataclass(frozen=True, slots=True)
class Places:
    """The data folder (kept) and the run folder (sockets and lines, gone when the demo stops)."""

    folder: Path

    @property
    def run_dir(self) -> Path:
        """Below the data folder, or below the temporary folder where that path is too long."""
        inside = self.folder / "run"
        if len(os.fsencode(inside)) <= _LONGEST_RUN_DIR:
            return inside
        name = hashlib.sha256(os.fsencode(self.folder)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"anjungan-{os.getuid()}-{name}"

    @property
    def lock_file(self) -> Path:
        """Held by the running demo, so that a second one on the same data is refused."""
        return self.folder / "lock"

    @property
    def logs_dir(self) -> Path:
        """One file a process, begun anew at every start."""
        return self.folder / "logs"

    @property
    def kiosk_dir(self) -> Path:
        """The kiosk's own data."""
        return self.folder / "kiosk"

    @property
    def regency_dir(self) -> Path:
        """The regency's database and keys."""
        return self.folder / "regency"

    @property
    def site_file(self) -> Path:
        """The kiosk's settings."""
        return self.folder / "site.toml"

    @property
    def regency_file(self) -> Path:
        """The regency's settings."""
        return self.folder / "regency.toml"

    @property
    def village_key_file(self) -> Path:
        """The secret that card identifiers are hashed with."""
        return self.kiosk_dir / "village.key"

    @property
    def root_key_file(self) -> Path:
        """The regency's root, as the kiosk holds it."""
        return self.kiosk_dir / "root.pub"

    @property
    def staff_login_file(self) -> Path:
        """The staff login that was made at the first start."""
        return self.folder / "staff-login.json"

    @property
    def clerk_login_file(self) -> Path:
        """The login of the simulated member of staff."""
        return self.folder / "clerk-login.json"

    def role_login_file(self, name: str) -> Path:
        """The login of one of the demo's other accounts."""
        return self.folder / f"{name}-login.json"

    @property
    def fleet_file(self) -> Path:
        """What the simulated fleet remembers from one start to the next."""
        return self.folder / "fleet.json"

    @property
    def addresses_file(self) -> Path:
        """The ports of what people open in a browser, the same at every start."""
        return self.folder / "addresses.json"

    @property
    def paper_dir(self) -> Path:
        """What the simulated printer printed."""
        return self.folder / "paper"

    @property
    def devices_dir(self) -> Path:
        """The lines of the simulated devices."""
        return self.run_dir / "devices"

    @property
    def devices_socket(self) -> Path:
        """Steers the simulated devices."""
        return self.run_dir / "devices.sock"

    @property
    def buttons_socket(self) -> Path:
        """Presses the buttons."""
        return self.run_dir / "buttons.sock"

    @property
    def line_socket(self) -> Path:
        """Makes the line good, slow or cut."""
        return self.run_dir / "line.sock"

    @property
    def desk_address_file(self) -> Path:
        """Where the running demo's desk is."""
        return self.run_dir / "desk.url"

    @property
    def agent_runtime_dir(self) -> Path:
        """Where the agent's own socket stands."""
        return self.run_dir / "agent"

    def make(self) -> None:
        """Make the folders; raise PermissionError when a run folder belongs to somebody else."""
        for folder in (self.folder, self.logs_dir, self.kiosk_dir, self.regency_dir):
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self.run_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if self.run_dir.stat().st_uid != os.getuid():
            raise PermissionError(f"{self.run_dir} belongs to somebody else")
        for folder in (self.devices_dir, self.agent_runtime_dir):
            folder.mkdir(exist_ok=True, mode=0o700)


def default_folder() -> Path:
    """``$ANJUNGAN_DEMO_DATA``, else ``demo-data`` in the checkout, else in the present folder."""
    named = os.environ.get(ENVIRONMENT)
    if named:
        return Path(named).absolute()
    checkout = Path(__file__).resolve().parents[2]
    root = checkout if (checkout / "pyproject.toml").is_file() else Path.cwd()
    return root / "demo-data"
