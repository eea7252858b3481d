"""The real espeak-ng (Debian's), and programs as real processes; only the sound card is absent."""

import asyncio
import struct
import sys
from array import array
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some
from loudspeaker import Loudspeaker

from anjungan.appliance.drivers.device import Missing
from anjungan.appliance.drivers.program import (
    Finished,
    NotInstalled,
    Outcome,
    TookTooLong,
    run_command,
)
from anjungan.appliance.drivers.sound.beeps import Beep, beep_sound
from anjungan.appliance.drivers.sound.cards import sound_cards
from anjungan.appliance.drivers.sound.speech import pieces, synthesis_command
from anjungan.appliance.drivers.sound.wave_sound import seconds_of, silence

HEADER = 44


def loudest(sound: bytes) -> int:
    body = sound[HEADER:]
    return max((abs(each) for each in array("h", body[: len(body) // 2 * 2])), default=0)


async def spoken(text: str, language: str = "id", volume_percent: int = 70) -> bytes:
    command = synthesis_command(language, volume_percent=volume_percent, words_per_minute=140)
    outcome = await run_command(command, text.encode(), limit_s=30)
    assert isinstance(outcome, Finished), outcome
    assert outcome.code == 0, outcome.complaint
    return outcome.output


@pytest.mark.parametrize("language", ["id", "jv", "en"])
async def test_the_voice_makes_a_sound_of_the_right_length(language: str) -> None:
    short, long = (
        await spoken("Surat", language),
        await spoken("Surat keterangan usaha " * 5, language),
    )
    assert loudest(short) > 3000
    assert 0.2 < seconds_of(short) < 3
    assert seconds_of(long) > 4 * seconds_of(short)


async def test_the_volume_is_heard_and_the_loudest_does_not_clip() -> None:
    text = "Selamat datang di Desa Minggirsari. Silakan pilih layanan."
    quiet, full = await spoken(text, volume_percent=20), await spoken(text, volume_percent=100)
    assert loudest(quiet) * 3 < loudest(full)
    assert loudest(full) < 32000  # the voice flattens its peaks a little above


async def test_the_driver_plays_what_the_real_voice_makes() -> None:
    played: list[bytes] = []
    room = Loudspeaker()

    async def only_played(command: Sequence[str], feed: bytes, *, limit_s: float) -> Outcome:
        if command[0] != "aplay":
            return await run_command(command, feed, limit_s=limit_s)
        played.append(feed)
        room._stirred.set()
        return Finished(0)

    room = Loudspeaker(run_command=only_played)
    async with room.running():
        await room.ready()
        room.driver.say("Sugeng rawuh. Surat, 1 dari 8.", "id")
        await room.until(lambda: len(played) > 1)
    assert loudest(played[0]) == 0  # the card is tried with silence
    assert loudest(played[1]) > 3000
    assert seconds_of(played[1]) > 1


async def test_text_that_looks_like_an_option_or_markup_is_only_read(tmp_path: Path) -> None:
    target = tmp_path / "taken"
    for hostile in (f"-w {target}", "--help", "[[Dh@]]", "<speak>x</speak>", "\x00\x01", "-" * 500):
        for piece in pieces(hostile):
            assert await spoken(piece) or True
    assert not target.exists()


def alive(mark: str) -> list[str]:
    """Processes, zombies too, whose command holds ``mark``."""
    found = []
    for each in Path("/proc").iterdir():
        if each.name.isdigit():
            try:
                if mark.encode() in (each / "cmdline").read_bytes():
                    found.append(each.name)
            except OSError:
                continue
    return found


def children() -> set[str]:
    """The process ids of what this process has started and not yet waited for."""
    path = Path("/proc/self/task") / Path("/proc/thread-self").resolve().name / "children"
    return set(path.read_text().split())


_STUBBORN = """
import signal, subprocess, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)  # {mark}"])
print("ready", flush=True)
time.sleep(600)  # {mark}
"""


async def test_a_program_that_does_not_end_is_ended_with_its_children_and_leaves_no_zombie() -> (
    None
):
    mark = f"stubborn-{id(object())}"
    command = [sys.executable, "-c", _STUBBORN.replace("{mark}", mark)]
    before = children()
    task = asyncio.create_task(run_command(command, b"", limit_s=60))
    async with asyncio.timeout(30):
        while len(alive(mark)) < 2:  # noqa: ASYNC110 - another process tells nobody
            await asyncio.sleep(0.02)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert children() <= before
    async with asyncio.timeout(30):
        while alive(mark):  # noqa: ASYNC110 - the grandchild is reaped by the system
            await asyncio.sleep(0.02)


async def test_every_program_has_an_end() -> None:
    before = children()
    outcome = await run_command(
        [sys.executable, "-c", "import time; time.sleep(600)"], b"", limit_s=0.2
    )
    assert outcome == TookTooLong(sys.executable)
    assert children() <= before


async def test_a_program_that_takes_nothing_and_complains() -> None:
    script = "import sys; sys.stdin.close(); sys.stderr.write('one\\ntwo\\n'); sys.exit(3)"
    outcome = await run_command([sys.executable, "-c", script], bytes(1_000_000), limit_s=30)
    assert outcome == Finished(3, b"", "one\ntwo\n")
    assert outcome.complaint == "two"
    assert repr(outcome) == "Finished(code=3, 0 bytes)"


async def test_a_program_that_is_not_there() -> None:
    assert await run_command(["no-such-program-here"], b"", limit_s=5) == NotInstalled(
        "no-such-program-here"
    )


async def test_on_a_machine_without_a_sound_card_the_real_speaker_is_missing() -> None:
    room = Loudspeaker(run_command=run_command, cards=frozenset)
    async with room.running():
        await room.missing()
        assert room.driver.state == Missing("no sound card")


def test_the_cards_are_the_kernels_playback_devices(tmp_path: Path) -> None:
    for node in ("pcmC0D0p", "pcmC0D0c", "pcmC1D3p", "controlC0", "timer"):
        (tmp_path / node).touch()
    assert sound_cards(tmp_path) == {"pcmC0D0p", "pcmC1D3p"}
    assert sound_cards(tmp_path / "no-sound-here") == frozenset()


@settings(max_examples=60, deadline=None)
@given(some.text(max_size=2000))
def test_pieces_keep_every_word_and_nothing_that_steers_the_voice(text: str) -> None:
    done = pieces(text)
    assert all(each and each == " ".join(each.split()) for each in done)
    steering = set("[]{}<>") | {chr(code) for code in range(32)} | {"\x7f"}
    assert not steering & set("".join(done))
    kept = "".join(character for character in text if character not in steering)
    assert "".join("".join(done).split()) == "".join(kept.split())


def test_beeps_differ_are_short_and_follow_the_volume() -> None:
    lengths = {kind: seconds_of(beep_sound(kind, 70)) for kind in Beep}
    assert len(set(lengths.values())) == 3
    assert max(lengths.values()) < 0.6
    assert lengths[Beep.PRESS] < 0.05
    for kind in Beep:
        assert 0 < loudest(beep_sound(kind, 30)) < loudest(beep_sound(kind, 90)) < 32767
    assert loudest(beep_sound(Beep.PRESS, 70)) < loudest(beep_sound(Beep.ACCEPTED, 70))
    assert loudest(beep_sound(Beep.ACCEPTED, 0)) == 0


def test_the_length_of_what_is_no_sound() -> None:
    assert seconds_of(b"") == 0
    assert seconds_of(bytes(100)) == 0
    assert seconds_of(silence(0.5)) == 0.5
    headless = bytearray(silence(0.5))
    struct.pack_into("<I", headless, 24, 0)
    assert seconds_of(bytes(headless)) == 0
