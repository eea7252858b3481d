"""Where every value came from, and what every mistake says."""

import json
import os
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.errors import ConfigError
from anjungan.appliance.settings import load as module
from anjungan.appliance.settings.devices import SerialPrinterSettings
from anjungan.appliance.settings.load import Loaded, load_settings
from anjungan.appliance.settings.mistakes import wrong_value
from anjungan.appliance.settings.site import SiteSettings


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    return tmp_path / "site.toml"


def load(text: str, file: Path, **environment: str) -> Loaded:
    file.write_text(text, encoding="utf-8")
    return load_settings(file, environment=environment)


def origin_of(loaded: Loaded, key: str) -> str:
    return {name: origin for name, _value, origin in loaded.effective()}[key]


class TestOrigins:
    def test_nothing_given_is_all_defaults(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(module, "DEFAULT_FILE", Path("/nowhere/site.toml"))
        loaded = load_settings(environment={})
        assert loaded.settings == SiteSettings()
        assert {origin for _key, _value, origin in loaded.effective()} == {"default"}

    def test_the_default_file_is_taken_where_it_exists(
        self, site_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site_file.write_text('line.host = "127.0.0.2"')
        monkeypatch.setattr(module, "DEFAULT_FILE", site_file)
        assert load_settings(environment={}).settings.line.host == "127.0.0.2"

    def test_each_value_keeps_its_own_origin(self, site_file: Path) -> None:
        loaded = load(
            '[line]\nhost = "127.0.0.2"\nport = 1884\n', site_file, ANJUNGAN__LINE__PORT="1885"
        )
        assert (loaded.settings.line.host, loaded.settings.line.port) == ("127.0.0.2", 1885)
        assert origin_of(loaded, "line.host") == str(site_file)
        assert origin_of(loaded, "line.port") == "$ANJUNGAN__LINE__PORT"
        assert origin_of(loaded, "line.health_interval_s") == "default"

    def test_the_real_environment_is_read(
        self, site_file: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        site_file.write_text("")
        monkeypatch.setenv("ANJUNGAN__OFFICE__HOURS", "Senin, 08.00")
        assert load_settings(site_file).settings.office.hours == "Senin, 08.00"

    def test_other_variables_are_left_alone(self, site_file: Path) -> None:
        assert load("", site_file, ANJUNGAN_DEMO_DATA="x", HOME="/").origins == {}

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            ("1885", 1885),
            ('"1885"', "1885"),
            ("127.0.0.1", "127.0.0.1"),
            ("", ""),
            ("1\n2", "1\n2"),
        ],
    )
    def test_variables_are_toml_or_else_text(self, text: str, value: object) -> None:
        assert module._read_value(text) == value

    def test_effective_lists_every_setting_once(self, site_file: Path) -> None:
        keys = [key for key, _value, _origin in load("", site_file).effective()]
        assert len(keys) == len(set(keys))
        assert {"kiosk.id", "devices.buttons.buttons.ok.light", "announcements"} <= set(keys)


class TestDevicesThatAreNotFitted:
    def test_false_says_that_there_is_none(self, site_file: Path) -> None:
        loaded = load("devices.scanner = false\n", site_file)
        assert loaded.settings.devices["scanner"] is None
        assert loaded.settings.devices["printer"] == SerialPrinterSettings()
        assert origin_of(loaded, "devices.scanner") == str(site_file)

    def test_the_environment_may_say_so_over_a_file(self, site_file: Path) -> None:
        loaded = load(
            '[devices.scanner]\npath = "/dev/x"\n', site_file, ANJUNGAN__DEVICES__SCANNER="false"
        )
        assert loaded.settings.devices["scanner"] is None

    def test_false_is_an_ordinary_value_elsewhere(self, site_file: Path) -> None:
        with pytest.raises(ConfigError, match=r"line\.host"):
            load("line.host = false", site_file)


class TestMistakes:
    @pytest.mark.parametrize(
        ("text", "place"),
        [
            ("[line]\nhost = 5", "line.host: Expected `str`"),
            ("[line]\nport = 0", "line.port: Expected `int` >= 1"),
            ("[line]\nhealth_interval_s = 0", "line.health_interval_s: Expected `float` > 0"),
            ("[line]\nprt = 1", "line.prt: there is no such setting"),
            ("foo = 1", "foo: there is no such setting"),
            ("line = 3", "line: Expected `object`"),
            ('kiosk.id = "3505102001"', "kiosk.id: Expected `str` matching"),
            ('kiosk.id = "3505102001-1\\n"', "kiosk.id: Expected `str` matching"),
            ('kiosk.queue_letter = "ab"', "kiosk.queue_letter: Expected `str` matching"),
            ("[[announcements]]\ntitle = 3", "announcements[0].title: Expected `str`"),
            ('[[announcements]]\ntitle = "a"\nx = 1', "announcements[0].x: there is no such"),
            ("[[announcements]]\n", "announcements[0]: Object missing required field `title`"),
            ("devices.printer = true", "devices.printer: Expected"),
            ("devices.printer.path = false", "devices.printer.path: Expected `str`"),
            ("visit.idle_warn_s = 5", "visit.idle_warn_s: Expected `int` >= 10"),
        ],
    )
    def test_a_wrong_value_is_named_with_its_file(
        self, site_file: Path, text: str, place: str
    ) -> None:
        with pytest.raises(ConfigError) as caught:
            load(text, site_file)
        assert str(caught.value).startswith(f"{site_file}: {place}")

    def test_a_wrong_variable_is_named(self, site_file: Path) -> None:
        with pytest.raises(ConfigError, match=r"^\$ANJUNGAN__LINE__PORT: line\.port: Expected"):
            load('[line]\nhost = "localhost"', site_file, ANJUNGAN__LINE__PORT="many")

    def test_a_variable_of_no_setting_is_named(self, site_file: Path) -> None:
        with pytest.raises(ConfigError, match=r"^\$ANJUNGAN__LINE__PRT: line\.prt: there is no"):
            load("", site_file, ANJUNGAN__LINE__PRT="1")

    @pytest.mark.parametrize(
        "content",
        [
            b"[line\n",
            b"\xff\xfe",
            b"line.host = 1\nline.host = 2\n",
            b"x = " + b"[" * 3000,
            b"x = " + b"9" * 5000,
        ],
    )
    def test_what_is_no_toml_is_told(self, site_file: Path, content: bytes) -> None:
        site_file.write_bytes(content)
        with pytest.raises(ConfigError, match=r"site\.toml: not valid TOML"):
            load_settings(site_file, environment={})

    @pytest.mark.parametrize("make", [lambda path: None, os.mkdir])
    def test_a_file_that_cannot_be_read_is_told(self, site_file: Path, make: object) -> None:
        make(site_file)  # type: ignore[operator]  # one of the two functions above
        with pytest.raises(ConfigError, match=r"site\.toml: cannot be read"):
            load_settings(site_file, environment={})

    def test_a_mistake_without_any_place_is_at_the_top_level(self) -> None:
        message = "settings: top level: Expected `object`, got `int`"
        assert str(wrong_value("Expected `object`, got `int`", {})) == message

    @settings(max_examples=60)
    @given(
        st.recursive(
            st.none() | st.booleans() | st.integers() | st.text(max_size=8),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.sampled_from(["line", "host", "devices", "x", ""]), inner)
            ),
            max_leaves=8,
        )
    )
    def test_no_value_of_a_variable_breaks_the_loading(self, value: object) -> None:
        """Whatever stands there: settings, or one ConfigError."""
        environment = {"ANJUNGAN__DEVICES": json.dumps(value), "ANJUNGAN__LINE__HOST": repr(value)}
        with suppress(ConfigError):
            loaded = load_settings(Path(os.devnull), environment=environment)
            assert isinstance(loaded.settings, SiteSettings)
