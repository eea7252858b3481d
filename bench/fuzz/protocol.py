"""What is fuzzed: one parser with an oracle that was written apart from it."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final, Protocol

SEEDS: Final = Path(__file__).parent / "seeds"


class FindingError(AssertionError):
    """A parser did something that its protocol does not allow."""


class Fuzzed(Protocol):
    """One protocol. ``check`` must be given whatever bytes; it is fast where nothing is found."""

    @property
    def name(self) -> str:
        """Also the name of its seeds."""
        ...

    def mend(self, data: bytes, random: Random) -> bytes:
        """Make the checks of a broken frame right again, so that what lies behind them is tried."""
        ...

    def check(self, data: bytes) -> int:
        """Give ``data`` to the parser; return how much it took for real (cards, codes, answers).

        Raises:
            FindingError: the parser told something that the bytes do not say, or keeps too much.
        """
        ...


@dataclass(frozen=True, slots=True)
class Seed:
    """One frame as a device sends it."""

    line: int
    data: bytes


def seeds_of(name: str) -> tuple[Seed, ...]:
    """Read ``seeds/NAME.hex``: a frame a line in hexadecimal, spaces and ``#`` comments allowed."""
    return tuple(_read(SEEDS.joinpath(f"{name}.hex").read_text(encoding="ascii").splitlines()))


def _read(lines: Iterable[str]) -> Iterable[Seed]:
    for number, line in enumerate(lines, start=1):
        digits = line.partition("#")[0].strip()
        if digits:
            yield Seed(number, bytes.fromhex(digits))


def expect(condition: bool, problem: str) -> None:  # noqa: FBT001 - reads as an assertion
    """Raise FindingError with ``problem`` unless ``condition`` holds; -O does not switch it off."""
    if not condition:
        raise FindingError(problem)


def halves(data: bytes) -> tuple[bytes, bytes]:
    """Cut somewhere that the bytes themselves decide: the same data is cut at the same place."""
    at = (sum(data[:4]) * 31 + len(data)) % (len(data) + 1)
    return data[:at], data[at:]
