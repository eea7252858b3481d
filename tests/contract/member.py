"""What the contract asks of a member: one driver with its simulator, and how they are used."""

from abc import ABC, abstractmethod
from collections.abc import Awaitable
from typing import ClassVar, Literal, Protocol

from contract_stage import Kind, Stage, Tampered

from anjungan.appliance.drivers.device import Device, Ready
from anjungan.simulation.simulated_line import SimulatedLine

Ability = Literal["goes", "hangs up", "frames", "line", "power", "asks", "late", "cards"]
"""It can go while it is served; its line tells that at once; it sends frames, over a line of bytes;
it can lose its power alone; the driver asks it, so that it can fall silent; it may be late; and
cards are laid on it."""
LINE: frozenset[Ability] = frozenset({"goes", "hangs up", "frames", "line", "power"})
ASKED: frozenset[Ability] = LINE | {"asks", "late"}


class Simulator(Protocol):
    """What all simulators can do."""

    def start(self) -> None: ...
    def stop(self) -> Awaitable[None] | None: ...
    def plug(self) -> None: ...
    def unplug(self) -> None: ...


class Member(ABC):
    """One driver with its simulator.  ``real`` are the lines such a device is sold with."""

    name: ClassVar[str]
    real: ClassVar[tuple[Kind, ...]]
    able: ClassVar[frozenset[Ability]]
    starts: ClassVar[bool] = True
    """Whether it tells that it starts, before it is ready."""
    driver: Device
    simulator: Simulator

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.record = stage.record

    @abstractmethod
    async def use(self, number: int) -> None:
        """Use the device once, whole, and wait until the driver told it."""

    async def until_served(self, told: int) -> None:
        """Wait until the driver serves the device again; so much had been told before."""
        await self.record.until(lambda: Ready in map(type, self.record.told[told:]))

    async def break_off(self) -> None:
        """Use the device, and unplug it in the middle of what goes over the line."""
        raise NotImplementedError

    async def lay_down(self, number: int) -> None:
        """Lay a card on the reader, and wait until it is told."""
        raise NotImplementedError

    def take_away(self) -> None:
        """Take the card away."""
        raise NotImplementedError

    async def make_noise(self, number: int) -> None:
        """Let the device, or what is near it, make noise that means nothing."""
        raise NotImplementedError

    async def begin_a_frame(self, number: int) -> None:
        """Send the beginning of a frame and nothing more."""
        raise NotImplementedError

    async def answer_for_another(self) -> None:
        """Answer something that was not asked."""
        raise NotImplementedError

    def answer_later(self, delay_s: float) -> None:
        """Take so much longer for every answer."""
        raise NotImplementedError

    async def fall_silent(self) -> None:
        """Let the device hear everything and answer nothing, until the driver told it."""
        raise NotImplementedError

    async def speak(self) -> None:
        """Undo :meth:`fall_silent`."""
        raise NotImplementedError

    async def power_cycle(self) -> None:
        """Switch the device off and on again; the line stays."""
        raise NotImplementedError

    async def stop(self) -> None:
        """End the simulator."""
        self.simulator.stop()


class LineMember(Member):
    """What members on a line of bytes have in common."""

    able = LINE
    noise: ClassVar[bytes]
    """Bytes that mean nothing to this driver."""
    partial: ClassVar[bytes]
    """The beginning of a frame whose rest never comes."""
    foreign: ClassVar[bytes] = b""
    """A whole answer to something that was not asked."""

    @property
    def line(self) -> SimulatedLine:
        """The device's end of the line."""
        return self.simulator.line  # type: ignore[attr-defined,no-any-return]  # all these have one

    async def make_noise(self, number: int) -> None:
        self.line.inject(self.noise)

    async def begin_a_frame(self, number: int) -> None:
        self.line.inject(self.partial)

    async def answer_for_another(self) -> None:
        self.line.inject(self.foreign)

    def answer_later(self, delay_s: float) -> None:
        Tampered(self.line).later(delay_s)
