"""Breaking text into lines: nothing is lost, nothing is wider than its room."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from screen_stage import window

from anjungan.appliance.session.intents import TextSize
from anjungan.appliance.session.views import Look

pytestmark = pytest.mark.screens

_WORDS = st.text(alphabet="abcdefghijklmnopqrstuvwxyzAWi.,-/", min_size=1, max_size=24)


@pytest.fixture(name="typesetter", scope="module")
def _typesetter():
    window()
    from anjungan.appliance.screens.theme import theme_for  # noqa: PLC0415 - needs the window
    from anjungan.appliance.screens.typeset import Typesetter  # noqa: PLC0415 - as above

    return Typesetter(theme_for(Look(text_size=TextSize.LARGEST), 1.0))


def _text(typeset):
    return ["".join(run.text for run in line.runs) for line in typeset.lines]


@given(words=st.lists(_WORDS, max_size=14), width=st.integers(60, 700))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_letter_is_lost_and_no_line_is_too_wide(typesetter, words, width):
    from anjungan.appliance.screens.theme import BODY  # noqa: PLC0415 - needs the window

    typeset = typesetter.set_text(" ".join(words), BODY, width, max_lines=99)
    assert "".join(_text(typeset)).replace(" ", "") == "".join(words)
    assert all(line.width_px <= width for line in typeset.lines)
    assert len(typeset.lines) <= 99


def test_long_words_break_at_slashes_first(typesetter):
    from anjungan.appliance.screens.theme import BODY  # noqa: PLC0415 - needs the window

    typeset = typesetter.set_text("Ibu/Bapak/Saudara", BODY, 190, max_lines=3, keep_size=True)
    assert typeset.fits
    assert all(line.endswith("/") for line in _text(typeset)[:-1])


def test_text_gets_smaller_before_it_fails(typesetter):
    from anjungan.appliance.screens.theme import BODY  # noqa: PLC0415 - needs the window

    text = "Permohonan sudah tersimpan"
    large = typesetter.set_text(text, BODY, 800, max_lines=1)
    assert (large.font_px, large.reduced) == (31, False)
    smaller = typesetter.set_text(text, BODY, 330, max_lines=1)
    assert smaller.fits
    assert 20 <= smaller.font_px < 31
    nothing = typesetter.set_text(text, BODY, 100, max_lines=1)
    assert not nothing.fits
    assert _text(nothing) != []


def test_a_forced_break_and_two_fonts(typesetter):
    from anjungan.appliance.screens.theme import BODY, Font  # noqa: PLC0415 - needs the window
    from anjungan.appliance.screens.typeset import Run  # noqa: PLC0415 - as above

    runs = [Run("Tersimpan. ", Font.BOLD), Run("Boleh pulang\nsekarang", Font.REGULAR)]
    typeset = typesetter.set_text(runs, BODY, 900, max_lines=4)
    assert _text(typeset) == ["Tersimpan. Boleh pulang", "sekarang"]
    assert [run.font for run in typeset.lines[0].runs] == [Font.BOLD, Font.REGULAR]


def test_balanced_lines_are_alike(typesetter):
    from anjungan.appliance.screens.theme import BODY  # noqa: PLC0415 - needs the window

    text = "Foto QR ini untuk cek lewat HP"
    plain = typesetter.set_text(text, BODY, 420, max_lines=3)
    balanced = typesetter.set_text(text, BODY, 420, max_lines=3, balance=True)
    assert len(plain.lines) == len(balanced.lines)
    widths = [line.width_px for line in balanced.lines]
    plain_widths = [line.width_px for line in plain.lines]
    assert max(widths) - min(widths) <= max(plain_widths) - min(plain_widths)


def test_reprs_tell_no_text(typesetter):
    from anjungan.appliance.screens.theme import BODY  # noqa: PLC0415 - needs the window

    typeset = typesetter.set_text("RAHASIA", BODY, 900)
    assert "RAHASIA" not in repr(typeset)
