"""What opening means, whoever does it."""

from abc import ABC, abstractmethod

from anjungan.protocol.sealing import Binding, CannotOpen, Opened, WrongBinding


class SealOpener(ABC):
    """Opens what was sealed to the regency's keys."""

    @abstractmethod
    def open(
        self, sealed: bytes, kid: str, expected: Binding
    ) -> Opened | CannotOpen | WrongBinding:
        """Open ``sealed`` and compare its binding; CannotOpen says why it stays closed."""

    @abstractmethod
    def mark(self, nik: str) -> bytes | None:
        """What requests of the resident with this NIK are told by; None where nobody can say."""
