"""What comes next for an application: one sentence, one thing to do, who decides and when."""

from collections.abc import Mapping

from bot.dialogue.message import Output, QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import View
from bot.services.pay_rules.waiting import ENDED
from bot.services.payments import PayOverview
from bot.services.reminders.wording import date_text
from handlers.pay.which import may_come_again
from handlers.pay.words import (
    APPLY,
    CHANGE,
    GO_ON,
    HOW_FAR,
    KIT,
    PAPERS,
    TROUBLE,
    action,
    paper_card,
    reason_text,
    sentence,
)
from models.states import PayState

Said = tuple[tuple[Output, ...], tuple[QuickReply, ...]]

NOTHING = "지금은 하실 일이 없어요."
NEXT: Mapping[PayState, str] = {
    PayState.DRAFT: "‘쉬운 결제’라고 보내시면 이어서 해요.",
    PayState.COLLECTING: f"{NOTHING} 담당자가 확인하고 있어요.",
    PayState.READY: f"다 모였어요! {NOTHING} 담당자가 {{provider}}에 보내요.",
    PayState.HANDED_OFF: f"{NOTHING} {{provider}}에서 살펴봐요.",
    PayState.PROVIDER_REVIEW: f"{NOTHING} {{provider}}에서 살펴보고 정해요.",
    PayState.ADDITIONAL_REQUIRED: f"{NOTHING} 담당자가 {{provider}}에 다시 보내요.",
    PayState.APPROVED: f"{NOTHING} 결제 QR이 나오면 바로 알려 드려요.",
    PayState.QR_ISSUED: "결제 QR을 잘 보이는 곳에 붙여 주세요. 홍보물로도 뽑아 드려요.",
    PayState.LIVE: "하루에 한 번, QR 위에 딴 것이 붙지 않았나 봐 주세요.",
    PayState.REJECTED: "담당자에게 물어보시면 같이 봐 드려요.",
    PayState.WITHDRAWN: "다시 하시려면 ‘쉬운 결제’라고 보내 주세요.",
    PayState.SUSPENDED: "그동안은 다른 방법으로 돈을 받아 주세요. 담당자가 {provider}에 물어봐요.",
    PayState.TERMINATED: "붙여 둔 결제 QR은 떼어서 버려 주세요.",
    PayState.ERASED: "다시 하시려면 ‘쉬운 결제’라고 보내 주세요.",
}
"""State in which nothing presses -> the one thing to do now."""
REPLIES: Mapping[PayState, tuple[QuickReply, ...]] = {
    PayState.DRAFT: (APPLY,),
    PayState.QR_ISSUED: (KIT, TROUBLE),
    PayState.LIVE: (TROUBLE, CHANGE, KIT),
    PayState.REJECTED: (PERSON,),
    PayState.WITHDRAWN: (APPLY,),
    PayState.SUSPENDED: (PERSON,),
    PayState.TERMINATED: (APPLY,),
    PayState.ERASED: (APPLY,),
}
UNTIL = "{day}까지 이 채팅방으로 알려 드려요."
OTHER_BOOK = "새 통장의 앞면 사진도 보내 주세요."
AGAIN_FROM = "{day}부터 다시 신청할 수 있어요."


def promise(known: PayOverview) -> str:
    """Return when we write again, "" when the merchant has to do something or nobody has."""
    return UNTIL.format(day=date_text(known.next_word_on)) if known.next_word_on else ""


def now_words(known: PayOverview) -> str:
    """Return what is wrong or wanted, else the one thing to do in this state."""
    provider = known.provider.name
    usual = NEXT[known.state].format(provider=provider)
    if known.state is PayState.REJECTED:
        again = AGAIN_FROM.format(day=date_text(known.retry_after)) if known.retry_after else ""
        return "\n".join(line for line in (reason_text(known), again, usual) if line)
    return usual if known.state in ENDED else sentence(known) or usual


def next_step(
    view: View, known: PayOverview, before: str = "", *, is_other_account: bool = False
) -> Said:
    """Return the bubbles and buttons that say what comes next.

    Args:
        view: the turn.
        known: the application as it is, or as it will be after this turn.
        before: a sentence that goes before.
        is_other_account: the account was changed just now.
    """
    due = known.next_due
    if due is not None and due.key in PAPERS:
        ask = OTHER_BOOK if is_other_account and due.key == "bankbook" else sentence(known)
        said: tuple[Output, ...] = (paper_card(view, due.key, ask),)
        return ((Text(before), *said) if before else said), (HOW_FAR, MENU)
    lines = [before, now_words(known), promise(known)]
    words = Text("\n".join(line for line in lines if line))
    again = (APPLY,) if may_come_again(view, known) else ()
    return (words,), (*again, *_replies(known), MENU)


def _replies(known: PayOverview) -> tuple[QuickReply, ...]:
    if known.state not in ENDED and known.error_code:
        wanted = action(known.fix_action)
        return () if wanted == HOW_FAR else (wanted,)
    if known.next_due is not None:
        return (GO_ON,)
    return REPLIES.get(known.state, ())
