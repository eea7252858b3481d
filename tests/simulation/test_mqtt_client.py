"""The light MQTT client against real brokers: mosquitto where installed, and the embedded one."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from anjungan.simulation.broker import broker_command, find_mosquitto
from anjungan.simulation.mqtt_client import MqttClient, MqttLostError, Will
from anjungan.simulation.ports import free_port


@pytest.fixture(params=["mosquitto", "embedded"])
async def broker_port(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[int]:
    embedded = request.param == "embedded"
    if not embedded and find_mosquitto() is None:
        pytest.skip("mosquitto is not installed here; the embedded broker is tested")
    port = free_port()
    process = await asyncio.create_subprocess_exec(
        *broker_command(port, tmp_path, embedded=embedded)
    )
    try:
        async with asyncio.timeout(30):
            while True:
                try:
                    client = await MqttClient.connect(port, "probe")
                except MqttLostError:
                    await asyncio.sleep(0.02)
                else:
                    await client.close()
                    break
        yield port
    finally:
        process.terminate()
        await process.wait()


async def test_messages_travel_and_are_acknowledged(broker_port: int) -> None:
    received: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
    async with asyncio.timeout(20):
        reader = await MqttClient.connect(broker_port, "reader")
        running = asyncio.create_task(reader.run(lambda t, p: received.put_nowait((t, p))))
        await reader.subscribe("a/+", "b")
        writer = await MqttClient.connect(broker_port, "writer")
        writing = asyncio.create_task(writer.run(lambda _t, _p: None))
        large = bytes(range(256)) * 60
        await writer.publish("a/1", b"satu")
        await writer.publish("b", large)
        await writer.publish("c", b"nobody reads this")
        assert await received.get() == ("a/1", b"satu")
        assert await received.get() == ("b", large)
        assert received.empty()
        for client, task in ((reader, running), (writer, writing)):
            await client.close()
            with pytest.raises(MqttLostError):
                await task


async def test_the_will_is_published_after_an_abort_and_not_after_a_farewell(
    broker_port: int,
) -> None:
    received: asyncio.Queue[tuple[str, bytes]] = asyncio.Queue()
    async with asyncio.timeout(20):
        reader = await MqttClient.connect(broker_port, "reader")
        running = asyncio.create_task(reader.run(lambda t, p: received.put_nowait((t, p))))
        await reader.subscribe("state/+")
        polite = await MqttClient.connect(
            broker_port, "polite", will=Will(topic="state/polite", payload=b"offline")
        )
        await polite.close()
        torn = await MqttClient.connect(
            broker_port, "torn", will=Will(topic="state/torn", payload=b"offline")
        )
        torn.abort()
        assert await received.get() == ("state/torn", b"offline")
        reader.abort()
        with pytest.raises(MqttLostError):
            await running


async def test_a_retained_message_waits_for_its_reader(broker_port: int) -> None:
    received: asyncio.Queue[bytes] = asyncio.Queue()
    async with asyncio.timeout(20):
        writer = await MqttClient.connect(broker_port, "writer")
        writing = asyncio.create_task(writer.run(lambda _t, _p: None))
        await writer.publish("kept", b"here", retain=True)
        reader = await MqttClient.connect(broker_port, "reader")
        running = asyncio.create_task(reader.run(lambda _t, p: received.put_nowait(p)))
        await reader.subscribe("kept")
        assert await received.get() == b"here"
        for client, task in ((reader, running), (writer, writing)):
            client.abort()
            with pytest.raises(MqttLostError):
                await task


async def test_no_broker_is_told_at_once() -> None:
    with pytest.raises(MqttLostError):
        await MqttClient.connect(free_port(), "nobody")


async def test_publishing_on_a_lost_connection_fails_instead_of_waiting(broker_port: int) -> None:
    client = await MqttClient.connect(broker_port, "lost")
    running = asyncio.create_task(client.run(lambda _t, _p: None))
    client.abort()
    with pytest.raises(MqttLostError):
        await running
    with pytest.raises(MqttLostError):
        async with asyncio.timeout(20):
            await client.publish("a", b"b")


@pytest.mark.parametrize(
    "answer", [b"\x20\x02\x00\x05", b"\x30\x02\x00\x00", b"", b"\xff\xff\xff\xff"]
)
async def test_a_broker_that_refuses_or_talks_nonsense_is_told(answer: bytes) -> None:
    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(64)
        writer.write(answer)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    with pytest.raises(MqttLostError):
        await MqttClient.connect(server.sockets[0].getsockname()[1], "nobody")
    server.close()
    await asyncio.sleep(0.01)
