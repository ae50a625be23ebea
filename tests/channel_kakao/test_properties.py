"""Whatever comes in and whatever is said: no exception, and a valid answer."""

import json
from collections.abc import Callable
from datetime import UTC

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.kakao import bubble, parse, problems, render
from bot.channels.kakao.callback import waiting
from bot.channels.kakao.fitting import shorten, split, split_tail
from bot.channels.kakao.limits import size
from bot.dialogue.message import Inbound, Reply, Text
from bot.errors import PayloadError
from tests.channel_kakao.answers import valid
from tests.channel_kakao.recorded import AT, said
from tests.channel_kakao.strategies import JUNK, REPLIES, TEXTS, broken_payloads


def echo(inbound: Inbound) -> bytes:
    return render(Reply((Text(inbound.text), Text(repr(inbound.params)))))


def answered(body: bytes) -> bool:
    """Return whether a body was a message; its echo must be valid."""
    try:
        inbound = parse(body, {}, AT)
    except PayloadError:
        return False
    assert inbound.received_at.tzinfo is UTC
    assert 0 < len(inbound.user_key) <= 200
    inbound.user_key.encode()
    assert "\x00" not in inbound.user_key + inbound.text + inbound.bot_id
    valid(echo(inbound))
    return True


@settings(max_examples=200, deadline=None)
@given(broken_payloads())
def test_any_mutation_of_any_payload(body: bytes) -> None:
    answered(body)


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_any_text(text: str) -> None:
    assert answered(json.dumps(said(text)).encode())


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=300) | JUNK.map(lambda junk: json.dumps(junk).encode()))
def test_any_bytes(body: bytes) -> None:
    assert not answered(body) or b"userRequest" in body


@settings(max_examples=150, deadline=None)
@given(REPLIES, st.sampled_from(["", "64f0c2b87d3b9e0058a1c51d"]))
def test_any_reply(reply: Reply, block_id: str) -> None:
    response = valid(render(reply, block_id=block_id))
    assert response["template"]["outputs"]


@settings(max_examples=200, deadline=None)
@given(TEXTS)
def test_any_single_bubble(text: str) -> None:
    assert problems(json.loads(waiting(text))) == []
    valid(bubble(text))


@pytest.mark.parametrize("speak", [waiting, bubble])
def test_a_single_bubble_of_half_characters(speak: Callable[[str], bytes]) -> None:
    valid(speak("00\ud800" * 700))


@settings(max_examples=200, deadline=None)
@given(TEXTS.map(str.strip), st.integers(4, 600), st.integers(1, 4))
def test_splitting_loses_only_white_space(text: str, limit: int, most: int) -> None:
    parts = split(text.encode("utf-8", "ignore").decode().strip(), limit, most)
    assert len(parts) <= most
    assert all(size(part) <= limit for part in parts)
    whole = "".join("".join(parts).split())
    original = "".join(text.encode("utf-8", "ignore").decode().split())
    assert whole == original or whole.endswith("…")


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(4, 600))
def test_a_head_and_a_tail_are_the_whole(text: str, limit: int) -> None:
    text = text.encode("utf-8", "ignore").decode().strip()
    head, tail = split_tail(text, limit)
    assert size(tail) <= limit
    assert "".join((head + tail).split()) == "".join(text.split())


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(4, 600))
def test_shortening_keeps_a_beginning(text: str, limit: int) -> None:
    text = text.encode("utf-8", "ignore").decode()
    short = shorten(text, limit)
    assert size(short) <= limit
    assert short == text or text.startswith(short.removesuffix("…"))
