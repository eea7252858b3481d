"""The catalogue that comes with the package: complete, checked, and true to its rules."""

import datetime as dt
import json
import re
from collections.abc import Iterator

import msgspec
import pytest

from anjungan.catalogue import (
    ICON_NAMES,
    LANGUAGES,
    POPULAR,
    Catalogue,
    ChoiceQuestion,
    LocalText,
    Requirement,
    Service,
    load_catalogue,
    search_key,
)
from anjungan.catalogue.loading import PACKED_NAME, data_root, pack, unpack

TODAY = dt.date(2026, 11, 24)

SELF_SERVICE = {
    "biodata-penduduk",
    "keterangan-beda-identitas",
    "keterangan-belum-bekerja",
    "keterangan-belum-menikah",
    "keterangan-belum-punya-rumah",
    "keterangan-bepergian",
    "keterangan-boro-kerja",
    "keterangan-domisili",
    "keterangan-domisili-ppdb",
    "keterangan-domisili-usaha",
    "keterangan-izin-kerja",
    "keterangan-jual-hewan",
    "keterangan-kehilangan-kk",
    "keterangan-kelompok-tani",
    "keterangan-ktp-dalam-proses",
    "keterangan-kurang-mampu",
    "keterangan-penduduk",
    "keterangan-pengantar",
    "keterangan-pergi-kawin",
    "keterangan-satu-orang",
    "keterangan-tidak-mampu-kesehatan",
    "keterangan-tidak-mampu-sekolah",
    "keterangan-umum",
    "keterangan-usaha",
    "pengantar-izin-keramaian",
    "pengantar-laporan-kehilangan",
    "pengantar-permohonan-penerbitan-buku-pas-lintas",
    "pengantar-surat-keterangan-catatan-kepolisian",
    "pengantar-umum",
    "pernyataan-janda-duda",
}


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return load_catalogue()


def texts(value: object, where: str = "") -> Iterator[tuple[str, LocalText]]:
    """Yield every text below a value with its place."""
    if isinstance(value, LocalText):
        yield where, value
    elif isinstance(value, tuple):
        for index, item in enumerate(value):
            yield from texts(item, f"{where}[{index}]")
    elif isinstance(value, msgspec.Struct):
        name = getattr(value, "id", type(value).__name__)
        for field in value.__struct_fields__:
            yield from texts(getattr(value, field), f"{where}/{name}.{field}")


def test_the_packed_file_is_made_from_the_files_beside_it(catalogue: Catalogue) -> None:
    from_files = load_catalogue(data_root())
    assert from_files == catalogue
    packed = (data_root() / PACKED_NAME).read_bytes()
    assert packed == pack(from_files), "run: python -m anjungan.catalogue pack"
    assert unpack(packed) == catalogue


def test_sixty_four_letters_thirty_of_them_at_the_kiosk(catalogue: Catalogue) -> None:
    assert len(catalogue.services) == 64
    assert {each.id for each in catalogue.services if each.self_service} == SELF_SERVICE
    assert all(not each.questions for each in catalogue.services if not each.self_service)


def test_three_families_of_pages(catalogue: Catalogue) -> None:
    assert len(catalogue.pages_in("regency", TODAY)) == 25
    assert len(catalogue.pages_in("health", TODAY)) == 7
    assert len(catalogue.pages_in("education", TODAY)) == 4
    assert len(catalogue.pages) == 36


def test_all_pages_are_examples_with_a_year_and_a_source(catalogue: Catalogue) -> None:
    for page in catalogue.pages:
        assert page.example, page.id
        assert 2020 <= page.as_of <= TODAY.year, page.id
        assert page.source, page.id


def test_nothing_of_the_city_and_no_number_that_is_not_sure(catalogue: Catalogue) -> None:
    words = "\n".join(
        word for _, text in texts(catalogue.pages) for word in (text.id, text.jv, text.en)
    )
    assert "Kota Blitar" not in words
    assert "Blitar Kota" not in words
    assert "Mardi Waluyo" not in words
    for number in ("112", "119", "110", "113", "115", "117", "129"):
        assert not re.search(rf"\b{number}\b", words), number
    with_money = {page.id for page in catalogue.pages for _, text in texts(page) if "Rp" in text.id}
    assert with_money == {"kip-kuliah"}, "only the bound of income, and it names its year"


def test_every_text_is_there_in_indonesian_and_english(catalogue: Catalogue) -> None:
    names = {"id", "jv", "en"}
    for where, text in texts(catalogue):
        assert text.id, where
        assert set(text.__struct_fields__) == names
    for service in catalogue.services:
        assert service.title.jv == "", "titles of letters stay Indonesian"
        assert service.title.en, service.id
        assert service.summary.en, service.id


def test_questions_speak_all_three_languages(catalogue: Catalogue) -> None:
    for service in catalogue.services:
        for question in service.questions:
            place = f"{service.id}.{question.name}"
            assert question.label.jv, place
            assert question.label.en, place
            assert question.label.jv != question.label.id, place


def test_words_that_never_stand_on_a_residents_screen(catalogue: Catalogue) -> None:
    forbidden = re.compile(
        r"\b(submit|upload|server|sinkronisasi|error|timeout|sesi|token|mqtt|login|anda)\b",
        re.IGNORECASE,
    )
    for where, text in texts((catalogue.services, catalogue.pages)):
        assert not forbidden.search(text.id), f"{where}: {text.id}"


def needs(service: Service) -> dict[str, Requirement]:
    return {need.id: need for need in service.requirements}


def test_no_letter_demands_a_cover_letter_of_rt_or_rw(catalogue: Catalogue) -> None:
    for service in catalogue.services:
        cover = needs(service).get("pengantar_rt_rw")
        if cover is not None:
            assert not cover.required, service.id
            assert not cover.confirmed, service.id
    moving = catalogue.service("keterangan-pindah-penduduk")
    assert moving is not None
    assert "pengantar_rt_rw" not in needs(moving)


def test_a_lost_card_is_not_demanded(catalogue: Catalogue) -> None:
    for service_id in ("keterangan-kehilangan-kk", "keterangan-ktp-dalam-proses"):
        service = catalogue.service(service_id)
        assert service is not None
        assert all(not need.required for need in service.requirements if need.id == "fc_ktp")


def test_letters_are_free_and_their_duration_an_estimate(catalogue: Catalogue) -> None:
    for service in catalogue.services:
        assert service.cost.id == "Gratis", service.id
        assert service.duration_estimated == service.self_service, service.id
        days = any(char.isdigit() for char in service.duration.id)
        assert days == service.self_service, "no duration where only the officer knows it"


def test_what_is_only_suggested_is_marked(catalogue: Catalogue) -> None:
    usaha = catalogue.service("keterangan-usaha")
    assert usaha is not None
    confirmed = {need.id: need.confirmed for need in usaha.requirements}
    assert confirmed == {
        "fc_kk": True,
        "fc_ktp": True,
        "bukti_usaha": False,
        "pengantar_rt_rw": False,
    }


def test_every_category_leads_to_something(catalogue: Catalogue) -> None:
    assert catalogue.categories[0].id == POPULAR
    for category in catalogue.categories:
        found = catalogue.services_in(category.id)
        assert found, category.id
        first_other = next(
            (index for index, each in enumerate(found) if not each.self_service), len(found)
        )
        assert all(not each.self_service for each in found[first_other:]), category.id
        assert catalogue.category(category.id) is category
    assert all(each.self_service for each in catalogue.services_in(POPULAR))


def test_the_screens_ship_every_icon_in_use(catalogue: Catalogue) -> None:
    assert set(catalogue.icons()) <= ICON_NAMES
    assert list(catalogue.icons()) == sorted(set(catalogue.icons()))
    assert {"building-store", "rings", "vaccine", "wallet", "id"} <= set(catalogue.icons())


def test_identity_numbers_of_others_are_sensitive(catalogue: Catalogue) -> None:
    for service in catalogue.services:
        for question in service.questions:
            if question.__struct_config__.tag == "nik":
                assert question.sensitive, service.id


def test_letters_that_name_their_subject_ask_for_name_and_nik(catalogue: Catalogue) -> None:
    marked = {each.id for each in catalogue.services if each.names_subject}
    asking = {
        each.id
        for each in catalogue.services
        if any(question.name.startswith("nik_") for question in each.questions)
    }
    assert marked == asking != set()


def test_official_lists_keep_their_codes(catalogue: Catalogue) -> None:
    lists = {each.id: each for each in catalogue.lists}
    occupations = lists["pekerjaan"].options
    assert [option.code for option in occupations] == list(range(1, 100))
    assert sum(option.common for option in occupations) == 32
    assert len(lists["agama"].options) == 7
    beda = catalogue.service("keterangan-beda-identitas")
    assert beda is not None
    question = beda.question("pekerjaan")
    assert isinstance(question, ChoiceQuestion)
    assert question.options == occupations
    assert question.options_ref == "pekerjaan"


@pytest.mark.parametrize(
    ("query", "first"),
    [
        ("SKTM", "keterangan-kurang-mampu"),
        ("tidak mampu sekolah", "keterangan-tidak-mampu-sekolah"),
        ("kurang mampu", "keterangan-kurang-mampu"),
        ("usaha", "keterangan-usaha"),
        ("  DOMIS", "keterangan-domisili"),
        ("skck", "pengantar-surat-keterangan-catatan-kepolisian"),
        ("ktp hilang", "keterangan-kehilangan-kk"),
        ("hajatan", "pengantar-izin-keramaian"),
    ],
)
def test_residents_find_letters_with_their_own_words(
    catalogue: Catalogue, query: str, first: str
) -> None:
    assert first in [each.id for each in catalogue.search_services(query)][:3]


def test_kawin_and_nikah_find_the_same_papers(catalogue: Catalogue) -> None:
    for word in ("nikah", "kawin"):
        found = {each.id for each in catalogue.search_services(word)}
        assert {"keterangan-nikah", "keterangan-belum-menikah"} <= found, word


def test_titles_come_before_other_words(catalogue: Catalogue) -> None:
    found = [each.id for each in catalogue.search_services("domisili")]
    titled = [each.id for each in catalogue.services if "Domisili" in each.title.id]
    assert set(found[: len(titled)]) == set(titled)
    assert len(found) >= len(titled) > 0
    everything = catalogue.search_services("")
    assert {each.id for each in everything} == {each.id for each in catalogue.services}
    assert catalogue.search_services("zzz") == ()


def test_a_title_outranks_self_service(catalogue: Catalogue) -> None:
    found = catalogue.search_services("nikah")
    titled = ["nikah" in search_key(each.title.id).split() for each in found]
    assert titled == sorted(titled, reverse=True)
    assert True in titled
    assert any(each.self_service for each in found[titled.index(False) :])
    assert not found[0].self_service


def test_case_accents_and_signs_do_not_matter_to_search() -> None:
    assert search_key("  Café—S.K.T.M ") == "cafe s k t m"
    assert search_key("Rp1.000 ÉÈ") == "rp1 000 ee"


def test_a_missing_language_falls_back_to_indonesian() -> None:
    text = LocalText(id="Surat", en="Letter")
    assert [text.get(language) for language in LANGUAGES] == ["Surat", "Surat", "Letter"]
    assert LocalText(id="Surat", jv="Serat").get("jv") == "Serat"
    assert LocalText(id="Surat").get("en") == "Surat"


def test_lookups_of_what_is_not_there(catalogue: Catalogue) -> None:
    assert catalogue.service("tidak-ada") is None
    assert catalogue.page("tidak-ada") is None
    assert catalogue.category("tidak-ada") is None
    usaha = catalogue.service("keterangan-usaha")
    assert usaha is not None
    assert usaha.question("tidak_ada") is None
    page = catalogue.page("posyandu")
    assert page is not None
    assert page.family == "health"


def test_pages_leave_after_their_last_day(catalogue: Catalogue) -> None:
    spmb = catalogue.page("spmb")
    assert spmb is not None
    assert spmb.hide_after is not None
    assert spmb in catalogue.pages_in("education", spmb.hide_after)
    assert spmb not in catalogue.pages_in("education", spmb.hide_after + dt.timedelta(days=1))


def test_the_packed_file_is_plain_json() -> None:
    packed = json.loads((data_root() / PACKED_NAME).read_bytes())
    assert set(packed) == {"categories", "services", "pages", "lists"}
