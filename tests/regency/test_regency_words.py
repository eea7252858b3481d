"""Dates, durations, lateness, filters, limits: small pure parts."""

from datetime import UTC, date, datetime, timedelta
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.catalogue.villages import load_villages
from anjungan.protocol.sealing import Answer
from anjungan.protocol.status import RequestStatus
from anjungan.regency.failures import failure_words
from anjungan.regency.fleet.overview import KioskView
from anjungan.regency.link.backoff import LONGEST_S, Backoff
from anjungan.regency.requests.lateness import WIB, LateLimits, Targets, due_at, late_before
from anjungan.regency.requests.notes import clean_note
from anjungan.regency.requests.opened_answers import JoinedAnswer
from anjungan.regency.requests.outgoing import LAST_RETRY, retry_after
from anjungan.regency.service_titles import all_service_words, service_words
from anjungan.regency.web import rate_limit
from anjungan.regency.web.assets import load_assets
from anjungan.regency.web.rate_limit import RateLimit
from anjungan.regency.web.requests.answer_lines import AnswerLine, answer_lines, cover
from anjungan.regency.web.requests.list_query import ListQuery
from anjungan.regency.web.site import village_words
from anjungan.regency.web.words import ago, clock_time, duration, gigabytes, long_date, short_moment


def wib(day, hour, minute=0):
    """A moment of November 2026; the 20th is a Friday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=WIB)


def test_dates_are_written_the_indonesian_way():
    moment = datetime(2026, 11, 24, 2, 41, tzinfo=UTC)
    assert long_date(moment) == "Selasa, 24 November 2026"
    assert clock_time(moment) == "09.41"
    assert long_date(datetime(2026, 11, 23, 17, 0, tzinfo=UTC)) == "Selasa, 24 November 2026"


@pytest.mark.parametrize(
    ("moment", "words"),
    [
        (wib(24, 9, 41), "09.41"),
        (wib(23, 23, 59), "Kemarin 23.59"),
        (wib(20, 8), "Jum 20 Nov, 08.00"),
        (datetime(2025, 12, 31, 9, 0, tzinfo=WIB), "Rab 31 Des 2025, 09.00"),
        (wib(25, 1), "Rab 25 Nov, 01.00"),
    ],
)
def test_moments_are_short(moment, words):
    assert short_moment(moment, wib(24, 10)) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (-5, "0 detik"),
        (59, "59 detik"),
        (60, "1 menit"),
        (3599, "59 menit"),
        (3600, "1 jam"),
        (11520, "3 jam 12 menit"),
        (86400, "1 hari"),
        (190_800, "2 hari 5 jam"),
    ],
)
def test_durations(seconds, words):
    assert duration(timedelta(seconds=seconds)) == words


def test_ago_and_gigabytes():
    assert ago(wib(24, 9), wib(24, 9)) == "baru saja"
    assert ago(wib(24, 9), wib(24, 9, 4)) == "4 menit lalu"
    assert gigabytes(12_400_000_000) == "12,4"


@pytest.mark.parametrize(
    ("now", "days", "limit"),
    [
        (wib(24, 10), 1, wib(23, 10)),  # Tuesday: since Monday
        (wib(23, 10), 1, wib(20, 10)),  # Monday: since Friday
        (wib(22, 10), 1, wib(20, 0)),  # Sunday: as at the end of Friday
        (wib(21, 10), 1, wib(20, 0)),
        (wib(24, 10), 5, wib(17, 10)),
    ],
)
def test_weekends_do_not_make_late(now, days, limit):
    assert late_before(now, days) == limit


def test_only_what_waits_for_staff_is_late():
    long_ago, now = wib(2, 9), wib(24, 9)
    limits = LateLimits.at(now, Targets(1))
    late = {each for each in RequestStatus if limits.is_late(each, "usaha", long_ago)}
    assert late == {RequestStatus.UNDER_REVIEW, RequestStatus.AWAITING_SIGNATURE}
    assert not limits.is_late(RequestStatus.UNDER_REVIEW, "usaha", wib(24, 8))


def test_holidays_do_not_make_late():
    # Monday the 23rd is off: on Tuesday at ten, only what came before Friday at ten is late
    holidays = frozenset({date(2026, 11, 23)})
    assert late_before(wib(24, 10), 1, holidays) == wib(20, 10)
    assert due_at(wib(20, 10), 1, holidays) == wib(24, 10)
    # what comes on a holiday counts from the next working day
    assert due_at(wib(23, 10), 1, holidays) == wib(25, 0)


def test_each_service_has_its_own_limit():
    targets = Targets(1, {"kk": 3, "usaha": 1, "nikah": 3})
    limits = LateLimits.at(wib(26, 10), targets)
    assert limits.of("usaha") == limits.of("unknown") == limits.latest == wib(25, 10)
    assert limits.of("kk") == limits.of("nikah") == limits.earliest == wib(23, 10)
    assert limits.is_late(RequestStatus.UNDER_REVIEW, "usaha", wib(24, 10))
    assert not limits.is_late(RequestStatus.UNDER_REVIEW, "kk", wib(24, 10))


@settings(max_examples=300)
@given(
    received_minutes=st.integers(0, 60 * 24 * 60),
    waited_minutes=st.integers(0, 60 * 24 * 30),
    days=st.integers(1, 8),
    off=st.frozensets(st.integers(1, 28), max_size=6),
)
def test_late_is_what_is_past_its_due_moment(received_minutes, waited_minutes, days, off):
    holidays = frozenset(date(2026, 11, day) for day in off)
    received = wib(1, 0) + timedelta(minutes=received_minutes)
    now = received + timedelta(minutes=waited_minutes)
    due = due_at(received, days, holidays)
    if now != due:
        assert (received < late_before(now, days, holidays)) == (now > due)


@settings(max_examples=200)
@given(hours=st.integers(0, 24 * 400), later_hours=st.integers(0, 24 * 30), days=st.integers(1, 20))
def test_the_late_limit_never_goes_back(hours, later_hours, days):
    now = wib(1, 0) + timedelta(hours=hours)
    later = now + timedelta(hours=later_hours)
    assert late_before(now, days) <= late_before(later, days)
    assert late_before(now, days) <= now - timedelta(days=days) or now.weekday() >= 5
    assert late_before(now, days + 1) < late_before(now, days)


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("  a \t b  ", "a b"),
        ("a\r\n\r\n\r\nb", "a\nb"),
        ("\u202eterbalik\u202c", "terbalik"),
        ("nul\x00 dan \x1b[0m", "nul dan [0m"),
        (" \n \u200b \n", ""),
        ("Bapak/Ibu – é", "Bapak/Ibu – é"),
    ],
)
def test_notes_are_plain_text(typed, clean):
    assert clean_note(typed) == clean


@settings(max_examples=200)
@given(st.text(max_size=200))
def test_cleaning_a_note_twice_changes_nothing(text):
    assert clean_note(clean_note(text)) == clean_note(text)


@pytest.mark.parametrize(
    ("shown", "covered"),
    [
        ("3505104107900147", "3505 •••• •••• 0147"),
        ("0812 3456 4471", "0812 •••• •••• 4471"),
        ("+62 812-3456-4471", "6281 •••• •••• 4471"),
        ("Siti Aminah", ""),
        ("24 November 2026", ""),
        ("12", ""),
        ("", ""),
    ],
)
def test_long_numbers_are_covered(shown, covered):
    assert cover(shown) == covered


def test_answers_lose_invisible_characters_and_keep_their_lines():
    answer = Answer(name="a", label="La\u202ebel", value="", shown="satu\ndua\u200b\x00")
    assert answer_lines([JoinedAnswer(answer)]) == [AnswerLine("Label", "satu\ndua", "", None, [])]
    assert "satu" not in repr(answer_lines([JoinedAnswer(answer)])[0])


def test_a_filter_keeps_itself_in_its_address():
    query = ListQuery.read(
        {
            "bagian": "selesai",
            "desa": "3505171001",
            "status": "1",
            "layanan": "a&b",
            "cari": " x ",
            "usia": "7-hari",
            "terlambat": "1",
            "sesudah": "t1795453937400-01930000-0000-7000-8000-000000000001",
        }
    )
    assert ListQuery.read(dict(parse_qsl(query.url.partition("?")[2]))) == query
    assert query.url.endswith("&sesudah=t1795453937400-01930000-0000-7000-8000-000000000001")
    assert "sesudah" not in query.from_begin.url
    assert ListQuery.read({}).url == "/permohonan"
    assert ListQuery.read({}).suffix == ""
    assert not ListQuery.read({"bagian": "selesai"}).is_filtered
    assert ListQuery.read({"usia": "7-hari"}).is_filtered


@pytest.mark.parametrize(
    "place",
    [
        "",
        "0",
        "x",
        "t1-",
        "t1-nothing",
        f"t{'9' * 15}-{'a' * 36}",
        f"t\u0661-{'a' * 36}",
        "t" * 999,
    ],
)
def test_a_place_that_is_none_is_the_begin(place):
    query = ListQuery.read({"sesudah": place, "sebelum": place})
    assert (query.after, query.before) == (None, None)


def test_a_limit_is_refilled_and_counts_each_address_alone():
    limit = RateLimit(burst=2, per_minute=60)
    limit.take("a", 0.0)
    limit.take("a", 0.0)
    assert not limit.allows("a", 0.0)
    assert limit.allows("b", 0.0)
    assert not limit.allows("a", 0.5)
    assert limit.allows("a", 1.0)


def test_a_limit_forgets_the_oldest_addresses(monkeypatch):
    monkeypatch.setattr(rate_limit, "MOST_ADDRESSES", 2)
    limit = RateLimit(burst=1, per_minute=1)
    for address in "abc":
        limit.take(address, 0.0)
    assert limit.allows("a", 0.0)
    assert not limit.allows("c", 0.0)


def test_the_back_off_grows_to_its_limit_and_starts_over():
    backoff = Backoff()
    assert 0 <= backoff.next_delay_s() <= 1
    for _ in range(50):
        assert 0 <= backoff.next_delay_s() <= LONGEST_S
    backoff.succeeded()
    assert backoff.next_delay_s() <= 1


def test_retries_grow_to_an_hour():
    assert timedelta(seconds=15) <= retry_after(0) <= timedelta(seconds=30)
    assert LAST_RETRY / 2 <= retry_after(500) <= LAST_RETRY


def test_services_have_words_known_or_not():
    known = service_words("keterangan-usaha")
    assert known.title == "Surat Keterangan Usaha"
    assert known.requirements
    assert service_words("unknown").title == "unknown"
    assert len(all_service_words()) == 64


def test_every_icon_that_pages_name_is_there():
    assets = load_assets()
    for words in all_service_words():
        assert words.icon in assets.icons, words.id
    assert "<svg" in assets.icon("no-such-icon")
    with pytest.raises(KeyError):
        assets.url("no-such-file")


def test_a_failure_is_named_without_its_words():
    with pytest.raises(ValueError, match="Siti") as caught:
        int("Siti Aminah")
    words = failure_words(caught.value)
    assert words.startswith("ValueError at test_regency_words.py:")
    assert failure_words(KeyError("x")) == "KeyError"


def test_villages_are_complete():
    villages = load_villages()
    kinds = [village.kind for village in villages.values()]
    assert (kinds.count("desa"), kinds.count("kelurahan")) == (220, 28)
    assert sum(village.pilot for village in villages.values()) == 13
    assert len({village.district for village in villages.values()}) == 22
    assert villages["3505171001"].full_name == "Kelurahan Beru"
    assert list(villages) == sorted(villages)
    for code, village in villages.items():
        assert (code[6] == "1") == (village.kind == "kelurahan")


def test_a_village_that_is_not_listed_is_named_by_its_code():
    assert village_words("3506012001").name == "3506012001"


def test_views_are_values():
    assert KioskView.__dataclass_params__.frozen
