"""The desk drives a whole visit in a real browser: touch, card, buttons, paper, faults, line."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from driven_chromium import Browser, browser

from anjungan.simulation.places import Places
from anjungan.simulation.robot import INVENTED_NIK
from anjungan.simulation.system import DESK, Options, System, running_system
from anjungan.simulation.tour.kiosk_record import newest_record

LETTER = "Surat Keterangan Domisili"
WITHIN_S = 30.0
CARD_READER = "#pad-card_reader"
SCANNER = "#pad-scanner"
E_KTP = "#card-ektp-a7"


class Kiosk:
    """What stands on the kiosk's glass, and a finger that reaches it through the desk's page."""

    def __init__(self, system: System, page: Browser) -> None:
        self._line = httpx.Client(base_url=system.screen_url, timeout=10, trust_env=False)
        self._page = page
        self._finger = "touch"

    def close(self) -> None:
        self._line.close()

    def see(self, words: str) -> None:
        self._until(lambda: any(words in each for each in self._texts()), words)

    def see_no_more(self, words: str) -> None:
        self._until(lambda: not any(words in each for each in self._texts()), f"no {words}")

    def touch(self, name: str) -> None:
        """Touch what has that name, on the page's picture of the screen, where it is drawn."""
        self._until(lambda: self._rect(name) is not None, name)
        self._until(lambda: self._state()["echo_left_s"] == 0, "the screen takes a new touch")
        left, top, width, height = self._rect(name)
        box_left, box_top, scale = self._page.run(
            "const c = document.getElementById('screen'); c.scrollIntoView({block: 'nearest'});"
            "const r = c.getBoundingClientRect(); return [r.x, r.y, r.width / c.width]"
        )
        x = box_left + (left + width / 2) * scale
        y = box_top + (top + height / 2) * scale
        self._page.point((x, y), kind=self._finger)
        self._finger = "mouse" if self._finger == "touch" else "touch"

    def type_keys(self, text: str) -> None:
        for character in text:
            self.touch("Spasi" if character == " " else character)

    def _texts(self) -> list[str]:
        return [" ".join(str(text).split()) for text in self._state()["texts"]]

    def _state(self) -> dict[str, Any]:
        return dict(self._line.get("state").json())

    def _rect(self, name: str) -> Any:
        enabled = [each for each in self._line.get("targets").json() if each["enabled"]]
        exact = [each["rect"] for each in enabled if each["name"] == name]
        near = [each["rect"] for each in enabled if each["name"].startswith(name)]
        return next(iter(exact + near), None)

    def _until(self, condition: Any, wanted: str) -> None:
        deadline_s = time.monotonic() + WITHIN_S
        while not condition():
            assert time.monotonic() < deadline_s, f"{wanted!r} awaited; there is {self._texts()}"
            time.sleep(0.02)


@pytest.fixture
def page(tmp_path: Path) -> Iterator[Browser]:
    with browser(tmp_path) as chromium:
        chromium.resize(1280, 860)
        yield chromium


def visit(system: System, page: Browser) -> None:
    """Everything a trainer does, with the mouse and with a finger."""
    page.open(system.desk_url)
    page.wait("return Number(document.getElementById('screen').dataset.frames) > 0")
    kiosk = Kiosk(system, page)
    try:
        kiosk.see("Selamat datang")
        arrive_by_button(kiosk, page)
        ask_for_letter(kiosk, page)
        send_while_there_is_no_paper(kiosk, page)
        print_again(kiosk, page)
        follow_with_the_paper(kiosk, page)
        cut_the_line(kiosk, page)
        unplug_the_reader(kiosk, page)
        record = newest_record(system.places.kiosk_dir / "kiosk.db")
        assert record is not None
        assert record.delivery == "receipted"
        (paper,) = system.places.paper_dir.glob("paper-*.txt")
        assert record.token in paper.read_text(encoding="utf-8")
        look_at_bytes_and_words(page)
        assert page.complaints() == []
        come_back_after_a_crash(system, page)
    finally:
        kiosk.close()


def arrive_by_button(kiosk: Kiosk, page: Browser) -> None:
    page.wait_for('#button-ok[data-lit="true"]')
    page.hold("#button-ok")
    page.wait_for("#button-ok.pressed")
    page.let_go()
    page.wait_for("#button-ok:not(.pressed)")
    kiosk.see("Cek status")


def ask_for_letter(kiosk: Kiosk, page: Browser) -> None:
    for name in ("Surat", LETTER, "Mulai isi"):
        kiosk.touch(name)
    kiosk.see("Ketik NIK Bapak/Ibu")
    page.drag(E_KTP, CARD_READER)
    page.wait_for(f"{CARD_READER} .lying .card")
    kiosk.see("Kartu")
    page.click(f"{CARD_READER} .lying .card", kind="touch")
    page.wait(f"return !document.querySelector('{CARD_READER} .lying .card')")
    kiosk.type_keys(INVENTED_NIK)
    kiosk.touch("Lanjut")
    kiosk.touch("Untuk saya sendiri")
    kiosk.touch("Lanjut")
    kiosk.see("Tulis nama lengkap")
    kiosk.type_keys("CONTOH")
    kiosk.touch("Lanjut")
    kiosk.touch("Urusan bank")
    kiosk.touch("Lanjut")
    kiosk.see("Nomor HP untuk kabar?")
    kiosk.type_keys("081200001234")
    kiosk.touch("Lanjut")


def send_while_there_is_no_paper(kiosk: Kiosk, page: Browser) -> None:
    out = '#faults-printer [data-fault="paper_out"]'
    page.click(out)
    page.wait_for(f'{out}[aria-pressed="true"]')
    kiosk.touch("Sudah benar, kirim")
    kiosk.see("Kertas tiket habis")
    assert page.run("return document.querySelectorAll('.paper img').length") == 0
    page.click(out, kind="touch")
    page.wait_for(f'{out}[aria-pressed="false"]')


def print_again(kiosk: Kiosk, page: Browser) -> None:
    kiosk.touch("Cetak lagi")
    kiosk.see("Tiket dicetak")
    page.wait_for("#printer-printer .paper.loose")
    assert page.run("return document.querySelectorAll('.paper img').length") > 1
    kiosk.touch("Beranda")


def follow_with_the_paper(kiosk: Kiosk, page: Browser) -> None:
    """The paper is held before the scanner from the printer's mouth, then from the desk."""
    kiosk.touch("Cek status")
    kiosk.touch("Cek kode lain")
    kiosk.see("Ketik kode tiket")
    page.drag("#printer-printer .paper img:last-child", SCANNER)
    kiosk.see("Sedang diperiksa")
    page.click("#printer-printer .tear")
    page.wait_for(".piece")
    kiosk.touch("Cek kode lain")
    kiosk.see("Ketik kode tiket")
    page.click("#code-foreign")
    kiosk.see("bukan tiket")
    page.drag(".piece", SCANNER, kind="touch")
    kiosk.see("Sedang diperiksa")
    kiosk.touch("Ke beranda")


def cut_the_line(kiosk: Kiosk, page: Browser) -> None:
    page.click("#link-cut")
    page.wait_for('#link-cut[aria-pressed="true"]')
    kiosk.see("Luring")
    page.click("#link-ok")
    kiosk.see("Tersambung")


def unplug_the_reader(kiosk: Kiosk, page: Browser) -> None:
    plug = "#faults-card_reader .switch"
    page.click(plug)
    page.wait_for(f"{CARD_READER}.unplugged")
    page.click(plug)
    page.wait_for(f"{CARD_READER}:not(.unplugged)")
    kiosk.touch("Selesai")
    kiosk.see("Selamat datang")


def look_at_bytes_and_words(page: Browser) -> None:
    page.click("#tab-bytes")
    page.wait_for('#bytes-rows li[data-device="card_reader"].to_host')
    page.wait_for('#bytes-rows li[data-device="printer"]')
    assert page.run("return document.querySelectorAll('#bytes-rows li').length") <= 400
    page.click("#bytes-pause")
    before = page.text("#bytes-rows li:first-child time")
    page.click('#bytes-filters [data-device="card_reader"]')
    hidden = "#bytes-rows li[data-device=card_reader]:not([hidden])"
    assert page.run("return document.querySelector(arguments[0])", hidden) is None
    assert page.text("#bytes-rows li:first-child time") in ("", before)
    assert "Simulasi" in page.text("h1")
    page.click('[data-language="en"]')
    assert page.text("h1") == "Simulation Desk"


def come_back_after_a_crash(system: System, page: Browser) -> None:
    """The desk's own process dies: the page says so, and goes on when it is back."""
    system.supervisor.kill(DESK)
    page.wait_for("#gone")
    page.wait("return document.getElementById('gone').hidden")
    page.wait_for("#screen:not(.off)")
    page.wait_for(f"{CARD_READER}:not(.unplugged)")
    page.wait_for(".piece")


@pytest.mark.browser
@pytest.mark.timeout(240)
async def test_the_desk_drives_a_whole_visit(tmp_path: Path, page: Browser) -> None:
    options = Options(desk=True, fleet=False, health_interval_s=2.0)
    events: list[str] = []
    async with asyncio.timeout(220):
        async with running_system(
            Places(tmp_path / "demo"), options, on_event=events.append
        ) as system:
            await asyncio.to_thread(visit, system, page)
