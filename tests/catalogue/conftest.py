"""A small catalogue without mistakes, and what is wrong with changed ones."""

from collections.abc import Callable
from pathlib import Path

import pytest

from anjungan.catalogue import CatalogueError, load_catalogue

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


@pytest.fixture
def small_files() -> dict[str, str]:
    """The files of a catalogue of one letter and one page, by their path."""
    return dict(SMALL_FILES)


@pytest.fixture
def root(tmp_path: Path) -> Callable[[dict[str, str]], Path]:
    """Write the small catalogue with files replaced or added, and return its folder."""

    def make(changes: dict[str, str]) -> Path:
        for name, text in {**SMALL_FILES, **changes}.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return make


@pytest.fixture
def edit() -> Callable[[str, str, str], dict[str, str]]:
    """Return one file of the small catalogue with one text replaced."""

    def replaced(name: str, old: str, new: str) -> dict[str, str]:
        text = SMALL_FILES[name]
        assert old in text
        return {name: text.replace(old, new)}

    return replaced


@pytest.fixture
def problems() -> Callable[[Path], list[tuple[str, str, str]]]:
    """Load a folder that has mistakes and return them as (file, where, reason)."""

    def of(folder: Path) -> list[tuple[str, str, str]]:
        with pytest.raises(CatalogueError) as caught:
            load_catalogue(folder)
        found = caught.value.problems
        assert str(caught.value).count("\n") == len(found) - 1
        return [(each.file, each.where, each.reason) for each in found]

    return of
