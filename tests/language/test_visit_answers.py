"""What is answered about a visit beside dates: calling off, nobody came, how it was, waiting."""

import pytest

from bot import nlu
from bot.nlu.result import Context
from tests.talk import NOW

RATINGS = {"1": "1", "2": "2", "3": "3", "4": "4", "5": "5"}
LABELS = {"1": "나빴어요", "2": "별로예요", "3": "보통이에요", "4": "좋아요", "5": "아주 좋아요"}
PLACES = {"1": "store", "2": "office", "3": "elsewhere"}
PLACE_LABELS = {"store": "우리 가게", "office": "상인회", "elsewhere": "다른 곳"}


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("5", "5"),
        ("5점", "5"),
        ("삼점", "3"),
        ("별 다섯개", "5"),
        ("별 네 개요", "4"),
        ("아주 좋았어요", "5"),
        ("좋았어요", "4"),
        ("괜찮았어요", "4"),
        ("그저 그래요", "3"),
        ("별로였어요", "2"),
        ("나빴어요", "1"),
        ("최고예요", "5"),
    ],
)
def test_ratings(text: str, rating: str) -> None:
    context = Context(now=NOW, asked="visit.rating", options=RATINGS, labels=LABELS)
    assert nlu.understand(text, context).slots == {"rating": rating}


@pytest.mark.parametrize("text", ["6", "9점"])
def test_no_such_rating(text: str) -> None:
    context = Context(now=NOW, asked="visit.rating", options=RATINGS, labels=LABELS)
    assert nlu.understand(text, context).slots == {}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("안 왔어요", "yes"),
        ("네 아직이요", "yes"),
        ("아무도 안왔어요", "yes"),
        ("지금 막 왔어요", "no"),
        ("아 저기 오시네요", "no"),
        ("아니요", "no"),
        ("네", "yes"),
        ("1", "yes"),
        ("2번", "no"),
    ],
)
def test_absence(text: str, answer: str) -> None:
    options = {"1": "yes", "2": "no"}
    labels = {"yes": "안 왔어요", "no": "왔어요"}
    context = Context(now=NOW, asked="visit.absent", options=options, labels=labels)
    assert nlu.understand(text, context).slots == {"answer": answer}


@pytest.mark.parametrize("text", ["다시 말해줘", "상담원", "나중에"])
def test_commands_at_the_question_whether_nobody_came(text: str) -> None:
    options = {"1": "yes", "2": "no"}
    labels = {"yes": "안 왔어요", "no": "왔어요"}
    context = Context(now=NOW, asked="visit.absent", options=options, labels=labels)
    assert nlu.understand(text, context).slots == {}


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("네", "yes"),
        ("취소해 주세요", "yes"),
        ("안 오셔도 돼요", "yes"),
        ("아니요", "no"),
        ("취소하지 마세요", "no"),
        ("그냥 오세요", "no"),
    ],
)
def test_calling_off(text: str, answer: str) -> None:
    options = {"1": "yes", "2": "edit"}
    labels = {"yes": "네, 취소해요", "edit": "아니요"}
    context = Context(now=NOW, asked="visit.cancel", options=options, labels=labels)
    assert nlu.understand(text, context).slots == {"confirm": answer}


@pytest.mark.parametrize(
    ("text", "asked", "intent"),
    [
        ("대기", "free", "visit_waiting"),
        ("대기 확인", "free", "visit_waiting"),
        ("대기 어떻게 됐어요", "free", "visit_waiting"),
        ("대기 취소", "free", "visit_wait_cancel"),
        ("대기 그만할래요", "free", "visit_wait_cancel"),
        ("대기할게요", "visit.slot_choice", "visit_wait"),
        ("기다릴게요", "visit.wait", "visit_wait"),
        ("방문 평가", "free", "visit_rate"),
        ("상담원 대기 시간이 얼마나 돼요", "free", None),
    ],
)
def test_waiting_and_rating_are_wished_for(text: str, asked: str, intent: str | None) -> None:
    found = nlu.understand(text, Context(now=NOW, asked=asked)).intent
    if intent is None:
        assert found not in {"visit_waiting", "visit_wait_cancel", "visit_wait"}
    else:
        assert found == intent


def test_the_place_that_is_wanted_instead() -> None:
    context = Context(now=NOW, asked="visit.place", options=PLACES, labels=PLACE_LABELS)
    assert nlu.understand("상인회 말고 가게로 와주세요", context).slots == {"place": "store"}
    assert nlu.understand("가게 말고 상인회로요", context).slots == {"place": "office"}
