"""What the figures were measured on: nothing that names the machine or its owner."""

import os
import platform
import shutil
import sqlite3
import subprocess
from importlib import metadata
from pathlib import Path

import anjungan
from anjungan.simulation.broker import find_mosquitto

_PACKAGES = ("Kivy", "msgspec", "paho-mqtt", "PyNaCl", "SQLAlchemy")
_ANSWER_WITHIN_S = 20


def machine() -> dict[str, str]:
    """Processor, cores, memory, system; as strings."""
    return {
        "processor": _field("/proc/cpuinfo", "model name") or platform.machine(),
        "cores": str(len(os.sched_getaffinity(0))),
        "memory": _field("/proc/meminfo", "MemTotal"),
        "system": _field("/etc/os-release", "PRETTY_NAME", separator="=").strip('"'),
        "kernel": platform.release(),
        "load_1min": f"{os.getloadavg()[0]:.2f}",
    }


def versions() -> dict[str, str]:
    """Ours, the interpreter's, the libraries' and those of what is compared with."""
    found = {
        "anjungan": anjungan.__version__,
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
    }
    for package in _PACKAGES:
        found[package.lower()] = metadata.version(package)
    found["mosquitto"] = _first_line(find_mosquitto(), "-h")
    found["chromium"] = _first_line(shutil.which("chromium"), "--version")
    return found


def _field(file: str, name: str, separator: str = ":") -> str:
    for line in Path(file).read_text(encoding="utf-8").splitlines():
        key, _, value = line.partition(separator)
        if key.strip() == name:
            return value.strip()
    return ""


def _first_line(program: str | None, option: str) -> str:
    if program is None:
        return "not installed"
    # mosquitto answers -h with a code of its own
    answer = subprocess.run(
        [program, option], capture_output=True, text=True, timeout=_ANSWER_WITHIN_S, check=False
    )
    return (answer.stdout or answer.stderr).strip().partition("\n")[0]
