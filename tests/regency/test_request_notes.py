"""Which notes to residents are refused, and that ordinary ones are not."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.notes import NoteProblem, clean_note, note_problem

MOBILE = [
    "Hubungi 081234567890",
    "HP 0812-3456-7890.",
    "0812 3456 789",
    "0812.3456.7890",
    "0 8 1 2 3 4 5 6 7 8 9",
    "WA +62 812-3456-7890",
    "+62 (0)812 3456 7890",
    "+62(812)3456-7890",
    "wa.me/6281234567890",
    "006281234567890",
    "telp 81234567890",
    "telp 812 – 3456 – 7890",
    "0812345678",  # the shortest ones
    "\uff10\uff18\uff11\uff12 3456 7890",
]
ORDINARY = [
    "Fotokopi KK belum ada",
    "Telepon kantor desa (0342) 801234",
    "Telepon 0342-801234, jam 08.00-12.00",
    "Datang 24-11-2026 08.00-12.00",
    "Datang 08-11-2026 08.30-12.00",
    "Datang 8.11.2026 pukul 08.30",
    "Senin 08.00–15.00, Jumat 08.00–11.00",
    "Surat nomor 470/081/409.12/2026",
    "Bayar Rp 8.500.000 dulu",
    "Nomor antrean A-081, kode 8K3M",
]


@pytest.mark.parametrize("note", MOBILE)
def test_a_mobile_number_is_refused(note):
    assert note_problem(clean_note(note), RequestStatus.READY) is NoteProblem.MOBILE_NUMBER


@pytest.mark.parametrize("note", ORDINARY)
def test_what_officers_need_to_write_passes(note):
    assert note_problem(clean_note(note), RequestStatus.READY) is None


def spread(digits, between):
    pairs = st.tuples(*(st.sampled_from(between) for _ in digits))
    return pairs.map(lambda gaps: "".join(d + g for d, g in zip(digits, gaps, strict=True)))


BETWEEN = ("", "", "", " ", "-", ".", " - ", " (", ") ", "\u2011")


@settings(max_examples=80, deadline=None)
@given(st.from_regex(r"\A08[1-9][0-9]{7,9}\Z").flatmap(lambda digits: spread(digits, BETWEEN)))
def test_no_way_of_writing_hides_a_mobile_number(number):
    assert note_problem(f"Hubungi {number}ya", RequestStatus.READY) is NoteProblem.MOBILE_NUMBER


@settings(max_examples=80, deadline=None)
@given(st.from_regex(r"\A[1-9][0-9]{15}\Z").flatmap(lambda digits: spread(digits, ("", " ", "-"))))
def test_no_way_of_writing_hides_an_identity_number(number):
    assert note_problem(f"NIK {number}", RequestStatus.READY) is not None
