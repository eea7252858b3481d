"""Kiosks as devices of a Home Assistant, over a broker nobody here wrote."""

import json
import subprocess
import threading

import msgspec
import paho.mqtt.client as paho
import pytest
from regency_lab import KIOSK, OTHER_KIOSK, free_port

from anjungan.protocol.messages import DeviceHealth, PowerFault, PowerHealth
from anjungan.regency.fleet.overview import read_fleet
from anjungan.regency.home_assistant.discovery import discovery_message, state_messages
from anjungan.regency.home_assistant.publishing import FleetPublisher, home_assistant_duty
from anjungan.regency.home_assistant.sending import send_all
from anjungan.regency.home_assistant.settings import HomeAssistantSettings
from anjungan.regency.settings import SettingsError, load_settings

CONFIG_TOPIC = f"homeassistant/device/anjungan-{KIOSK}/config"


@pytest.fixture
def views(database, clock):
    def read():
        with database.reading() as connection:
            return read_fleet(connection, report_interval_s=300, now=clock()).kiosks

    return read


def test_a_kiosk_is_one_device_with_entities_of_its_own(intake, kiosk, views):
    intake(kiosk.state(), kiosk.health())
    (view,) = views()
    message = discovery_message(view, "homeassistant", "https://desa.example/")
    config = json.loads(message.payload)
    assert message.topic == CONFIG_TOPIC
    assert config["device"]["identifiers"] == [f"anjungan-{KIOSK}"]
    assert config["device"]["configuration_url"] == f"https://desa.example/anjungan/{KIOSK}"
    assert config["origin"]["name"]
    ids = [each["unique_id"] for each in config["components"].values()]
    assert len(set(ids)) == len(ids) > 5
    assert all(KIOSK in each for each in ids)


def test_every_entity_finds_its_value(intake, kiosk, views):
    intake(
        kiosk.state(),
        kiosk.health(
            cpu_temperature_c=51.0,
            power=PowerHealth(now=(PowerFault.UNDER_VOLTAGE,)),
            devices=(
                DeviceHealth(name="printer", kind="printer", state="ready", level_percent=18),
                DeviceHealth(name="scanner", kind="scanner", state="missing"),
            ),
        ),
    )
    (view,) = views()
    config = json.loads(discovery_message(view, "homeassistant", "http://x").payload)
    availability, state = state_messages(view)
    values = json.loads(state.payload)
    assert (config["availability_topic"], config["state_topic"]) == (
        availability.topic,
        state.topic,
    )
    assert set(values) == set(config["components"])
    for key, component in config["components"].items():
        assert component["value_template"] == "{{ value_json." + key + " }}"
    assert availability.payload == b"online"
    assert values["temperature"] == 51.0
    assert values["paper"] == 18
    assert values["trouble"] == values["under_voltage"] == "ON"
    assert values["screens"] == "ON"


def test_a_silent_kiosk_is_not_available(intake, kiosk, views, clock):
    intake(kiosk.state(), kiosk.health())
    clock.pass_time(hours=2)
    (view,) = views()
    assert state_messages(view)[0].payload == b"offline"


def test_only_changes_are_published_and_all_again_after_an_hour(
    intake, kiosk, database, settings, clock
):
    sent = []
    publisher = FleetPublisher(settings, database, sent.append)
    publisher.publish(clock())
    assert sent == []
    intake(kiosk.state(), kiosk.health(uptime_s=1))
    publisher.publish(clock())
    assert len(sent.pop()) == 3
    publisher.publish(clock())
    assert sent == []
    intake(kiosk.health(uptime_s=2))
    publisher.publish(clock())
    assert [each.topic for each in sent.pop()] == [f"anjungan-ha/{KIOSK}/state"]
    clock.pass_time(hours=1)
    intake(kiosk.health(uptime_s=2))
    publisher.publish(clock())
    assert len(sent.pop()) == 3


def test_what_could_not_be_sent_is_sent_the_next_time(intake, kiosk, database, settings, clock):
    def refuse(messages):
        raise ConnectionRefusedError

    publisher = FleetPublisher(settings, database, refuse)
    intake(kiosk.state(), kiosk.health())
    with pytest.raises(ConnectionRefusedError):
        publisher.publish(clock())
    sent = []
    publisher._send = sent.append
    publisher.publish(clock())
    assert len(sent.pop()) == 3


@pytest.fixture
def run_duty(broker, settings, database, clock):
    wanted = HomeAssistantSettings(host="127.0.0.1", port=broker.port, tls=False)
    (duty,) = home_assistant_duty(
        msgspec.structs.replace(settings, home_assistant=wanted), database
    )
    return lambda: duty.run(clock())


def test_a_real_broker_keeps_it_all(intake, kiosk, broker, run_duty, wait_until):
    intake(kiosk.state(), kiosk.health())
    intake(kiosk.state(), kiosk=OTHER_KIOSK)
    run_duty()
    heard, lock = {}, threading.Lock()

    def hear(client, userdata, message):
        with lock:
            heard[message.topic] = (message.retain, message.payload)

    client = paho.Client(paho.CallbackAPIVersion.VERSION2)
    client.on_message = hear
    client.on_connect = lambda *_: client.subscribe("#", qos=1)
    client.connect("127.0.0.1", broker.port)
    client.loop_start()
    try:
        wait_until(lambda: len(heard) >= 5, "the retained messages come")
    finally:
        client.disconnect()
        client.loop_stop()
    assert all(retained for retained, _ in heard.values())
    assert json.loads(heard[CONFIG_TOPIC][1])["device"]["serial_number"] == KIOSK
    assert heard[f"anjungan-ha/{OTHER_KIOSK}/availability"][1] == b"online"


def test_a_broker_that_refuses_is_an_error(tmp_path, wait_until):
    port = free_port()
    config = tmp_path / "refusing.conf"
    config.write_text(f"listener {port} 127.0.0.1\nallow_anonymous false\n")
    refusing = subprocess.Popen(
        ["/usr/sbin/mosquitto", "-c", str(config)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    secret = tmp_path / "secret"
    secret.write_text("wrong\n")
    wanted = HomeAssistantSettings(
        host="127.0.0.1", port=port, tls=False, username="anjungan", password_file=secret
    )

    def refused():
        with pytest.raises(OSError) as caught:  # noqa: PT011 - which one depends on the moment
            send_all(wanted, [])
        return "refused or closed" in str(caught.value)

    try:
        wait_until(refused, "the broker listens and refuses")
    finally:
        refusing.terminate()
        refusing.wait(10)


def test_it_is_off_until_a_broker_is_named(settings, database):
    assert home_assistant_duty(settings, database) == ()


def test_plain_lines_leave_this_machine_never(tmp_path):
    with pytest.raises(SettingsError, match=r"home_assistant\.tls"):
        load_settings(
            None,
            {
                "ANJUNGAN_REGENCY_DATA_DIR": str(tmp_path),
                "ANJUNGAN_REGENCY_HOME_ASSISTANT_HOST": "ha.example",
                "ANJUNGAN_REGENCY_HOME_ASSISTANT_TLS": "false",
            },
        )
