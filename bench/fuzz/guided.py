"""Coverage-guided fuzzing of one protocol: atheris mutates what reaches new code.

``python -m bench.fuzz.guided PROTOCOL [libFuzzer options] [CORPUS ...]``. It ends with 0, or with
another code after writing the frame that broke something beside ``-artifact_prefix``.
"""

import sys
from importlib import import_module
from random import Random

import atheris  # type: ignore[import-untyped]  # it ships no types

from bench.fuzz.mutate import MEND_SHARE


def main() -> None:
    """Instrument, then fuzz; atheris ends the process itself."""
    name = sys.argv.pop(1)
    with atheris.instrument_imports(include=["anjungan.appliance.drivers"]):
        protocols = import_module("bench.fuzz.protocols")
    protocol = protocols.PROTOCOLS[name]

    def mutated(data: bytes, max_bytes: int, seed: int) -> bytes:
        random = Random(seed)  # noqa: S311 - mutations shall repeat
        changed: bytes = atheris.Mutate(data, max_bytes)
        return (
            protocol.mend(changed, random)[:max_bytes] if random.random() < MEND_SHARE else changed
        )

    atheris.Setup(sys.argv, protocol.check, custom_mutator=mutated)
    atheris.Fuzz()


if __name__ == "__main__":
    main()
