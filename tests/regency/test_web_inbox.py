"""The inbox: tabs, filters, lateness, paging, and what the page weighs."""

import itertools
import re
from datetime import date
from html import unescape

import pytest
from inbox_lab import href_of, ids_in, set_status
from regency_lab import OTHER_KIOSK
from sqlalchemy import insert

from anjungan.protocol.status import RequestStatus
from anjungan.regency.requests.counting import count_inbox, count_waiting
from anjungan.regency.requests.lateness import LateLimits, Targets
from anjungan.regency.requests.listing import RequestFilter
from anjungan.regency.requests.targets import set_override
from anjungan.regency.store.tables import HOLIDAYS

_S = RequestStatus


def test_the_list_shows_the_newest_first_and_no_answers(officer, intake, kiosk, sealing_key, clock):
    requests = []
    for number in range(3):
        requests.append(kiosk.request(sealing_key, queue_number=f"241126-00{number}"))
        intake(requests[-1])
        clock.pass_time(minutes=1)
    html = officer.get("/permohonan").text
    assert ids_in(html) == [each.id for each in reversed(requests)]
    assert "Surat Keterangan Usaha" in html
    assert "Minggirsari" in html
    assert "Siti" not in html


def test_a_new_request_stands_in_the_list_at_the_next_look(officer, intake, kiosk):
    assert ids_in(officer.get("/permohonan").text) == []
    request = kiosk.request()
    intake(request)
    assert ids_in(officer.get("/permohonan", **{"X-Live": "1"}).text) == [request.id]


@pytest.fixture
def three_requests(database, intake, kiosk, other_kiosk, clock):
    usaha = kiosk.request(queue_number="241126-001")
    intake(usaha)
    clock.pass_time(minutes=1)
    domisili = other_kiosk.request(service="domisili", queue_number="241126-002")
    intake(domisili, kiosk=OTHER_KIOSK)
    clock.pass_time(minutes=1)
    ready = kiosk.request(queue_number="231126-003")
    intake(ready)
    set_status(database, ready, RequestStatus.READY)
    return {"usaha": usaha, "domisili": domisili, "ready": ready}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["domisili", "usaha"]),
        ("bagian=menunggu", ["ready"]),
        ("bagian=selesai", []),
        ("bagian=semua", ["ready", "domisili", "usaha"]),
        ("bagian=nonsense", ["domisili", "usaha"]),
        ("desa=3505171001", ["domisili"]),
        ("desa=3505171001&status=3", []),
        ("desa=nonsense", ["domisili", "usaha"]),
        ("layanan=domisili", ["domisili"]),
        ("layanan=%27%20OR%201%3D1", []),
        ("status=3", ["ready"]),
        ("status=99", ["domisili", "usaha"]),
        ("status=3&bagian=baru", []),
        ("usia=hari-ini&bagian=semua", ["ready", "domisili", "usaha"]),
        ("usia=7-hari", ["domisili", "usaha"]),
        ("usia=lebih-7-hari", []),
        ("usia=nonsense", ["domisili", "usaha"]),
        ("cari=241126", ["domisili", "usaha"]),
        ("cari=241126-002", ["domisili"]),
        ("cari=2411", ["domisili", "usaha"]),
        ("cari=24", []),
        ("cari=241126-00x", []),
        ("cari=%25", []),
        ("cari=_", []),
        ("cari=beru", ["domisili"]),
        ("cari=minggir", ["ready", "usaha"]),
        ("cari=minggir&bagian=baru", ["usaha"]),
        ("cari=mi", []),
        ("cari=%3Cscript%3E", []),
        ("sesudah=nonsense", ["domisili", "usaha"]),
    ],
)
def test_filters(officer, three_requests, query, expected):
    html = officer.get(f"/permohonan?{query}").text
    assert ids_in(html) == [three_requests[name].id for name in expected]
    assert "<script>" not in html


def test_a_code_is_found_as_people_type_it(officer, three_requests):
    code = three_requests["ready"].ticket_code
    typed = f"{code[:3]} {code[3:6]}-{code[6:]}".lower()
    assert ids_in(officer.get(f"/permohonan?cari={typed}").text) == [three_requests["ready"].id]


def test_an_age_is_counted_from_the_moment_of_receipt(officer, three_requests, clock):
    clock.pass_time(days=8)
    officer.log_in()
    assert ids_in(officer.get("/permohonan?usia=7-hari").text) == []
    assert len(ids_in(officer.get("/permohonan?usia=lebih-7-hari").text)) == 2
    assert len(ids_in(officer.get("/permohonan?usia=30-hari").text)) == 2
    assert ids_in(officer.get("/permohonan?usia=lebih-30-hari").text) == []


def test_tabs_count_within_the_filters(officer, three_requests):
    html = unescape(officer.get("/permohonan").text)
    for words in ("Baru · 2", "Menunggu · 1", "Selesai · 0"):
        assert words in html
    html = unescape(officer.get("/permohonan?desa=3505171001").text)
    for words in ("Baru · 1", "Menunggu · 0", "Kelurahan Beru"):
        assert words in html
    nothing = unescape(officer.get("/permohonan?cari=nobody").text)
    assert "Baru · 0" in nothing
    assert "Tidak ada permohonan untuk saringan ini." in nothing


def test_every_chip_takes_its_filter_away(officer, three_requests):
    filters = {
        "cari": "minggir",
        "desa": "3505102001",
        "layanan": "keterangan-usaha",
        "status": "1",
        "usia": "7-hari",
        "terlambat": "1",
    }
    address = "&".join(f"{name}={value}" for name, value in filters.items())
    html = unescape(officer.get(f"/permohonan?{address}").text)
    for left_out in filters:
        kept = "&".join(f"{name}={value}" for name, value in filters.items() if name != left_out)
        assert f'class="chip set" href="/permohonan?{kept}"' in html


def test_late_requests_are_on_top_marked_and_counted(officer, three_requests, intake, kiosk, clock):
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == []
    assert "Terlambat" not in officer.get("/permohonan").text
    clock.pass_time(days=2)
    officer.log_in()
    fresh = kiosk.request(queue_number="261126-001")
    intake(fresh)
    late = [three_requests["usaha"].id, three_requests["domisili"].id]
    html = officer.get("/permohonan").text
    assert ids_in(html) == [*late, fresh.id], "who waits longest is first"
    assert "Terlambat · 2" in html
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == late
    assert "Terlambat" in officer.get(f"/permohonan/{late[0]}").text


def test_lateness_knows_the_service_and_the_holidays(officer, database, three_requests, clock):
    clock.pass_time(days=1, hours=1)
    officer.log_in()
    both = [three_requests["usaha"].id, three_requests["domisili"].id]
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == both
    with database.writing() as connection:
        set_override(connection, "domisili", 3)
    clock.pass_time(minutes=1)
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == both[:1]
    with database.writing() as connection:
        connection.execute(insert(HOLIDAYS).values(day=date(2026, 11, 25), name="Pilkada"))
    clock.pass_time(minutes=1)
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == []


def test_an_officer_of_a_village_can_only_look_there(browser, three_requests):
    browser.log_in("beru")
    own = [three_requests["domisili"].id]
    assert ids_in(browser.get("/permohonan?bagian=semua").text) == own
    assert ids_in(browser.get("/permohonan?desa=3505102001").text) == []
    assert ids_in(browser.get("/permohonan?cari=minggir").text) == []
    code = three_requests["usaha"].ticket_code
    assert ids_in(browser.get(f"/permohonan?cari={code}").text) == []
    filters = browser.get("/permohonan/saring").text
    assert 'name="desa"' not in filters


def test_the_filters_are_a_form_that_leads_to_the_list(officer, three_requests):
    html = officer.get("/permohonan/saring?desa=3505171001&usia=7-hari&terlambat=1").text
    assert html.count("<option") > 248
    assert '<option value="3505171001" selected>Beru</option>' in html
    assert '<option value="7-hari" selected>' in html
    assert 'name="terlambat" value="1" checked' in html
    assert "<optgroup" not in officer.get("/permohonan").text


# --- pages ----------------------------------------------------------------------------------


def walk(officer, address, rel):
    """All pages from an address on, following one kind of link."""
    for _ in range(20):
        html = officer.get(address).text
        yield ids_in(html)
        address = href_of(html, rel)
        if address is None:
            return
    pytest.fail("the pages never end")


@pytest.fixture
def many(database, intake, kiosk, clock):
    """Sixty requests in three statuses, twenty of them late; several of one moment."""
    requests = []
    for number in range(60):
        request = kiosk.request(queue_number=f"241126-{number:03d}")
        intake(request)
        requests.append(request)
        if number % 3 == 2:
            set_status(database, request, RequestStatus.READY)
        if number % 2:
            clock.pass_time(seconds=1)
        if number == 29:
            clock.pass_time(days=2)
    return requests


@pytest.mark.parametrize("database_kind", ["sqlite", "postgresql"])
@pytest.mark.parametrize("query", ["", "?bagian=semua", "?cari=241126"])
def test_pages_hold_every_request_once_in_both_directions(officer, many, query):
    officer.log_in()
    pages = list(walk(officer, f"/permohonan{query}", "next"))
    assert [len(page) for page in pages[:-1]] == [25] * (len(pages) - 1)
    ids = list(itertools.chain(*pages))
    everything = "semua" in query or "cari" in query
    wanted = [each.id for number, each in enumerate(many) if everything or number % 3 != 2]
    assert sorted(ids) == sorted(wanted)
    late = [each.id for number, each in enumerate(many) if number < 30 and number % 3 != 2]
    assert sorted(ids[: len(late)]) == sorted(late)

    last = f"/permohonan{query}"
    while (following := href_of(officer.get(last).text, "next")) is not None:
        last = following
    back = list(walk(officer, last, "prev"))
    assert list(itertools.chain(*reversed(back))) == ids


def test_a_page_is_light(officer, many):
    officer.log_in()
    html = officer.get("/permohonan?bagian=semua").text
    assert len(ids_in(html)) == 25
    assert len(html.encode()) < 30_000


def test_counts_end_where_nobody_reads_on(*, officer, database, intake, kiosk, monkeypatch, clock):
    for module in ("anjungan.regency.requests.counting", "anjungan.regency.web.requests.words"):
        monkeypatch.setattr(f"{module}.MOST_COUNTED", 3)
    for _ in range(2):
        intake(kiosk.request())
    assert "Baru · 2" in officer.get("/permohonan").text
    for _ in range(3):
        intake(kiosk.request())
    assert "Baru · 2+" in officer.get("/permohonan").text
    limits = LateLimits.at(clock(), Targets(1))
    with database.reading() as connection:
        counts = count_inbox(connection, RequestFilter(), {"new": [_S.UNDER_REVIEW]}, limits)
        assert (counts.groups, counts.waiting) == ({"new": 3}, 3), "counting itself ends"
        assert count_waiting(connection, None) == 3


def test_what_is_set_here_is_seen_here_at_once(officer, three_requests, clock):
    clock.pass_time(days=1, hours=1)
    officer.log_in()
    assert len(ids_in(officer.get("/permohonan?terlambat=1").text)) == 2
    fields = {"hari.keterangan-usaha": "4"}
    officer.post("/setelan/layanan/simpan", "/setelan/layanan", **fields)
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == [three_requests["domisili"].id]
    text = "25-11-2026 Pilkada"
    officer.post("/setelan/hari-libur/tambah", "/setelan/hari-libur", daftar=text)
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == []
    officer.post("/setelan/hari-libur/hapus", "/setelan/hari-libur", tanggal="2026-11-25")
    assert ids_in(officer.get("/permohonan?terlambat=1").text) == [three_requests["domisili"].id]


def test_what_holds_no_secret_is_packed_and_pages_are_not(officer):
    page = officer.client.get("/permohonan", headers={"Accept-Encoding": "gzip"})
    assert "content-encoding" not in page.headers
    sheet = re.search(r'href="(/static/[^"]+/site.css)"', page.text).group(1)
    packed = officer.client.get(sheet, headers={"Accept-Encoding": "gzip, br"})
    assert packed.headers["content-encoding"] == "gzip"
    assert packed.headers["vary"] == "Accept-Encoding"
    plain = officer.client.get(sheet, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    assert plain.content == packed.content
    assert int(packed.headers["content-length"]) < len(plain.content) / 2
