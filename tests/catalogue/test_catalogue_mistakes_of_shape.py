"""Broken files: all mistakes are told at once, in every file."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

Root = Callable[[dict[str, str]], Path]
Edit = Callable[[str, str, str], dict[str, str]]
Problems = Callable[[Path], list[tuple[str, str, str]]]


QUESTION = """
[[questions]]
name = "tambahan"
label.id = "Apa?"
short.id = "Apa"
"""


def test_all_mistakes_of_shape_are_told_at_once(root: Root, problems: Problems) -> None:
    text = """
id = 7
form_version = "satu"
title = "Surat"
sumary.id = "Untuk uji"
category = "umum"
icon = "files"
self_service = "ya"
cost = 3
collected_at.id = "Kantor desa"
handled_by.id = "Petugas"
requirements = [{ use = "fc_kk", wajib = true }, "fc_kk"]
keywords = ["a", 2]

[[questions]]
type = "teks"
name = "a"

[[questions]]
type = "number"
name = "b"
label.id = "Berapa?"
label.in = "Berapa?"
min = "nol"
max = 1
"""
    found = {(where, reason) for file, where, reason in problems(root({"letters/uji.toml": text}))}
    unknown = "kunci ini tidak dikenal; periksa ejaannya"
    assert found == {
        ("id", "harus berupa teks, bukan bilangan bulat"),
        ("form_version", "harus berupa bilangan bulat, bukan teks"),
        ("title", "harus berupa tabel, bukan teks"),
        ("sumary", unknown),
        ("summary", "wajib ada"),
        ("self_service", "harus berupa true atau false, bukan teks"),
        ("cost", "harus berupa teks atau tabel, bukan bilangan bulat"),
        ("duration", "wajib ada"),
        ("requirements[0].wajib", unknown),
        ("requirements[1]", "harus berupa tabel, bukan teks"),
        ("keywords[1]", "harus berupa teks, bukan bilangan bulat"),
        (
            "questions[0].type",
            "jenis harus salah satu dari: text, number, date, time, choice, nik, phone",
        ),
        ("questions[1].label.in", unknown),
        ("questions[1].short", "wajib ada"),
        ("questions[1].min", "harus berupa bilangan bulat, bukan teks"),
    }


def test_mistakes_of_several_files_are_told_together(
    root: Root, problems: Problems, edit: Edit
) -> None:
    changed = {
        "letters/rusak.toml": "id = \n",
        "letters/kosong.toml": "",
        **edit("categories.toml", 'icon = "files"', 'icon = "x"'),
        **edit("pages/uji-halaman.toml", "as_of = 2026", "as_of = 1"),
    }
    files = {file for file, _, _ in problems(root(changed))}
    assert files == {
        "letters/rusak.toml",
        "letters/kosong.toml",
        "categories.toml",
        "pages/uji-halaman.toml",
    }


@pytest.mark.parametrize(
    "name", ["phrases.toml", "requirements.toml", "lists.toml", "categories.toml"]
)
def test_a_missing_file_is_a_mistake(root: Root, name: str, problems: Problems) -> None:
    folder = root({})
    (folder / name).unlink()
    assert (name, "", "berkas ini tidak ada") in problems(folder)


def test_files_that_are_no_toml(root: Root, problems: Problems) -> None:
    folder = root({"letters/uji.toml": "# " + "x" * 300_000})
    (folder / "categories.toml").write_bytes(b'id = "\xff"')
    found = {file: reason for file, _, reason in problems(folder)}
    assert found["categories.toml"] == "bukan teks UTF-8"
    assert found["letters/uji.toml"].startswith("berkas lebih besar")


def test_what_is_no_file_and_what_cannot_be_read(root: Root, problems: Problems) -> None:
    folder = root({})
    (folder / "letters" / "dir.toml").mkdir()
    os.mkfifo(folder / "letters" / "pipa.toml")
    (folder / "pages" / "putar.toml").symlink_to("putar.toml")
    found = {file: reason for file, _, reason in problems(folder)}
    assert found["letters/dir.toml"] == "ini bukan berkas, mungkin folder"
    assert found["letters/pipa.toml"] == "ini bukan berkas, mungkin folder"
    assert found["pages/putar.toml"].startswith("berkas tidak bisa dibaca (")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("x = " + "[" * 3000, "kurung di dalam kurung terlalu banyak"),
        ("x = " + "{a = " * 3000, "kurung di dalam kurung terlalu banyak"),
        ("x = " + "1" * 5000, "ada bilangan yang terlalu panjang"),
    ],
    ids=["array", "table", "number"],
)
def test_toml_that_is_too_deep_or_too_long(
    root: Root, problems: Problems, text: str, reason: str
) -> None:
    assert ("letters/uji.toml", "", reason) in problems(root({"letters/uji.toml": text}))


@pytest.mark.parametrize("name", ["phrases", "requirements", "lists", "categories"])
def test_an_id_given_twice(
    root: Root, name: str, problems: Problems, small_files: dict[str, str]
) -> None:
    text = small_files[f"{name}.toml"]
    found = problems(root({f"{name}.toml": text + text}))
    assert [file for file, _, _ in found] == [f"{name}.toml"]
    assert "dipakai" in found[0][2] or "ada 2 kali" in found[0][2]


def test_a_page_id_given_twice_names_the_first_file(
    root: Root, problems: Problems, small_files: dict[str, str]
) -> None:
    again = {"pages/lain/uji-halaman.toml": small_files["pages/uji-halaman.toml"]}
    [(file, _, reason)] = problems(root(again))
    assert file == "pages/uji-halaman.toml"
    assert "pages/lain/uji-halaman.toml" in reason


def test_questions_of_the_same_name(
    root: Root, problems: Problems, small_files: dict[str, str]
) -> None:
    double = small_files["letters/uji.toml"] + QUESTION.replace("tambahan", "jenis")
    [(_, where, reason)] = problems(root({"letters/uji.toml": f'{double}type = "text"'}))
    assert (where, reason) == ("questions", "'jenis' ada 2 kali")
