"""Logs: one JSON object a line, without the person in it.

Only the fields listed here are written beside the message, and every text is masked as the
last step, so a number that slips into a message is not kept.
"""

import json
import logging
import re
import sys
import traceback
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

CHATTY = ("werkzeug", "apscheduler", "alembic", "procrastinate")
"""Libraries that report every step of what goes well."""
FIELDS = ("code", "turn", "flow", "step", "ms", "status", "outcome", "job", "host")
"""Extra fields that may be written; anything else stays out of the log."""

FRAMES = 3
"""Innermost places that are named when something fails."""

_NUMBERS = re.compile(r"\d{2,6}(?:[- .]\d{2,8}){1,4}|\d{9,}")


class JsonLines(logging.Formatter):
    """Formats a record as one line of JSON, masked."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": masked(record.getMessage()),
        }
        for key in FIELDS:
            if key in record.__dict__:
                line[key] = masked(str(record.__dict__[key]))
        if record.exc_info and record.exc_info[0] is not None:
            # Not the text of the exception: it may quote what a person wrote.
            line["exception"] = record.exc_info[0].__name__
        return json.dumps(line, ensure_ascii=False)


class CurrentStderr(logging.StreamHandler[TextIO]):
    """Writes to whatever standard error is at the moment, not to what it was at start."""

    @property
    def stream(self) -> TextIO:
        """The present standard error."""
        return sys.stderr

    @stream.setter
    def stream(self, _value: TextIO) -> None:
        """Ignore the stream that the base class wants to keep."""


def masked(text: str) -> str:
    """Return a log line with every run of digits that could be a person's number hidden."""
    return _NUMBERS.sub(lambda m: m.group()[:3] + "*" * (len(m.group()) - 3), text)


def origin(error: Exception) -> str:
    """Return where something was raised, the deepest place first, as file:line."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES:]
    return " < ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in reversed(frames))


def configure(level: int = logging.INFO) -> None:
    """Send the logs of this process to its standard error, once."""
    root = logging.getLogger()
    if any(isinstance(h.formatter, JsonLines) for h in root.handlers):
        return
    handler = CurrentStderr()
    handler.setFormatter(JsonLines())
    root.addHandler(handler)
    root.setLevel(level)
    for name in CHATTY:
        logging.getLogger(name).setLevel(logging.WARNING)
    # A job that takes longer than its rhythm is not doubled; the ticker warns of each beat.
    logging.getLogger("apscheduler.scheduler").setLevel(logging.ERROR)
