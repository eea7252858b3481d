"""The visit: what a resident touches, in order, and what must be on the screen.

Nothing here knows the session: a label is touched where it is drawn, and what comes is read off
the screen, as a person would.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from anjungan.protocol.status import RequestStatus
from anjungan.simulation.control import Command, ask
from anjungan.simulation.device_host import DEMO_CARD
from anjungan.simulation.regency_view import HeldRequest, held_requests
from anjungan.simulation.robot import INVENTED_NIK
from anjungan.simulation.site import web_url
from anjungan.simulation.staff import StaffLogin
from anjungan.simulation.system import System
from anjungan.simulation.tour.album import Album
from anjungan.simulation.tour.desk import Desk
from anjungan.simulation.tour.kiosk_record import KioskRecord, ReceiptTimer, newest_record
from anjungan.simulation.tour.window import Window

LETTER: Final = "Surat Keterangan Usaha"
NAME: Final = "CONTOH SATU"
BUSINESS: Final = "WARUNG CONTOH"
PHONE: Final = "081200001234"
NOTE: Final = "Contoh catatan: berkas lengkap, menunggu tanda tangan."
NOTE_BEGIN: Final = "Contoh catatan"
_WITHIN_S: Final = 30.0


class TourFailedError(AssertionError):
    """Something that must be so was not; the message says what."""


@dataclass(slots=True)
class Visit:
    """One resident, one window, one album."""

    system: System
    window: Window
    album: Album

    def run(self) -> None:
        """The whole tour; raises when something did not come as it should."""
        self._arrive()
        self._choose_the_letter()
        self._fill_the_form()
        record = self._send()
        self._read_pages()
        self._leave()
        self._follow(record)
        self._leave()

    def _arrive(self) -> None:
        self._see("siaga", "Selamat datang", "Tersambung")
        self._do("buttons", "press", "ok", "press")  # the five buttons work as touch does
        self._see("beranda", "Cek status", "Layanan kabupaten")

    def _choose_the_letter(self) -> None:
        self.window.touch("Surat")
        self._see("pilih-surat", "Pilih surat")
        self.window.touch("Usaha")
        self._see("pilih-surat-usaha", "Surat Keterangan Domisili Usaha")
        self.window.touch("Sering")
        self.window.touch("Cari, misalnya")
        self._see("cari-surat", "Spasi")
        self.window.type_keys("USAHA")
        self._see("cari-surat-usaha", "Tampilkan")
        self.window.touch("Tampilkan")
        self._see("cari-surat-hasil", LETTER)
        self.window.touch(LETTER)
        self._see("syarat", "Mulai isi", "Fotokopi KTP")
        self.window.touch("Mulai isi")

    def _fill_the_form(self) -> None:
        window = self.window
        self._see("isi-nik", "Ketik NIK Bapak/Ibu")
        self._do("devices", "tap", DEMO_CARD, "tap")
        window.wait_for("Kartu")
        window.type_keys(INVENTED_NIK)
        self._see("isi-nik-lengkap", "Lanjut")
        window.touch("Lanjut")
        self._choose("untuk-siapa", "Surat ini untuk siapa?", "Untuk saya sendiri")
        self._type("isi-nama", "Tulis nama lengkap", NAME)
        self._type("isi-nama-usaha", "Apa nama usaha", BUSINESS)
        self._choose("pilih-keperluan", "Untuk keperluan apa?", "Izin usaha (NIB)")
        self._type("isi-hp", "Nomor HP untuk kabar?", PHONE)

    def _send(self) -> KioskRecord:
        """Submit, and see ticket, paper, receipt and the regency's database."""
        self._see("periksa-kembali", "Sudah benar, kirim")
        with ReceiptTimer(self._database) as timer:
            self.window.touch("Sudah benar, kirim")
            self._see("tiket", "Perkiraan")
            self._until(lambda: timer.elapsed_ms is not None, "the receipt did not come")
        self._see("tiket-dicetak", "Tiket dicetak", "Permohonan diterima")
        record = self._record()
        summary = self.album.summary
        summary.request_id = record.request_id
        summary.ticket = record.code
        summary.receipt_ms = timer.elapsed_ms and round(timer.elapsed_ms, 1)
        if record.printed != "confirmed":
            raise TourFailedError(f"the printer did not confirm the ticket: {record.printed}")
        held = self._held(record)
        if (held.ticket_code, held.ticket_token) != (record.code, record.token):
            raise TourFailedError("the regency holds another ticket than the kiosk")
        self._keep_paper()
        papers = self._papers()
        self.window.touch("Lembar petugas")
        self._until(lambda: self._papers() > papers, "the request sheet was not printed")
        self.window.wait_until_gone("Sedang mencetak")
        self._see("lembar-petugas")
        self.window.touch("Beranda")
        self.window.wait_for("Cek status")
        return record

    def _read_pages(self) -> None:
        for tile, name, page in (
            ("Layanan kabupaten", "layanan-kabupaten", "KTP-el pertama"),
            ("Kesehatan", "kesehatan", "Imunisasi bayi dan anak"),
            ("Pendidikan", "pendidikan", "KIP Kuliah"),
        ):
            self.window.touch(tile)
            self._see(name, page)
            self.window.touch(page)
            self._see(f"{name}-halaman", "Contoh")
            self.window.touch("Beranda")
            self.window.wait_for("Cek status")
        self.window.touch("Teks")
        self._see("teks-dan-bahasa", "Paling besar")
        self.window.touch("Besar")
        self._see("teks-besar", "Paling besar")
        self.window.touch("Biasa")
        self.window.touch("Kembali")
        self.window.wait_for("Cek status")

    def _follow(self, record: KioskRecord) -> None:
        """Days later: scan the ticket; staff change the status; the screen follows by itself."""
        self.window.touch("Sentuh layar")
        self.window.touch("Cek status")
        self._see("cek-status", "Ketik kode tiket")
        address = f"{web_url(self.system.ports)}/t/{record.token}"
        self._do("devices", "scan", address)
        self._see("status-diperiksa", "Sedang diperiksa")
        pressed_s = self._change_status(self.system.login, record)
        self.window.wait_for(NOTE_BEGIN, within_s=_WITHIN_S)
        self.album.summary.status_back_ms = round((time.monotonic() - pressed_s) * 1000, 1)
        self._see("status-tanda-tangan", NOTE_BEGIN)
        self.window.touch("Ke beranda")
        self.window.wait_for("Kesehatan")

    def _leave(self) -> None:
        self.window.touch("Selesai")
        self._see("selesai", "Selamat datang")

    def _change_status(self, login: StaffLogin, record: KioskRecord) -> float:
        """Through the web pages; returns when the button was pressed."""
        with Desk(self.system.web_url) as desk:
            desk.log_in(login)
            if NAME not in desk.open_answers(record.request_id):
                raise TourFailedError("the page does not show the opened answers")
            pressed_s = time.monotonic()
            desk.change_status(record.request_id, RequestStatus.AWAITING_SIGNATURE, NOTE)
            tracking = desk.read(f"/t/{record.token}")
        if NAME in tracking or INVENTED_NIK in tracking:
            raise TourFailedError("the tracking page shows personal data")
        return pressed_s

    # --- small words ------------------------------------------------------------------------

    def _see(self, name: str, *labels: str) -> None:
        """Wait for the labels and keep a picture."""
        for label in labels:
            self.window.wait_for(label, within_s=_WITHIN_S)
        self.album.keep(name, self.window.picture())

    def _choose(self, name: str, question: str, option: str) -> None:
        self.window.wait_for(question)
        self.window.touch(option)
        self._see(name, question, option)
        self.window.touch("Lanjut")

    def _type(self, name: str, question: str, text: str) -> None:
        self.window.wait_for(question)
        self.window.type_keys(text)
        self._see(name, question)
        self.window.touch("Lanjut")

    def _do(self, whom: str, verb: str, *words: str) -> None:
        places = self.system.places
        socket = {"devices": places.devices_socket, "buttons": places.buttons_socket}[whom]
        reply = ask(socket, Command(verb=verb, words=words))
        if not reply.ok:
            raise TourFailedError(f"{verb}: {reply.text}")

    @property
    def _database(self) -> Path:
        return self.system.places.kiosk_dir / "kiosk.db"

    def _record(self) -> KioskRecord:
        record = newest_record(self._database)
        if record is None:
            raise TourFailedError("the kiosk has no request")
        return record

    def _held(self, record: KioskRecord) -> HeldRequest:
        for held in held_requests(self.system.places):
            if held.id == record.request_id:
                return held
        raise TourFailedError("the request is not in the regency's database")

    def _papers(self) -> int:
        return len(tuple(self.system.places.paper_dir.glob("paper-*.txt")))

    def _keep_paper(self) -> None:
        pieces = sorted(self.system.places.paper_dir.glob("paper-*.png"))
        if not pieces:
            raise TourFailedError("nothing was printed")
        self.album.keep_ticket(pieces[-1], pieces[-1].with_suffix(".txt"))

    def _until(self, condition: Callable[[], bool], otherwise: str) -> None:
        deadline_s = time.monotonic() + _WITHIN_S
        while not condition():
            if time.monotonic() > deadline_s:
                raise TourFailedError(otherwise)
            time.sleep(0.02)
