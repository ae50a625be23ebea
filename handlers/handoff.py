"""Talking to a person, coming back to the bot, and pictures that a person has to look at."""

from datetime import time

from bot.clock import KST
from bot.dialogue.flow import Flow
from bot.dialogue.message import Button, Card, QuickReply, Text
from bot.dialogue.view import Answer, Effect, View
from bot.services import handoff, remote_pictures

TITLE = "사람이 도와드릴게요"
IN_HOURS = "담당자에게 전했어요. 이 채팅방으로 답을 드려요."
AFTER_HOURS = "담당자에게 전했어요. 지금은 쉬는 시간이라 다음 근무 시간에 답을 드려요."
HOURS = "근무 시간: 평일 오전 9시~오후 6시"
BOT_AGAIN = "저와 다시 하시려면 ‘챗봇’이라고 보내 주세요."
SORRY = "불편을 드려 죄송해요."
CALL = "전화하기"
CHAT = "상담 연결"
BACK = "네, 다시 제가 도와드릴게요."
PHOTO = "사진 {count}장 잘 받았어요. 확인하고 알려 드릴게요."
OPENS, CLOSES = time(9), time(18)
LAST_WORKDAY = 4
"""Friday, where Monday is 0."""


def _is_open(view: View) -> bool:
    local = view.facts.now.astimezone(KST)
    return local.weekday() <= LAST_WORKDAY and OPENS <= local.time() < CLOSES


def _person(view: View) -> Answer:
    lines = [IN_HOURS if _is_open(view) else AFTER_HOURS, HOURS, BOT_AGAIN]
    reason = "complaint" if view.intent == "complaint" else "asked"
    if reason == "complaint":
        lines.insert(0, SORRY)
    buttons = [Button(CHAT, "operator")]
    if view.facts.office_phone:
        buttons.append(Button(CALL, "phone", view.facts.office_phone))
    effect = Effect(handoff.open_ticket, {"reason": reason, "asked": view.asked})
    return Answer(
        (Card(TITLE, "\n".join(lines), tuple(buttons)),),
        quick_replies=(QuickReply("챗봇", "챗봇"),),
        effects=(effect,),
        stop=True,
    )


def _back(_view: View) -> Answer:
    return Answer((Text(BACK),), effects=(Effect(handoff.take_back),))


def _photo(view: View) -> Answer:
    effect = Effect(remote_pictures.remember_images, {"urls": view.images, "kind": "brc"})
    return Answer((Text(PHOTO.format(count=len(view.images))),), effects=(effect,))


FLOWS = (
    Flow(
        name="handoff", version=1, title="상담원", intents=("human", "complaint"), respond=_person
    ),
    Flow(name="handback", version=1, title="챗봇", respond=_back),
    Flow(name="photo", version=1, title="사진", respond=_photo),
)
