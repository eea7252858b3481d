"""The line to the agent: what waits for the next frame, how it reconnects, what it sends."""

import socket
import threading
import time

import pytest
from agent_double import AgentDouble
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.ipc.client import AgentClient, ConnectionLostError
from anjungan.appliance.ipc.framing import frame
from anjungan.appliance.ipc.messages import (
    ButtonAction,
    ButtonMoved,
    ButtonName,
    Hello,
    Show,
    ShowAmbient,
    Touched,
)
from anjungan.appliance.screens.connection import (
    FIRST_PAUSE_S,
    LONGEST_PAUSE_S,
    AgentGone,
    Connection,
    Mailbox,
    pause_before,
)
from anjungan.appliance.session.views import Ambient, BusyView, Frame, LineBadge, Look, Rail, Tone

HELLO = Hello(version="1", width_px=1024, height_px=600)
_RAIL = Rail(
    back_label="Kembali", back=None, home_label="Beranda", home=None,
    appearance_label="Teks", appearance=None, help_label="Bantuan", help=None,
)  # fmt: skip
VIEW = BusyView(frame=Frame(title="a", subtitle="", rail=_RAIL), title="b", text="c")
AMBIENT = Ambient(
    clock="09.41",
    day="Selasa",
    date="24 November 2026",
    line=LineBadge(tone=Tone.OK, icon="wifi", text="Tersambung", sentence="Tersambung"),
)


def show(step):
    return Show(step=step, view=VIEW, look=Look())


def button(name):
    return ButtonMoved(button=name, action=ButtonAction.PRESSED)


def test_only_the_newest_view_waits():
    mailbox = Mailbox()
    for step in range(5):
        mailbox.put(show(step))
    assert mailbox.take_all() == [show(4)]
    assert mailbox.take_all() == []


def test_a_view_drops_the_buttons_before_it_and_keeps_those_after():
    mailbox = Mailbox()
    up, down = button(ButtonName.UP), button(ButtonName.DOWN)
    for message in (up, show(1), down, down):
        mailbox.put(message)
    assert mailbox.take_all() == [show(1), down, down]


def test_ambient_values_replace_each_other_only():
    mailbox = Mailbox()
    for message in (ShowAmbient(ambient=AMBIENT), show(1), ShowAmbient(ambient=AMBIENT)):
        mailbox.put(message)
    assert mailbox.take_all() == [show(1), ShowAmbient(ambient=AMBIENT)]


def test_a_lost_agent_leaves_nothing_of_before():
    mailbox = Mailbox()
    for message in (show(1), button(ButtonName.OK), AgentGone()):
        mailbox.put(message)
    assert mailbox.take_all() == [AgentGone()]


@given(attempt=st.integers(0, 10_000), chance=st.floats(0, 1))
@settings(max_examples=50)
def test_pauses_grow_and_end(attempt, chance):
    pause_s = pause_before(attempt, chance)
    assert FIRST_PAUSE_S / 2 <= pause_s <= LONGEST_PAUSE_S
    assert pause_s <= pause_before(attempt + 1, chance)


@pytest.fixture(name="line")
def _line(tmp_path):
    arrived = threading.Event()
    line = Connection(str(tmp_path / "agent.sock"), HELLO, arrived.set)
    line.arrived = arrived
    line.start()
    yield line
    line.stop()


def test_it_waits_for_an_agent_that_starts_later(line, tmp_path):
    assert not line.send(Touched())
    agent = AgentDouble(tmp_path / "agent.sock")
    assert agent.next_message(Hello) == HELLO
    agent.send(show(7))
    assert line.arrived.wait(5)
    assert line.mailbox.take_all() == [show(7)]
    agent.close()


def test_it_tells_of_a_lost_agent_and_comes_back(line, tmp_path):
    agent = AgentDouble(tmp_path / "agent.sock")
    agent.next_message(Hello)
    line.arrived.clear()
    agent.drop()
    assert line.arrived.wait(5)
    assert AgentGone() in line.mailbox.take_all()
    assert agent.next_message(Hello) == HELLO
    agent.close()


def test_what_cannot_be_read_ends_the_connection(line, tmp_path):
    agent = AgentDouble(tmp_path / "agent.sock")
    agent.next_message(Hello)
    line.arrived.clear()
    agent._peer.sendall(frame(b'{"type":"Unheard"}'))
    assert line.arrived.wait(5)
    assert AgentGone() in line.mailbox.take_all()
    assert agent.next_message(Hello) == HELLO
    agent.close()


def test_messages_reach_the_agent(line, tmp_path):
    agent = AgentDouble(tmp_path / "agent.sock")
    agent.next_message(Hello)
    deadline = time.monotonic() + 5
    while not line.send(Touched()) and time.monotonic() < deadline:
        time.sleep(0.01)
    assert agent.next_message(Touched) == Touched()
    agent.close()


def test_an_agent_that_does_not_read_never_blocks_the_glass():
    near, far = socket.socketpair()
    near.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    client = AgentClient(near)

    def flood():
        for _ in range(100_000):
            client.send(Touched())

    with pytest.raises(ConnectionLostError):
        flood()
    client.close()
    far.close()


def test_nobody_listens(tmp_path):
    with pytest.raises(OSError, match="No such file"):
        AgentClient.connect(str(tmp_path / "agent.sock"), HELLO)
