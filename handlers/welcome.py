"""Hello and thank you."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Text
from bot.dialogue.view import Answer, View

HELLO = "안녕하세요, 소신상인 도우미예요. 돈은 안 들어요."
HELLO_AGAIN = "안녕하세요, 다시 오셨네요."
THANKS = "도움이 됐다니 기뻐요. 필요하면 언제든 불러 주세요."


def _respond(view: View) -> Answer:
    if view.intent == "thanks":
        return Answer((Text(THANKS),))
    if view.busy:
        return Answer((Text(HELLO_AGAIN),))
    known = view.facts.overview() is not None
    return Answer((Text(HELLO_AGAIN if known else HELLO),), start="menu")


FLOW = Flow(
    name="welcome",
    version=1,
    title="인사",
    offered=False,
    intents=("greeting", "thanks"),
    respond=_respond,
)
