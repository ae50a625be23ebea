"""After a visit: how it was, by one tap, and what comes next."""

from collections.abc import Mapping

from bot.dialogue.flow import Ask, Flow
from bot.dialogue.message import QuickReply, Text
from bot.dialogue.phrases import MENU
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Answer, Choice, Effect, View
from bot.services.visits import in_chat
from handlers.visit.words import BOOK, when
from models.visit import MADE

NOTHING = "아직 다녀간 방문이 없어요."
ASK = "{when}에 다녀간 서포터즈는 어떠셨어요?"
THANKS = "고마워요. 잘 적어 둘게요."
SORRY = "죄송해요. 담당자가 살펴보고 이 채팅방으로 답을 드릴게요."
NEXT = "더 필요한 것이 있으세요?"
RATINGS = (
    Choice("1", "나빴어요"),
    Choice("2", "별로예요"),
    Choice("3", "보통이에요"),
    Choice("4", "좋아요"),
    Choice("5", "아주 좋아요"),
)
"""The number of a choice is the rating: who says 5점 means the best."""
STEPS = (QuickReply("홍보물 받기", "홍보물 받기"), QuickReply("쉬운 결제", "쉬운 결제"), BOOK, MENU)


def _on_start(view: View) -> Answer | None:
    if view.facts.rateable_visit() is None:
        return Answer((Text(NOTHING),), quick_replies=(BOOK, MENU))
    return None


def _begins_with(view: View) -> Mapping[str, JsonValue]:
    visit = view.facts.rateable_visit()
    return {"visit": visit.id if visit else None}


def _text(view: View) -> str:
    visit = view.facts.visit_overview().visit(int(view.get("visit") or 0))
    return ASK.format(when=when(visit.starts_at) if visit else "")


def _on_submit(view: View) -> Answer:
    visit = view.facts.visit_overview().visit(int(view.get("visit") or 0))
    if visit is None or visit.state not in MADE:
        return Answer((Text(NOTHING),), quick_replies=(BOOK, MENU))
    rating = int(view.get("rating"))
    effect = Effect(in_chat.rate, {"visit_id": visit.id, "rating": rating})
    said = SORRY if rating <= in_chat.LOW_RATING else THANKS
    return Answer((Text(f"{said}\n{NEXT}"),), quick_replies=STEPS, effects=(effect,))


FLOW = Flow(
    name="visit_rate",
    version=1,
    title="방문 평가",
    intents=("visit_rate",),
    questions=(
        Ask(
            key="visit.rating",
            slot="rating",
            label="평가",
            text=_text,
            choices=RATINGS,
            why="다음에 더 잘 도와드리려고요. 서포터즈에게는 안 보여요.",
            hint="1에서 5까지 숫자만 보내셔도 돼요. 5가 제일 좋은 거예요.",
        ),
    ),
    on_start=_on_start,
    begins_with=_begins_with,
    on_submit=_on_submit,
    calls=lambda view: view.facts.visit_news().unrated is not None,
)
