"""Looks at rendered answers with both oracles."""

import json
from typing import Any

from bot.channels.kakao import problems, render
from bot.dialogue.message import Output, QuickReply, Reply
from tests.channel_kakao.vendor_schema import VALIDATOR


def valid(body: bytes) -> dict[str, Any]:
    """Return a decoded answer after both oracles have accepted it."""
    response: dict[str, Any] = json.loads(body)
    assert problems(response) == []
    assert [error.message for error in VALIDATOR.iter_errors(response)] == []
    assert len(body) <= 30_720
    return response


def outputs(*given: Output, block_id: str = "") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = template(*given, block_id=block_id)["outputs"]
    return found


def template(
    *given: Output, quick: tuple[QuickReply, ...] = (), block_id: str = ""
) -> dict[str, Any]:
    body = render(Reply(given, quick), block_id=block_id)
    found: dict[str, Any] = valid(body)["template"]
    return found
