"""`python -m bot.nlu`: one line in, one line out, whatever the line."""

import io
import json
from typing import Any

from bot.nlu.__main__ import answer_line, datetime_line, run


def _answers(lines: list[str], answer: Any = answer_line) -> list[dict[str, Any]]:
    out = io.StringIO()
    run(lines, out, answer)
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_every_line_is_answered_in_order() -> None:
    lines = [
        json.dumps({"utterance": "네", "context": {"asked": "consent.collect"}}),
        "not json",
        "[]",
        json.dumps({"utterance": 3}),
        json.dumps({"context": {}}),
        json.dumps({"utterance": "안녕하세요"}),
        json.dumps({"utterance": "네", "context": {"now": "yesterday"}}),
    ]
    answers = _answers(lines)
    assert answers[0] == {"result": {"consent": "yes"}}
    assert answers[5] == {"result": {"intent": "greeting"}}
    assert [("error" in answer) for answer in answers] == [
        False,
        True,
        True,
        True,
        True,
        False,
        True,
    ]


def test_a_present_moment_without_a_zone_is_korean() -> None:
    row = {"utterance": "내일", "context": {"asked": "visit.date", "now": "2026-11-23T10:00:00"}}
    assert answer_line(row) == {"result": {"date": "2026-11-24"}}


def test_dates_only() -> None:
    line = json.dumps({"utterance": "내일 오후 3시", "reference_time": "2026-11-23T10:00:00"})
    assert _answers([line], datetime_line) == [{"date": "2026-11-24", "time": "15:00"}]
