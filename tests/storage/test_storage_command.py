"""``anjungan outbox list``."""

import json
from pathlib import Path

import pytest

from anjungan.appliance.storage.storage import Storage
from anjungan.cli import main
from anjungan.protocol.messages import EventKind, ReceiptItem, ReceiptOutcome, RefusalCode
from tests.storage.storage_lab import make_draft


async def test_the_list_names_messages_and_nothing_personal(
    storage: Storage, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    waiting, refused = make_draft(sealed=b"3505111203800002"), make_draft()
    for draft in (waiting, refused):
        await storage.submit(draft)
    await storage.queue_event(EventKind.STARTED)
    await storage.apply_receipt(
        [
            ReceiptItem(
                message_id=refused.request_id,
                outcome=ReceiptOutcome.REFUSED,
                code=RefusalCode.TICKET_TAKEN,
            )
        ]
    )
    assert main(["outbox", "list", "--database", str(database)]) == 0
    text = capsys.readouterr().out
    lines = text.splitlines()
    assert lines[0].split() == ["id", "kind", "state", "age_s", "bytes"]
    assert any(waiting.request_id in line and "waiting" in line for line in lines)
    assert any(refused.request_id in line and "refused (ticket_taken)" in line for line in lines)
    assert "event" in text
    assert waiting.token not in text

    assert main(["outbox", "list", "--json", "--database", str(database)]) == 0
    rows = json.loads(capsys.readouterr().out)
    assert {row["id"] for row in rows} >= {waiting.request_id, refused.request_id}


async def test_an_empty_outbox_is_said(
    storage: Storage, database: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "list", "--database", str(database)]) == 0
    assert capsys.readouterr().out == "nothing waits\n"
    assert storage.boot == 1, "listing is not a boot"


def test_without_a_database_the_exit_code_is_1(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "list", "--database", str(tmp_path / "absent.db")]) == 1
    assert "absent.db" in capsys.readouterr().err


def test_wrong_settings_have_their_own_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "site.toml"
    wrong.write_text("[paths\n")
    assert main(["outbox", "list", "--config", str(wrong)]) == 3
    assert "site.toml" in capsys.readouterr().err
