"""Six digits for the supporter at one's side, who then finishes the form on the own phone."""

from bot.dialogue.flow import Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU
from bot.dialogue.view import Answer, Effect, View
from bot.services.help_codes import give_code

CODE = "도움 번호: {code}\n옆에 계신 서포터즈에게 알려 주세요.\n30분 동안 쓸 수 있어요."
CARE = "이 번호로 신청서를 같이 적을 수 있어요.\n모르는 사람이 물어보면 알려 주지 마세요."


def _respond(view: View) -> Answer:
    code = view.facts.new_help_code()
    return Answer(
        (Text(CODE.format(code=f"{code[:3]} {code[3:]}")), Text(CARE)),
        quick_replies=(MENU,),
        effects=(Effect(give_code, {"code": code}),),
    )


FLOW = Flow(
    name="help_code",
    version=1,
    title="도움 번호",
    intents=("help_code",),
    offered=False,
    respond=_respond,
)
