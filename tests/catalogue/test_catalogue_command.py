"""The command, the packed file, and importing without reading."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from anjungan.catalogue import CatalogueError, load_catalogue
from anjungan.catalogue.command import EXIT_MISTAKES, EXIT_OK, EXIT_STALE, main
from anjungan.catalogue.loading import data_root

USAHA = "letters/keterangan-usaha.toml"
SKCK_PAGE = "pages/regency/skck.toml"

Root = Callable[[dict[str, str]], Path]
Edit = Callable[[str, str, str], dict[str, str]]
Problems = Callable[[Path], list[tuple[str, str, str]]]


def test_a_broken_packed_file_is_a_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "catalogue.json").write_text('{"categories": []}')
    monkeypatch.setattr("anjungan.catalogue.loading.data_root", lambda: tmp_path)
    with pytest.raises(CatalogueError, match="services"):
        load_catalogue()


def test_the_command_prints_every_mistake_with_its_place(
    root: Root, capsys: pytest.CaptureFixture[str], edit: Edit
) -> None:
    folder = root(edit("letters/uji.toml", 'icon = "files"', 'icon = "cow"\nwarna = 1'))
    assert main(["check", str(folder)]) == EXIT_MISTAKES
    printed = capsys.readouterr().err.splitlines()
    assert printed == [
        "letters/uji.toml: warna: kunci ini tidak dikenal; periksa ejaannya",
        "1 kesalahan.",
    ]


def test_the_command_packs_and_tells_a_stale_pack(
    root: Root, capsys: pytest.CaptureFixture[str], edit: Edit
) -> None:
    folder = root({})
    assert main(["check", str(folder)]) == EXIT_OK
    assert main(["pack", str(folder)]) == EXIT_OK
    assert main(["check", str(folder)]) == EXIT_OK
    assert "1 layanan, 1 halaman" in capsys.readouterr().out
    root(edit("letters/uji.toml", '"Untuk uji"', '"Untuk apa"'))
    assert main(["check", str(folder)]) == EXIT_STALE
    assert "jalankan pack" in capsys.readouterr().err


def test_the_shipped_files_pass_from_any_folder(tmp_path: Path, problems: Problems) -> None:
    copy = tmp_path / "salinan"
    shutil.copytree(data_root(), copy)
    assert main(["check", str(copy)]) == EXIT_OK
    (copy / USAHA).write_text((copy / USAHA).read_text().replace("fc_kk", "fc_kkk"))
    (copy / SKCK_PAGE).write_text((copy / SKCK_PAGE).read_text().replace("2026", "1926"))
    assert [(file, where) for file, where, _ in problems(copy)] == [
        (USAHA, "requirements[0].use"),
        (SKCK_PAGE, "as_of"),
    ]


def test_the_module_can_be_run() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "anjungan.catalogue", "check"],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert (run.returncode, run.stderr) == (EXIT_OK, "")
    assert run.stdout == "64 layanan, 36 halaman, tanpa kesalahan.\n"


def test_importing_reads_nothing() -> None:
    program = (
        "import sys, builtins, io, os, pathlib\n"
        "opened = []\n"
        "sys.addaudithook(lambda event, args: event == 'open' and opened.append(str(args[0])))\n"
        "import anjungan.catalogue\n"
        "print([name for name in opened if 'catalogue' in name and 'data' in name])\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, timeout=60
    )
    assert run.stdout == "[]\n"
