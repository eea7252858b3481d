"""The AsyncAPI document: generated, official, complete, and true to the types."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from anjungan.protocol.asyncapi import channel_name, document, text
from anjungan.protocol.contract import MESSAGES, RETAINED, Kind, decode, encode
from anjungan.protocol.examples import EXAMPLES, KIOSK
from anjungan.protocol.identity import regency_of, village_of
from anjungan.protocol.tickets import parse_code, parse_token
from anjungan.protocol.topics import UpKind, parse_topic

HERE = Path(__file__).parent
KEPT = HERE.parents[1] / "docs" / "asyncapi.json"
OFFICIAL = HERE / "asyncapi-3.0.0.schema.json"
"""From the npm package @asyncapi/specs (Apache-2.0; licence and notice lie beside it)."""

ids = [f"{type(kind).__name__}.{kind.name}" for kind in MESSAGES]
every_kind = pytest.mark.parametrize("kind", MESSAGES, ids=ids)


def payload_schema(kind: Kind) -> dict[str, Any]:
    """The schema of one payload, with the document's components to resolve references."""
    doc = document()
    message = doc["components"]["messages"][MESSAGES[kind].__name__]
    return {**message["payload"], "components": doc["components"]}


def official() -> jsonschema.Draft7Validator:
    return jsonschema.Draft7Validator(json.loads(OFFICIAL.read_text(encoding="utf-8")))


def test_the_kept_document_is_the_generated_one() -> None:
    assert KEPT.read_text(encoding="utf-8") == text(), (
        "run: python -m anjungan.protocol.asyncapi > docs/asyncapi.json"
    )


def test_the_module_writes_the_document() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "anjungan.protocol.asyncapi"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout == text()


def test_the_document_is_official_asyncapi_3() -> None:
    errors = [f"{list(e.absolute_path)}: {e.message}" for e in official().iter_errors(document())]
    assert errors == []


@pytest.mark.parametrize("damage", ["info", "action", "address", "binding"])
def test_the_official_schema_finds_mistakes(damage: str) -> None:
    doc = document()
    match damage:
        case "info":
            del doc["info"]
        case "action":
            doc["operations"]["send_request"]["action"] = "shout"
        case "address":
            doc["channels"]["up_request"]["address"] = 5
        case "binding":
            doc["operations"]["send_request"]["bindings"]["mqtt"]["qos"] = 7
    assert list(official().iter_errors(doc))


def test_every_reference_leads_somewhere() -> None:
    doc = document()
    for reference in set(re.findall(r'"\$ref": "([^"]+)"', json.dumps(doc))):
        target: Any = doc
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        assert target


@every_kind
def test_every_kind_has_channel_operation_and_message(kind: Kind) -> None:
    doc = document()
    channel = doc["channels"][channel_name(kind)]
    topic = (
        channel["address"]
        .replace("{regency}", regency_of(KIOSK))
        .replace("{village}", village_of(KIOSK))
        .replace("{kiosk}", KIOSK)
    )
    assert parse_topic(topic).kind is kind, "the address is a topic of the contract"
    assert set(channel["parameters"]) == set(re.findall(r"{(\w+)}", channel["address"]))
    assert list(channel["messages"]) == [MESSAGES[kind].__name__]

    (operation,) = (
        o
        for o in doc["operations"].values()
        if o["channel"]["$ref"] == f"#/channels/{channel_name(kind)}"
    )
    assert operation["action"] == ("send" if isinstance(kind, UpKind) else "receive")
    assert operation["bindings"]["mqtt"]["retain"] == (kind in RETAINED)
    assert operation["bindings"]["mqtt"]["qos"] == 1


def test_nothing_else_is_described() -> None:
    doc = document()
    assert len(doc["channels"]) == len(doc["operations"]) == len(MESSAGES)


@every_kind
def test_examples_hold_for_types_and_schemas_alike(kind: Kind) -> None:
    example = EXAMPLES[kind]
    assert type(example) is MESSAGES[kind]
    payload = encode(example)
    assert decode(kind, payload) == example
    jsonschema.validate(json.loads(payload), payload_schema(kind))
    doc = document()
    (kept,) = doc["components"]["messages"][MESSAGES[kind].__name__]["examples"]
    assert kept["payload"] == json.loads(payload)


@every_kind
def test_schemas_require_what_the_types_require(kind: Kind) -> None:
    whole = json.loads(encode(EXAMPLES[kind]))
    validator = jsonschema.Draft202012Validator(payload_schema(kind))
    for name in whole:
        without = {key: value for key, value in whole.items() if key != name}
        decoded = decode(kind, json.dumps(without).encode())
        by_type = isinstance(decoded, MESSAGES[kind])
        assert validator.is_valid(without) == by_type, name


def test_the_example_ticket_could_be_one() -> None:
    request = EXAMPLES[UpKind.REQUEST]
    assert parse_code(request.ticket_code) == request.ticket_code  # type: ignore[union-attr]
    assert parse_token(request.ticket_token) == request.ticket_token  # type: ignore[union-attr]
