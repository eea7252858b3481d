"""What the units promise to the rest of the product."""

import configparser
import re
from pathlib import Path
from typing import get_args

import msgspec
import pytest
from unit_files import FOLDER, INSTALLED, lines_of, read_unit, services, units

from anjungan.appliance.agent.watchdog import STORAGE_LIMIT_S, ServiceManager
from anjungan.appliance.settings.devices import DeviceSettings
from anjungan.appliance.settings.site import SiteSettings
from anjungan.cli import _parser

AGENT = FOLDER / "anjungan-agent.service"
SCREENS = FOLDER / "anjungan-screens.service"


def service(file: Path) -> dict[str, list[str]]:
    return read_unit(file)["Service"]


def seconds(text: str) -> float:
    """A time span as these units write it: one number with its unit."""
    number, unit = re.fullmatch(r"(\d+)(s|min)", text).groups()  # type: ignore[union-attr]  # a span of another form shall fail the test
    return float(number) * {"s": 1, "min": 60}[unit]


def kind_name(kind: type[DeviceSettings]) -> str:
    return str(msgspec.inspect.type_info(kind).tag)  # type: ignore[union-attr]  # each kind is a tagged struct


def sysusers() -> dict[str, list[list[str]]]:
    """Lines of sysusers.d by their type letter."""
    table: dict[str, list[list[str]]] = {}
    for line in lines_of(FOLDER / "sysusers.d" / "anjungan.conf"):
        kind, *rest = line.split()
        table.setdefault(kind, []).append(rest)
    return table


@pytest.mark.parametrize("file", services(), ids=lambda file: file.name)
class TestEveryService:
    def test_is_watched_and_started_again(self, file: Path) -> None:
        unit = service(file)
        assert unit["Type"] == ["notify"]
        assert unit["NotifyAccess"] == ["main"]
        assert seconds(unit["WatchdogSec"][0]) > 0
        assert unit["Restart"] == ["always"]

    def test_never_gives_up(self, file: Path) -> None:
        """Quick restarts have a limit; past it a timer starts the service again."""
        unit = read_unit(file)
        assert int(unit["Unit"]["StartLimitBurst"][0]) > 1
        (retry,) = unit["Unit"]["OnFailure"]
        timer = read_unit(FOLDER / retry)["Timer"]
        assert timer["Unit"] == [file.name]
        assert timer["RemainAfterElapse"] == ["no"]
        # otherwise the timer's start would still be over the limit, and would be refused
        assert seconds(timer["OnActiveSec"][0]) >= seconds(unit["Unit"]["StartLimitIntervalSec"][0])

    def test_the_limit_of_quick_restarts_can_be_reached(self, file: Path) -> None:
        unit = read_unit(file)
        burst = int(unit["Unit"]["StartLimitBurst"][0])
        interval_s = seconds(unit["Unit"]["StartLimitIntervalSec"][0])
        assert burst * seconds(unit["Service"]["RestartSec"][0]) < interval_s

    def test_leaves_no_memory_on_the_card(self, file: Path) -> None:
        unit = service(file)
        assert unit["LimitCORE"] == ["0"]
        assert unit["MemorySwapMax"] == ["0"]

    def test_needs_no_login_session(self, file: Path) -> None:
        assert "PAMName" not in service(file)

    def test_runs_a_command_that_exists(self, file: Path) -> None:
        (command,) = service(file)["ExecStart"]
        python, *words = command.split()
        assert python == f"{INSTALLED}bin/python"
        assert words[:3] == ["-I", "-m", "anjungan.cli"]
        name = words[3]
        known = _parser().format_help()
        assert re.search(rf"^ +{name}\b", known, re.MULTILINE), f"there is no command {name!r}"

    def test_runs_as_a_user_that_is_made(self, file: Path) -> None:
        unit = service(file)
        made = {name for name, *_rest in sysusers()["u"]}
        assert unit["User"][0] in made
        assert unit["User"] != ["root"]
        assert unit["Group"][0] in made

    def test_belongs_to_the_target(self, file: Path) -> None:
        target = read_unit(FOLDER / "anjungan.target")["Unit"]
        assert file.name in target["Wants"][0].split()
        assert read_unit(file)["Install"]["WantedBy"] == ["anjungan.target"]

    def test_opens_declared_devices_only(self, file: Path) -> None:
        unit = service(file)
        assert unit["DevicePolicy"] == ["closed"]
        assert all(allowed.startswith("char-") for allowed in unit["DeviceAllow"])


def test_the_watchdog_of_the_agent_outlasts_one_unanswered_question_to_a_slow_card() -> None:
    limit_s = seconds(service(AGENT)["WatchdogSec"][0])
    fed_every_s = ServiceManager({"WATCHDOG_USEC": str(int(limit_s * 1e6))}).interval_s
    # fed; a question that is not answered in time; the next one, which is
    assert fed_every_s + STORAGE_LIMIT_S + fed_every_s < limit_s


NODES_OF_KINDS: dict[str, tuple[set[str], set[str]]] = {
    # kind: nodes that the unit must allow, groups that open them
    "pn532": ({"char-ttyUSB", "char-ttyACM", "char-ttyAMA"}, {"dialout"}),
    "rdm6300": ({"char-ttyUSB", "char-ttyACM", "char-ttyAMA"}, {"dialout"}),
    "pcsc": (set(), set()),
    "wedge": ({"char-input"}, {"input"}),
    "line-scanner": ({"char-ttyUSB", "char-ttyACM"}, {"dialout"}),
    "escpos-serial": ({"char-ttyUSB", "char-ttyACM", "char-ttyAMA"}, {"dialout"}),
    "escpos-usb": ({"char-usb"}, {"lp"}),
    "escpos-tcp": (set(), set()),
    "cups": (set(), set()),
    "gpio-panel": ({"char-gpiochip"}, {"gpio"}),
    "espeak": ({"char-alsa"}, {"audio"}),
    "backlight": (set(), set()),
}


@pytest.mark.parametrize("kind", get_args(DeviceSettings), ids=kind_name)
def test_the_agent_may_open_every_kind_of_device(kind: type[DeviceSettings]) -> None:
    nodes, groups = NODES_OF_KINDS[kind_name(kind)]
    allowed = {each.split()[0] for each in service(AGENT)["DeviceAllow"]}
    joined = {group for user, group in sysusers()["m"] if user == "anjungan"}
    assert nodes <= allowed
    assert groups <= joined


def test_the_agent_may_switch_the_panels_light() -> None:
    """Below /sys everything is read-only but the devices on the board, where only DAC decides."""
    unit = service(AGENT)
    assert unit["ProtectKernelTunables"] == ["yes"]
    assert unit["ReadWritePaths"] == ["-/sys/devices/platform"]


def test_folders_are_those_of_the_default_settings() -> None:
    paths = SiteSettings().paths
    unit = service(AGENT)
    assert f"/var/lib/{unit['StateDirectory'][0]}" == paths.data_dir
    assert f"/run/{unit['RuntimeDirectory'][0]}" == paths.runtime_dir
    assert unit["StateDirectoryMode"] == ["0700"]


def test_the_fifo_of_lgpio_is_made_where_the_agent_may_write() -> None:
    unit = service(AGENT)
    assert unit["WorkingDirectory"] == [SiteSettings().paths.runtime_dir]
    assert f"LG_WD={unit['WorkingDirectory'][0]}" in " ".join(unit["Environment"]).split()


def test_the_mark_of_an_interrupted_visit_outlives_a_restart_of_the_agent() -> None:
    assert service(AGENT)["RuntimeDirectoryPreserve"] == ["restart"]


def test_the_screens_reach_the_socket_through_the_agents_group() -> None:
    agent, screens = service(AGENT), service(SCREENS)
    assert screens["User"] != agent["User"]
    assert screens["Group"] == agent["Group"]
    group_may_enter = int(agent["RuntimeDirectoryMode"][0], 8) & 0o010
    others_may_do_nothing = int(agent["RuntimeDirectoryMode"][0], 8) & 0o007 == 0
    assert group_may_enter
    assert others_may_do_nothing
    assert "AF_UNIX" in screens["RestrictAddressFamilies"][0].split()


def test_the_screens_see_the_settings_and_neither_keys_nor_requests() -> None:
    paths = SiteSettings().paths
    unit = service(SCREENS)
    hidden = [each.removeprefix("-").split(":")[0] for each in unit["TemporaryFileSystem"]]
    hidden += [each.removeprefix("-") for each in unit["InaccessiblePaths"]]
    for secret in (paths.village_key_file, paths.data_dir):
        assert any(Path(secret).is_relative_to(folder) for folder in hidden), secret
    assert unit["BindReadOnlyPaths"] == ["-/etc/anjungan/site.toml"]


def test_the_screens_have_no_network() -> None:
    unit = service(SCREENS)
    assert unit["PrivateNetwork"] == ["yes"]
    assert "AF_INET" not in unit["RestrictAddressFamilies"][0]


def test_the_screens_own_the_first_terminal() -> None:
    unit = read_unit(SCREENS)
    assert unit["Service"]["TTYPath"] == ["/dev/tty1"]
    assert unit["Unit"]["Conflicts"] == ["getty@tty1.service"]
    assert "SDL_VIDEODRIVER=kmsdrm" in " ".join(unit["Service"]["Environment"])


def test_only_the_agent_reads_the_village_key() -> None:
    key = SiteSettings().paths.village_key_file
    rules = [line.split() for line in lines_of(FOLDER / "tmpfiles.d" / "anjungan.conf")]
    (rule,) = [rule for rule in rules if rule[1] == key]
    assert rule[2:5] == ["0440", "root", "anjungan"]


def test_the_journal_stays_in_memory() -> None:
    parser = configparser.ConfigParser()
    parser.optionxform = str  # type: ignore[assignment,method-assign]  # configparser's own way to keep capitals
    parser.read(FOLDER / "journald.conf.d" / "anjungan.conf", encoding="utf-8")
    assert parser["Journal"]["Storage"] == "volatile"
    assert parser["Journal"]["ForwardToSyslog"] == "no"


def test_there_are_units_to_check() -> None:
    assert len(units()) == 5
