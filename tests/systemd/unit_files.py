"""Reading the files of systemd/ in tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

FOLDER: Final = Path(__file__).parents[2] / "systemd"
INSTALLED: Final = "/opt/anjungan/"
"""Where the units expect the program; a test puts something else in its place."""

Unit = dict[str, dict[str, list[str]]]


def units() -> list[Path]:
    """Every unit file, in a fixed order."""
    kinds = ("*.target", "*.service", "*.timer")
    return sorted(file for kind in kinds for file in FOLDER.glob(kind))


def services() -> list[Path]:
    """The services among them."""
    return [file for file in units() if file.suffix == ".service"]


def read_unit(file: Path) -> Unit:
    """Section, then key, then every value it was given (systemd.syntax(7))."""
    unit: Unit = {}
    section: dict[str, list[str]] = {}
    for line in lines_of(file):
        if line.startswith("["):
            section = unit.setdefault(line.strip("[]"), {})
            continue
        key, _, value = line.partition("=")
        section.setdefault(key, []).append(value)
    return unit


def lines_of(file: Path) -> Iterator[str]:
    """The lines that mean something."""
    for raw in file.read_text(encoding="utf-8").splitlines():
        line = raw.strip()
        if line and not line.startswith(("#", ";")):
            yield line


def install_in(root: Path) -> list[Path]:
    """Copy the units to ``root`` with a program that exists; nothing else in them is changed."""
    program = root / "program" / "bin" / "python"
    program.parent.mkdir(parents=True)
    program.write_text("#!/bin/sh\n", encoding="utf-8")
    program.chmod(0o755)
    copies = []
    for file in units():
        text = file.read_text(encoding="utf-8").replace(INSTALLED, f"{root}/program/")
        copy = root / file.name
        copy.write_text(text, encoding="utf-8")
        copies.append(copy)
    return copies
