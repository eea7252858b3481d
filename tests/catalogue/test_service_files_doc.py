"""The example in the guide for writers of services is a service without mistakes."""

import re
import shutil
from pathlib import Path

from anjungan.catalogue import load_catalogue
from anjungan.catalogue.loading import data_root
from anjungan.catalogue.page import Block, Page
from anjungan.catalogue.questions import Question, QuestionBase
from anjungan.catalogue.service import ServiceFields

GUIDE = (Path(__file__).parents[2] / "docs" / "service-files.md").read_text()


def test_the_example_of_the_guide_loads(tmp_path: Path) -> None:
    [example] = (
        block for block in re.findall(r"```toml\n(.*?)```", GUIDE, re.DOTALL) if block[:2] == "id"
    )
    folder = tmp_path / "data"
    shutil.copytree(data_root(), folder)
    (folder / "letters" / "keterangan-contoh.toml").write_text(example)
    service = load_catalogue(folder).service("keterangan-contoh")
    assert service is not None
    assert [question.name for question in service.questions] == [
        "nama_usaha",
        "tanggal_mulai",
        "keperluan",
    ]
    assert service.requirements[2].note is not None
    assert service.requirements[2].note.id == "Bila ada"


def test_the_guide_names_every_key_and_type() -> None:
    structs = [ServiceFields, Page, QuestionBase, *Question.__args__, *Block.__args__]
    keys = {field for struct in structs for field in struct.__struct_fields__} - {"kind"}
    keys |= {str(struct.__struct_config__.tag) for struct in (*Question.__args__, *Block.__args__)}
    assert {key for key in keys if f"`{key}`" not in GUIDE} == set()
