"""What is said when nobody knows what was meant and nothing is being asked."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON, UNSUPPORTED
from bot.dialogue.view import Answer, View

UNCLEAR = "제가 잘 못 알아들었어요."
UNCLEAR_AGAIN = "죄송해요, 이번에도 못 알아들었어요.\n아래 번호를 하나만 보내 주세요."
OFFER_PERSON = "제가 자꾸 못 알아듣네요.\n‘상담원’이라고 보내시면 사람이 도와드려요."
MISSES_BEFORE_PERSON = 3
WAITING = "네, 편하실 때 보내 주세요. 기다릴게요."
LATER = frozenset({"pause", "hold", "doc_later"})
"""Put off although nothing is asked: there is nothing to keep, and nothing to say but yes."""


def _respond(view: View) -> Answer:
    if view.intent in LATER:
        return Answer((Text(WAITING),), quick_replies=(MENU, PERSON))
    if view.intent == "doc_sent":
        return Answer(start="pay_status" if view.facts.pays() else "status")
    if view.misses >= MISSES_BEFORE_PERSON and view.misses % 2:  # never the same twice in a row
        return Answer((Text(OFFER_PERSON),), quick_replies=(PERSON, MENU))
    text = UNCLEAR if view.misses <= 1 else UNCLEAR_AGAIN
    return Answer((Text(text),), start="menu")


def _unsupported(view: View) -> Answer:
    return Answer((Text(UNSUPPORTED),), start=None if view.busy else "menu")


FLOWS = (
    Flow(name="fallback", version=1, title="안내", offered=False, respond=_respond),
    Flow(
        name="unsupported",
        version=1,
        title="안내",
        offered=False,
        intents=("unsupported_media",),
        respond=_unsupported,
    ),
)
