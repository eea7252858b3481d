"""A page that opens late sees the same desk as one that was there from the beginning."""

from anjungan.simulation.desk.board import (
    BYTES_KEPT,
    PIECES_KEPT,
    Board,
    DeskEvent,
    PartSeen,
)
from anjungan.simulation.desk.wishes import PartName
from anjungan.simulation.feed import (
    BytesPassed,
    DeviceCondition,
    LineCondition,
    PanelCondition,
    PaperCameOff,
    PaperGrew,
    Spoken,
)

PRINTER = DeviceCondition(name="printer", kind="escpos-serial", family="printer", plugged=True)
PANEL = PanelCondition(plugged=True, buttons=())
LINE = LineCondition(mode="ok", connected=True)
NOBODY = [PartSeen(part=part.value, answers=False) for part in PartName]


def strip(png: str, *, fresh: bool = False) -> PaperGrew:
    return PaperGrew(device="printer", fresh=fresh, png=png)


def piece(number: int) -> PaperCameOff:
    return PaperCameOff(device="printer", piece=f"paper-{number:03d}", codes=())


async def seen(board: Board) -> list[DeskEvent]:
    page = board.open_page()
    events = await page.take()
    board.close_page(page)
    return events


async def test_nothing_is_there_until_parts_answer() -> None:
    assert await seen(Board()) == NOBODY


async def test_the_last_word_of_every_part_is_kept() -> None:
    board = Board()
    for part in PartName:
        board.begin(part)
    unplugged = DeviceCondition(
        name="printer", kind="escpos-serial", family="printer", plugged=False
    )
    for event in (PRINTER, unplugged, PANEL, LINE, Spoken(device="sound", text="Selamat")):
        board.take(event)
    events = await seen(board)
    assert events[:3] == [PartSeen(part=part.value, answers=True) for part in PartName]
    assert events[3:] == [unplugged, PANEL, LINE, Spoken(device="sound", text="Selamat")]


async def test_hanging_paper_is_whole_until_it_comes_off() -> None:
    board = Board()
    for event in (strip("a", fresh=True), strip("b")):
        board.take(event)
    assert (await seen(board))[3:] == [strip("a", fresh=True), strip("b")]
    board.take(piece(1))
    assert (await seen(board))[3:] == [piece(1)]
    board.take(strip("c", fresh=True))
    board.take(strip("d", fresh=True))  # nobody saw the other come off
    assert (await seen(board))[3:] == [piece(1), strip("d", fresh=True)]


async def test_the_past_is_bounded() -> None:
    board = Board()
    for number in range(BYTES_KEPT + 5):
        board.take(BytesPassed(device="p", way="to_host", data="00", at_ms=number))
    for number in range(PIECES_KEPT + 5):
        board.take(piece(number))
    events = await seen(board)
    assert next(e.at_ms for e in events if isinstance(e, BytesPassed)) == 5
    assert len([e for e in events if isinstance(e, PaperCameOff)]) == PIECES_KEPT


async def test_a_part_that_goes_takes_its_state_along_and_pages_hear_of_it() -> None:
    board = Board()
    for part in PartName:
        board.begin(part)
    for event in (PRINTER, strip("a", fresh=True), piece(1), PANEL, LINE):
        board.take(event)
    page = board.open_page()
    await page.take()
    for part in PartName:
        board.lose(part)
        board.lose(part)  # told once
    assert await page.take() == NOBODY
    assert await seen(board) == NOBODY


async def test_a_closed_page_hears_nothing_more() -> None:
    board = Board()
    page = board.open_page()
    await page.take()
    board.close_page(page)
    board.take(LINE)
    page.put(PANEL)
    assert await page.take() == [PANEL]
