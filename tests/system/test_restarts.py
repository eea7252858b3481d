"""Agent and screens are killed under a resident's hands; real windows, real processes."""

import asyncio
import time
from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from anjungan.simulation.regency_view import held_requests
from anjungan.simulation.robot import INVENTED_NIK
from anjungan.simulation.system import AGENT, SCREENS, System
from anjungan.simulation.tour.kiosk_record import newest_record
from anjungan.simulation.tour.window import Window

StartSystem = Callable[..., AbstractAsyncContextManager[System]]


def go_to_the_review(window: Window) -> None:
    window.touch("Sentuh layar")
    window.touch("Surat")
    window.touch("Cari, misalnya")
    window.type_keys("KTP DALAM")
    window.touch("Tampilkan")
    window.touch("Surat Keterangan KTP dalam Proses")
    window.touch("Mulai isi")
    window.wait_for("Ketik NIK")
    window.type_keys(INVENTED_NIK)
    window.touch("Lanjut")
    window.touch("Untuk saya sendiri")
    window.touch("Lanjut")
    window.wait_for("nama lengkap")
    window.type_keys("CONTOH")
    window.touch("Lanjut")
    window.touch("Lewati")
    window.wait_for("Sudah benar, kirim")


def spelled(code: str) -> str:
    return f"{code[:3]}-{code[3:6]}-{code[6:]}"


async def test_screens_come_back_to_the_same_view_and_the_ticket_outlives_the_agent(
    start_system: StartSystem,
) -> None:
    async with start_system(screens=True) as system:
        await asyncio.to_thread(visit_with_kills, system)


def visit_with_kills(system: System) -> None:
    database = system.places.kiosk_dir / "kiosk.db"
    with Window(system.screen_url) as window:
        go_to_the_review(window)
        system.supervisor.kill(SCREENS)
        window.wait_for("Sudah benar, kirim")  # the answers were the agent's all the time
        window.touch("Sudah benar, kirim")
        window.wait_for("Permohonan")
        record = newest_record(database)
        assert record is not None
        window.wait_for(spelled(record.code))

        system.supervisor.kill(AGENT)
        window.wait_until_gone(spelled(record.code))
        window.wait_for(spelled(record.code))  # shown again: the request was committed
        window.touch("Selesai")

        window.touch("Sentuh layar")
        window.wait_for("Cek status")
        system.supervisor.kill(AGENT)
        window.wait_until_gone("Cek status")
        window.wait_for("Sentuh layar")  # nothing was stored, so the visit is over
        again = newest_record(database)
        assert again is not None
        assert again.code == record.code
    deadline_s = time.monotonic() + 60
    while not (held := held_requests(system.places)) and time.monotonic() < deadline_s:
        time.sleep(0.1)
    assert [each.ticket_code for each in held] == [record.code]
