"""The socket of the agent and the broker of the regency: does somebody answer there?"""

import asyncio
import os
import socket
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.app import SOCKET_NAME
from anjungan.appliance.doctor.check_identity import identity_files
from anjungan.appliance.doctor.finding import Finding, good, note, wrong
from anjungan.appliance.doctor.words import Said, say
from anjungan.appliance.settings.site import SiteSettings
from anjungan.appliance.uplink.line_state import OfflineReason
from anjungan.appliance.uplink.settings import PlainMqttRefusedError, require_loopback
from anjungan.appliance.uplink.tls_probe import probe_tls

CONNECT_LIMIT_S: Final = 10.0


async def check_agent(settings: SiteSettings) -> tuple[Finding, bool]:
    """The finding, and whether an agent runs and so holds the devices.

    The connection is closed without a Hello, so the screens that are connected stay so.
    """
    path = Path(settings.paths.runtime_dir) / SOCKET_NAME
    subject = say("agent.subject")
    try:
        async with asyncio.timeout(CONNECT_LIMIT_S):
            _reader, writer = await asyncio.open_unix_connection(path)
    except PermissionError:
        closed = wrong(
            subject,
            say("agent.closed", path=path),
            expected=say("agent.expected"),
            fix=say("agent.closed_fix"),
        )
        return closed, True
    except (OSError, TimeoutError):
        return note(subject, say("agent.stopped"), say("agent.stopped_fix")), False
    writer.close()
    return good(subject, say("agent.running", path=path)), True


async def check_line(settings: SiteSettings) -> Finding:
    """Whether the broker takes a connection, and with TLS whether it takes this kiosk's."""
    line = settings.line
    host, port = line.host, line.port_in_use
    subject = say("line.subject", host=host, port=port)
    try:
        if not line.uses_tls:
            require_loopback(host)
    except PlainMqttRefusedError:
        return wrong(
            subject,
            say("line.plain"),
            expected=say("line.plain_expected"),
            fix=say("line.plain_fix"),
        )
    answered = await _connect(host, port)
    if answered is not None:
        return wrong(subject, answered, expected=say("line.expected"), fix=say("line.fix"))
    if not line.uses_tls:
        return good(subject, say("line.good"))
    return await _secured(settings, subject)


async def _secured(settings: SiteSettings, subject: Said) -> Finding:
    files = await asyncio.to_thread(identity_files, settings)
    if files is None:
        return note(subject, say("line.without_identity"))
    host, port = settings.line.host, settings.line.port_in_use
    try:
        reason = await asyncio.to_thread(probe_tls, host, port, files)
    except OSError:
        reason = OfflineReason.UNREACHABLE
    if reason is None:
        return good(subject, say("line.good_tls"))
    answered, fix = _trouble(reason)
    return wrong(subject, answered, expected=say("line.tls_expected"), fix=fix)


def _trouble(reason: OfflineReason) -> tuple[Said, Said]:
    match reason:
        case OfflineReason.IDENTITY_REFUSED:
            return say("line.tls_refused"), say("line.tls_refused_fix")
        case OfflineReason.CERTIFICATE_EXPIRED:
            return say("line.tls_ended"), say("line.tls_ended_fix")
        case OfflineReason.BROKER_NOT_TRUSTED:
            return say("line.tls_foreign"), say("line.tls_foreign_fix")
        case OfflineReason.CLOCK_DOUBTFUL:
            return say("line.tls_clock"), say("line.tls_clock_fix")
        case OfflineReason.NO_TLS:
            return say("line.tls_none"), say("line.tls_none_fix")
        case _:
            return say("line.tls_other"), say("line.fix")


async def _connect(host: str, port: int) -> Said | None:
    """None when connected, else what went wrong."""
    try:
        async with asyncio.timeout(CONNECT_LIMIT_S):
            _reader, writer = await asyncio.open_connection(host, port)
    except TimeoutError:
        return say("line.silent", limit_s=round(CONNECT_LIMIT_S))
    except socket.gaierror:
        return say("line.no_name", host=host)
    except ConnectionRefusedError:
        return say("line.refused", port=port)
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else type(error).__name__
        return say("line.unreachable", reason=reason)
    writer.close()
    return None
