"""A kiosk installs `anjungan` alone: simulators and desk are not in it, and cannot be started."""

import os
import shutil
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = ("pyproject.toml", "README.md", "LICENSE", "anjungan", "packaging")
TOOLS = ("demo", "desk", "sim", "tour")
NEEDED_BY_THE_COMMAND_LINE = ("msgspec", "nacl", "_cffi_backend*", "cffi")


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Both distributions, built from a copy of the sources; nothing is downloaded."""
    folder = tmp_path_factory.mktemp("build")
    for name in SOURCES:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(
                source, folder / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info")
            )
        else:
            shutil.copy(source, folder / name)
    for project in (folder, folder / "packaging" / "simulation"):
        subprocess.run(
            [
                *(sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index"),
                *("--no-build-isolation", "--wheel-dir", str(folder / "wheels"), str(project)),
            ],
            check=True,
            timeout=100,
        )
    built = {each.name.split("-")[0]: each for each in (folder / "wheels").iterdir()}
    assert set(built) == {"anjungan", "anjungan_simulation"}
    return built


@pytest.fixture
def kiosk(wheels: dict[str, Path], tmp_path: Path) -> Path:
    """The Python of a fresh environment with only what a kiosk installs."""
    venv.create(tmp_path / "kiosk", with_pip=False)
    install(wheels["anjungan"], site_packages(tmp_path / "kiosk"))
    here = Path(site_packages(Path(sys.prefix)))
    for pattern in NEEDED_BY_THE_COMMAND_LINE:
        for entry in here.glob(pattern):
            (site_packages(tmp_path / "kiosk") / entry.name).symlink_to(entry)
    return tmp_path / "kiosk" / "bin" / "python"


def site_packages(environment: Path) -> Path:
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return environment / "lib" / version / "site-packages"


def install(wheel: Path, folder: Path) -> None:
    """As pip does with a wheel of pure Python."""
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder)


def files_of(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def run(python: Path, *words: str) -> "subprocess.CompletedProcess[str]":
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(
        [str(python), "-m", "anjungan.cli", *words],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
        cwd=python.parent,
        env=environment,
    )


def test_no_file_of_the_simulation_is_in_what_a_kiosk_installs(wheels: dict[str, Path]) -> None:
    kiosk = files_of(wheels["anjungan"])
    assert "anjungan/appliance/agent/app.py" in kiosk
    assert [name for name in kiosk if "simulation" in name] == []
    simulation = files_of(wheels["anjungan_simulation"])
    assert "anjungan/simulation/desk/static/desk.html" in simulation
    own = [name for name in simulation if not name.startswith("anjungan_simulation-")]
    assert [name for name in own if not name.startswith("anjungan/simulation/")] == []
    assert set(own).isdisjoint(kiosk)


def test_everything_of_the_tree_is_in_one_of_the_two(wheels: dict[str, Path]) -> None:
    packed = set(files_of(wheels["anjungan"])) | set(files_of(wheels["anjungan_simulation"]))
    missing = [
        name
        for file in sorted((ROOT / "anjungan").rglob("*"))
        if file.suffix in {".py", ".js", ".css", ".html", ".toml", ".json", ".ttf", ".png"}
        and (name := str(file.relative_to(ROOT))) not in packed
    ]
    assert missing == []


def test_a_kiosk_has_its_commands_and_no_simulators(kiosk: Path) -> None:
    shown = run(kiosk, "--help")
    assert shown.returncode == 0, shown.stderr
    assert "doctor" in shown.stdout
    for name in TOOLS:
        refused = run(kiosk, name, "--help")
        assert refused.returncode == 2
        assert f"invalid choice: '{name}'" in refused.stderr


def test_the_second_distribution_adds_them(kiosk: Path, wheels: dict[str, Path]) -> None:
    install(wheels["anjungan_simulation"], site_packages(kiosk.parents[1]))
    shown = run(kiosk, "desk", "--help")
    assert (shown.returncode, "Simulation" in shown.stdout or "desk" in shown.stdout) == (0, True)
