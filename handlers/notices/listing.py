"""무슨 알림 와요?: what is sent, what comes next, and how to change it."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Facts, Text
from bot.dialogue.phrases import MENU
from bot.dialogue.view import Answer, View
from bot.services.notice_overview import Noted
from handlers.notices.words import HOURS, NIGHT, OFF, ON, between, silent, when

TITLE = "보내 드리는 알림"
ROWS = (
    ("방문", "잡히면, 전날 저녁, 당일 아침", "transactional"),
    ("신청·서류", "할 일이 있거나 다 되면", "transactional"),
    ("홍보물", "다 되면, 잘 찍히는지", "transactional"),
    ("안부", "방문 뒤 잘 되시는지", "education"),
    ("광고", "행사나 새 강의 소식", "marketing"),
)
"""Label, when it comes, class."""
IS_OFF = "안 보내요"
NEXT = "다음 알림이에요."
ONE = "{when}쯤: {title}"
NOTHING = "지금 잡혀 있는 알림은 없어요."
LAST = "지난번: {when}, {title}"
SENT_BETWEEN = "{between}에 보내요.\n바꾸려면 ‘오후에만 보내줘’처럼 적어 주세요."


def _planned(coming: tuple[Noted, ...], last: Noted | None) -> str:
    lines = [NEXT, *(ONE.format(when=when(one.at), title=one.title) for one in coming)]
    if not coming:
        lines = [NOTHING]
        if last is not None:
            lines.append(LAST.format(when=when(last.at), title=last.title))
    return "\n".join(lines)


def _respond(view: View) -> Answer:
    known = view.facts.notices()
    if said := silent(known.off):
        return Answer((Text(said),), quick_replies=(ON, MENU))
    rows = tuple(
        (label, IS_OFF if message_class in known.off else what)
        for label, what, message_class in ROWS
    )
    how = SENT_BETWEEN.format(between=between(known.window))
    outputs = (Facts(TITLE, rows), Text(_planned(known.coming, known.last)), Text(how))
    return Answer(outputs, quick_replies=(HOURS, NIGHT, OFF, MENU))


FLOW = Flow(
    name="notices_list",
    version=1,
    title="무슨 알림",
    intents=("notify_list",),
    respond=_respond,
)
