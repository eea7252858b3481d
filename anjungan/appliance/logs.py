"""Logging of the kiosk's processes: JSON lines on standard error, for the journal.

Personal data never gets here: values that hold it have redacted representations, and exceptions
are logged by type and place without their message, because a message may quote what was typed.
That holds for those that nobody caught, too.
"""

import json
import logging
import sys
import threading
import traceback
from types import TracebackType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio  # the screens do without it

log = logging.getLogger(__name__)


class JsonFormatter(logging.Formatter):
    """One JSON object a line: level, logger, message, and an exception's type and frames."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        entry: dict[str, object] = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info is not None and record.exc_info[1] is not None:
            entry.update(_described(record.exc_info[1]))
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(level: int = logging.INFO) -> None:
    """Log to standard error as JSON lines, uncaught exceptions of every thread included."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    sys.excepthook = _log_uncaught
    threading.excepthook = lambda args: _log_uncaught(
        args.exc_type, args.exc_value, args.exc_traceback
    )
    sys.unraisablehook = lambda args: _log_uncaught(
        args.exc_type, args.exc_value, args.exc_traceback
    )


def log_loop_exception(_loop: "asyncio.AbstractEventLoop", context: dict[str, Any]) -> None:
    """Exception handler of the event loop; asyncio's own quotes tasks and their exceptions."""
    log.error("%s", context["message"], exc_info=context.get("exception"))


def _log_uncaught(
    kind: type[BaseException], error: BaseException | None, frames: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt) or error is None:
        log.error("ended by %s", kind.__name__)
        return
    log.critical("an exception was not caught", exc_info=(kind, error, frames))


def _described(error: BaseException) -> dict[str, object]:
    """Type and frames of an exception, and of all that are in its group; no messages."""
    frames = traceback.extract_tb(error.__traceback__)
    described: dict[str, object] = {
        "exception": type(error).__name__,
        "frames": [f"{each.filename}:{each.lineno} {each.name}" for each in frames],
    }
    if isinstance(error, BaseExceptionGroup):
        described["group"] = [_described(each) for each in error.exceptions]
    return described
