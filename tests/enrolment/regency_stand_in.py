"""A regency for the kiosk's side: its real web application over HTTPS, with its real authority."""

import itertools
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn
from cryptography import x509

from anjungan.protocol.identity import KioskId, RegencyCode
from anjungan.regency.audit.trail import system_actor
from anjungan.regency.enrolment.authority import PrivateKey
from anjungan.regency.enrolment.authority_files import (
    AuthorityFiles,
    load_issuing,
    write_certificates,
    write_private_key,
)
from anjungan.regency.enrolment.beginning import begin_authority
from anjungan.regency.enrolment.claims import make_claim
from anjungan.regency.enrolment.enrolments import Decision, confirm, refuse, waiting
from anjungan.regency.enrolment.own_certificates import issue_server_files
from anjungan.regency.settings import RegencySettings, WebSettings
from anjungan.regency.staff.accounts import StaffMember
from anjungan.regency.staff.permissions import Role
from anjungan.regency.store.database import Database, open_database
from anjungan.regency.web.app import create_app

REGENCY = RegencyCode("3505")
KIOSK = KioskId("3505102001-1")
STAFF = StaffMember(id=1, name="ratna", display_name="Ratna W.", role=Role.STAFF, village=None)


@dataclass
class Regency:
    """The regency's side, with hands to act for staff."""

    settings: RegencySettings
    database: Database
    files: AuthorityFiles
    url: str
    ahead: timedelta = timedelta(0)

    def now(self) -> datetime:
        return datetime.now(tz=UTC) + self.ahead

    def claim(self, kiosk: KioskId = KIOSK) -> str:
        with self.database.writing() as connection:
            return make_claim(connection, kiosk, system_actor("test"), self.now())

    def decide(self, *, confirmed: bool = True) -> Decision:
        with self.database.writing() as connection:
            asked = waiting(connection, self.now())[0]
            if confirmed:
                issuing = load_issuing(self.files)
                return confirm(connection, asked.id, STAFF, issuing, self.now())
            return refuse(connection, asked.id, system_actor("test"), self.now())


@contextmanager
def running_regency(folder: Path) -> Iterator[Regency]:
    """Serve on a free loopback port until the end of the block."""
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        sock.listen(16)
        url = f"https://127.0.0.1:{sock.getsockname()[1]}"
        settings = RegencySettings(data_dir=folder, web=WebSettings(public_url=url))
        database = open_database(settings.database_address)
        files = AuthorityFiles(settings.authority_path)
        files.folder.mkdir(mode=0o700)
        begin_authority(database, files, REGENCY, b"sandi akar yang panjang", now())
        issue_server_files(files, ["127.0.0.1"], now())
        regency = Regency(settings, database, files, url)
        key, certificate = files.server
        config = uvicorn.Config(
            create_app(settings, database, now=regency.now, monotonic_s=_ever_later()),
            log_config=None,
            access_log=False,
            ssl_keyfile=key,
            ssl_certfile=certificate,
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, args=([sock],))
        thread.start()
        try:
            deadline_s = time.monotonic() + 20
            while not server.started:
                assert time.monotonic() < deadline_s
                time.sleep(0.02)
            yield regency
        finally:
            deadline_s = time.monotonic() + 20
            while server.server_state.connections and time.monotonic() < deadline_s:
                time.sleep(0.02)  # their TLS ends in its own time
            server.should_exit = True
            thread.join(20)
            database.close()


def now() -> datetime:
    return datetime.now(tz=UTC)


def _ever_later() -> Callable[[], float]:
    """A clock for the limits: a minute passes with every look. The limits have their own tests."""
    minutes = itertools.count()
    return lambda: 60.0 * next(minutes)


@contextmanager
def tls_server(folder: Path, key: PrivateKey, chain: Sequence[x509.Certificate]) -> Iterator[str]:
    """A server that shakes hands with this certificate and does nothing else."""
    write_certificates(folder / "tls.pem", chain)
    write_private_key(folder / "tls.key", key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "tls.pem", folder / "tls.key")
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def serve() -> None:
            with suppress(OSError):
                connection, _ = listening.accept()
                with context.wrap_socket(connection, server_side=True):
                    pass

        thread = threading.Thread(target=serve)
        thread.start()
        yield f"https://127.0.0.1:{listening.getsockname()[1]}"
        thread.join(20)
