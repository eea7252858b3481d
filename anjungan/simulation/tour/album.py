"""The tour's folder: pictures in order, the ticket, and the summary."""

import json
import shutil
from dataclasses import asdict, dataclass, field
from pathlib import Path


@dataclass(slots=True)
class Summary:
    """What the tour found; ``ok`` only when everything that it promises was seen."""

    ok: bool = False
    request_id: str = ""
    ticket: str = ""
    receipt_ms: float | None = None
    status_back_ms: float | None = None
    screens: list[str] = field(default_factory=list)
    versions: dict[str, str] = field(default_factory=dict)
    failure: str = ""


class Album:
    """Keeps pictures as ``NN-name.png`` in a folder that is emptied first."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.summary = Summary()
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def keep(self, name: str, picture: bytes) -> None:
        """Keep the next picture."""
        file = f"{len(self.summary.screens) + 1:02d}-{name}.png"
        (self._folder / file).write_bytes(picture)
        self.summary.screens.append(file)

    def keep_ticket(self, picture: Path, text: Path) -> None:
        """Keep what the printer printed."""
        shutil.copyfile(picture, self._folder / "ticket.png")
        shutil.copyfile(text, self._folder / "ticket.txt")

    def close(self) -> None:
        """Write the summary."""
        text = json.dumps(asdict(self.summary), indent=2, ensure_ascii=False)
        (self._folder / "summary.json").write_text(text + "\n", encoding="utf-8")
