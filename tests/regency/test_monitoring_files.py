"""The shipped dashboard and alert rules: well-formed, and about figures that are really told."""

import json
import re
import subprocess
from pathlib import Path

import jsonschema
import pytest
from regency_lab import BEGIN, REGENCY

from anjungan.protocol.messages import (
    ClockHealth,
    DeviceHealth,
    DiskHealth,
    Health,
    NetworkHealth,
    NetworkKind,
    PowerHealth,
    QueueHealth,
)
from anjungan.regency.fleet.overview import FleetView, KioskView
from anjungan.regency.fleet.presence import Connection
from anjungan.regency.metrics.families import Figures, families

MONITORING = Path(__file__).resolve().parents[2] / "monitoring"
RULES = MONITORING / "prometheus" / "anjungan.rules.yml"
DASHBOARD = json.loads((MONITORING / "grafana" / "anjungan-fleet.json").read_text("utf-8"))
SCHEMA = json.loads(Path(__file__).with_name("grafana_dashboard.schema.json").read_text("utf-8"))
_METRIC = re.compile(r"\banjungan_[a-z0-9_]+")


def promtool(*arguments, cwd):
    done = subprocess.run(
        ["promtool", *arguments], cwd=cwd, capture_output=True, text=True, check=False, timeout=60
    )
    return done.returncode, done.stdout + done.stderr


def expressions():
    return [target["expr"] for panel in DASHBOARD["panels"] for target in panel["targets"]]


def told_names():
    """Every name on a page about a kiosk that tells all it can."""
    health = Health(
        id="01936000-0000-7000-8000-000000000000",
        sent_at=BEGIN,
        enrolment=1,
        boot=1,
        counter=1,
        version="1",
        uptime_s=1,
        queue=QueueHealth(depth=0, oldest_age_s=1),
        devices=(DeviceHealth(name="p", kind="printer", state="ready", level_percent=1),),
        cpu_temperature_c=1.0,
        disk_free_bytes=1,
        memory_available_bytes=1,
        load_1min=0.0,
        memory_total_bytes=1,
        power=PowerHealth(),
        disk=DiskHealth(total_bytes=1, free_bytes=1, life_used_percent=1),
        network=NetworkHealth(kind=NetworkKind.WIFI, signal_dbm=-1, round_trip_ms=1),
        clock=ClockHealth(offset_ms=1),
        certificate_expires_at=BEGIN,
    )
    view = KioskView(
        kiosk="3505102001-1",
        village=f"{REGENCY}102001",
        connection=Connection.ONLINE,
        last_report_at=BEGIN,
        offline_since=None,
        version="1",
        health=health,
        health_at=BEGIN,
    )
    figures = Figures(FleetView([view], None), (), 0, (), ())
    names = set()
    for family in families(figures):
        suffix = {"counter": "_total", "info": "_info"}.get(family.type, "")
        names.add(family.name + suffix)
    return names


def test_promtool_accepts_the_rules():
    assert promtool("check", "rules", RULES.name, cwd=RULES.parent)[0] == 0


def test_promtool_accepts_the_example_configuration(tmp_path):
    example = (RULES.parent / "prometheus.yml").read_text("utf-8")
    token = tmp_path / "token"
    token.write_text("t")
    (tmp_path / "prometheus.yml").write_text(
        example.replace("/etc/prometheus/anjungan-token", str(token))
    )
    (tmp_path / RULES.name).write_text(RULES.read_text("utf-8"))
    code, words = promtool("check", "config", "prometheus.yml", cwd=tmp_path)
    assert (code, "FAILED" in words) == (0, False), words


def test_the_rules_raise_what_they_should():
    code, words = promtool("test", "rules", "anjungan.rules.test.yml", cwd=RULES.parent)
    assert code == 0, words


def test_the_dashboard_is_one():
    jsonschema.validate(DASHBOARD, SCHEMA)
    ids = [panel["id"] for panel in DASHBOARD["panels"]]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("break_it", ["panels", "time", "schemaVersion"])
def test_a_broken_dashboard_would_be_seen(break_it):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**DASHBOARD, break_it: "x"}, SCHEMA)


def test_panels_do_not_overlap_and_fit():
    taken = {}
    for panel in DASHBOARD["panels"]:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for x in range(place["x"], place["x"] + place["w"]):
            for y in range(place["y"], place["y"] + place["h"]):
                assert (x, y) not in taken, (panel["title"], taken[x, y])
                taken[x, y] = panel["title"]


def test_the_dashboard_asks_in_good_promql(tmp_path):
    lines = ["groups:", "  - name: dashboard", "    rules:"]
    for number, expression in enumerate(expressions()):
        query = expression.replace("$kiosk", ".*")
        lines += [f"      - record: panel:{number}", f"        expr: {json.dumps(query)}"]
    (tmp_path / "dashboard.yml").write_text("\n".join(lines))
    code, words = promtool("check", "rules", "dashboard.yml", cwd=tmp_path)
    assert code == 0, words


def test_dashboard_and_rules_ask_only_for_what_is_told():
    told = told_names()
    asked = set(_METRIC.findall(" ".join(expressions())))
    asked |= set(_METRIC.findall(RULES.read_text("utf-8")))
    assert asked
    assert asked - told == set()
