"""Reply -> SkillResponse 2.0, as the bytes that go out. The hot path; knows no Flask.

Source of the format: kakaobusiness.gitbook.io/main/tool/chatbot/skill_guide/answer_json_format,
read November 2026; all its limits are in `limits`.
"""

import json
from typing import Final

from bot.channels.kakao import limits
from bot.channels.kakao.actions import quick_replies
from bot.channels.kakao.components import Piece, Sheet, draw
from bot.channels.kakao.fitting import Component, arrange, clean, plain, shorten
from bot.dialogue.message import Reply

APOLOGY: Final = "죄송해요. 지금은 답을 드리기 어려워요.\n잠시 뒤에 다시 말씀해 주세요."
"""Said when a reply holds nothing that could be shown."""

# Escaped Hangul would take twice the bytes and bring long answers near the limit.
_ENCODER: Final = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))


def encode(response: Component) -> bytes:
    """Return a response as compact UTF-8 JSON."""
    return _ENCODER.encode(response).encode("utf-8", "replace")


SILENCE: Final = encode({"version": limits.VERSION, "template": {"outputs": []}})
"""Kakao shows nothing for it; documented for suppressed event messages."""


def render(reply: Reply, *, block_id: str = "") -> bytes:
    """Return the answer to one skill call.

    Args:
        reply: what the bot says; texts and lists may have any length.
        block_id: the block that calls our skill. When given, taps that carry a token
            become block calls, the only taps that bring the token back.

    Returns:
        A SkillResponse within every limit, at most 30,720 bytes. Empty parts are left
        out; a reply in which nothing can be shown becomes a short apology.
    """
    if reply.silent:
        return SILENCE
    sheet = Sheet(block_id)
    pieces: list[Piece] = []
    for output in reply.outputs:
        pieces.extend(draw(output, sheet))
    offered = quick_replies((*reply.quick_replies, *sheet.overflow), block_id)
    return _within_bytes(arrange(pieces or [APOLOGY]), offered)


def bubble(text: str) -> bytes:
    """Return an answer of one plain bubble; an apology when `text` is empty."""
    shown = shorten(clean(text) or APOLOGY, limits.SIMPLE_TEXT)
    return _response([{"simpleText": {"text": shown}}], [])


def _response(outputs: list[Component], offered: list[Component]) -> bytes:
    template: Component = {"outputs": outputs}
    if offered:
        template["quickReplies"] = offered
    return encode({"version": limits.VERSION, "template": template})


def _within_bytes(outputs: list[Component], offered: list[Component]) -> bytes:
    """Return the encoded response; made smaller until it may be sent.

    Only absurd replies get here (dozens of addresses of 2,000 characters): cards leave a
    carousel from its end, then the largest component becomes text, then quick replies go.
    """
    body = _response(outputs, offered)
    while len(body) > limits.RESPONSE_BYTES:
        _reduce(outputs, offered)
        body = _response(outputs, offered)
    return body


def _reduce(outputs: list[Component], offered: list[Component]) -> None:
    weights = [0 if "simpleText" in output else len(encode(output)) for output in outputs]
    heaviest = weights.index(max(weights))
    if not weights[heaviest]:
        offered.pop()
        return
    cards = outputs[heaviest].get("carousel", {}).get("items", ())
    if len(cards) > 1:
        cards.pop()
        return
    text = shorten(plain(outputs[heaviest]) or APOLOGY, limits.SIMPLE_TEXT)
    outputs[heaviest] = {"simpleText": {"text": text}}
