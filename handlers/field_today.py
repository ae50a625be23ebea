"""A supporter asks for today's visits: they stand on the supporter's own page.

Nobody is taken for a supporter on the word of a chat: a person sends the address.
"""

from bot.dialogue.flow import Flow
from bot.dialogue.message import QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, View

TEXT = "서포터즈이시면 ‘상담원’이라고 보내 주세요.\n담당자가 오늘 일정 주소를 보내 드려요."
WHEN = QuickReply("방문 확인", "방문 확인")


def _respond(view: View) -> Answer:
    own = (WHEN,) if view.facts.visit_overview().upcoming else ()
    return Answer((Text(TEXT),), quick_replies=(PERSON, *own, MENU))


FLOW = Flow(
    name="field_today",
    version=1,
    title="오늘 일정",
    intents=("field_today",),
    offered=False,
    respond=_respond,
)
