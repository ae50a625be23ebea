"""The numbered main menu."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import QuickReply, Text
from bot.dialogue.view import Answer, View

ASK = "무엇을 도와드릴까요? 번호만 보내셔도 돼요."
ENTRIES = (
    ("1", "channel_register", "채널 등록"),
    ("2", "visit_request", "방문 신청"),
    ("3", "kit_order", "홍보물 받기"),
    ("4", "pay_apply", "쉬운 결제"),
    ("5", "edu_start", "강의 듣기"),
    ("6", "cost_apply", "메시지 지원금"),
    ("7", "status", "진행 상황"),
    ("0", "human", "상담원"),
)
"""Number, intent, label; the numbers are those of docs/vocabulary.md."""


def _respond(_view: View) -> Answer:
    lines = "\n".join(f"{number}. {label}" for number, _, label in ENTRIES)
    replies = tuple(QuickReply(label, label) for _, _, label in ENTRIES)
    return Answer((Text(f"{ASK}\n{lines}"),), quick_replies=replies, menu=True)


FLOW = Flow(
    name="menu",
    version=1,
    title="메뉴",
    offered=False,
    intents=("menu",),
    respond=_respond,
    options={number: intent for number, intent, _ in ENTRIES},
)
