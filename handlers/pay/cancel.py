"""Taking the wish for easy payment back, as long as the provider has not agreed."""

from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, Effect, View
from bot.services import payments
from bot.services.payments import PayOverview
from bot.services.payments.changing import OUTSIDE
from handlers.pay.status import STATES, account_text
from handlers.pay.which import MENDING, ask_which, chosen, suiting
from handlers.pay.words import APPLY
from models.states import PayState

NOTHING = "거둘 결제 신청이 없어요."
DONE_ALREADY = "결제 신청은 벌써 거두셨어요. 다시 하시려면 ‘쉬운 결제’라고 보내 주세요."
AGREED = "{provider}와 벌써 약속이 됐어요. 그만 쓰시려면 해지를 해야 해요."
DONE = "네, {store} 결제 신청을 거뒀어요."
TOLD = "{provider}에는 담당자가 알려요."
AGAIN = "적어 주신 것은 1년 남겨 둬요. 다시 하시려면 ‘쉬운 결제’라고 보내 주세요."
ROW_STORE, ROW_STATE, ROW_ACCOUNT = "가게", "지금", "받을 통장"
ASKED_BY_APPLYING = ("pay.", "consent.third_party_payment")


def can_withdraw(known: PayOverview) -> bool:
    """Tell whether the wish can still be taken back."""
    return known.can_withdraw


def _on_start(view: View) -> Answer | None:
    if suiting(view, can_withdraw):
        return None
    known = view.facts.pays()
    agreed = next((one for one in known if one.can_terminate), None)
    if agreed is not None:
        said = (Text(AGREED.format(provider=agreed.provider.name)),)
        return Answer(said, start="pay_terminate")
    if any(one.state is PayState.WITHDRAWN for one in known):
        return Answer((Text(DONE_ALREADY),), quick_replies=(APPLY, MENU))
    if (view.asked or "").startswith(ASKED_BY_APPLYING):  # the one that is being filled in
        return Answer(drops=True)
    return Answer((Text(NOTHING),), quick_replies=(APPLY, MENU))


def beside(known: PayOverview | None) -> tuple[tuple[str, str], ...]:
    """Return (label, value) of what is taken back or ended."""
    if known is None:
        return ()
    rows = (
        (ROW_STORE, known.store_name),
        (ROW_STATE, STATES[known.state]),
        (ROW_ACCOUNT, account_text(known)),
    )
    return tuple(row for row in rows if row[1])


def _on_submit(view: View) -> Answer:
    known = chosen(view, can_withdraw)
    if known is None:  # the provider has agreed in the meantime
        return _on_start(view) or Answer((Text(NOTHING),), quick_replies=(PERSON, MENU))
    lines = [DONE.format(store=known.store_name)]
    if known.state in OUTSIDE:
        lines.append(TOLD.format(provider=known.provider.name))
    lines.append(AGAIN)
    effect = Effect(payments.withdraw, {"application_id": known.id})
    return Answer((Text("\n".join(lines)),), (APPLY, MENU), (effect,), closes=MENDING)


FLOW = Flow(
    name="pay_cancel",
    version=1,
    title="결제 신청 거두기",
    intents=("pay_cancel",),
    questions=(ask_which("pay.cancel_which", "어느 가게의 결제 신청을 거둘까요?", can_withdraw),),
    confirm=Confirm(
        key="pay.cancel_confirm",
        parse_as="kit.cancel",
        title="거둘 신청",
        text="이 결제 신청을 거둘까요? 적어 주신 것은 남겨 둬요.",
        yes="네, 거둬요",
        edit="아니요",
        edit_cancels=True,
        beside=lambda view: beside(chosen(view, can_withdraw)),
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
