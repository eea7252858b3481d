"""Every protocol that is fuzzed, by name."""

from collections.abc import Mapping
from typing import Final

from bench.fuzz.pcsc import Pcsc
from bench.fuzz.pn532 import Pn532
from bench.fuzz.printer import Printer
from bench.fuzz.protocol import Fuzzed
from bench.fuzz.rdm6300 import Rdm6300
from bench.fuzz.scanner import Scanner
from bench.fuzz.wedge import Wedge

ALL: Final[tuple[Fuzzed, ...]] = (
    Pn532(),
    Pcsc(),
    Rdm6300(),
    Wedge(),
    Scanner(),
    Printer(),
)
PROTOCOLS: Final[Mapping[str, Fuzzed]] = {protocol.name: protocol for protocol in ALL}
