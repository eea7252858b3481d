"""Child processes: started when the one before is really ready, watched, and stopped for good.

Every child leads a process group of its own, so that Ctrl-C in the terminal reaches only us and
whatever a child started is stopped with it. A child outlives nobody: the kernel ends it when we
are killed (prctl(2), PR_SET_PDEATHSIG).
"""

import asyncio
import contextlib
import ctypes
import enum
import logging
import os
import signal
import socket
import sys
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Final

log = logging.getLogger(__name__)

READY_WITHIN_S: Final = 60.0
STOPPED_WITHIN_S: Final = 10.0
_ASK_EVERY_S: Final = 0.1
_PR_SET_PDEATHSIG: Final = 1
_RESTART_CAP_S: Final = 5.0
_TAIL_BYTES: Final = 4000

IsReady = Callable[[int], Awaitable[bool]]
"""Asks from outside whether the child of that pid serves."""


class OnDeath(enum.Enum):
    """What is done about a child that ends unasked."""

    REPORT = "report"
    RESTART = "restart"


@dataclass(frozen=True, slots=True)
class Part:
    """One child: its command and how it is known to be ready.

    ``is_ready`` asks from outside, again and again; None waits for ``READY=1`` on the socket that
    the child finds in ``NOTIFY_SOCKET``.
    """

    name: str
    command: Sequence[str]
    is_ready: IsReady | None = None
    on_death: OnDeath = OnDeath.REPORT
    environment: Mapping[str, str] = field(default_factory=dict)


class PartFailedError(RuntimeError):
    """A child ended before it was ready, or was not ready in time; the message quotes its log."""


@dataclass(slots=True)
class _Child:
    part: Part
    process: asyncio.subprocess.Process
    notify: socket.socket
    told_ready: asyncio.Event
    watching: asyncio.Task[None] | None = None


class Supervisor:
    """Starts, watches and stops parts. ``on_event`` takes sentences about deaths and restarts."""

    def __init__(
        self,
        *,
        run_dir: Path,
        logs_dir: Path,
        random: Random,
        on_event: Callable[[str], None],
    ) -> None:
        self._run_dir = run_dir
        self._logs_dir = logs_dir
        self._random = random
        self._on_event = on_event
        self._children: dict[str, _Child] = {}
        self._stopping = False
        self.died = asyncio.Event()
        """Set when a child that is not restarted has ended unasked."""

    async def start(self, part: Part) -> None:
        """Start a part and wait until it is ready.

        Raises:
            PartFailedError: it ended, or was not ready within READY_WITHIN_S.
        """
        child = await self._spawn(part)
        await self._wait_until_ready(child)
        child.watching = asyncio.create_task(self._watch(child))

    async def stop_all(self) -> None:
        """Stop every child, the last started first: SIGTERM, then SIGKILL to what remains."""
        self._stopping = True
        for child in reversed(tuple(self._children.values())):
            if child.watching is not None:
                child.watching.cancel()
            await self._end(child)
        self._children.clear()

    async def restart(self, name: str) -> None:
        """Stop a part with SIGTERM and start it again."""
        child = self._children[name]
        if child.watching is not None:
            child.watching.cancel()
        await self._end(child)
        await self.start(child.part)

    def kill(self, name: str) -> int:
        """Kill a part as a power cut does (SIGKILL); it is handled as any death. Return its pid."""
        pid = self._children[name].process.pid
        _signal_group(pid, signal.SIGKILL)
        return pid

    def pid(self, name: str) -> int:
        """The process id a part has now."""
        return self._children[name].process.pid

    def log_tail(self, name: str) -> str:
        """The end of a part's log."""
        try:
            return (
                (self._logs_dir / f"{name}.log")
                .read_bytes()[-_TAIL_BYTES:]
                .decode("utf-8", "replace")
            )
        except OSError:
            return ""

    async def _spawn(self, part: Part) -> _Child:
        notify_path = self._run_dir / f"notify-{part.name}.sock"
        notify_path.unlink(missing_ok=True)
        notify = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK)
        notify.bind(str(notify_path))
        with (self._logs_dir / f"{part.name}.log").open("ab") as output:
            process = await asyncio.create_subprocess_exec(
                *part.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=asyncio.subprocess.STDOUT,
                env={**os.environ, **part.environment, "NOTIFY_SOCKET": str(notify_path)},
                start_new_session=True,
                preexec_fn=_end_with(os.getpid()),
            )
        child = _Child(part, process, notify, asyncio.Event())
        asyncio.get_running_loop().add_reader(notify, self._notified, child)
        self._children[part.name] = child
        return child

    def _notified(self, child: _Child) -> None:
        with contextlib.suppress(BlockingIOError):
            if b"READY=1" in child.notify.recv(4096).split(b"\n"):
                child.told_ready.set()

    async def _wait_until_ready(self, child: _Child) -> None:
        ready = asyncio.create_task(self._ready(child))
        ended = asyncio.create_task(child.process.wait())
        try:
            await asyncio.wait(
                {ready, ended}, timeout=READY_WITHIN_S, return_when=asyncio.FIRST_COMPLETED
            )
            if ended.done():
                why = f"ended with {child.process.returncode} before it was ready"
            elif not ready.done():
                why = f"was not ready within {READY_WITHIN_S:.0f} s"
            else:
                ready.result()
                return
        finally:
            ready.cancel()
            ended.cancel()
        name = child.part.name
        raise PartFailedError(f"{name} {why}; the end of its log:\n{self.log_tail(name)}")

    async def _ready(self, child: _Child) -> None:
        if child.part.is_ready is None:
            await child.told_ready.wait()
            return
        while not await child.part.is_ready(child.process.pid):  # noqa: ASYNC110 - another program sets no event of ours
            await asyncio.sleep(_ASK_EVERY_S)

    async def _watch(self, child: _Child) -> None:
        code = await child.process.wait()
        if self._stopping:
            return
        part = child.part
        match part.on_death:
            case OnDeath.REPORT:
                self._on_event(f"{part.name} ended with {code}:\n{self.log_tail(part.name)}")
                self.died.set()
            case OnDeath.RESTART:
                self._on_event(f"{part.name} ended with {code}; starting it again")
                await self._start_again(child)

    async def _start_again(self, child: _Child) -> None:
        failures = 0
        while True:
            await self._end(child)
            child = await self._spawn(child.part)
            try:
                await self._wait_until_ready(child)
            except PartFailedError as error:
                failures += 1
                self._on_event(str(error))
                ceiling_s = min(_RESTART_CAP_S, 0.5 * 2.0 ** min(failures, 10))
                await asyncio.sleep(self._random.uniform(0.1, ceiling_s))
            else:
                child.watching = asyncio.create_task(self._watch(child))
                return

    async def _end(self, child: _Child) -> None:
        pid = child.process.pid
        if child.process.returncode is None:
            _signal_group(pid, signal.SIGTERM)
            try:
                await asyncio.wait_for(child.process.wait(), STOPPED_WITHIN_S)
            except TimeoutError:
                self._on_event(f"{child.part.name} did not stop and was killed")
        _signal_group(pid, signal.SIGKILL)  # whatever it left behind
        await child.process.wait()
        asyncio.get_running_loop().remove_reader(child.notify)
        child.notify.close()
        (self._run_dir / f"notify-{child.part.name}.sock").unlink(missing_ok=True)


def _signal_group(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(pid, number)


def _end_with(parent_pid: int) -> Callable[[], None]:
    """What a child runs before its program: end when the parent does, even if that is now."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def prepare() -> None:
        prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
        if os.getppid() != parent_pid:
            os.kill(os.getpid(), signal.SIGTERM)

    return prepare


def python(module: str, *arguments: str) -> list[str]:
    """The command that runs a module of ours with this interpreter."""
    return [sys.executable, "-m", module, *arguments]
