"""Files whose shape is right but whose meaning is not: each told with its place and reason."""

from collections.abc import Callable
from pathlib import Path

import pytest

from anjungan.catalogue import load_catalogue

Root = Callable[[dict[str, str]], Path]
Edit = Callable[[str, str, str], dict[str, str]]
Problems = Callable[[Path], list[tuple[str, str, str]]]


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
    root: Root,
    problems: Problems,
    edit: Edit,
    *,
    name: str,
    old: str,
    new: str,
    where: str,
    words: str,
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
def test_a_mistake_in_a_question(
    root: Root,
    problems: Problems,
    small_files: dict[str, str],
    *,
    lines: str,
    where: str,
    words: str,
) -> None:
    changed = {"letters/uji.toml": small_files["letters/uji.toml"] + QUESTION + lines}
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
def test_a_mistake_in_a_block(
    root: Root,
    problems: Problems,
    small_files: dict[str, str],
    *,
    blocks: str,
    where: str,
    words: str,
) -> None:
    text = small_files["pages/uji-halaman.toml"].split("[[blocks]]")[0]
    text += f"[[blocks]]\n{blocks}\n" if blocks else "blocks = []\n"
    [(_, place, reason)] = problems(root({"pages/uji-halaman.toml": text}))
    assert place == where
    assert words in reason
