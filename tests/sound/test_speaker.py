"""The loudspeaker over simulated programs: what is heard, what is cut short, and its states."""

import asyncio
from collections.abc import Sequence

import pytest
from loudspeaker import Loudspeaker

from anjungan.appliance.drivers.device import Fault, Missing, Ready, Starting
from anjungan.appliance.drivers.program import (
    Finished,
    NotInstalled,
    Outcome,
    RunCommand,
    TookTooLong,
)
from anjungan.appliance.drivers.sound.beeps import Beep
from anjungan.simulation.sound import Beeped, Said


async def test_it_says_what_it_is_told_in_the_voice_of_the_language() -> None:
    async with Loudspeaker().running() as room:
        await room.ready()
        assert room.driver.state == Ready("espeak-ng 1.51")
        for language, voice in (("id", "id"), ("jv", "id"), ("en", "en")):
            room.sound.heard.clear()
            room.driver.say("Sugeng rawuh.", language)
            await room.heard(1)
            assert room.sound.heard == [Said("Sugeng rawuh.", voice, ended=True)]


async def test_a_long_text_is_said_whole_and_in_order() -> None:
    text = " ".join(f"Kalimat nomor {number} ini cukup panjang." for number in range(40))
    async with Loudspeaker().running() as room:
        await room.ready()
        room.driver.say(text, "id")
        await room.until(lambda: room.sound.said == text)
        await room.heard(len(room.sound.heard))
        assert len(room.sound.heard) > 3
        assert len(room.sound.heard[0].text) < 80  # the voice begins soon


async def test_a_later_text_cuts_the_earlier_one_short() -> None:
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.say("Ini kalimat pertama yang panjang sekali dan lama dibacakan.", "id")
        await room.until(lambda: bool(room.sound.heard))
        room.driver.say("Ya.", "id")
        await room.heard(2)
        first, second = room.sound.heard
        assert (first.ended, second) == (False, Said("Ya.", "id", ended=True))


async def test_what_is_to_come_after_waits_and_is_dropped_with_the_rest() -> None:
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.say("Satu.", "id")
        room.driver.say("Dua.", "id", after=True)
        room.driver.say("Three.", "en", after=True)
        await room.heard(3)
        assert room.sound.heard == [
            Said("Satu.", "id", ended=True),
            Said("Dua.", "id", ended=True),
            Said("Three.", "en", ended=True),
        ]
        room.driver.say("Kalimat satu yang panjang sekali.", "id")
        room.driver.say("Tidak jadi.", "id", after=True)
        await room.until(lambda: len(room.sound.heard) > 3)
        room.driver.say("Ya.", "id")
        await room.heard(5)
        assert [each.ended for each in room.sound.heard[3:]] == [False, True]
        assert room.sound.said.endswith("Ya.")


async def test_of_news_that_pile_up_the_oldest_are_left_out() -> None:
    async with Loudspeaker().running() as room:
        await room.ready()
        for number in range(10):
            room.driver.say(f"Kabar {number}.", "id", after=True)
        await room.heard(4)
        assert room.sound.said == "Kabar 6. Kabar 7. Kabar 8. Kabar 9."


async def test_news_are_said_at_once_and_the_rest_follows_but_for_what_is_untrue() -> None:
    rest = "Ini kalimat pertama yang panjang sekali dan lama dibacakan di sini."
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.say(f"{rest} Sedang mencetak. Kode: A B.", "id")
        room.driver.say("Luring. Permohonan disimpan.", "id", after=True)
        room.driver.say("Ya.", "en", after=True)
        await room.until(lambda: bool(room.sound.heard))
        untrue = {"Sedang mencetak.", "Luring. Permohonan disimpan."}
        room.driver.interrupt("Kertas habis.", "id", untrue=untrue)
        await room.heard(5)
        assert room.sound.heard == [
            Said(rest, "id", ended=False),
            Said("Kertas habis.", "id", ended=True),
            Said(rest, "id", ended=True),
            Said("Kode: A B.", "id", ended=True),
            Said("Ya.", "en", ended=True),
        ]


async def test_what_is_untrue_is_cut_short_also_without_news() -> None:
    untrue = "Kertas habis. Panggil petugas, lalu tunggu sampai kertas yang baru ada di sini."
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.say(f"{untrue} Ya.", "id")
        await room.until(lambda: len(room.sound.heard) > 1)  # in its second sentence
        room.driver.interrupt("", "id", untrue={"Pencetak siap."})
        room.driver.interrupt("", "id", untrue={untrue})
        await room.heard(3)
        assert [each.ended for each in room.sound.heard] == [True, False, True]
        assert room.sound.heard[-1] == Said("Ya.", "id", ended=True)


async def test_news_are_heard_also_while_nothing_is_read() -> None:
    async with Loudspeaker().running() as room:
        await room.ready()
        room.driver.interrupt("Kertas habis.", "id", untrue={"Sedang mencetak."})
        await room.heard(1)
        assert room.sound.said == "Kertas habis."


async def test_hush_cuts_short_and_nothing_follows() -> None:
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.say("Kalimat satu yang panjang sekali. " * 9, "id")
        await room.until(lambda: bool(room.sound.heard))
        room.driver.hush()
        await room.heard(1)
        room.driver.beep(Beep.PRESS)
        await room.heard(2)
        assert [each.ended for each in room.sound.heard] == [False, True]
        assert room.sound.beeps == [Beep.PRESS]


async def test_a_beep_ends_the_reading_and_what_is_said_next_waits_for_it() -> None:
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.say("Kalimat satu yang panjang sekali.", "id")
        await room.until(lambda: bool(room.sound.heard))
        room.driver.beep(Beep.ACCEPTED)
        room.driver.say("Ya.", "id")
        await room.heard(3)
        reading, beep, later = room.sound.heard
        assert reading.ended is False
        assert beep == Beeped(Beep.ACCEPTED, ended=True)
        assert later == Said("Ya.", "id", ended=True)


async def test_a_click_is_left_out_while_another_beep_lasts() -> None:
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.beep(Beep.REFUSED)
        room.driver.beep(Beep.PRESS)
        await room.until(lambda: bool(room.sound.heard))
        room.driver.beep(Beep.PRESS)
        await room.heard(1)
        room.driver.beep(Beep.PRESS)
        await room.heard(2)
        assert room.sound.beeps == [Beep.REFUSED, Beep.PRESS]


@pytest.mark.parametrize("settings", [{"muted": True}, {"volume_percent": 0}])
async def test_muted_is_silent_whatever_is_asked_for(settings: dict[str, object]) -> None:
    async with Loudspeaker(**settings).running() as room:
        await room.ready()
        assert room.driver.state == Ready("espeak-ng 1.51, muted")
        assert not room.driver.can_be_heard
        room.driver.say("Selamat datang.", "id")
        room.driver.beep(Beep.ACCEPTED)
        for _ in range(20):
            await asyncio.sleep(0)
        assert room.sound.heard == []


async def test_a_card_that_comes_later_and_goes_and_comes_again() -> None:
    room = Loudspeaker()
    room.sound.plugged = False
    async with room.running():
        await room.missing()
        assert room.driver.state == Missing("no sound card")
        room.driver.say("Tidak ada yang mendengar.", "id")
        room.sound.plugged = True
        await room.ready()
        room.sound.plugged = False  # nobody plays anything: it is noticed all the same
        await room.missing()
        room.sound.plugged = True
        await room.ready()
        room.driver.say("Sudah kembali.", "id")
        await room.heard(1)
        assert room.sound.said == "Sudah kembali."
    assert [type(each) for each in room.states] == [Missing, Starting, Ready] * 2


async def test_a_card_that_goes_in_the_middle_of_a_sentence() -> None:
    async with Loudspeaker(pace=1.0).running() as room:
        await room.ready()
        room.driver.say("Ya. " * 4, "id")
        await room.until(lambda: bool(room.sound.heard))
        room.sound.plugged = False
        await room.missing()
        assert room.sound.heard[0].ended is False


async def test_without_the_programs_it_is_missing_and_says_which() -> None:
    room = Loudspeaker()
    room.sound.installed = False
    async with room.running():
        await room.missing()
        assert room.driver.state == Missing("espeak-ng is not installed")
        room.sound.installed = True
        await room.ready()


def answering(sound: RunCommand, program: str, outcome: Outcome) -> RunCommand:
    """The simulated programs, but for one that always ends in the same way."""

    async def run(command: Sequence[str], feed: bytes, *, limit_s: float) -> Outcome:
        if command[0] == program and command[1:] != ["--version"]:
            return outcome
        return await sound(command, feed, limit_s=limit_s)

    return run


@pytest.mark.parametrize(
    ("program", "outcome", "state"),
    [
        ("aplay", NotInstalled("aplay"), Missing("aplay is not installed")),
        (
            "aplay",
            Finished(1, errors="aplay: main:852: audio open error: Device or resource busy"),
            Missing("held by another program"),
        ),
        ("aplay", Finished(1, errors="x: Permission denied"), Missing("Permission denied")),
        ("aplay", Finished(1, errors="x: No such file or directory"), Missing("no sound card")),
        ("aplay", Finished(1, errors="something else"), Missing("something else")),
        ("aplay", Finished(1), Missing("the sound card cannot be opened")),
        ("aplay", TookTooLong("aplay"), Fault("not_playing", "the sound card takes no sound")),
        ("espeak-ng", Finished(1), Fault("no_voice", "espeak-ng ended with 1")),
        ("espeak-ng", TookTooLong("espeak-ng"), Fault("no_voice", "espeak-ng does not answer")),
        ("espeak-ng", NotInstalled("espeak-ng"), Missing("espeak-ng is not installed")),
    ],
)
async def test_a_program_that_fails_is_a_state(
    program: str, outcome: Outcome, state: Missing | Fault
) -> None:
    room = Loudspeaker()
    room = Loudspeaker(run_command=answering(room.sound.run_command, program, outcome))
    async with room.running():
        if program == "espeak-ng":
            await room.ready()
            room.driver.say("Selamat datang.", "id")
        await room.until(lambda: state in room.states)


async def test_a_bug_in_a_program_runner_does_not_end_the_device() -> None:
    async def broken(_command: Sequence[str], _feed: bytes, *, limit_s: float) -> Outcome:
        raise ZeroDivisionError(limit_s)

    async with Loudspeaker(run_command=broken).running() as room:
        await room.until(lambda: Fault("internal_error", "ZeroDivisionError") in room.states)


async def test_what_is_said_is_never_part_of_a_command() -> None:
    commands: list[Sequence[str]] = []
    room = Loudspeaker()

    async def watched(command: Sequence[str], feed: bytes, *, limit_s: float) -> Outcome:
        commands.append(command)
        return await room.sound.run_command(command, feed, limit_s=limit_s)

    room = Loudspeaker(run_command=watched, output="plughw:1,0", volume_percent=50)
    async with room.running():
        await room.ready()
        room.driver.say("Rahasia. -v en --help", "id")
        await room.until(lambda: "plughw:1,0" in commands[-1] and len(commands) > 3)
    assert not any("ahasia" in word for command in commands for word in command)
    spoken = next(command for command in commands if "--stdin" in command)
    assert list(spoken[:7]) == ["espeak-ng", "-v", "id", "-s", "140", "-a", "70"]
    assert ["aplay", "-q", "-D", "plughw:1,0", "-"] in [list(command) for command in commands]
    assert "ahasia" not in repr(room.driver.__dict__)


async def test_ending_the_device_in_the_middle_of_a_word_ends_the_word() -> None:
    room = Loudspeaker(pace=1.0)
    async with room.running():
        await room.ready()
        room.driver.say("Kalimat satu yang panjang sekali. " * 9, "id")
        await room.until(lambda: bool(room.sound.heard))
    assert [each.ended for each in room.sound.heard] == [False]


async def test_while_there_is_nothing_to_play_no_program_is_run() -> None:
    looks = 0
    commands: list[Sequence[str]] = []
    room = Loudspeaker()

    def cards() -> frozenset[str]:
        nonlocal looks
        looks += 1
        room.states.append(Starting())
        room._stirred.set()
        return frozenset({"pcmC0D0p"})

    async def watched(command: Sequence[str], feed: bytes, *, limit_s: float) -> Outcome:
        commands.append(command)
        return await room.sound.run_command(command, feed, limit_s=limit_s)

    room = Loudspeaker(run_command=watched, cards=cards)
    async with room.running():
        await room.ready()
        begun = looks
        await room.until(lambda: looks > begun + 5)
    assert len(commands) == 2  # the version and the silence of the beginning
