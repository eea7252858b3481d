"""Reading lpstat, weighing a printer's reasons, and running a command with a limit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from anjungan.appliance.drivers.document_printer.lpstat_output import (
    Listing,
    QueueStatus,
    read_default,
    read_listing,
)
from anjungan.appliance.drivers.document_printer.printer_reasons import soon_of, trouble_of

SINCE = "since Tue Nov 24 12:49:59 2026"


def test_a_listing_with_jobs_of_several_queues() -> None:
    assert read_listing(
        "scheduler is running\n"
        "A4-Kantor-12            root              1024   Tue Nov 24 12:49:55 2026\n"
        "\tStatus: no paper here\n"
        "\tAlerts: job-printing\n"
        "\tqueued for A4-Kantor\n"
        "B-3                     warga             2048   Tue Nov 24 12:49:56 2026\n"
        "\tAlerts: none\n"
        "\tqueued for B\n"
        f"printer A4-Kantor now printing A4-Kantor-12.  enabled {SINCE}\n"
        "\tno paper here\n"
        "\tAlerts: toner-low-warning media-empty-error\n"
        f"printer B disabled {SINCE} -\n"
        "\treason unknown\n"
        "\tAlerts: paused\n"
        f"A4-Kantor accepting requests {SINCE}\n"
        f"B not accepting requests {SINCE} -\n"
        "\tbroken\n"
    ) == Listing(
        running=True,
        queues={
            "A4-Kantor": QueueStatus(
                "A4-Kantor", reasons=frozenset({"toner-low-warning", "media-empty-error"})
            ),
            "B": QueueStatus("B", stopped=True, accepting=False, reasons=frozenset({"paused"})),
        },
        jobs={"A4-Kantor-12": frozenset({"job-printing"}), "B-3": frozenset()},
    )


def test_nothing_said_is_nothing_known() -> None:
    assert read_listing("") == Listing(running=False, queues={}, jobs={})
    assert read_listing("scheduler is not running\n").running is False
    assert read_default("scheduler is running\nno system default destination\n") is None


LINES = st.sampled_from(
    ["scheduler is running", "\tAlerts: none", "\tAlerts:", "printer A is idle.", "A-1   x", "A "]
)


@settings(max_examples=200)
@given(st.lists(LINES | st.text(max_size=60)).map("\n".join))
def test_no_output_is_too_strange_to_read(output: str) -> None:
    listing = read_listing(output)
    assert all(name == queue.name for name, queue in listing.queues.items())
    read_default(output)


@pytest.mark.parametrize(
    ("reasons", "trouble"),
    [
        ((), None),
        (("none",), None),
        (("toner-low-report", "paused", "connecting-to-device"), None),
        (("media-empty-warning",), "paper_out"),
        (("media-needed",), "paper_out"),
        (("media-jam-error", "media-empty-error"), "paper_jam"),
        (("media-jam-error", "cover-open-error"), "cover_open"),
        (("interlock-open",), "cover_open"),
        (("marker-supply-empty-warning",), "ink_out"),
        (("offline-report",), "offline"),
        (("output-area-full-warning",), "printer_error"),
        (("com.vendor-strange-error",), "printer_error"),
        (("com.vendor-strange-warning",), None),
    ],
)
def test_reasons(reasons: tuple[str, ...], trouble: str | None) -> None:
    assert trouble_of(reasons) == trouble


def test_what_is_used_up_soon_is_told_once() -> None:
    assert soon_of(("toner-low-report", "marker-supply-low-warning")) == "ink low"
    assert soon_of(("none",)) == ""
