"""The pieces of paper that came out of the demo's printer: a picture and a text each, kept."""

import re
from pathlib import Path
from typing import Final

from anjungan.simulation.feed import PaperCameOff
from anjungan.simulation.printer.paper import PaperPiece

PIECE: Final = re.compile(r"paper-[0-9]{3,9}\Z")
_CODE: Final = re.compile(r"^\[QR (.+)\]$", re.MULTILINE)


class PaperShelf:
    """Keeps pieces in ``folder``; the residents on them are invented."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = max((int(name.rpartition("-")[2]) for name in self._names()), default=0)

    def keep(self, device: str, piece: PaperPiece) -> PaperCameOff:
        """Keep a piece that came out of that printer."""
        self._folder.mkdir(parents=True, exist_ok=True)
        self._count += 1
        name = f"paper-{self._count:03d}"
        piece.save(self._folder, name)
        return PaperCameOff(device=device, piece=name, codes=codes_of(piece.text))

    def newest(self, count: int, device: str) -> list[PaperCameOff]:
        """The newest pieces, the oldest of them first; ``device`` is whom they are put down to."""
        pieces = []
        for name in self._names()[-count:]:
            text = (self._folder / f"{name}.txt").read_text(encoding="utf-8")
            pieces.append(PaperCameOff(device=device, piece=name, codes=codes_of(text)))
        return pieces

    def _names(self) -> list[str]:
        found = (file.stem for file in self._folder.glob("paper-*.txt"))
        return sorted(
            (name for name in found if PIECE.match(name)),
            key=lambda name: int(name.rpartition("-")[2]),
        )


def codes_of(transcript: str) -> tuple[str, ...]:
    """The QR texts of a piece, as its transcript notes them."""
    return tuple(_CODE.findall(transcript))
