"""``anjungan outbox list``."""

import json
import os
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


def test_an_absent_database_is_said_and_how_to_name_another_kiosks(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ANJUNGAN__PATHS__DATA_DIR", str(tmp_path / "absent"))
    assert main(["outbox", "list"]) == 1
    told = capsys.readouterr().err
    assert f"there is no database at {tmp_path / 'absent' / 'kiosk.db'}" in told
    assert "--config FILE" in told


def test_an_absent_database_that_was_named_needs_no_other_name(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "list", "--database", str(tmp_path / "absent.db")]) == 1
    told = capsys.readouterr().err
    assert "there is no database at" in told
    assert "absent.db" in told
    assert "--config" not in told


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        (PermissionError(13, "Permission denied"), "sudo -u anjungan"),
        (OSError(5, "Input/output error"), "kiosk.db: "),
    ],
)
def test_a_database_that_cannot_be_read_says_why(
    refusal: OSError,
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    database = tmp_path / "kiosk.db"
    whole_stat = Path.stat

    def stat(path: Path, **how: bool) -> os.stat_result:
        if path == database:
            raise refusal
        return whole_stat(path, **how)

    monkeypatch.setattr(Path, "stat", stat)
    assert main(["outbox", "list", "--database", str(database)]) == 1
    told = capsys.readouterr().err
    assert words in told
    assert "there is no database" not in told


def test_a_file_that_is_no_database_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = tmp_path / "letter.txt"
    other.write_text("a letter, not a database " * 100)
    assert main(["outbox", "list", "--database", str(other)]) == 1
    assert f"{other}: storage failed: damaged" in capsys.readouterr().err


def test_wrong_settings_have_their_own_exit_code(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    wrong = tmp_path / "site.toml"
    wrong.write_text("[paths\n")
    assert main(["outbox", "list", "--config", str(wrong)]) == 3
    assert "site.toml" in capsys.readouterr().err
