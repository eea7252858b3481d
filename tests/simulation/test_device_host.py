"""The hosted devices do what the control socket says, on the lines of the site settings."""

import asyncio
import base64
import io
import os
import select
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
from PIL import Image

from anjungan.appliance.drivers.printer.profile import PROFILES
from anjungan.appliance.settings.devices import (
    BacklightSettings,
    LineScannerSettings,
    NetworkPrinterSettings,
    Pn532Settings,
    Rdm6300Settings,
    SerialPrinterSettings,
    UsbPrinterSettings,
    WedgeSettings,
)
from anjungan.simulation import device_host
from anjungan.simulation.control import Command
from anjungan.simulation.device_host import DEMO_CARD, DeviceHost
from anjungan.simulation.feed import (
    BytesPassed,
    DeviceCondition,
    Event,
    PaperCameOff,
    PaperGrew,
)
from anjungan.simulation.hosting import model_of
from anjungan.simulation.places import Places
from anjungan.simulation.ports import free_port

GET_PRINTER_STATUS = b"\x10\x04\x01"
PRINT_AND_CUT = b"\x1b@HALO DESA\n\x1dV\x00"


@pytest.fixture
async def host(tmp_path: Path) -> AsyncIterator[DeviceHost]:
    settings = {
        "card_reader": Pn532Settings(path=str(tmp_path / "reader")),
        "scanner": LineScannerSettings(path=str(tmp_path / "scanner")),
        "printer": SerialPrinterSettings(path=str(tmp_path / "printer")),
    }
    host = DeviceHost(settings, tmp_path / "paper")
    async with host.running():
        yield host
    assert os.listdir(tmp_path) in ([], ["paper"])  # noqa: PTH208 - a plain list of names


async def do(host: DeviceHost, verb: str, *words: str) -> str:
    reply = await host.handle(Command(verb=verb, words=words))
    assert reply.ok, reply.text
    return reply.text


async def until(host: DeviceHost, name: str, value: str) -> None:
    async with asyncio.timeout(10):
        while host.facts()[name] != value:  # noqa: ASYNC110 - what people see has no event
            await asyncio.sleep(0.01)


async def read_line(path: Path, wanted_bytes: int, *, sending: bytes = b"") -> bytes:
    def talk() -> bytes:
        line = os.open(path, os.O_RDWR | os.O_NOCTTY)
        try:
            os.write(line, sending)
            heard = b""
            while len(heard) < wanted_bytes and select.select([line], [], [], 10)[0]:
                heard += os.read(line, 256)
            return heard
        finally:
            os.close(line)

    return await asyncio.to_thread(talk)


async def test_a_tapped_card_is_taken_away_again(
    host: DeviceHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_host, "TAP_S", 0.05)
    await do(host, "tap", DEMO_CARD, "tap")
    assert host.facts()["card"] == "04a1b2c3d4e5f6"
    await until(host, "card", "none")


async def test_a_kept_card_stays_until_it_is_removed(
    host: DeviceHost, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(device_host, "TAP_S", 0.05)
    await do(host, "tap", DEMO_CARD, "tap")
    await do(host, "tap", "b:11223344", "keep")
    await asyncio.sleep(0.15)
    assert host.facts()["card"] == "11223344"
    await do(host, "remove")
    assert host.facts()["card"] == "none"


async def test_what_is_no_card_is_refused_in_words(host: DeviceHost) -> None:
    reply = await host.handle(Command(verb="tap", words=("c:00", "tap")))
    assert (reply.ok, reply.text) == (False, "a card begins with a: or b:")


async def test_scanned_text_appears_on_the_scanner_line(host: DeviceHost, tmp_path: Path) -> None:
    reading = asyncio.create_task(read_line(tmp_path / "scanner", 5))
    await do(host, "scan", "HALO")
    assert await reading == b"HALO\r"


async def test_switches_show_in_the_facts_and_in_the_printers_own_status(
    host: DeviceHost, tmp_path: Path
) -> None:
    async def status_byte() -> int:
        return (await read_line(tmp_path / "printer", 1, sending=GET_PRINTER_STATUS))[0]

    online = await status_byte()
    await do(host, "paper", "out")
    assert host.facts()["paper"] == "out"
    assert await status_byte() != online
    await do(host, "paper", "ok")
    await do(host, "cover", "open")
    assert (host.facts()["paper"], host.facts()["cover"]) == ("ok", "open")
    await do(host, "cover", "closed")
    assert await status_byte() == online
    await do(host, "paper", "near")
    assert host.facts()["paper"] == "near its end"


async def test_a_plug_can_be_pulled_and_put_back(host: DeviceHost, tmp_path: Path) -> None:
    for name in ("printer", "reader", "scanner"):
        await do(host, "unplug", name)
        assert host.facts()[name] == "unplugged"
        assert not (tmp_path / name).exists()
        await do(host, "plug", name)
        assert host.facts()[name] == "plugged in"
        assert (tmp_path / name).exists()


async def test_printed_paper_is_kept_and_counted_on(host: DeviceHost, tmp_path: Path) -> None:
    await read_line(tmp_path / "printer", 1, sending=PRINT_AND_CUT + GET_PRINTER_STATUS)
    await until(host, "printed", "1")
    assert "HALO DESA" in (tmp_path / "paper" / "paper-001.txt").read_text()
    assert (tmp_path / "paper" / "paper-001.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("verb", "words"), [("paper", ("wet",)), ("plug", ("kettle",)), ("dance", ()), ("scan", ())]
)
async def test_unknown_wishes_are_refused(
    host: DeviceHost, verb: str, words: tuple[str, ...]
) -> None:
    reply = await host.handle(Command(verb=verb, words=words))
    assert not reply.ok


async def test_what_the_kiosk_does_not_have_is_refused_in_words(tmp_path: Path) -> None:
    host = DeviceHost({"printer": None, "light": BacklightSettings()}, tmp_path)
    for verb, words in (("scan", ("A",)), ("plug", ("printer",)), ("paper", ("out",))):
        reply = await host.handle(Command(verb=verb, words=words))
        assert (reply.ok, reply.text) == (False, "the devices do not know such a device")
    assert host.facts() == {}


async def test_devices_are_steered_by_their_names(host: DeviceHost) -> None:
    await do(host, "device", "card_reader", "lay", DEMO_CARD)
    await do(host, "device", "card_reader", "lay", "b:11223344")
    assert host.facts()["card"] == "04a1b2c3d4e5f6, 11223344"
    await do(host, "device", "card_reader", "take", DEMO_CARD)
    assert host.facts()["card"] == "11223344"
    await do(host, "device", "printer", "fault", "cover_open", "on")
    assert host.facts()["cover"] == "open"
    for words in (
        ("kettle", "plug"),
        ("printer", "fault", "wet", "on"),
        ("printer", "lay", DEMO_CARD),
        ("card_reader", "lay", "c:00"),
        ("scanner", "end-after", "3"),
        ("printer", "tear"),
    ):
        reply = await host.handle(Command(verb="device", words=words))
        assert not reply.ok


async def watch(host: DeviceHost, wanted: Callable[[Event], bool]) -> list[Event]:
    """Everything that is told, until what is wanted came."""
    events: list[Event] = []
    watcher = host.feed.subscribe()
    try:
        async with asyncio.timeout(10):
            while not any(map(wanted, events)):
                events += await watcher.take()
    finally:
        host.feed.unsubscribe(watcher)
    return events


async def test_a_watcher_hears_how_all_stands_and_then_every_change(host: DeviceHost) -> None:
    watching = asyncio.create_task(
        watch(host, lambda event: isinstance(event, DeviceCondition) and event.faults.get("noise"))
    )
    await asyncio.sleep(0)
    await do(host, "device", "scanner", "fault", "noise", "on")
    events = await watching
    assert [each.name for each in events[:3]] == ["card_reader", "scanner", "printer"]
    assert all(each.plugged for each in events[:3])
    noise = [each for each in events if isinstance(each, BytesPassed)]
    assert noise[0].device == "scanner"
    assert noise[0].way == "to_host"
    await do(host, "device", "scanner", "fault", "noise", "off")


async def test_paper_is_told_as_it_grows_and_when_it_comes_off(
    host: DeviceHost, tmp_path: Path
) -> None:
    watching = asyncio.create_task(watch(host, lambda event: isinstance(event, PaperGrew)))
    await read_line(tmp_path / "printer", 1, sending=b"\x1b@BARIS SATU\n" + GET_PRINTER_STATUS)
    first = [each for each in await watching if isinstance(each, PaperGrew)]
    assert first[0].fresh
    picture = Image.open(io.BytesIO(base64.b64decode(first[0].png)))
    assert picture.width == 384
    assert picture.getextrema() == (0, 255)
    again = await watch(host, lambda event: isinstance(event, PaperGrew))
    assert [each.png for each in again if isinstance(each, PaperGrew)] == [first[0].png]

    watching = asyncio.create_task(watch(host, lambda event: isinstance(event, PaperCameOff)))
    await asyncio.sleep(0)
    await do(host, "device", "printer", "tear")
    came_off = (await watching)[-1]
    assert came_off == PaperCameOff(device="printer", piece="paper-001", codes=())
    assert (tmp_path / "paper" / "paper-001.png").exists()


async def test_the_codes_of_earlier_papers_are_told(tmp_path: Path) -> None:
    paper = tmp_path / "paper"
    paper.mkdir()
    (paper / "paper-007.txt").write_text("TIKET\n[QR https://desa.example/t/abc]\n")
    (paper / "paper-x.txt").write_text("[QR no]")
    host = DeviceHost({}, paper)
    events = await host.feed.subscribe().take()
    assert events == [
        PaperCameOff(device="", piece="paper-007", codes=("https://desa.example/t/abc",))
    ]


async def test_every_kind_that_stands_on_a_line_is_hosted(tmp_path: Path) -> None:
    settings = {
        "tag": Rdm6300Settings(path=str(tmp_path / "tag")),
        "wedge": WedgeSettings(path=str(tmp_path / "wedge")),
        "net": NetworkPrinterSettings(host="127.0.0.1", port=free_port(), profile="clone-80"),
        "usb": UsbPrinterSettings(path=str(tmp_path / "usb"), profile="basic-58"),
        "none": None,
        "light": BacklightSettings(),
    }
    host = DeviceHost(settings, tmp_path / "paper")
    async with host.running():
        events = await host.feed.subscribe().take()
        assert [each.kind for each in events] == ["rdm6300", "wedge", "escpos-tcp", "escpos-usb"]
        assert [each.width_dots for each in events] == [0, 0, 576, 384]
        assert [each.cutter for each in events[2:]] == [True, False]
        for name in ("tag", "wedge"):
            await do(host, "device", name, "lay", "em:0100863f4e")
            await do(host, "device", name, "fault", "noise", "on")
        await do(host, "device", "net", "fault", "head_hot", "on")
        events = await host.feed.subscribe().take()
        assert events[0].cards == events[1].cards == ("em:0100863f4e",)
        assert [each.faults["noise"] for each in events[:2]] == [True, True]
        assert events[2].faults["head_hot"]
        await do(host, "unplug", "usb")
        assert host.facts()["wedge"] == "plugged in"
        assert host.facts()["usb"] == "unplugged"


@pytest.mark.parametrize("name", sorted(PROFILES))
def test_a_simulated_printer_can_do_what_its_profile_says(name: str) -> None:
    profile, model = PROFILES[name], model_of(PROFILES[name])
    assert (model.width_dots, model.cutter) == (profile.dots, profile.cutter)
    assert (model.native_qr, model.process_id) == (profile.native_qr, profile.process_id)
    answers = {
        "realtime": bool(model.questions),
        "automatic": model.automatic_status,
        "queued": model.queued_status,
        "none": True,
    }
    assert answers[profile.status]


async def test_what_a_killed_host_left_is_no_hindrance(tmp_path: Path) -> None:
    places = Places(tmp_path)
    places.make()
    # the number of its terminal may have been given to another one since
    (places.devices_dir / "reader").symlink_to("/dev/null")
    settings = {"reader": Pn532Settings(path=str(places.devices_dir / "reader"))}
    serving = asyncio.create_task(device_host.serve(places, settings))
    async with asyncio.timeout(10):
        while not places.devices_socket.exists():  # noqa: ASYNC110 - a file gives no event
            await asyncio.sleep(0.01)
    assert str((places.devices_dir / "reader").readlink()).startswith("/dev/pts/")
    serving.cancel()
    await asyncio.gather(serving, return_exceptions=True)
