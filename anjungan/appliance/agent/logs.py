"""Logging of the kiosk's processes: JSON lines on standard error, for the journal.

Personal data never gets here: values that hold it have redacted representations, and exceptions
are logged by type and place without their message, because a message may quote what was typed.
"""

import json
import logging
import traceback


class JsonFormatter(logging.Formatter):
    """One JSON object a line: level, logger, message, and an exception's type and frames."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of JSON."""
        entry: dict[str, object] = {
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info is not None and record.exc_info[0] is not None:
            entry["exception"] = record.exc_info[0].__name__
            frames = traceback.extract_tb(record.exc_info[2])
            entry["frames"] = [f"{each.filename}:{each.lineno} {each.name}" for each in frames]
        return json.dumps(entry, ensure_ascii=False)


def set_up_logging(level: int = logging.INFO) -> None:
    """Log to standard error as JSON lines."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
