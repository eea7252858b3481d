"""One short connection to Home Assistant's broker: connect, publish, leave, within a deadline."""

import ssl
import time
from collections.abc import Callable, Sequence
from typing import Final

from paho.mqtt.client import Client, MQTTMessageInfo
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from anjungan.regency.home_assistant.discovery import RetainedMessage
from anjungan.regency.home_assistant.settings import HomeAssistantSettings

_KEEP_ALIVE_S: Final = 30
_CONNECT_WITHIN_S: Final = 5.0
_ALL_WITHIN_S: Final = 20.0
_STEP_S: Final = 0.2


class BrokerError(OSError):
    """Home Assistant's broker refused, or did not take the messages in time."""


def send_all(settings: HomeAssistantSettings, messages: Sequence[RetainedMessage]) -> None:
    """Publish all, retained, with QoS 1; raise OSError when it does not work out in time."""
    client = Client(CallbackAPIVersion.VERSION2, reconnect_on_failure=False)
    client.connect_timeout = _CONNECT_WITHIN_S
    client.max_queued_messages_set(0)
    if settings.username:
        password = settings.password_file
        client.username_pw_set(
            settings.username,
            None if password is None else password.read_text(encoding="utf-8").strip(),
        )
    if settings.tls:
        client.tls_set_context(ssl.create_default_context(cafile=settings.ca_file))
    client.connect(settings.host, settings.port, keepalive=_KEEP_ALIVE_S)
    try:
        deadline_s = time.monotonic() + _ALL_WITHIN_S
        _loop_until(client, client.is_connected, deadline_s)
        sent: list[MQTTMessageInfo] = [
            client.publish(each.topic, each.payload, qos=1, retain=True) for each in messages
        ]
        _loop_until(client, lambda: all(each.is_published() for each in sent), deadline_s)
    finally:
        client.disconnect()


def _loop_until(client: Client, is_done: Callable[[], bool], deadline_s: float) -> None:
    while not is_done():
        if time.monotonic() > deadline_s:
            raise BrokerError("the broker is too slow")
        if client.loop(_STEP_S) != MQTTErrorCode.MQTT_ERR_SUCCESS:
            raise BrokerError("the broker refused or closed the connection")
