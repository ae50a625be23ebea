"""Talking to a person, coming back to the bot, and pictures that a person has to look at."""

from collections.abc import Iterable
from datetime import time

from bot.clock import KST
from bot.dialogue.flow import Flow
from bot.dialogue.message import Button, Card, QuickReply, Text
from bot.dialogue.view import Answer, Effect, View
from bot.services import handoff, remote_pictures
from bot.services.payments import PayOverview

TITLE = "사람이 도와드릴게요"
IN_HOURS = "담당자에게 전했어요. 이 채팅방으로 답을 드려요."
AFTER_HOURS = "담당자에게 전했어요. 지금은 쉬는 시간이라 다음 근무 시간에 답을 드려요."
HOURS = "근무 시간: 평일 오전 9시~오후 6시"
BOT_AGAIN = "저와 다시 하시려면 ‘챗봇’이라고 보내 주세요."
SORRY = "불편을 드려 죄송해요."
CALL = "전화하기"
CHAT = "상담 연결"
BACK = "네, 다시 제가 도와드릴게요."
PHOTO = "{what}사진 {count}장 잘 받았어요. 확인하고 알려 드릴게요."
PHOTO_NEXT = "이제 {what} 사진도 이 채팅방에 보내 주세요."
PAPERS = {
    "brc": "사업자등록증",
    "bankbook": "통장 앞면",
    "corp_registry": "등기부등본",
    "seal": "인감증명서",
    "proxy": "위임장",
    "permit": "허가증",
}
"""Paper -> what a picture of it is called."""
OF_BANKBOOK = frozenset({"pay.bank", "pay.account", "pay.holder"})
"""Questions in the middle of which a picture shows a bankbook."""
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
    asked = "bankbook" if view.asked in OF_BANKBOOK else _due_paper(view.facts.pays())
    effect = Effect(remote_pictures.remember_images, {"urls": view.images, "kind": asked or "brc"})
    what = f"{PAPERS[asked]} " if asked else ""
    lines = [PHOTO.format(what=what, count=len(view.images))]
    after = view.facts.pay_after(effect.apply) if asked and not view.busy else None
    left = _due_paper(after.pays) if after else None
    if left:
        lines.append(PHOTO_NEXT.format(what=PAPERS[left]))
    return Answer((Text("\n".join(lines)),), effects=(effect,))


def _due_paper(pays: Iterable[PayOverview]) -> str | None:
    """Return the paper that easy payment waits for, None when it waits for none."""
    due = (pay.next_due.key for pay in pays if pay.next_due)
    return next((key for key in due if key in PAPERS), None)


FLOWS = (
    Flow(
        name="handoff", version=1, title="상담원", intents=("human", "complaint"), respond=_person
    ),
    Flow(name="handback", version=1, title="챗봇", respond=_back),
    Flow(name="photo", version=1, title="사진", respond=_photo),
)
