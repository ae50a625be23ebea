"""A supporter asks for today's visits: they stand on the supporter's own page.

Nobody is taken for a supporter on the word of a chat. Who joined this chat on the page is
sent a link that signs in once; a person sends the first address.
"""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Button, Card, QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, View

TEXT = "서포터즈이시면 ‘상담원’이라고 보내 주세요.\n담당자가 오늘 일정 주소를 보내 드려요."
LINK_TEXT = "30분 안에 한 번만 열 수 있는 주소예요.\n다른 사람에게 보내지 마세요."
OPEN = "오늘 일정"
WHEN = QuickReply("방문 확인", "방문 확인")


def _respond(view: View) -> Answer:
    link = view.facts.field_link()
    if link:
        button = Button(OPEN, "link", link)
        return Answer((Card(description=LINK_TEXT, buttons=(button,)),), quick_replies=(MENU,))
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
