"""Ending easy payment: what happens to the code, who tells the provider, and when."""

from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, Effect, View
from bot.services import payments
from bot.services.payments import PayOverview
from handlers.pay.cancel import beside
from handlers.pay.which import MENDING, ask_which, chosen, suiting
from handlers.pay.words import APPLY
from models.states import PayState

NOTHING = "쓰고 계신 쉬운 결제가 없어요."
DONE_ALREADY = "벌써 그만 쓰기로 하셨어요. 붙여 둔 결제 QR이 있으면 떼어서 버려 주세요."
TEXT = "그만 쓰시면 지금 QR은 다시 못 써요. 그만 쓸까요?"
DONE = (
    "네, {store} 쉬운 결제를 그만 쓰기로 했어요.\n"
    "붙여 둔 결제 QR은 지금 떼어서 버려 주세요. 손님이 더 찍으시면 안 돼요."
)
TOLD = (
    "{provider}에는 담당자가 오늘이나 다음 평일에 알려요.\n"
    "남은 돈이 언제 들어오는지는 {provider}에서 정해요."
)
REASON = "asked"


def _can_end(known: PayOverview) -> bool:
    return known.can_terminate


def _on_start(view: View) -> Answer | None:
    if suiting(view, _can_end):
        return None
    known = view.facts.pays()
    if any(one.can_withdraw for one in known):  # nothing is agreed yet: it is taken back
        return Answer(start="pay_cancel")
    if any(one.state is PayState.TERMINATED for one in known):
        return Answer((Text(DONE_ALREADY),), quick_replies=(PERSON, MENU))
    return Answer((Text(NOTHING),), quick_replies=(APPLY, MENU))


def _on_submit(view: View) -> Answer:
    known = chosen(view, _can_end)
    if known is None:  # somebody was faster
        return _on_start(view) or Answer((Text(NOTHING),), quick_replies=(PERSON, MENU))
    said = (
        Text(DONE.format(store=known.store_name)),
        Text(TOLD.format(provider=known.provider.name)),
    )
    effect = Effect(payments.terminate, {"application_id": known.id, "reason": REASON})
    return Answer(said, (PERSON, MENU), (effect,), closes=MENDING)


FLOW = Flow(
    name="pay_terminate",
    version=1,
    title="결제 해지",
    intents=("pay_terminate",),
    questions=(ask_which("pay.end_which", "어느 가게의 결제를 그만 쓸까요?", _can_end),),
    confirm=Confirm(
        key="pay.end_confirm",
        parse_as="kit.cancel",
        title="그만 쓸 결제",
        text=TEXT,
        yes="네, 그만 써요",
        edit="아니요",
        edit_cancels=True,
        beside=lambda view: beside(chosen(view, _can_end)),
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
