"""The contract as an AsyncAPI 3.0 document, generated from the types.

``python -m anjungan.protocol.asyncapi > docs/asyncapi.json`` writes it anew; a test compares.
The document speaks for the kiosk: it sends what goes up and receives what comes down.
"""

import inspect
import json
import sys
from typing import Any, Final

import msgspec

from anjungan.protocol.contract import MESSAGES, RECEIPTED, RETAINED, Kind, encode
from anjungan.protocol.examples import EXAMPLES, KIOSK
from anjungan.protocol.identity import regency_of, village_of
from anjungan.protocol.messages import MAX_PAYLOAD_BYTES
from anjungan.protocol.topics import (
    DownKind,
    DownTopic,
    SharedKind,
    SharedTopic,
    UpKind,
    UpTopic,
)

QOS: Final = 1
_BINDING_VERSION: Final = "0.2.0"
_SCHEMAS: Final = "#/components/schemas/{name}"

Json = dict[str, Any]

_PARAMETERS: Final[Json] = {
    "regency": {"description": "Regency: the first four digits of the village code."},
    "village": {"description": "Village: its ten-digit Kemendagri code."},
    "kiosk": {
        "description": "Kiosk: village code, dash, number; also client id and user name.",
        "examples": [KIOSK],
    },
}

_SECURED: Final = (
    "The regency's broker: TLS 1.3, and both ends show a certificate of the regency's own"
    " authority. A kiosk may publish on .../<its id>/up/+ and read .../<its id>/dn/+ and all/+;"
    " nothing else arrives, without a word about it on MQTT 3.1.1."
)
_CERTIFICATE: Final = (
    "A client certificate (ECDSA P-256). Its common name is the kiosk's id, the broker's user"
    " name and the client id at once."
)
_INTRODUCTION: Final = f"""\
What a village kiosk and its regency say to each other. Correct on MQTT 3.1.1 with QoS 1 alone.

* The version is in the topic (`anjungan/1`); unknown fields are ignored.
* (enrolment, boot, counter) is the only order of a kiosk's messages; times only inform.
* A PUBACK proves nothing. {", ".join(sorted(kind.value for kind in RECEIPTED))} stay in the
  kiosk's outbox and are sent again, byte for byte the same, until a `receipt` names their id;
  the regency drops duplicates by id and receipts them too.
* `status` is sent again until an `ack` names its id.
* Retained: {", ".join(sorted(kind.value for kind in RETAINED))}; receivers drop any other
  retained message. A payload is at most {MAX_PAYLOAD_BYTES} bytes.
* A topic whose regency or village segment is not a prefix of its kiosk is refused.
"""


def document() -> Json:
    """The AsyncAPI 3.0 document as JSON values."""
    _, schemas = msgspec.json.schema_components(list(MESSAGES.values()), ref_template=_SCHEMAS)
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Anjungan Desa Pintar: kiosk and regency",
            "version": "1.0.0",
            "description": _INTRODUCTION,
            "license": {
                "name": "Apache-2.0",
                "url": "https://www.apache.org/licenses/LICENSE-2.0",
            },
        },
        "defaultContentType": "application/json",
        "servers": {
            "broker": {
                "host": "{host}:{port}",
                "protocol": "secure-mqtt",
                "protocolVersion": "3.1.1",
                "description": _SECURED,
                "variables": {"host": {}, "port": {"default": "8883"}},
                "security": [{"$ref": "#/components/securitySchemes/certificate"}],
                "bindings": {"mqtt": _server_binding()},
            },
            "demo": {
                "host": "127.0.0.1:{port}",
                "protocol": "mqtt",
                "protocolVersion": "3.1.1",
                "description": "A broker on the same machine: the only one spoken with plainly.",
                "variables": {"port": {"default": "1883"}},
                "bindings": {"mqtt": _server_binding()},
            },
        },
        "channels": {channel_name(kind): _channel(kind) for kind in MESSAGES},
        "operations": {_operation_name(kind): _operation(kind) for kind in MESSAGES},
        "components": {
            "messages": {MESSAGES[kind].__name__: _message(kind) for kind in MESSAGES},
            "schemas": _without_indentation(schemas),
            "securitySchemes": {"certificate": {"type": "X509", "description": _CERTIFICATE}},
        },
    }


def _without_indentation(schemas: Json) -> Json:
    """The schemas with clean descriptions: Python before 3.13 keeps the indent of docstrings."""
    for schema in schemas.values():
        if "description" in schema:
            schema["description"] = inspect.cleandoc(schema["description"])
    return schemas


def channel_name(kind: Kind) -> str:
    """The name of a kind's channel: its last two topic levels, as ``up_request``."""
    return "_".join(_address(kind).split("/")[-2:])


def _address(kind: Kind) -> str:
    """The topic of ``kind`` with its identities as parameters, as the code itself builds it."""
    match kind:
        case UpKind():
            topic = str(UpTopic(KIOSK, kind))
        case DownKind():
            topic = str(DownTopic(KIOSK, kind))
        case SharedKind():
            topic = str(SharedTopic(regency_of(KIOSK), kind))
    names = {regency_of(KIOSK): "{regency}", village_of(KIOSK): "{village}", KIOSK: "{kiosk}"}
    return "/".join(names.get(level, level) for level in topic.split("/"))


def _channel(kind: Kind) -> Json:
    address = _address(kind)
    name = MESSAGES[kind].__name__
    return {
        "address": address,
        "messages": {name: {"$ref": f"#/components/messages/{name}"}},
        "parameters": {
            parameter: description
            for parameter, description in _PARAMETERS.items()
            if f"{{{parameter}}}" in address
        },
    }


def _operation_name(kind: Kind) -> str:
    return f"{_action(kind)}_{kind.value}"


def _action(kind: Kind) -> str:
    return "send" if isinstance(kind, UpKind) else "receive"


def _operation(kind: Kind) -> Json:
    operation: Json = {
        "action": _action(kind),
        "channel": {"$ref": f"#/channels/{channel_name(kind)}"},
        "bindings": {
            "mqtt": {"qos": QOS, "retain": kind in RETAINED, "bindingVersion": _BINDING_VERSION}
        },
    }
    answer: Kind | None = None
    if kind in RECEIPTED:
        answer = DownKind.RECEIPT
    elif kind is DownKind.STATUS:
        answer = UpKind.ACK
    if answer is not None:
        operation["reply"] = {"channel": {"$ref": f"#/channels/{channel_name(answer)}"}}
    return operation


def _message(kind: Kind) -> Json:
    message = MESSAGES[kind]
    return {
        "name": message.__name__,
        "summary": (message.__doc__ or "").strip().splitlines()[0],
        "payload": {"$ref": _SCHEMAS.format(name=message.__name__)},
        "examples": [{"payload": json.loads(encode(EXAMPLES[kind]))}],
    }


def _server_binding() -> Json:
    will = _address(UpKind.STATE)
    return {
        "clientId": "{kiosk}",
        "cleanSession": True,
        "keepAlive": 120,
        "lastWill": {
            "topic": will,
            "qos": QOS,
            "retain": True,
            "message": "State with presence offline and the session number of the birth.",
        },
        "bindingVersion": _BINDING_VERSION,
    }


def text() -> str:
    """The document as it is kept in ``docs/asyncapi.json``."""
    return json.dumps(document(), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(text())
