"""Another account for the money; after the hand-over a person carries it to the provider."""

from dataclasses import replace

from bot.dialogue.flow import Ask, Confirm, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, Effect, View
from bot.services import payments
from bot.services.pay_rules.waiting import INSIDE
from bot.services.payments import PayOverview
from handlers.pay.next_step import next_step
from handlers.pay.questions import ask_account
from handlers.pay.status import account_text
from handlers.pay.which import MENDING, ask_which, chosen, suiting
from handlers.pay.words import APPLY
from models.states import PayState

NOTHING = "바꿀 통장이 없어요. 먼저 ‘쉬운 결제’라고 보내 주세요."
CHANGED = "{account} 통장으로 적어 두었어요."
CARRIED = (
    "{account} 통장으로 적고 담당자에게 전했어요. 담당자가 {provider}에 알려요.\n"
    "언제 바뀌는지는 {provider}에서 정해요. 그 전에는 전 통장으로 들어올 수 있어요."
)
THE_SAME = "지금 통장과 똑같아서 바꾸지 않았어요."
NOT_NOW = "지금은 바꿀 수 없어요. ‘상담원’이라고 보내시면 사람이 도와드려요."
ROW_STORE, ROW_OLD = "가게", "지금 통장"
_IN_THE_HOUSE = frozenset({*INSIDE, PayState.REJECTED})
"""The provider does not work with the account of before."""
BANK, ACCOUNT, HOLDER = ask_account(lambda _slot: lambda _view: True)


def _can_change(known: PayOverview) -> bool:
    return known.can_change_account and known.bank_code is not None


def _on_start(view: View) -> Answer | None:
    if suiting(view, _can_change):
        return None
    if any(known.can_change_account for known in view.facts.pays()):  # none was told yet
        return Answer(start="pay_fix")
    return Answer((Text(NOTHING),), quick_replies=(APPLY, MENU))


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    known = chosen(view, _can_change)
    return ((ROW_STORE, known.store_name), (ROW_OLD, account_text(known))) if known else ()


def _on_submit(view: View) -> Answer:
    known = chosen(view, _can_change)
    if known is None:  # it ended in the meantime
        return Answer((Text(NOTHING),), quick_replies=(APPLY, MENU))
    told = {slot: view.get(slot) for slot in ("bank", "account", "holder")}
    effect = Effect(payments.change_account, {"application_id": known.id, **told})
    after = view.facts.pay_after(effect.apply)
    new = after.of(known.id) if after else None
    if after is None or new is None:
        return Answer((Text(NOT_NOW),), quick_replies=(PERSON, MENU))
    if not any(after.results):
        return Answer((Text(THE_SAME),), quick_replies=(MENU,))
    words = CHANGED if known.state in _IN_THE_HOUSE else CARRIED
    said = words.format(account=account_text(new), provider=known.provider.name)
    outputs, replies = next_step(view, new, said, is_other_account=True)
    return Answer(outputs, replies, (effect,), closes=MENDING)


def _in_new(ask: Ask, text: str) -> Ask:
    return replace(ask, text=text)


FLOW = Flow(
    name="pay_change_account",
    version=1,
    title="통장 바꾸기",
    intents=("pay_change_account",),
    questions=(
        ask_which("pay.change_which", "어느 가게의 통장을 바꿀까요?", _can_change),
        _in_new(BANK, "새 통장은 어느 은행이에요?\n은행과 계좌번호를 같이 적으셔도 돼요."),
        _in_new(ACCOUNT, "새 계좌번호를 알려 주세요. 숫자만 이어서 적으셔도 돼요."),
        _in_new(HOLDER, "새 통장 앞면에 적힌 주인 이름을 알려 주세요."),
    ),
    confirm=Confirm(
        key="pay.change_confirm",
        parse_as="pay.change",
        title="새 통장",
        text="숫자가 맞는지 봐 주세요. 이 통장으로 바꿀까요?",
        yes="네, 바꿔요",
        beside=_beside,
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
