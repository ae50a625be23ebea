"""Hypothesis strategies: replies of every kind, and payloads broken in every way."""

import json
from collections.abc import Callable
from typing import Any

from hypothesis import strategies as st

from bot.dialogue.message import (
    Button,
    Card,
    Carousel,
    Facts,
    ListCard,
    ListRow,
    Output,
    QuickReply,
    Reply,
    Text,
)
from tests.channel_kakao.recorded import NAMES, payload

Kept = st.SearchStrategy

HANGUL = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=40)
ANYTHING = st.text(st.characters(exclude_categories=()), max_size=60)
FAMILY = "👨‍👩‍👧‍👦"
FLAGS = st.sampled_from(
    ["", " ", "\n", "😀", FAMILY, "👍🏽", "가.", "시장 상인 여러분, 안녕하세요. "]
)


def _repeated(part: str, times: int) -> str:
    return (part * times)[:6_000]


LONG = st.builds(_repeated, FLAGS | HANGUL | ANYTHING, st.integers(1, 3_000))
TEXTS = st.one_of(HANGUL, ANYTHING, FLAGS, LONG)
WEB = st.builds(
    lambda host, rest: f"https://{host}/{rest}",
    st.sampled_from(["example.org", "pf.kakao.com", "예시.example"]),
    TEXTS,
)
LONGEST_WEB = st.just("https://example.org/" + "a" * 2_028)
LINKS = st.one_of(WEB, LONGEST_WEB, TEXTS, st.just("http://127.0.0.1:8000/k/abc"))
TOKENS = st.none() | TEXTS
BUTTONS = st.builds(
    Button,
    label=TEXTS,
    kind=st.sampled_from(["message", "link", "phone", "operator", "share"]),
    value=st.one_of(TEXTS, LINKS, st.sampled_from(["02-123-4567", "010 0000 0000", "119"])),
    token=TOKENS,
)


def some(of: Kept[Any], most: int) -> Kept[tuple[Any, ...]]:
    return st.lists(of, max_size=most).map(tuple)


CARDS = st.builds(
    Card,
    title=TEXTS,
    description=TEXTS,
    buttons=some(BUTTONS, 5),
    image_url=st.none() | LINKS,
    image_alt=TEXTS,
)
ROWS = st.builds(
    ListRow, title=TEXTS, description=TEXTS, message=TEXTS, link=LINKS, image_url=st.none() | LINKS
)
SHORT_FACTS = st.tuples(HANGUL.map(lambda text: text[:6]), HANGUL)
FACTS = st.builds(
    Facts,
    title=TEXTS,
    rows=some(SHORT_FACTS, 11) | some(st.tuples(TEXTS, TEXTS), 12),
    description=TEXTS,
    buttons=some(BUTTONS, 5),
)
OUTPUTS: Kept[Output] = st.one_of(
    st.builds(Text, TEXTS),
    CARDS,
    FACTS,
    st.builds(ListCard, header=TEXTS, rows=some(ROWS, 12), buttons=some(BUTTONS, 4)),
    st.builds(Carousel, some(CARDS, 12)),
)
QUICK = st.builds(QuickReply, label=TEXTS, message=TEXTS, token=TOKENS)
REPLIES = st.builds(Reply, outputs=some(OUTPUTS, 6), quick_replies=some(QUICK, 13))

JUNK = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        TEXTS,
        st.sampled_from(["null", "{}", '{"t": 1}', "List(http://a/1, http://b)", "secureUrls"]),
    ),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the path of every value inside `value`."""
    inside: list[tuple[Any, Any]] = []
    if isinstance(value, dict):
        inside = list(value.items())
    elif isinstance(value, list):
        inside = list(enumerate(value))
    return [path] + [found for key, item in inside for found in _places(item, (*path, key))]


@st.composite
def broken_payloads(draw: Callable[[Kept[Any]], Any]) -> bytes:
    """Draw a recorded payload in which up to four values were replaced or dropped."""
    call = payload(draw(st.sampled_from(NAMES)))
    for _ in range(draw(st.integers(0, 4))):
        *above, last = draw(st.sampled_from(_places(call)[1:] or [("extra",)]))
        parent = call
        for key in above:
            parent = parent[key]
        if draw(st.booleans()):
            parent[last] = draw(JUNK)
        else:
            parent.pop(last, None) if isinstance(parent, dict) else parent.pop(last)
    return json.dumps(call).encode()
