"""`python -m bot.nlu`: JSON lines in, JSON lines out, one for one, flushed line by line."""

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TextIO

from bot.clock import KST
from bot.nlu.dates import parse_datetime
from bot.nlu.result import FREE, Context
from bot.nlu.understand import understand

_DEFAULT_NOW = "2026-11-23T10:00:00+09:00"
"""The present moment of a line that names none: the one of the written conventions."""


def answer_line(row: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one line of `python -m bot.nlu`.

    Raises:
        KeyError: there is no utterance.
        ValueError: `now` is no ISO date-time, or something is of the wrong type.
    """
    given = row.get("context") or {}
    now = datetime.fromisoformat(given.get("now") or _DEFAULT_NOW)
    context = Context(
        now=now if now.tzinfo else now.replace(tzinfo=KST),
        asked=str(given.get("asked") or FREE),
        options={str(k): str(v) for k, v in (given.get("options") or {}).items()},
        labels={str(k): str(v) for k, v in (given.get("labels") or {}).items()},
        markets=tuple(given.get("markets") or ()),
    )
    return {"result": understand(_text(row), context).as_result()}


def datetime_line(row: dict[str, Any]) -> dict[str, Any]:
    """Return the answer to one line of `python -m bot.nlu --datetime`.

    Raises:
        KeyError: the utterance or the reference time is missing.
        ValueError: the reference time is no ISO date-time.
    """
    return dict(parse_datetime(_text(row), datetime.fromisoformat(row["reference_time"])))


def _text(row: dict[str, Any]) -> str:
    text = row["utterance"]
    if not isinstance(text, str):
        raise TypeError("utterance must be a string")
    return text


def _row(line: str) -> dict[str, Any]:
    row = json.loads(line)
    if not isinstance(row, dict):
        raise TypeError("a line must be a JSON object")
    return row


def run(lines: Iterable[str], out: TextIO, answer: Callable[[dict[str, Any]], Any]) -> None:
    """Answer every line; a line that cannot be read gets an error and does not stop the rest."""
    for line in lines:
        try:
            result = answer(_row(line))
        except (ValueError, TypeError, KeyError, AttributeError) as problem:
            result = {"error": f"{type(problem).__name__}: {problem}"}
        out.write(json.dumps(result, ensure_ascii=False) + "\n")
        out.flush()


def main() -> None:
    """Read standard input to its end."""
    parser = argparse.ArgumentParser(prog="python -m bot.nlu", description=__doc__)
    parser.add_argument("--datetime", action="store_true", help="read dates and times only")
    options = parser.parse_args()
    run(sys.stdin, sys.stdout, datetime_line if options.datetime else answer_line)


if __name__ == "__main__":
    main()
