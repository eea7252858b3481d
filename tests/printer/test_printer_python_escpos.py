"""python-escpos' own classes drive the simulated printer, over a serial line and a network port.

They block, so they run in a thread; what they print is read back from the picture of the paper.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from code_reading import codes_on
from escpos.capabilities import get_profile
from escpos.escpos import Escpos
from escpos.printer import Network, Serial
from PIL import Image, ImageChops, ImageDraw

from anjungan.simulation.line_place import Place, TcpPlace
from anjungan.simulation.printer.model import printer_model
from anjungan.simulation.printer.paper import PaperPiece
from anjungan.simulation.printer.simulator import PrinterSimulator
from anjungan.simulation.tcp_line import TcpLine

URL = "https://anjungan.example.id/t/4nTq0m2eWv7hUuPpGk3sXA"
ANSWER_WITHIN_S = 0.5


def profile_of(width_mm: int) -> Any:
    return get_profile("POS-5890" if width_mm == 58 else "TM-T20II")


class Client:
    """A simulated printer and a python-escpos printer that was opened on its line."""

    def __init__(self, simulator: PrinterSimulator, printer: Escpos) -> None:
        self.simulator = simulator
        self._printer = printer

    async def does(self, act: Callable[[Any], Any]) -> Any:
        """Let python-escpos work in a thread, then wait until the printer has worked through it."""
        result = await asyncio.to_thread(act, self._printer)
        async with asyncio.timeout(20):
            # What the client has written is in the kernel: a question behind it finds the end.
            await asyncio.sleep(0.05)
            while self.simulator.waiting_bytes:  # noqa: ASYNC110 - the simulator has no event for it
                await asyncio.sleep(0.01)
        return result

    async def prints(self, act: Callable[[Any], Any]) -> PaperPiece:
        """What comes out of the printer, torn off."""
        await self.does(act)
        piece = self.simulator.tear()
        assert piece is not None
        return piece


@pytest.fixture(params=["serial", "network"])
async def client(
    request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Callable[..., Any]]:
    simulators: list[PrinterSimulator] = []
    printers: list[Any] = []

    async def make(width_mm: int = 58, clone: str | None = None) -> Client:
        model = replace(printer_model(width_mm, clone), bytes_per_s=None, dots_per_s=None)
        place: Place = tmp_path / "tty" if request.param == "serial" else TcpPlace(0)
        simulator = PrinterSimulator(place, model)
        simulator.start()
        simulators.append(simulator)
        address, profile = simulator.line.address, profile_of(width_mm)
        if request.param == "serial":
            printer: Any = Serial(
                address, baudrate=9600, timeout=ANSWER_WITHIN_S, dsrdtr=False, profile=None
            )
        else:
            host, _, port = address.rpartition(":")
            printer = Network(host, int(port), timeout=ANSWER_WITHIN_S)
        printer.profile = profile
        await asyncio.to_thread(printer.open)
        printers.append(printer)
        return Client(simulator, printer)

    yield make
    for printer in printers:
        await asyncio.to_thread(printer.close)
    for simulator in simulators:
        await simulator.stop()


async def test_text_comes_out_line_by_line(client):
    printer = await client()
    piece = await printer.prints(lambda p: p.text("Desa Jati\nCafé dan señor\n"))
    assert piece.text == "Desa Jati\nCafé dan señor\n"
    assert piece.image.width == 384


async def test_styles_alignments_and_sizes_are_seen_on_the_paper(client):
    printer = await client(80)

    def act(p):
        p.set(align="center", bold=True, double_width=True, double_height=True)
        p.text("TIKET\n")
        p.set(align="right", bold=False, normal_textsize=True, underline=1)
        p.text("kanan\n")
        p.set(align="left", underline=0, invert=True)
        p.text("terbalik\n")
        p.set(invert=False, font="b")
        p.text("kecil\n")
        p.set(font="a", custom_size=True, width=3, height=4)
        p.text("BESAR\n")
        p.set(normal_textsize=True)
        p.text("biasa\n")

    piece = await printer.prints(act)
    assert piece.image.width == 576
    lines = piece.text.splitlines()
    assert [line.strip() for line in lines] == [
        "TIKET", "kanan", "terbalik", "kecil", "BESAR", "biasa",
    ]  # fmt: skip
    assert lines[1] == "kanan".rjust(48)
    ink = ImageChops.invert(piece.image)
    heights = [48, 30, 30, 30, 96, 30]  # a line is as tall as its letters, 30 dots at least
    tops = [12 + sum(heights[:index]) for index in range(len(heights))]
    assert piece.image.height == 24 + sum(heights)
    boxes = [
        ink.crop((0, top, 576, top + height)).getbbox()
        for top, height in zip(tops, heights, strict=True)
    ]
    tiket, kanan, terbalik, kecil, besar, biasa = boxes
    assert abs((tiket[0] + tiket[2]) / 2 - 288) < 12
    assert tiket[2] - tiket[0] > 4 * 24
    assert kanan[2] == 576  # the underline reaches the right edge
    assert terbalik[:3] == (0, 0, 8 * 12)
    assert kecil[2] <= 5 * 9 < biasa[2] <= 5 * 12 < besar[2] <= 5 * 36


@pytest.mark.parametrize(("width_mm", "clone"), [(58, None), (80, None), (58, "no-qr,chinese")])
@pytest.mark.parametrize("native", [True, False])
async def test_a_qr_code_is_read_back(client, tmp_path, width_mm, clone, native):
    printer = await client(width_mm, clone)

    def act(p):
        p.text("QR\n")
        p.qr(URL, ec=1, size=6, native=native)

    piece = await printer.prints(act)
    knows_it = not native or "no-qr" not in (clone or "")
    assert codes_on(piece.image, tmp_path) == ({f"QR-Code:{URL}"} if knows_it else set())


@pytest.mark.parametrize(
    ("kind", "text", "read"),
    [
        ("CODE39", "AB-12", "CODE-39:AB-12"),
        ("EAN13", "4006381333931", "EAN-13:4006381333931"),
        ("EAN8", "96385074", "EAN-8:96385074"),
        ("UPC-A", "036000291452", "UPC-A:036000291452"),
        ("ITF", "12345678", "I2/5:12345678"),
    ],
)
async def test_a_bar_code_is_read_back(client, tmp_path, kind, text, read):
    printer = await client(80)
    for function in "AB":
        piece = await printer.prints(
            partial(Escpos.barcode, code=text, bc=kind, height=80, width=2, function_type=function)
        )
        assert read in codes_on(piece.image, tmp_path)


async def test_a_code128_is_read_back(client, tmp_path):
    printer = await client(80)
    piece = await printer.prints(
        lambda p: p.barcode("{BNo. 12", "CODE128", height=80, width=2, function_type="B")
    )
    assert "CODE-128:No. 12" in codes_on(piece.image, tmp_path)


@pytest.mark.parametrize("implementation", ["bitImageRaster", "bitImageColumn", "graphics"])
async def test_a_picture_comes_out_dot_for_dot(client, implementation):
    picture = Image.new("1", (200, 72), 255)
    drawing = ImageDraw.Draw(picture)
    drawing.ellipse((10, 5, 120, 66), fill=0)
    drawing.line((0, 0, 199, 71), fill=0, width=3)
    printer = await client()
    piece = await printer.prints(lambda p: p.image(picture, impl=implementation))
    expected = ImageChops.invert(picture)
    ink = ImageChops.invert(piece.image)
    assert ink.crop(ink.getbbox()).tobytes() == expected.crop(expected.getbbox()).tobytes()
    assert ink.getbbox()[0] == expected.getbbox()[0]


async def test_a_cut_and_a_drawer(client):
    printer = await client(80)
    await printer.does(lambda p: (p.text("satu\n"), p.cut(), p.text("dua\n"), p.cut("PART")))
    assert [piece.text.split() for piece in printer.simulator.pieces] == [["satu"], ["dua"]]
    await printer.does(lambda p: p.cashdraw(2))
    assert printer.simulator.drawer_pulses == 1


async def test_it_is_online_and_has_paper(client):
    printer = await client()
    assert await printer.does(lambda p: p.is_online()) is True
    assert await printer.does(lambda p: p.paper_status()) == 2
    printer.simulator.near_end()
    assert await printer.does(lambda p: p.paper_status()) == 1
    printer.simulator.paper_out()
    assert await printer.does(lambda p: p.paper_status()) == 0
    assert await printer.does(lambda p: p.is_online()) is False
    printer.simulator.paper_ok()
    printer.simulator.cover_open()
    assert await printer.does(lambda p: p.is_online()) is False


async def test_a_clone_without_status_answers_nothing(client):
    printer = await client(58, "no-status")
    try:
        assert await printer.does(lambda p: p.is_online()) is False
    except TimeoutError:  # how python-escpos' Network tells it
        assert isinstance(printer.simulator.line, TcpLine)
    else:
        # Its Serial believes in the paper of a silent printer: why its printers are not ours.
        assert await printer.does(lambda p: p.paper_status()) == 2
