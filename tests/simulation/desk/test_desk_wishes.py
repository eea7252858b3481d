"""What the page may ask for, and what it becomes."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from anjungan.simulation.control import Command
from anjungan.simulation.desk.wishes import PartName, Touch, command_of, decode_wish


@pytest.mark.parametrize(
    ("text", "part", "verb", "words"),
    [
        ('{"wish":"plug","device":"p","plugged":true}', "devices", "device", "p plug"),
        ('{"wish":"plug","device":"p","plugged":false}', "devices", "device", "p unplug"),
        (
            '{"wish":"fault","device":"p","fault":"noise","on":true}',
            *("devices", "device", "p fault noise on"),
        ),
        (
            '{"wish":"card","device":"r","card":"a:00","act":"lay"}',
            "devices",
            "device",
            "r lay a:00",
        ),
        ('{"wish":"scan","device":"s","text":"T"}', "devices", "device", "s scan T"),
        ('{"wish":"paper_ends","device":"p","lines":3}', "devices", "device", "p end-after 3"),
        ('{"wish":"tear","device":"p"}', "devices", "device", "p tear"),
        ('{"wish":"button","button":"ok","down":true}', "buttons", "down", "ok"),
        ('{"wish":"button","button":"ok","down":false}', "buttons", "up", "ok"),
        ('{"wish":"door","door":"door","open":true}', "buttons", "door", "door open"),
        ('{"wish":"door","door":"door","open":false}', "buttons", "door", "door shut"),
        ('{"wish":"panel_plug","plugged":false}', "buttons", "unplug", ""),
        ('{"wish":"link","mode":"slow"}', "line", "link", "slow"),
    ],
)
def test_a_wish_becomes_a_command(text: str, part: str, verb: str, words: str) -> None:
    wish = decode_wish(text)
    assert not isinstance(wish, Touch)
    assert command_of(wish) == (
        PartName(part),
        Command(verb=verb, words=tuple(words.split())),
    )


def test_a_touch_is_a_wish_of_its_own() -> None:
    assert decode_wish('{"wish":"touch","phase":"down","x":1,"y":2.5}') == Touch(
        phase="down", x=1, y=2.5
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"wish":"reboot"}',
        '{"wish":"tear"}',
        '{"wish":"tear","device":""}',
        '{"wish":"tear","device":"p","and":"more"}',
        '{"wish":"link","mode":"gone"}',
        '{"wish":"touch","phase":"down","x":1e9,"y":0}',
        '{"wish":"touch","phase":"press","x":1,"y":1}',
        '{"wish":"paper_ends","device":"p","lines":-1}',
    ],
)
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(msgspec.DecodeError):
        decode_wish(text)


@given(st.text())
def test_no_text_is_more_than_refused(text: str) -> None:
    try:
        decode_wish(text)
    except msgspec.DecodeError:
        return
