"""What is logged never quotes what an exception says."""

import asyncio
import json
import logging
import sys
import threading
from collections.abc import Iterator

import pytest

from anjungan.appliance.logs import JsonFormatter, log_loop_exception, set_up_logging

PLANTED = "3505014709850147"


@pytest.fixture(autouse=True)
def put_back() -> Iterator[None]:
    """The hooks and handlers of this process are the tests' own again afterwards."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    hooks = (sys.excepthook, threading.excepthook, sys.unraisablehook)
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    out = capsys.readouterr().err
    assert PLANTED not in out
    line: dict[str, object] = json.loads(out.splitlines()[-1])
    return line


def fail() -> None:
    try:
        {}[PLANTED]
    except KeyError as error:
        raise ValueError(f"NIK {PLANTED}") from error


def test_one_json_object_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    logging.getLogger("a.b").warning("two\nlines %d", 1)
    assert last_line(capsys) == {"level": "warning", "logger": "a.b", "message": "two\nlines 1"}


def test_an_exception_is_its_type_and_its_places(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    try:
        fail()
    except ValueError:
        logging.getLogger("a").exception("it failed")
    line = last_line(capsys)
    assert line["exception"] == "ValueError"
    assert line["message"] == "it failed"
    assert "test_agent_logs.py" in str(line["frames"])


def test_a_group_names_its_parts(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    group = ExceptionGroup(PLANTED, [ValueError(PLANTED), KeyError(PLANTED)])
    logging.getLogger("a").error("it failed", exc_info=group)
    line = last_line(capsys)
    parts = line["group"]
    assert isinstance(parts, list)
    assert [part["exception"] for part in parts] == ["ValueError", "KeyError"]


def test_exc_info_without_an_exception_is_left_out(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    logging.getLogger("a").error("nothing is raised", exc_info=True)  # noqa: LOG014 - what is tested
    assert "exception" not in last_line(capsys)


def test_uncaught_in_the_main_thread(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    error = ValueError(PLANTED)
    sys.excepthook(ValueError, error, None)
    assert last_line(capsys)["exception"] == "ValueError"


def test_uncaught_in_another_thread(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join(timeout=5)
    assert last_line(capsys)["exception"] == "ValueError"


def test_raised_where_nobody_can_catch_it(capsys: pytest.CaptureFixture[str]) -> None:
    class Fails:
        def __del__(self) -> None:
            fail()

    set_up_logging()
    Fails()
    assert last_line(capsys)["exception"] == "ValueError"


def test_control_c_is_no_bug(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    sys.excepthook(KeyboardInterrupt, KeyboardInterrupt(), None)
    line = last_line(capsys)
    assert line["level"] == "error"
    assert line["message"] == "ended by KeyboardInterrupt"


async def test_a_task_that_nobody_asked(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_loop_exception)

    async def failing() -> None:
        fail()

    task = asyncio.create_task(failing())
    await asyncio.wait([task])
    del task
    line = last_line(capsys)
    assert line["message"] == "Task exception was never retrieved"
    assert line["exception"] == "ValueError"


async def test_a_callback_that_fails(capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging()
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(log_loop_exception)
    called = asyncio.Event()
    loop.call_soon(fail)
    loop.call_soon(called.set)
    await called.wait()
    assert last_line(capsys)["exception"] == "ValueError"


def test_a_record_without_exception_has_no_exception() -> None:
    record = logging.LogRecord("a", logging.INFO, __file__, 1, "hello", None, None)
    assert json.loads(JsonFormatter().format(record)) == {
        "level": "info",
        "logger": "a",
        "message": "hello",
    }
