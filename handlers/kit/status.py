"""Where the printed matter is, and what comes next."""

from collections.abc import Mapping

from bot.dialogue.flow import Flow
from bot.dialogue.message import Button, Facts, Output, QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON, REGISTER
from bot.dialogue.view import Answer, View
from bot.dialogue.wording import day
from bot.services.kits import KitLine, KitOverview
from handlers.kit.words import DELIVERIES, contents, label_of
from models.states import KitState

NO_STORE = "아직 주문하신 홍보물이 없어요. 가게부터 등록해 주세요.\n‘채널 등록’이라고 보내 주세요."
NOTHING_YET = "아직 주문하신 홍보물이 없어요.\n‘홍보물 받기’라고 보내시면 하나씩 여쭤볼게요."
TITLE = "주문 {number}"
STATES: Mapping[KitState, str] = {
    KitState.CONFIRMED: "그림을 만들고 있어요",
    KitState.RENDERED: "만든 그림을 살펴보고 있어요",
    KitState.PREFLIGHTED: "그림이 다 됐어요",
    KitState.QUEUED_PRINT: "인쇄를 맡겼어요",
    KitState.PRINTED: "인쇄가 끝났어요",
    KitState.SHIPPED: "가게로 가고 있어요",
    KitState.READY_PICKUP: "다 됐어요. 찾으러 오세요",
    KitState.DELIVERED: "받으셨어요",
    KitState.CANCELLED: "취소하셨어요",
    KitState.PROBLEM: "문제를 담당자가 보고 있어요",
    KitState.REORDERED: "새로 주문하셨어요",
    KitState.FAILED: "그림을 못 만들었어요",
    KitState.REVOKE_REQUIRED: "이제 쓰시면 안 돼요",
    KitState.REVOKED: "이제 안 쓰는 것이에요",
}
WAITS_FOR_CHANNEL = "채널이 열리기를 기다려요"
NEXT: Mapping[KitState, str] = {
    KitState.CONFIRMED: "1분쯤 뒤에 그림이 나와요",
    KitState.RENDERED: "1분쯤 뒤에 그림이 나와요",
    KitState.PREFLIGHTED: "담당자가 인쇄를 맡겨요",
    KitState.QUEUED_PRINT: "기다리시면 돼요",
    KitState.PRINTED: "곧 여기로 알려 드려요",
    KitState.SHIPPED: "가게에서 받으시면 돼요",
    KitState.READY_PICKUP: "상인회 사무실에서 찾으세요",
    KitState.DELIVERED: "잘 보이는 곳에 붙여 주세요",
    KitState.PROBLEM: "담당자가 여기로 알려 드려요",
    KitState.FAILED: "담당자가 고치고 알려 드려요",
    KitState.REVOKE_REQUIRED: "붙인 것을 떼어 주세요",
}
NEXT_CHANNEL = "열리면 바로 만들어요"
NEXT_FILE = "아래 단추로 받으세요"
ROW_WHAT, ROW_STATE, ROW_NEXT, ROW_HOW, ROW_DAY = "내용", "지금", "다음", "받는 법", "주문한 날"
OPEN = "그림 보기"
OTHERS = "그 전 주문: {lines}"
SHOWN_BEFORE = 2
"""Older orders that get a line; nobody scrolls for more."""
AGAIN = QuickReply("그대로 또", "홍보물 그대로 또 주문할게요")
WRONG = QuickReply("문제 있어요", "홍보물에 문제가 있어요")
CALL_OFF = QuickReply("주문 취소", "홍보물 주문 취소할래요")
ORDER = QuickReply("홍보물 받기", "홍보물 받기")
_IN_HANDS = frozenset(
    {KitState.PRINTED, KitState.SHIPPED, KitState.READY_PICKUP, KitState.DELIVERED}
)
_NOTHING_CAME = frozenset({KitState.CANCELLED, KitState.FAILED})


def state_words(order: KitLine, *, has_channel: bool) -> str:
    """Return how far an order is."""
    if order.state is KitState.CONFIRMED and not has_channel:
        return WAITS_FOR_CHANNEL
    return STATES.get(order.state, "")


def _next_words(order: KitLine, *, has_channel: bool) -> str:
    if order.state is KitState.CONFIRMED and not has_channel:
        return NEXT_CHANNEL
    if order.delivery == "file" and order.is_file_ready:
        return NEXT_FILE
    return NEXT.get(order.state, "")


def _card(view: View, overview: KitOverview, order: KitLine) -> Facts:
    has_channel = overview.has_channel
    rows = (
        (ROW_WHAT, contents(order)),
        (ROW_STATE, state_words(order, has_channel=has_channel)),
        (ROW_NEXT, _next_words(order, has_channel=has_channel)),
        (ROW_HOW, label_of(DELIVERIES, order.delivery)),
        (ROW_DAY, day(order.created_at)),
    )
    link = (Button(OPEN, "link", view.facts.kit_page(order.number)),)
    return Facts(
        TITLE.format(number=order.number),
        tuple(row for row in rows if row[1]),
        buttons=link if order.is_file_ready else (),
    )


def _older(overview: KitOverview) -> tuple[Output, ...]:
    lines = [
        f"{order.number} {contents(order)} — {state_words(order, has_channel=overview.has_channel)}"
        for order in overview.orders[1 : 1 + SHOWN_BEFORE]
    ]
    return (Text(OTHERS.format(lines="\n".join(lines))),) if lines else ()


def _replies(order: KitLine) -> tuple[QuickReply, ...]:
    if order.can_cancel:
        return (CALL_OFF, MENU)
    if order.state in _IN_HANDS:
        return (AGAIN, WRONG, MENU)
    if order.state in _NOTHING_CAME:
        return (ORDER, PERSON, MENU)
    return (AGAIN, PERSON, MENU)


def _respond(view: View) -> Answer:
    overview = view.facts.kit_overview()
    if overview is None:
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    newest = overview.newest
    if newest is None:
        return Answer((Text(NOTHING_YET),), quick_replies=(ORDER, MENU))
    return Answer((_card(view, overview, newest), *_older(overview)), _replies(newest))


FLOW = Flow(
    name="kit_status",
    version=1,
    title="홍보물 진행",
    intents=("kit_status",),
    respond=_respond,
)
