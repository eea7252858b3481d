"""Every mistake in settings and key files, made for real and told in both languages."""

import asyncio
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from doctor_desk import WORDS, ask_doctor
from kiosk_lab import make_kiosk
from nacl.signing import SigningKey

from anjungan.appliance.agent.app import EXIT_SETTINGS, run_agent
from anjungan.appliance.doctor.examine import Diagnosis
from anjungan.appliance.doctor.finding import Finding, Verdict
from anjungan.appliance.doctor.mistake_words import FIXES, VALUE_TYPES, said_of
from anjungan.appliance.errors import ConfigProblem, unreadable_file
from anjungan.appliance.settings.load import DEFAULT_FILE
from anjungan.appliance.settings.mistakes import wrong_value
from anjungan.appliance.settings.site import SiteSettings
from anjungan.protocol.keyring import Keyring, SignedKeyring, sign_keyring

P = ConfigProblem
KIOSK = 'kiosk.id = "3505102001-1"\n'


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    return tmp_path / "site.toml"


def examined(file: Path) -> Diagnosis:
    return asyncio.run(ask_doctor(file))


def the_wrong_one(diagnosis: Diagnosis) -> Finding:
    """The first that is wrong, of settings and keys."""
    return next(each for each in diagnosis.findings if each.verdict is Verdict.WRONG)


def told(diagnosis: Diagnosis) -> tuple[str, str]:
    said = the_wrong_one(diagnosis).answered
    return WORDS.text(said, "id"), WORDS.text(said, "en")


WRITTEN = [
    ("[line\n", P.NOT_TOML_AT, "bukan TOML yang benar: baris 1, kolom 6"),
    ('a = """', P.NOT_TOML, "berkasnya berakhir terlalu awal"),
    (b"\xff\xfe", P.NOT_UTF8, "bukan teks UTF-8"),
    ("line.prt = 1", P.UNKNOWN_SETTING, "line.prt: tidak ada pengaturan bernama itu"),
    ("[[announcements]]\n", P.MISSING_SETTING, "announcements[0]: title belum diisi"),
    (
        "line.host = 5",
        P.WRONG_TYPE,
        "line.host: harus teks dalam tanda kutip, bukan bilangan bulat",
    ),
    (
        'devices.buttons.buttons.up.light = "x"',
        P.WRONG_TYPE,
        "devices.buttons.buttons.up.light: harus bilangan bulat / false, bukan teks dalam tanda",
    ),
    ("line.host = 2026-11-24", P.WRONG_TYPE, "bukan tanggal"),
    ("line.port = 0", P.BELOW_LEAST, "line.port: paling kecil 1"),
    ("line.port = 99999", P.ABOVE_MOST, "line.port: paling besar 65535"),
    ("line.health_interval_s = 0", P.NOT_MORE, "line.health_interval_s: harus lebih dari 0"),
    ("screen.diagonal_in = 500", P.NOT_LESS, "screen.diagonal_in: harus kurang dari 100"),
    ('paths.data_dir = ""', P.TOO_SHORT, "paths.data_dir: paling sedikit 1 huruf"),
    ('kiosk.id = "3505102001"', P.WRONG_FORM, "kiosk.id: harus kode desa 10 angka"),
    ('kiosk.queue_letter = "ab"', P.WRONG_FORM, "harus satu huruf besar, atau kosong"),
    (
        'devices.pembaca.kind = "rc522"',
        P.NOT_KNOWN,
        "devices.pembaca.kind: nilai ini tidak dikenal; yang ada: backlight, cups, escpos-serial",
    ),
    (
        'devices.buttons.buttons.up.does = "fly"',
        P.NOT_KNOWN,
        "nilai ini tidak dikenal; yang ada: up, down, ok, back, help, home, language, sound",
    ),
    ("devices.timbangan.path = 'x'", P.MISSING_SETTING, "devices.timbangan: kind belum diisi"),
    ('devices."Pembaca 1".kind = "pn532"', P.WRONG_FORM, "huruf kecil"),
    ("", P.KIOSK_UNSET, "kiosk.id belum diisi"),
    ('kiosk.id = "9999999999-1"', P.UNKNOWN_VILLAGE, "tidak ada desa berkode 9999999999"),
    (
        KIOSK + 'devices.printer.profile = "x"',
        P.UNKNOWN_PRINTER_PROFILE,
        "tidak ada profil x; yang ada: ",
    ),
    (
        KIOSK + "devices.buttons.buttons.up.pin = 13\ndevices.buttons.buttons.down.light = 25",
        P.PIN_TWICE,
        "pin dipakai dua kali: 13, 25",
    ),
    (
        KIOSK + "devices.buttons.contacts.help.pin = 4",
        P.NAME_TWICE,
        "devices.buttons: tombol dan sakelar sama-sama bernama help",
    ),
    (
        KIOSK + "devices.kedua.kind = 'rdm6300'",
        P.PATH_TWICE,
        "devices.card_reader, kedua: /dev/anjungan/card-reader dipakai dua perangkat",
    ),
]


@pytest.mark.parametrize(("content", "problem", "indonesian"), WRITTEN)
def test_a_mistake_in_the_settings_is_told_in_both_languages(
    site_file: Path, content: str | bytes, problem: ConfigProblem, indonesian: str
) -> None:
    site_file.write_bytes(content if isinstance(content, bytes) else content.encode())
    diagnosis = examined(site_file)
    assert diagnosis.exit_code == EXIT_SETTINGS
    spoken, english = told(diagnosis)
    assert indonesian in spoken
    assert spoken != english
    for word in ("Expected", "expected", "`", "must", "there is no", "cannot"):
        assert word not in spoken
    if problem is not P.WRONG_FORM:  # these two have sentences of their own
        assert the_wrong_one(diagnosis).answered.key == f"mistake.{problem.value}"
    if "file" in the_wrong_one(diagnosis).answered.values or "line." in spoken:
        assert problem is P.KIOSK_UNSET or spoken.startswith(f"{site_file}: ")


def a_folder(file: Path) -> None:
    file.mkdir()


@pytest.mark.parametrize(
    ("make", "indonesian", "fix"),
    [
        (lambda _file: None, "berkas ini tidak ada", "missing"),
        (a_folder, "ini folder, bukan berkas", "missing"),
    ],
)
def test_settings_that_are_no_file(
    site_file: Path, make: Callable[[Path], None], indonesian: str, fix: str
) -> None:
    make(site_file)
    diagnosis = examined(site_file)
    assert told(diagnosis)[0] == f"{site_file}: {indonesian}"
    found = the_wrong_one(diagnosis).fix
    assert found is not None
    assert found.key == f"settings_fix.{fix}"
    assert str(site_file) in WORDS.text(found, "id")


@pytest.mark.parametrize(
    ("error", "problem"),
    [
        (PermissionError(13, "Permission denied"), P.FILE_FORBIDDEN),
        (NotADirectoryError(20, "Not a directory"), P.FILE_MISSING),
        (OSError(5, "Input/output error"), P.FILE_UNREADABLE),
        (OSError("no number"), P.FILE_UNREADABLE),
    ],
)
def test_every_way_a_file_cannot_be_read(error: OSError, problem: ConfigProblem) -> None:
    mistake = unreadable_file(Path("/etc/anjungan/x"), error)
    assert mistake.problem is problem
    assert str(mistake).startswith("/etc/anjungan/x: cannot be read (")
    assert "/etc/anjungan/x" in WORDS.text(said_of(mistake), "id")


def another_regencys(keys: Path) -> None:
    """A ring that is signed as it should be, for another regency."""
    file, root = keys / "keyring.json", SigningKey.generate()
    signed = msgspec.json.decode(file.read_bytes(), type=SignedKeyring)
    ring = msgspec.json.decode(signed.keyring, type=Keyring)
    file.write_bytes(sign_keyring(msgspec.structs.replace(ring, regency="3506"), root))
    (keys / "root.pub").write_text(root.verify_key.encode().hex())


def another_root(keys: Path) -> None:
    other = make_kiosk(keys.parent / "other")
    shutil.copy(other.settings.paths.keyring_file, keys / "keyring.json")


KEYS = [
    ("keyring.json", P.FILE_MISSING, lambda keys: (keys / "keyring.json").unlink()),
    ("root.pub", P.FILE_MISSING, lambda keys: (keys / "root.pub").unlink()),
    ("village.key", P.KEY_NOT_HEX, lambda keys: (keys / "village.key").write_text("zz")),
    ("village.key", P.KEY_LENGTH, lambda keys: (keys / "village.key").write_text("00")),
    ("keyring.json", P.KEYRING_NOT_SIGNED, another_root),
    ("keyring.json", P.KEYRING_OF_ANOTHER_REGENCY, another_regencys),
]


@pytest.mark.parametrize(("name", "problem", "spoil"), KEYS)
def test_a_mistake_in_the_key_files_is_told_in_both_languages(
    tmp_path: Path, name: str, problem: ConfigProblem, spoil: Callable[[Path], object]
) -> None:
    config = make_kiosk(tmp_path).write_config(tmp_path / "site.toml")
    spoil(tmp_path / "keys")
    finding = the_wrong_one(examined(config))
    assert finding.subject.key == "keys.subject"
    assert finding.answered.key == f"mistake.{problem.value}"
    spoken, english = (WORDS.text(finding.answered, language) for language in ("id", "en"))
    assert spoken.startswith(f"{tmp_path / 'keys' / name}: ")
    assert spoken != english


def test_every_kind_of_mistake_is_made_above() -> None:
    made = {problem for _content, problem, _text in WRITTEN}
    made |= {problem for _name, problem, _spoil in KEYS}
    made |= {P.FILE_FORBIDDEN, P.FILE_IS_FOLDER, P.FILE_UNREADABLE, P.WRONG_VALUE}
    assert made == set(ConfigProblem)


def test_what_the_checker_may_say_one_day_is_told_as_it_is() -> None:
    error = wrong_value("Something new - at `$.line.host`", {})
    assert error.problem is P.WRONG_VALUE
    assert WORDS.text(said_of(error), "id").endswith("tidak dapat dipakai (Something new)")
    odd = wrong_value("Expected `decimal`, got `str`", {})
    assert "harus decimal, bukan teks" in WORDS.text(said_of(odd), "id")
    form = wrong_value("Expected `str` matching regex '^x$'", {})
    assert WORDS.text(said_of(form), "id").endswith("bentuknya harus ^x$")


class TestKioskUnset:
    def test_the_doctor_says_where_it_belongs_with_an_example(self, site_file: Path) -> None:
        site_file.write_text("")
        finding = the_wrong_one(examined(site_file))
        assert finding.fix is not None
        for language in ("id", "en"):
            advice = WORDS.text(finding.fix, language)
            assert str(site_file) in advice
            assert 'id = "3505102001-1"' in advice
            assert "0000000000" not in WORDS.text(finding.answered, language)

    def test_so_does_the_agent_before_it_looks_for_keys(
        self, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert run_agent(SiteSettings()) == EXIT_SETTINGS
        err = capsys.readouterr().err
        assert "kiosk.id: not set" in err
        assert str(DEFAULT_FILE) in err
        assert 'id = "3505102001-1"' in err


def test_advice_and_types_have_sentences() -> None:
    for key in {f"settings_fix.{fix}" for fix in FIXES.values()}:
        assert key in WORDS.keys
    assert {f"value_type.{name}" for name in VALUE_TYPES} <= WORDS.keys
    assert os.fspath(DEFAULT_FILE) == "/etc/anjungan/site.toml"
