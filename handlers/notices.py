"""Whether we may write first: "수신거부" works anywhere, at once, with a receipt."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU
from bot.dialogue.view import Answer, Effect, View
from bot.dialogue.wording import day
from bot.services import consents

STOPPED_ADS = "{day}, 광고성 소식 수신거부로 바꿨어요. 신청에 꼭 필요한 알림만 보내요."
STOPPED_ALL = "{day}, 알림을 모두 껐어요. 이제 먼저 연락드리지 않아요.\n다시 받으시려면 ‘알림 켜줘’라고 보내 주세요."
STARTED = "{day}, 광고성 소식 받기로 바꿨어요. ‘수신거부’라고 보내시면 바로 멈춰요."


def _respond(view: View) -> Answer:
    text, effect = {
        "opt_out_marketing": (STOPPED_ADS, Effect(consents.opt_out, {"everything": False})),
        "opt_out_all": (STOPPED_ALL, Effect(consents.opt_out, {"everything": True})),
        "opt_in_marketing": (STARTED, Effect(consents.opt_in)),
    }[view.intent or "opt_out_marketing"]
    said = Text(text.format(day=day(view.facts.now)))
    return Answer((said,), quick_replies=(MENU,), effects=(effect,))


FLOW = Flow(
    name="notices",
    version=1,
    title="알림",
    intents=("opt_out_marketing", "opt_out_all", "opt_in_marketing"),
    respond=_respond,
)
