"""Putting a connected client out, by taking its place at the broker.

A broker holds one connection for a client id and closes the older one when a second comes (MQTT
3.1.1, 3.1.4-2). mosquitto reads a new revocation list without looking again at those who are
connected already, so whoever was revoked is put out like this. Only the internal listener lets a
client choose its id; on the kiosks' listener the certificate's name is the id.
"""

import enum
import logging
import threading
from typing import TYPE_CHECKING, Any, Final

from paho.mqtt.client import Client
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion

from anjungan.regency.link.settings import BrokerAddress
from anjungan.regency.link.tls import client_context, trouble_of

if TYPE_CHECKING:
    from paho.mqtt.reasoncodes import ReasonCode

LOG: Final = logging.getLogger(__name__)

PATIENCE_S: Final = 10.0


class TakeoverOutcome(enum.Enum):
    """What came of it."""

    DONE = "done"
    """Whoever was connected under the id is not any more."""
    REFUSED = "refused"
    UNREACHABLE = "unreachable"


def take_over(broker: BrokerAddress, client_id: str) -> TakeoverOutcome:
    """Connect as ``client_id`` and leave again; also where nobody is connected under it."""
    answered = threading.Event()
    reasons: list[ReasonCode] = []
    client = Client(
        CallbackAPIVersion.VERSION2,
        client_id=client_id,
        clean_session=True,
        protocol=MQTTProtocolVersion.MQTTv311,
        reconnect_on_failure=False,
    )
    client.connect_timeout = PATIENCE_S

    def connected(*arguments: Any) -> None:
        reasons.append(arguments[3])
        answered.set()

    client.on_connect = connected
    client.on_disconnect = lambda *_arguments: answered.set()
    try:
        if broker.tls is not None:
            client.tls_set_context(client_context(broker.tls))
        client.connect(broker.host, broker.port, keepalive=60)
        client.loop_start()
        answered.wait(PATIENCE_S)
    except (OSError, ValueError) as error:
        LOG.warning("broker not reached: %s", trouble_of(error))
        return TakeoverOutcome.UNREACHABLE
    finally:
        client.disconnect()
        client.loop_stop()
    if not reasons:
        return TakeoverOutcome.UNREACHABLE
    return TakeoverOutcome.REFUSED if reasons[0].is_failure else TakeoverOutcome.DONE
