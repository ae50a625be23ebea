"""Logs: one JSON object a line, without the person in it.

Only the fields listed here are written beside the message, and every line is masked as the
last step, so a number that slips into a message is not kept.
"""

import json
import logging
import re
import sys
from datetime import UTC, datetime

FIELDS = ("code", "turn", "flow", "step", "ms", "status", "outcome", "job", "host")
"""Extra fields that may be written; anything else stays out of the log."""

_NUMBERS = re.compile(r"(?<![\dT:.-])\d{2,6}(?:[- .]?\d{2,8}){1,4}(?![\d:])|(?<!\d)\d{9,}")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON, masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        line |= {key: record.__dict__[key] for key in FIELDS if key in record.__dict__}
        if record.exc_info and record.exc_info[0] is not None:
            # Not the text of the exception: it may quote what a person wrote.
            line["exception"] = record.exc_info[0].__name__
        return masked(json.dumps(line, ensure_ascii=False, default=str))


def masked(text: str) -> str:
    """Return a log line with every run of digits that could be a person's number hidden."""
    return _NUMBERS.sub(lambda m: m.group()[:3] + "*" * (len(m.group()) - 3), text)


def configure(level: int = logging.INFO) -> None:
    """Send the logs of this process to its standard error, once."""
    root = logging.getLogger()
    if any(isinstance(h.formatter, JsonLines) for h in root.handlers):
        return
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(level)
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
