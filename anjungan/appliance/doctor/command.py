"""``anjungan doctor``: look at everything a kiosk needs, and say how to mend what is wrong."""

import argparse
from pathlib import Path


def add_parser(subparsers: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``doctor``."""
    parser = subparsers.add_parser(
        "doctor",
        help="check settings, keys, database, devices and line, and say how to mend them",
        description="Asks every part what it answers. A running agent holds the devices' lines:"
        " then it is asked what it last heard from them. Nothing is changed and nothing is printed"
        " on paper. Exit codes: 0 nothing wrong, 1 something wrong, 3 wrong settings.",
    )
    parser.add_argument(
        "--config", type=Path, help="settings file (default /etc/anjungan/site.toml)"
    )
    parser.add_argument(
        "--language", choices=("id", "en"), default="id", help="language of the report"
    )
    parser.set_defaults(run=_run)


def _run(arguments: argparse.Namespace) -> int:
    import asyncio
    import logging
    import os
    import tempfile

    from anjungan.appliance.doctor.examine import examine
    from anjungan.appliance.doctor.report import lines
    from anjungan.appliance.doctor.words import load_doctor_words

    # what the drivers log is in the report, in the language that was asked for
    logging.getLogger().addHandler(logging.NullHandler())
    config = None if arguments.config is None else arguments.config.absolute()
    with tempfile.TemporaryDirectory(prefix="anjungan-doctor-") as folder:
        # lgpio goes there and makes a FIFO; where this was called from may not be writable
        os.environ.setdefault("LG_WD", folder)
        diagnosis = asyncio.run(examine(config))
    for line in lines(diagnosis.findings, load_doctor_words(), arguments.language):
        print(line)
    return diagnosis.exit_code
