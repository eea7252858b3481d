"""A CUPS of our own: its scheduler on a UNIX socket, with queues to a backend that tests steer."""

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

START_LIMIT_S = 20.0
COMMAND_LIMIT_S = 20.0
END_LIMIT_S = 10.0
_PARTS = ("cgi-bin", "daemon", "driver", "filter", "monitor", "notifier")

# What is in the folder of a printer says how it behaves; each file is a switch.
_BACKEND = """\
#!/bin/sh
[ $# -eq 0 ] && exit 0
desk={desks}/${{DEVICE_URI#desk:/}}
printf '%s\\n' "$3" > "$desk/title"
printf '%s\\n' "$4" > "$desk/copies"
printf '%s\\n' "$5" > "$desk/options"
cat "$6" > "$desk/started"
while [ -e "$desk/no-paper" ]; do
  echo "STATE: +media-empty-error" >&2
  sleep 0.05
done
echo "STATE: -media-empty-error" >&2
while [ -e "$desk/slow" ]; do sleep 0.05; done
[ -e "$desk/low" ] && echo "STATE: +toner-low-warning" >&2
[ -e "$desk/fails" ] && exit 1
[ -e "$desk/stops" ] && exit 4
mv "$desk/started" "$desk/printed"
exit 0
"""
_FILES_CONF = """\
SystemGroup root
ServerRoot {folder}/etc
ServerBin {folder}/bin
RequestRoot {folder}/spool
TempDir {folder}/spool/tmp
CacheDir {folder}/cache
StateDir {folder}/run
AccessLog {folder}/log/access
ErrorLog {folder}/log/error
PageLog {folder}/log/page
"""
# The policy is the one that CUPS comes with, as far as a kiosk is concerned by it.
_CUPSD_CONF = """\
LogLevel info
Listen {socket}
Browsing No
PreserveJobFiles No
WebInterface No
<Location />
  Order allow,deny
  Allow all
</Location>
<Policy default>
  <Limit Create-Job Print-Job Print-URI Validate-Job>
    Order deny,allow
  </Limit>
  <Limit Send-Document Send-URI Cancel-Job>
    Require user @OWNER @SYSTEM
    Order deny,allow
  </Limit>
  <Limit All>
    Order deny,allow
  </Limit>
</Policy>
"""


class Desk:
    """One printer behind its queue, and the files that say how it behaves."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o777)
        self._folder = folder
        self.queue = folder.name

    def switch(self, name: str, *, on: bool = True) -> None:
        """``no-paper``, ``slow``, ``low``, ``fails`` or ``stops``."""
        switch = self._folder / name
        switch.touch() if on else switch.unlink()

    @property
    def printed(self) -> bytes | None:
        """The document that came out last."""
        printed = self._folder / "printed"
        return printed.read_bytes() if printed.exists() else None

    @property
    def has_started(self) -> bool:
        """Whether a document has reached the printer and is not out yet."""
        return (self._folder / "started").exists()

    def told(self, what: str) -> str:
        """What the backend was told: ``title``, ``copies`` or ``options``."""
        return (self._folder / what).read_text().strip()


class PrivateCups:
    """Its files are in ``folder``, which must have a short path: a socket is in it."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.socket = folder / "run" / "cups.sock"
        for name in ("etc", "bin/backend", "spool/tmp", "cache", "run", "log", "desks"):
            (folder / name).mkdir(parents=True)
        for part in _PARTS:
            (folder / "bin" / part).symlink_to(Path("/usr/lib/cups") / part)
        backend = folder / "bin" / "backend" / "desk"
        backend.write_text(_BACKEND.format(desks=folder / "desks"))
        backend.chmod(0o700)  # so it runs as the scheduler does, and not as another user
        self._files_conf = folder / "etc" / "cups-files.conf"
        self._cupsd_conf = folder / "etc" / "cupsd.conf"
        self._files_conf.write_text(_FILES_CONF.format(folder=folder))
        self._cupsd_conf.write_text(_CUPSD_CONF.format(socket=self.socket))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run the scheduler; it is ready when this returns."""
        program = shutil.which("cupsd") or "/usr/sbin/cupsd"
        with (self._folder / "log" / "output").open("wb") as output:
            self._process = subprocess.Popen(
                [program, "-f", "-c", self._cupsd_conf, "-s", self._files_conf],
                stdout=output,
                stderr=output,
            )
        until_s = time.monotonic() + START_LIMIT_S
        while self.run("lpstat", "-r").stdout != "scheduler is running\n":
            assert self._process.poll() is None, self.log()
            assert time.monotonic() < until_s, self.log()
            time.sleep(0.05)

    def kill(self) -> None:
        """End the scheduler at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(END_LIMIT_S)
            self._process = None

    def stop(self) -> None:
        """End the scheduler and with it the backends."""
        if self._process is not None:
            self._process.terminate()
            self._process.wait(END_LIMIT_S)
            self._process = None

    def add(self, queue: str) -> Desk:
        """A new queue that prints, and its printer."""
        desk = Desk(self._folder / "desks" / queue)
        policy = ("-o", "printer-error-policy=abort-job")
        self.do("lpadmin", "-p", queue, "-v", f"desk:/{queue}", *policy, "-E")
        return desk

    def do(self, *words: str) -> str:
        """Run one of CUPS' commands, which must succeed; what it says."""
        ended = self.run(*words)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run one of CUPS' commands."""
        return subprocess.run(
            words,
            env={**os.environ, "CUPS_SERVER": str(self.socket), "LC_ALL": "C"},
            capture_output=True,
            text=True,
            timeout=COMMAND_LIMIT_S,
            check=False,
        )

    def unfinished(self, queue: str) -> str:
        """The jobs that wait or print."""
        return self.do("lpstat", "-W", "not-completed", "-o", queue)

    def kept_documents(self) -> list[str]:
        """The document files in the spool."""
        return [path.name for path in (self._folder / "spool").glob("d*")]

    def log(self) -> str:
        """What the scheduler has said, for a test that fails."""
        return "\n".join(path.read_text() for path in (self._folder / "log").iterdir())


@contextmanager
def private_cups() -> Iterator[PrivateCups]:
    """A scheduler's folder; it runs when it is started."""
    folder = Path(tempfile.mkdtemp(prefix="cups-"))
    cups = PrivateCups(folder)
    try:
        yield cups
    finally:
        cups.stop()
        shutil.rmtree(folder)
