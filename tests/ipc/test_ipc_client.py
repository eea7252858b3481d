"""The screens' end of the socket, against a plain socket that plays the agent."""

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import msgspec
import pytest

from anjungan.appliance.ipc import client as module
from anjungan.appliance.ipc.client import AgentClient, ConnectionLostError
from anjungan.appliance.ipc.framing import FrameError, FrameParser, frame
from anjungan.appliance.ipc.messages import (
    MAX_FRAME_BYTES,
    Act,
    AgentMessage,
    ButtonAction,
    ButtonMoved,
    ButtonName,
    Hello,
    ScreensMessage,
    Touched,
)
from anjungan.appliance.session.intents import EnterText

HELLO = Hello(version="1", width_px=1024, height_px=600)
PRESSED = ButtonMoved(button=ButtonName.UP, action=ButtonAction.PRESSED)
LIMIT_S = 5.0


class PlayedAgent:
    """The other end of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(LIMIT_S)
        self.connection = connection
        self._parser = FrameParser()
        self._heard: list[bytes] = []

    def say(self, message: AgentMessage) -> None:
        self.connection.sendall(frame(msgspec.json.encode(message)))

    def hear(self) -> ScreensMessage:
        while not self._heard:
            self._heard += self._parser.feed(self.connection.recv(4096))
        return msgspec.json.decode(self._heard.pop(0), type=ScreensMessage)


@pytest.fixture
def listening(tmp_path: Path) -> Iterator[socket.socket]:
    with socket.socket(socket.AF_UNIX) as server:
        server.settimeout(LIMIT_S)
        server.bind(str(tmp_path / "agent.sock"))
        server.listen(1)
        yield server


@pytest.fixture
def client(listening: socket.socket) -> Iterator[AgentClient]:
    with closing(AgentClient.connect(listening.getsockname(), HELLO)) as client:
        yield client


@pytest.fixture
def agent(listening: socket.socket, client: AgentClient) -> Iterator[PlayedAgent]:
    connection, _address = listening.accept()
    with connection:
        yield PlayedAgent(connection)


def test_hello_comes_first(agent: PlayedAgent, client: AgentClient) -> None:
    client.send(Touched())
    assert [agent.hear(), agent.hear()] == [HELLO, Touched()]


def test_messages_until_the_agent_goes(agent: PlayedAgent, client: AgentClient) -> None:
    agent.say(PRESSED)
    agent.say(PRESSED)
    agent.connection.shutdown(socket.SHUT_WR)
    assert list(client.messages()) == [PRESSED, PRESSED]


def test_nobody_listens(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        AgentClient.connect(str(tmp_path / "agent.sock"), HELLO)


def test_an_agent_that_goes_at_once(
    listening: socket.socket, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Hello finds nobody any more; the socket is closed and not left to the collector."""

    def gone(_client: AgentClient, _message: ScreensMessage) -> None:
        raise ConnectionLostError("the agent cannot be reached")

    monkeypatch.setattr(module.AgentClient, "send", gone)
    with pytest.raises(ConnectionLostError):
        AgentClient.connect(listening.getsockname(), HELLO)
    connection, _address = listening.accept()
    with connection:
        connection.settimeout(LIMIT_S)
        assert connection.recv(1) == b""


def test_sending_to_an_agent_that_went(agent: PlayedAgent, client: AgentClient) -> None:
    agent.connection.close()
    with pytest.raises(ConnectionLostError):
        client.send(Touched())


def test_an_agent_that_does_not_read_never_makes_the_screens_wait(
    agent: PlayedAgent, client: AgentClient
) -> None:
    typed = Act(step=1, intent=EnterText(text="x" * 2000))
    with pytest.raises(ConnectionLostError):
        send_for_ever(client, typed)


def send_for_ever(client: AgentClient, message: ScreensMessage) -> None:
    while True:
        client.send(message)


@pytest.mark.parametrize(
    ("said", "error"),
    [
        (frame(b"{}"), msgspec.ValidationError),
        (frame(b"no json"), msgspec.DecodeError),
        (struct.pack(">I", MAX_FRAME_BYTES + 1), FrameError),
    ],
)
def test_garbage_is_told(
    agent: PlayedAgent, client: AgentClient, said: bytes, error: type[Exception]
) -> None:
    agent.connection.sendall(said)
    with pytest.raises(error):
        next(client.messages())


def test_closing_wakes_the_thread_that_reads(agent: PlayedAgent, client: AgentClient) -> None:
    ended = threading.Event()

    def read() -> None:
        # a thread that has not begun to wait finds the socket closed instead
        with suppress(OSError):
            assert list(client.messages()) == []
        ended.set()

    reading = threading.Thread(target=read)
    reading.start()
    client.close()
    client.close()
    assert ended.wait(LIMIT_S)
    reading.join(LIMIT_S)
