"""Numbers of letters: formed as the village says, without holes, none twice."""

import threading
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from letters_lab import NAME, answers, request_with
from regency_lab import BEGIN
from sqlalchemy import select

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.identity import VillageCode
from anjungan.regency.letters.letterheads import (
    VillageLetterhead,
    make_frame,
    read_letterhead,
    write_code,
    write_letterhead,
)
from anjungan.regency.letters.making import Draft, Made, make_letter
from anjungan.regency.letters.number_format import (
    DEFAULT_FORMAT,
    FormatProblem,
    NumberParts,
    NumberScope,
    format_problem,
    write_number,
)
from anjungan.regency.letters.numbers import continue_after
from anjungan.regency.letters.templates import template_of
from anjungan.regency.staff.accounts import staff_with_id
from anjungan.regency.store.tables import LETTERS

DATABASES = ("sqlite", "postgresql")

BERU = VillageCode("3505171001")
DAY = date(2026, 11, 24)


def test_a_number_in_opensids_words():
    parts = NumberParts("500", "409.17.1", 7, DAY)
    assert write_number(DEFAULT_FORMAT, parts) == "500/007/409.17.1/XI/2026"
    assert write_number("[nomor_surat]/[bulan]/[tahun]", parts) == "7/11/2026"
    assert write_number("[kode_surat].[nomor_surat,5]-[tahun]", parts) == "500.00007-2026"


@pytest.mark.parametrize(
    ("text", "scope", "problem"),
    [
        (DEFAULT_FORMAT, NumberScope.CODE, None),
        ("[nomor_surat]/[tahun]", NumberScope.ALL, None),
        ("[nomor_surat]/[tahun]", NumberScope.CODE, FormatProblem.NO_CODE),
        ("[tahun]", NumberScope.ALL, FormatProblem.NO_NUMBER),
        ("[nomor_surat][nomor_surat]/[tahun]", NumberScope.ALL, FormatProblem.NO_NUMBER),
        ("[nomor_surat]", NumberScope.ALL, FormatProblem.NO_YEAR),
        ("[nomor]/[tahun]", NumberScope.ALL, FormatProblem.UNKNOWN_PLACEHOLDER),
        ("[nomor_surat/[tahun]", NumberScope.ALL, FormatProblem.UNKNOWN_PLACEHOLDER),
        ("[nomor_surat]/[tahun, 2]", NumberScope.ALL, FormatProblem.UNKNOWN_PLACEHOLDER),
        ("[nomor_surat]/[tahun]\u202e", NumberScope.ALL, FormatProblem.UNPRINTABLE),
        ("[nomor_surat]/[tahun]" + "x" * 100, NumberScope.ALL, FormatProblem.TOO_LONG),
    ],
)
def test_formats(text, scope, problem):
    assert format_problem(text, scope) is problem


PIECES = [
    *("[kode_surat]", "[nomor_surat]", "[nomor_surat, 3]", "[kode_desa]", "[bulan_romawi]"),
    *("[bulan]", "[tahun]", "/", "-", ".", "PEM", "007", "["),
]


@given(
    text=st.lists(st.sampled_from(PIECES), max_size=9).map("".join),
    runs=st.lists(st.integers(1, 99_999), min_size=2, max_size=2, unique=True),
    code=st.sampled_from(["500", "470", "472.11"]),
)
@settings(max_examples=150, deadline=None)
def test_of_a_good_format_two_running_numbers_of_a_day_differ(text, runs, code):
    if format_problem(text, NumberScope.CODE) is not None:
        return
    first, second = (write_number(text, NumberParts(code, "409", run, DAY)) for run in runs)
    assert first != second
    assert "[" not in first


@pytest.fixture
def desk(database, accounts, intake, other_kiosk, sealing_key, clock):  # noqa: PLR0917 - fixtures
    return Desk(database, intake, kiosk=other_kiosk, key=sealing_key, clock=clock)


class Desk:
    """Makes letters as the page does, one transaction each."""

    def __init__(self, database, intake, *, kiosk, key, clock):
        self.database, self.intake, self.kiosk = database, intake, kiosk
        self.key, self.clock = key, clock
        with database.reading() as connection:
            self.staff = staff_with_id(connection, 4)

    def request(self, service="keterangan-usaha"):
        request = request_with(self.kiosk, self.key, answers(), service)
        self.intake(request, kiosk=self.kiosk.kiosk)
        return request.id

    def draft(self, request_id, service="keterangan-usaha", day=DAY, replaces=None):
        template = template_of(service)
        with self.database.reading() as connection:
            letterhead = read_letterhead(connection, BERU)
        frame = make_frame(
            template,
            letterhead,
            load_villages()[BERU],
            regency_name="Kabupaten Blitar",
            public_url="https://desa.example",
            number="",
            dated=day,
            paper="F4",
        )
        values = {"warga_nama": NAME, "warga_alamat": "Dusun", "nama_usaha": "Warung"}
        return Draft(request_id, BERU, template, frame, values, values, replaces)

    def make(self, draft):
        with self.database.writing() as connection:
            return make_letter(connection, draft, self.staff, self.key, self.clock())

    def lose_power_while_making(self, draft):
        with self.database.writing() as connection:
            assert isinstance(make_letter(connection, draft, self.staff, self.key, BEGIN), Made)
            raise RuntimeError("power")

    def set(self, **changes):
        with self.database.writing() as connection:
            write_letterhead(connection, VillageLetterhead(village=BERU, **changes), self.clock())

    def numbers(self):
        with self.database.reading() as connection:
            return sorted(connection.execute(select(LETTERS.c.number)).scalars())


def test_two_threads_at_once_leave_no_hole_and_no_pair(desk):
    requests = [desk.request() for _ in range(16)]
    made, barrier = [], threading.Barrier(4)

    def officer(mine):
        barrier.wait(20)
        made.extend(desk.make(desk.draft(each)) for each in mine)

    threads = [threading.Thread(target=officer, args=(requests[start::4],)) for start in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert all(isinstance(each, Made) for each in made)
    running = sorted(int(number.split("/")[1]) for number in desk.numbers())
    assert running == list(range(1, 17))


def test_one_request_two_officers_at_once_one_letter(desk):
    request, outcomes, barrier = desk.request(), [], threading.Barrier(2)

    def officer():
        draft = desk.draft(request)
        barrier.wait(20)
        outcomes.append(desk.make(draft))

    threads = [threading.Thread(target=officer) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(type(each).__name__ for each in outcomes) == ["Made", "MadeMeanwhile"]
    assert len(desk.numbers()) == 1


def test_a_letter_that_fails_leaves_no_hole(desk):
    desk.make(desk.draft(desk.request()))
    second = desk.draft(desk.request())
    with pytest.raises(RuntimeError, match="power"):
        desk.lose_power_while_making(second)
    desk.make(second)
    assert [each.split("/")[1] for each in desk.numbers()] == ["001", "002"]


def test_sequences_per_code_and_per_year(desk):
    desk.set(number_format="[kode_surat]/[nomor_surat]/[tahun]", number_scope=NumberScope.CODE)
    with desk.database.writing() as connection:
        write_code(connection, BERU, "keterangan-domisili", "471")
    for service in ("keterangan-usaha", "keterangan-domisili", "keterangan-usaha"):
        desk.make(desk.draft(desk.request(service), service))
    desk.make(desk.draft(desk.request(), day=date(2027, 1, 4)))
    assert desk.numbers() == ["471/1/2026", "500/1/2026", "500/1/2027", "500/2/2026"]


def test_another_sequence_never_repeats_a_number(desk):
    plain = "[kode_surat]/[nomor_surat]/[tahun]"
    desk.set(number_format=plain)
    for _ in range(3):
        desk.make(desk.draft(desk.request()))
    desk.set(number_format=plain, number_scope=NumberScope.CODE)
    desk.make(desk.draft(desk.request()))
    assert desk.numbers() == ["500/1/2026", "500/2/2026", "500/3/2026", "500/4/2026"]


def test_the_paper_register_is_continued_and_never_undone(desk):
    with desk.database.writing() as connection:
        assert continue_after(connection, BERU, year=2026, sequence="", number=120)
    desk.make(desk.draft(desk.request()))
    with desk.database.writing() as connection:
        assert not continue_after(connection, BERU, year=2026, sequence="", number=5)
    assert desk.numbers() == ["500/121/35.05.17.1001/XI/2026"]
