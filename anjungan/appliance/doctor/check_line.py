"""The socket of the agent and the broker of the regency: does somebody answer there?"""

import asyncio
import os
import socket
from pathlib import Path
from typing import Final

from anjungan.appliance.agent.app import SOCKET_NAME
from anjungan.appliance.doctor.finding import Finding, good, note, wrong
from anjungan.appliance.doctor.words import Said, say
from anjungan.appliance.settings.site import SiteSettings
from anjungan.appliance.uplink.settings import PlainMqttRefusedError, require_loopback

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
    """Whether the broker takes a TCP connection."""
    host, port = settings.line.host, settings.line.port
    subject = say("line.subject", host=host, port=port)
    try:
        require_loopback(host)
    except PlainMqttRefusedError:
        return wrong(
            subject,
            say("line.plain"),
            expected=say("line.plain_expected"),
            fix=say("line.plain_fix"),
        )
    answered = await _connect(host, port)
    if answered is None:
        return good(subject, say("line.good"))
    return wrong(subject, answered, expected=say("line.expected"), fix=say("line.fix"))


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
