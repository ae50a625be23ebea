"""Whatever is written, understanding gives an answer, soon, and stores no secret."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu import extract, find_correction, find_pii, mask, understand
from bot.nlu.answers.table import QUESTIONS
from bot.nlu.explain import explain
from bot.nlu.markets import parse_market
from bot.nlu.result import Context
from bot.nlu.spelling import repair
from tests.language.questions import context

ASKED = [*QUESTIONS, "free", "main_menu", "something.else"]
HANGUL = st.text(alphabet=st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), max_size=40)
MIXED = st.text(
    alphabet="0123456789공일이삼사오육칠팔구시장이요네아니 -.,~!?월화번호개장만원()ㅋ😀@_pf",
    max_size=120,
)
LABELS = {"phone": ("전화번호",), "owner_name": ("이름",), "store_name": ("가게 이름",)}
WANTED = ("brn", "phone", "account", "bank", "owner_name", "store_name", "market", "stall")
LONGEST_S = 5.0
"""Of computing, whoever else has the machine; what grows with the square takes minutes."""


@given(text=st.one_of(st.text(max_size=200), HANGUL, MIXED), asked=st.sampled_from(ASKED))
@settings(max_examples=400, deadline=None)
def test_any_text_is_answered(text: str, asked: str) -> None:
    result = understand(text, context(asked)).as_result()
    assert all(isinstance(key, str) for key in result)


@given(text=st.one_of(st.text(max_size=200), MIXED))
@settings(max_examples=200, deadline=None)
def test_any_text_can_be_searched(text: str) -> None:
    for slot, found in extract(text, WANTED, context("free")).items():
        assert slot == found.slot
        assert 0 <= found.start <= found.end <= len(text)
    find_correction(text, LABELS, context("channel.stall"))
    assert len(mask(text)) >= 0
    assert all(span.start < span.end for span in find_pii(text))


@pytest.mark.parametrize(
    "piece",
    [
        "아니 ",
        "1",
        "공일 ",
        "가나다라",
        "월요일 ",
        "(",
        "이요",
        "스티커 3장 ",
        "010-1234-5678 ",
        " ",
        "시장",
    ],
)
def test_ten_thousand_characters_take_no_time(piece: str) -> None:
    text = (piece * 10_000)[:10_000]
    for asked in ("free", "channel.store_name", "visit.date", "pay.account", "kit.items"):
        started = time.thread_time()
        understand(text, context(asked))
        assert time.thread_time() - started < LONGEST_S, asked
    started = time.thread_time()
    mask(text)
    find_pii(text)
    assert time.thread_time() - started < LONGEST_S


def test_reading_twice_gives_the_same() -> None:
    for text in ("내일 두시", "스티커 열장", "맞아요", "오늘 날씨"):
        first = understand(text, context("free"))
        assert first == understand(text, context("free"))


def test_understood_words_are_not_repaired_away() -> None:
    assert repair("영자네 반찬") == "영자네 반찬"


def test_the_account_of_a_reading_names_the_layer_and_hides_numbers() -> None:
    account = explain("010-1234-5678 이에요", context("channel.phone"))
    assert "slot" in account
    assert "1234" not in account
    assert "kit_order" in explain("스티커 보내주세요", context("free"))


def test_own_markets_are_used_when_given() -> None:
    assert parse_market("은하시장이요", ("은하전통시장",)) is not None
    found = parse_market("은하시장이요", ("은하전통시장",))
    assert found is not None
    assert (found.name, found.known) == ("은하전통시장", True)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("방문 신청 취소할게요", "visit_cancel"),
        ("방문 신청", "visit_request"),
        ("2", "visit_request"),
        ("스티커 취소", "kit_cancel"),
    ],
)
def test_a_menu_label_inside_a_wish_is_no_pick(text: str, intent: str) -> None:
    menu = context("main_menu")
    labels = {"visit_request": "방문 신청", "kit_order": "스티커", "human": "사람과 이야기하기"}
    labelled = Context(now=menu.now, asked="free", options=menu.options, labels=labels)
    assert understand(text, labelled).intent == intent
