# ruff: noqa: INP001 - a script is no package
"""Everything `make test` checks: style, types, import rules, tests, and how much they cover.

Every step runs even when one before it failed, so that one run tells everything. Tests that open a
Kivy window run in a process of their own, and so do those that start whole systems and those of
devices and of the regency; most of these wait more than they compute, so lanes run beside each
other. The last line counts tests as pytest does; the exit code is 0 only when every step passed.
"""

import argparse
import os
import subprocess
import sys
import threading
import time
import xml.etree.ElementTree as ET
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "tests" / "output" / "reports"
OVERALL_FLOOR_PERCENT = 85
FLOORS_PERCENT = {
    "anjungan/protocol": 90,
    "anjungan/appliance/storage": 90,
    "anjungan/appliance/session": 90,
}
DEVICE_TESTS = tuple(
    f"tests/{folder}"
    for folder in (
        "backlight", "buttons", "contract", "document_printer", "drivers", "outside", "printer",
        "sound",
    )
)  # fmt: skip
REGENCY_TESTS = ("tests/regency", "tests/enrolment")
PYTEST = ("-m", "pytest", "--import-mode=importlib", "-q")


@dataclass(frozen=True)
class Step:
    """One command; ``tests`` names the report it leaves when it runs tests."""

    name: str
    command: Sequence[str]
    tests: str = ""


@dataclass
class Outcome:
    """What has happened so far."""

    failed_steps: list[str] = field(default_factory=list)
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)


def main() -> int:
    """Run the chosen steps and return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--only", choices=("lint", "tests"), help="a part of it")
    only = parser.parse_args().only
    os.chdir(ROOT)
    # CPython 3.11.7 compiles every module anew under it, and now and then fails in its parser
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    outcome = Outcome()
    if only != "tests":
        run_lane(lint_steps(), outcome)
    if only != "lint":
        REPORTS.mkdir(parents=True, exist_ok=True)
        for old in (*REPORTS.glob("*.xml"), *ROOT.glob(".coverage*")):
            old.unlink()
        with ThreadPoolExecutor() as lanes:
            for lane in [lanes.submit(run_lane, steps, outcome) for steps in test_lanes()]:
                lane.result()
        run_lane(coverage_steps(), outcome)
    say("")
    for name in outcome.failed_steps:
        say(f"FAILED: {name}")
    if only == "lint":
        say("lint failed" if outcome.failed_steps else "lint passed")
    else:
        skipped = f", {outcome.skipped} skipped" if outcome.skipped else ""
        say(f"{outcome.passed} passed, {outcome.failed} failed{skipped}")
    return 1 if outcome.failed_steps or outcome.failed else 0


def lint_steps() -> list[Step]:
    """Style, formatting, types, import rules, shell scripts."""
    ruff = str(Path(sys.executable).with_name("ruff"))
    lint_imports = str(Path(sys.executable).with_name("lint-imports"))
    return [
        Step("style", [ruff, "check", "."]),
        Step("formatting", [ruff, "format", "--check", "."]),
        Step("types", [sys.executable, "-m", "mypy"]),
        Step("import rules", [lint_imports]),
        Step("shell scripts", ["bash", "-n", "scripts/setup.sh", ".ci/run"]),
    ]


def test_lanes() -> list[list[Step]]:
    """The tests in their processes; lanes run beside each other, the steps of one in order."""
    elsewhere = [f"--ignore={folder}" for folder in ("tests/system", *DEVICE_TESTS, *REGENCY_TESTS)]
    return [
        [tests("tests", "-m", "not screens", *elsewhere)],
        [tests("regency", *REGENCY_TESTS)],
        [tests("devices", *DEVICE_TESTS)],
        [
            tests("screens", "-m", "screens", "--ignore=tests/system"),
            tests("system", "tests/system", "-p", "no:randomly"),
        ],
    ]


def coverage_steps() -> list[Step]:
    """The coverage of all tests together."""
    steps = [
        Step("coverage data", [sys.executable, "-m", "coverage", "combine", "--quiet"]),
        coverage("coverage", OVERALL_FLOOR_PERCENT),
    ]
    for package, floor in FLOORS_PERCENT.items():
        steps.append(coverage(f"coverage of {package}", floor, f"--include={package}/*"))
    return steps


def tests(name: str, *arguments: str) -> Step:
    """A pytest process that measures coverage and leaves a report."""
    report = REPORTS / f"{name}.xml"
    measure = ("-m", "coverage", "run", "--parallel-mode")
    command = [
        sys.executable,
        *measure,
        *PYTEST,
        "--durations=8",
        f"--junitxml={report}",
        *arguments,
    ]
    return Step(f"tests: {name}", command, tests=name)


def coverage(name: str, floor_percent: int, *arguments: str) -> Step:
    """A floor under the coverage of lines and branches."""
    command = [sys.executable, "-m", "coverage", "report", "--skip-covered"]
    return Step(name, [*command, "--sort=cover", f"--fail-under={floor_percent}", *arguments])


def run_lane(steps: Sequence[Step], outcome: Outcome) -> None:
    """Run steps in order; what one says is shown when it has ended."""
    for step in steps:
        say(f"== {step.name} runs")
        started_s = time.monotonic()
        # the commands are those of this file
        ended = subprocess.run(  # noqa: S603
            step.command, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        with outcome.lock:
            failed = ended.returncode != 0
            if step.tests:
                failed = not count_tests(step.tests, outcome) or failed
            if failed:
                outcome.failed_steps.append(step.name)
            say(f"== {step.name}")
            say(ended.stdout.decode("utf-8", "replace").rstrip())
            word = "FAILED" if failed else "ok"
            say(f"-- {step.name}: {word}, {time.monotonic() - started_s:.0f} s")


def count_tests(name: str, outcome: Outcome) -> bool:
    """Add the counts of a report; False when there is none or it holds no test."""
    try:
        # written a moment ago by our own pytest
        suites = ET.parse(REPORTS / f"{name}.xml").getroot()  # noqa: S314
    except (OSError, ET.ParseError):
        return False
    total = failed = skipped = 0
    for suite in suites.iter("testsuite"):
        total += int(suite.get("tests", "0"))
        failed += int(suite.get("failures", "0")) + int(suite.get("errors", "0"))
        skipped += int(suite.get("skipped", "0"))
    outcome.passed += total - failed - skipped
    outcome.failed += failed
    outcome.skipped += skipped
    return total > 0


def say(text: str) -> None:
    """Print a line now."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
