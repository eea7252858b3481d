"""Broken files: every mistake is told, with its file, its place and its reason."""

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

SMALL_FILES = {
    "phrases.toml": """
[[phrases]]
id = "gratis"
text.id = "Gratis"
""",
    "requirements.toml": """
[[requirements]]
id = "fc_kk"
title.id = "Fotokopi KK"
icon = "users"
""",
    "lists.toml": """
[[lists]]
id = "jenis"
source = "uji"

[[lists.options]]
id = "satu"
label.id = "Satu"
""",
    "categories.toml": """
[[categories]]
id = "umum"
title.id = "Umum"
name.id = "Surat umum"
icon = "files"
""",
    "letters/uji.toml": """
id = "uji"
form_version = 1
title.id = "Surat Uji"
summary.id = "Untuk uji"
category = "umum"
icon = "files"
self_service = true
cost = "gratis"
duration.id = "1 hari kerja"
collected_at.id = "Kantor desa"
handled_by.id = "Petugas"
requirements = [{ use = "fc_kk" }]

[[questions]]
type = "choice"
name = "jenis"
label.id = "Jenis apa?"
short.id = "Jenis"
options_ref = "jenis"
""",
    "pages/uji-halaman.toml": """
id = "uji-halaman"
family = "health"
title.id = "Halaman"
summary.id = "Untuk uji"
icon = "vaccine"
as_of = 2026

[[blocks]]
type = "paragraph"
text.id = "Isi."
""",
}

Root = Callable[[dict[str, str]], Path]


@pytest.fixture
def root(tmp_path: Path) -> Root:
    """A small catalogue without mistakes, with files replaced or added."""

    def make(changes: dict[str, str]) -> Path:
        for name, text in {**SMALL_FILES, **changes}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make


def problems(root: Path) -> list[tuple[str, str, str]]:
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(root)
    found = caught.value.problems
    assert str(caught.value).count("\n") == len(found) - 1
    return [(each.file, each.where, each.reason) for each in found]


def edit(name: str, old: str, new: str) -> dict[str, str]:
    text = SMALL_FILES[name]
    assert old in text
    return {name: text.replace(old, new)}


def test_the_small_catalogue_is_right(root: Root) -> None:
    catalogue = load_catalogue(root({}))
    [service] = catalogue.services
    assert service.cost.id == "Gratis"
    assert service.requirements[0].title.id == "Fotokopi KK"
    assert service.requirements[0].icon == "users"
    assert service.questions[0].options[0].label.get("en") == "Satu"


@pytest.mark.parametrize(
    ("name", "old", "new", "where", "words"),
    [
        ("letters/uji.toml", 'id = "uji"', 'id = "lain"', "id", "nama berkas (uji)"),
        ("letters/uji.toml", "form_version = 1", "form_version = 0", "form_version", "1 atau"),
        ("letters/uji.toml", 'category = "umum"', 'category = "x"', "category", "'x' tidak ada"),
        ("letters/uji.toml", 'icon = "files"', 'icon = "cow"', "icon", "'cow' tidak dikenal"),
        ("letters/uji.toml", 'cost = "gratis"', 'cost = "murah"', "cost", "'murah' tidak ada"),
        ("letters/uji.toml", '"fc_kk"', '"fc_x"', "requirements[0].use", "'fc_x' tidak ada"),
        (
            "letters/uji.toml",
            '{ use = "fc_kk" }',
            '{ use = "fc_kk" }, { use = "fc_kk" }',
            "requirements",
            "'fc_kk' ada 2 kali",
        ),
        (
            "letters/uji.toml",
            '{ use = "fc_kk" }',
            '{ use = "fc_kk", note = { id = "" } }',
            "requirements[0].note.id",
            "belum diisi",
        ),
        (
            "letters/uji.toml",
            'options_ref = "jenis"',
            'options_ref = "lain"',
            "questions[0].options_ref",
            "'lain' tidak ada",
        ),
        (
            "letters/uji.toml",
            'options_ref = "jenis"',
            'options_ref = "jenis"\noptions = [{ id = "a", label = { id = "A" } }]',
            "questions[0].options",
            "jangan dua-duanya",
        ),
        (
            "letters/uji.toml",
            'options_ref = "jenis"',
            "other = true",
            "questions[0].options",
            "belum diisi",
        ),
        (
            "letters/uji.toml",
            'name = "jenis"',
            'name = "Jenis"',
            "questions[0].name",
            "huruf kecil",
        ),
        (
            "letters/uji.toml",
            'label.id = "Jenis apa?"',
            f'label.id = "{"x" * 46}"',
            "questions[0].label.id",
            "46 huruf, paling banyak 45",
        ),
        (
            "letters/uji.toml",
            'label.id = "Jenis apa?"',
            'label.id = ""',
            "questions[0].label.id",
            "belum diisi",
        ),
        (
            "letters/uji.toml",
            'label.id = "Jenis apa?"',
            'label.id = "Jenis  apa?"',
            "questions[0].label.id",
            "spasi berlebih",
        ),
        (
            "letters/uji.toml",
            'label.id = "Jenis apa?"',
            'label.id = "Jenis\\u202eapa?"',
            "questions[0].label.id",
            "tidak terlihat",
        ),
        (
            "letters/uji.toml",
            'label.id = "Jenis apa?"',
            'label.id = "Jenis → apa?"',
            "questions[0].label.id",
            "tidak memiliki →",
        ),
        (
            "letters/uji.toml",
            'options_ref = "jenis"',
            'options_ref = "jenis"\ndefault = "dua"',
            "questions[0].default",
            "'dua' tidak akan diterima",
        ),
        ("categories.toml", 'icon = "files"', 'icon = "x"', "categories[0].icon", "tidak dikenal"),
        (
            "categories.toml",
            'title.id = "Umum"',
            'title.id = "Surat yang umum"',
            "categories[0].title.id",
            "paling banyak 12",
        ),
        ("lists.toml", 'id = "satu"', 'id = "Satu!"', "lists[0].options[0].id", "huruf kecil"),
        ("requirements.toml", '"users"', '"x"', "requirements[0].icon", "tidak dikenal"),
        ("pages/uji-halaman.toml", "as_of = 2026", "as_of = 26", "as_of", "tahun harus"),
        (
            "pages/uji-halaman.toml",
            "as_of = 2026",
            "as_of = 2026\nhide_after = 2025-12-31",
            "hide_after",
            "lebih awal",
        ),
        (
            "pages/uji-halaman.toml",
            'text.id = "Isi."',
            'text.id = ""',
            "blocks[0].text.id",
            "belum",
        ),
    ],
)
def test_a_mistake_of_meaning(
    root: Root, *, name: str, old: str, new: str, where: str, words: str
) -> None:
    [(file, place, reason)] = problems(root(edit(name, old, new)))
    assert (file, place) == (name, where)
    assert words in reason


QUESTION = """
[[questions]]
name = "tambahan"
label.id = "Apa?"
short.id = "Apa"
"""


@pytest.mark.parametrize(
    ("lines", "where", "words"),
    [
        ('type = "text"\nmax_length = 0', "max_length", "1 sampai 500"),
        ('type = "text"\nmax_length = 501', "max_length", "1 sampai 500"),
        ('type = "text"\ndefault = "x\\u200b"', "default", "tidak akan diterima"),
        ('type = "text"\nhint.id = "a  b"', "hint.id", "spasi"),
        ('type = "text"\nsection.id = ""', "section.id", "belum diisi"),
        ('type = "number"\nmin = 5\nmax = 5', "max", "lebih besar"),
        ('type = "number"\nmin = -1\nmax = 5', "max", "di bawah nol"),
        ('type = "number"\nmin = 0\nmax = 5\ndecimals = 3', "decimals", "0 sampai 2"),
        ('type = "number"\nmin = 0\nmax = 5\ndefault = "6"', "default", "'6' tidak akan"),
        ('type = "date"\nearliest = "kemarin"', "earliest", "tulis tanggal"),
        ('type = "date"\ndefault = "besok"', "default", "tulis tanggal"),
        ('type = "date"\nearliest = "today"\nlatest = "today-1d"', "latest", "lebih awal"),
        ('type = "date"\nlatest = "today"\ndefault = "today+1d"', "default", "tidak akan"),
        (
            'type = "choice"\nother_label.id = ""\noptions = [{ id = "a", label.id = "A" }]',
            "other_label.id",
            "belum diisi",
        ),
        (
            'type = "choice"\noptions = [{ id = "a", label.id = "A", icon = "x" }]',
            "options[0].icon",
            "tidak dikenal",
        ),
        (
            (
                'type = "choice"\n'
                'options = [{ id = "a", label.id = "A" }, { id = "a", label.id = "B" }]'
            ),
            "options",
            "'a' ada 2 kali",
        ),
    ],
)
def test_a_mistake_in_a_question(root: Root, lines: str, where: str, words: str) -> None:
    changed = {"letters/uji.toml": SMALL_FILES["letters/uji.toml"] + QUESTION + lines}
    [(file, place, reason)] = problems(root(changed))
    assert (file, place) == ("letters/uji.toml", f"questions[1].{where}")
    assert words in reason


@pytest.mark.parametrize(
    ("blocks", "where", "words"),
    [
        ("", "blocks", "kosong"),
        ('type = "bullets"\nitems = [{ id = "" }]', "blocks[0].items[0].id", "belum"),
        (
            'type = "bullets"\ntitle.id = "a  b"\nitems = [{ id = "a" }]',
            "blocks[0].title.id",
            "spasi",
        ),
        (
            'type = "facts"\nrows = [{ label = { id = "" }, value = { id = "x" } }]',
            "blocks[0].rows[0].label.id",
            "belum",
        ),
        (
            'type = "facts"\nrows = [{ label = { id = "x" }, value = { id = "" } }]',
            "blocks[0].rows[0].value.id",
            "belum",
        ),
        (
            'type = "timetable"\ncolumns = [{ id = "A" }, { id = "B" }]\nrows = [[{ id = "1" }]]',
            "blocks[0].rows[0]",
            "berisi 1 sel, padahal ada 2 kolom",
        ),
        (
            'type = "timetable"\ncolumns = [{ id = "A" }]\nrows = [[{ id = "" }]]',
            "blocks[0].rows[0][0].id",
            "belum",
        ),
        ('type = "timetable"\ncolumns = []\nrows = []', "blocks[0].columns", "3 kolom"),
        (f'type = "note"\ntext.id = "{"x" * 401}"', "blocks[0].text.id", "401 huruf"),
    ],
)
def test_a_mistake_in_a_block(root: Root, blocks: str, where: str, words: str) -> None:
    text = SMALL_FILES["pages/uji-halaman.toml"].split("[[blocks]]")[0]
    text += f"[[blocks]]\n{blocks}\n" if blocks else "blocks = []\n"
    [(_, place, reason)] = problems(root({"pages/uji-halaman.toml": text}))
    assert place == where
    assert words in reason


def test_all_mistakes_of_shape_are_told_at_once(root: Root) -> None:
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


def test_mistakes_of_several_files_are_told_together(root: Root) -> None:
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
def test_a_missing_file_is_a_mistake(root: Root, name: str) -> None:
    folder = root({})
    (folder / name).unlink()
    assert (name, "", "berkas ini tidak ada") in problems(folder)


def test_files_that_are_no_toml(root: Root) -> None:
    folder = root({"letters/uji.toml": "# " + "x" * 300_000})
    (folder / "categories.toml").write_bytes(b'id = "\xff"')
    found = {file: reason for file, _, reason in problems(folder)}
    assert found["categories.toml"] == "bukan teks UTF-8"
    assert found["letters/uji.toml"].startswith("berkas lebih besar")


@pytest.mark.parametrize("name", ["phrases", "requirements", "lists", "categories"])
def test_an_id_given_twice(root: Root, name: str) -> None:
    text = SMALL_FILES[f"{name}.toml"]
    found = problems(root({f"{name}.toml": text + text}))
    assert [file for file, _, _ in found] == [f"{name}.toml"]
    assert "dipakai" in found[0][2] or "ada 2 kali" in found[0][2]


def test_a_page_id_given_twice_names_the_first_file(root: Root) -> None:
    again = {"pages/lain/uji-halaman.toml": SMALL_FILES["pages/uji-halaman.toml"]}
    [(file, _, reason)] = problems(root(again))
    assert file == "pages/uji-halaman.toml"
    assert "pages/lain/uji-halaman.toml" in reason


def test_questions_of_the_same_name(root: Root) -> None:
    double = SMALL_FILES["letters/uji.toml"] + QUESTION.replace("tambahan", "jenis")
    [(_, where, reason)] = problems(root({"letters/uji.toml": f'{double}type = "text"'}))
    assert (where, reason) == ("questions", "'jenis' ada 2 kali")


def test_a_broken_packed_file_is_a_mistake(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "catalogue.json").write_text('{"categories": []}')
    monkeypatch.setattr("anjungan.catalogue.loading.data_root", lambda: tmp_path)
    with pytest.raises(CatalogueError, match="services"):
        load_catalogue()


def test_the_command_prints_every_mistake_with_its_place(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = root(edit("letters/uji.toml", 'icon = "files"', 'icon = "cow"\nwarna = 1'))
    assert main(["check", str(folder)]) == EXIT_MISTAKES
    printed = capsys.readouterr().err.splitlines()
    assert printed == [
        "letters/uji.toml: warna: kunci ini tidak dikenal; periksa ejaannya",
        "1 kesalahan.",
    ]


def test_the_command_packs_and_tells_a_stale_pack(
    root: Root, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = root({})
    assert main(["check", str(folder)]) == EXIT_OK
    assert main(["pack", str(folder)]) == EXIT_OK
    assert main(["check", str(folder)]) == EXIT_OK
    assert "1 layanan, 1 halaman" in capsys.readouterr().out
    root(edit("letters/uji.toml", '"Untuk uji"', '"Untuk apa"'))
    assert main(["check", str(folder)]) == EXIT_STALE
    assert "jalankan pack" in capsys.readouterr().err


def test_the_shipped_files_pass_from_any_folder(tmp_path: Path) -> None:
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
