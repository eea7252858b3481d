"""The profiles: complete, honest about where they come from, and fit for every paper."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import ImageChops
from printer_workshop import Workshop, commands_of

from anjungan.appliance.drivers.printer.document import Cut, Document, Feed, Qr, Rule, Space, Text
from anjungan.appliance.drivers.printer.encode import encode, flush_segment
from anjungan.appliance.drivers.printer.profile import PROFILES
from anjungan.appliance.drivers.printer.text import ascii_text
from anjungan.simulation.printer.model import PrinterModel

BAUDS = [1200, 9600, 19_200, 115_200]


def test_the_usual_names_are_there():
    for name in (
        "epson-58", "epson-80", "epson-tm-t82", "epson-tm-m30", "epson-tm-t20", "bixolon-srp-350",
        "xprinter-xp-58", "xprinter-xp-80", "zjiang-zj-58", "clone-58", "clone-80",
        "clone-58-silent", "clone-58-dle-eot", "clone-58-asb", "clone-58-gs-r", "clone-80-asb",
    ):  # fmt: skip
        assert name in PROFILES


@pytest.mark.parametrize("profile", PROFILES.values(), ids=lambda profile: profile.name)
def test_a_profile_says_where_it_comes_from_and_what_is_assumed(profile):
    assert PROFILES[profile.name] is profile
    assert not profile.evidence.tried  # until somebody has; then the guide names who and when
    assert profile.evidence.manuals or profile.evidence.assumed.startswith("all")
    assert profile.columns in {32, 42, 48}
    assert profile.questions
    if profile.process_id:
        assert profile.clearing == "dle_dc4"
    if profile.status == "none":
        assert not profile.queued_status


def test_every_way_of_answering_has_a_profile_at_both_widths():
    for dots in (384, 576):
        ways = {
            (profile.status, profile.queued_status)
            for profile in PROFILES.values()
            if profile.dots == dots
        }
        assert ways >= {
            ("realtime", True), ("realtime", False), ("automatic", True), ("automatic", False),
            ("queued", True), ("none", False),
        }  # fmt: skip


printable = st.text("ABCDEFGHabcdefgh 0123456789-.,:é", min_size=1, max_size=32)
blocks = st.one_of(
    st.builds(
        Text,
        printable.map(str.strip).filter(bool),
        st.sampled_from(["left", "center", "right"]),
        bold=st.booleans(),
        inverse=st.booleans(),
        height_scale=st.integers(1, 8),
    ),
    st.builds(Rule, st.sampled_from(["solid", "dashed", "kawung"])),
    st.builds(Feed, st.integers(1, 3)),
    st.builds(Space, st.integers(1, 60)),
    st.builds(
        Qr, st.text("abcdefghij:/.0123456789", min_size=1, max_size=60), st.integers(1, 8)
    ),
)  # fmt: skip


def model_of(profile):
    return PrinterModel("TEST", profile.name, width_dots=profile.dots, native_qr=profile.native_qr)


@settings(max_examples=120, deadline=None)
@given(
    st.lists(blocks, max_size=8),
    st.sampled_from(sorted(PROFILES)),
    st.sampled_from(BAUDS),
)
def test_what_a_document_says_stands_on_the_paper_of_every_model(parts, name, baud):
    profile = PROFILES[name].at_baud(baud)
    document = Document((*parts, Cut()), profile.columns)
    segments = encode(document, profile)
    assert all(len(segment.data) <= len(flush_segment(profile).data) + 16 for segment in segments)
    for segment in segments:
        assert commands_of(segment.data)[1] == 0  # whole commands: a question behind is safe
    data = b"".join(segment.data for segment in segments)
    workshop = Workshop(model_of(profile)).feed(data)
    assert workshop.mechanism.unknown_commands == 0
    (piece,) = workshop.pieces if profile.cutter else (workshop.mechanism.roll.cut(),)
    shown = [line.strip() for line in piece.text.splitlines() if not line.startswith("[")]
    expected = [
        line if profile.code_page == "cp437" else ascii_text(line) for line in document.lines()
    ]
    assert [" ".join(line.split()) for line in shown if line] == [
        " ".join(line.split()) for line in expected
    ]
    moved = sum(segment.dot_rows for segment in segments)
    assert piece.image.height - 24 <= moved + 8 * len(segments)


@settings(max_examples=60, deadline=None)
@given(st.text("abcdefgh:/.0123456789", min_size=1, max_size=80), st.integers(1, 4))
def test_a_picture_that_the_printer_doubles_is_the_same_picture(text, half):
    doubling = replace(PROFILES["clone-58"], raster_scaling=True)
    plain = replace(doubling, raster_scaling=False)
    for block in (Qr(text, 2 * half), Rule("solid"), Rule("dashed")):
        inks, sizes = [], []
        for profile in (doubling, plain):
            data = b"".join(segment.data for segment in encode(Document((block,)), profile))
            sizes.append(len(data))
            ink = ImageChops.invert(Workshop(model_of(profile)).feed(data).picture())
            inks.append((ink.getbbox(), ink.crop(ink.getbbox())))
        (first_box, first), (second_box, second) = inks
        assert first.tobytes() == second.tobytes()
        assert abs(first_box[0] - second_box[0]) <= 8  # printers centre whole bytes
        assert sizes[0] < sizes[1]
