"""Calling an order off, as long as nothing is printed."""

from bot.dialogue.flow import Ask, Confirm, Flow
from bot.dialogue.message import QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON
from bot.dialogue.view import Answer, Choice, Choices, Effect, View
from bot.services import kits
from bot.services.kits import KitLine
from handlers.kit.answers import counts
from handlers.kit.questions import ORDER_QUESTIONS
from handlers.kit.words import NAMES, contents, rows_of

NOT_ORDERED = "아직 주문하기 전이에요. {items} 빼시려면\n끝에 나오는 ‘고칠래요’를 눌러 주세요."
NOTHING = "취소할 주문이 없어요."
TOO_LATE = "{number} 주문은 벌써 인쇄했어요.\n‘상담원’이라고 보내시면 사람이 도와드려요."
WHICH = "어느 주문을 취소할까요?\n{lines}"
DONE = "네, {number} 주문을 취소했어요. 만들지 않을게요."
ROW_NUMBER, ROW_WHAT = "번호", "내용"
ORDER = QuickReply("홍보물 받기", "홍보물 받기")
MAX_CHOICES = 5


def _open_orders(view: View) -> list[KitLine]:
    overview = view.facts.kit_overview()
    return [order for order in overview.orders if order.can_cancel] if overview else []


def _before_ordering(view: View) -> Answer:
    """Answer somebody in the middle of an order: one item is left out, all of it is stopped."""
    spoken = [name for name in NAMES.values() if name in view.text]
    if spoken and len(counts(view)) > 1:
        return Answer((Text(NOT_ORDERED.format(items=", ".join(spoken))),))
    return Answer(drops=True)


def _on_start(view: View) -> Answer | None:
    if view.asked in ORDER_QUESTIONS:
        return _before_ordering(view)
    if _open_orders(view):
        return None
    overview = view.facts.kit_overview()
    newest = overview.newest if overview else None
    if newest is None or newest.state == "cancelled":
        return Answer((Text(NOTHING),), quick_replies=(ORDER, MENU))
    return Answer((Text(TOO_LATE.format(number=newest.number)),), quick_replies=(PERSON, MENU))


def _choices(view: View) -> Choices:
    return tuple(Choice(o.number, o.number) for o in _open_orders(view)[:MAX_CHOICES])


def _which_text(view: View) -> str:
    lines = (f"{order.number}: {contents(order)}" for order in _open_orders(view)[:MAX_CHOICES])
    return WHICH.format(lines="\n".join(lines))


def _chosen(view: View) -> KitLine | None:
    orders = _open_orders(view)
    wanted = view.get("order")
    if wanted is None:
        return orders[0] if len(orders) == 1 else None
    return next((order for order in orders if order.number == wanted), None)


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    order = _chosen(view)
    if order is None:
        return ()
    return ((ROW_NUMBER, order.number), (ROW_WHAT, contents(order)), *rows_of(order, order.items))


def _on_submit(view: View) -> Answer:
    order = _chosen(view)
    if order is None:  # it was printed in the meantime
        return _on_start(view) or Answer((Text(NOTHING),), quick_replies=(MENU,))
    effect = Effect(kits.cancel, {"order_id": order.id})
    text = DONE.format(number=order.number)
    return Answer((Text(text),), quick_replies=(ORDER, MENU), effects=(effect,))


FLOW = Flow(
    name="kit_cancel",
    version=1,
    title="주문 취소",
    intents=("kit_cancel",),
    questions=(
        Ask(
            key="kit.which",
            slot="order",
            reads="choice",
            label="주문",
            text=_which_text,
            choices=_choices,
            when=lambda view: len(_open_orders(view)) > 1,
            in_summary=False,
            why="주문이 여러 개라서 어느 것인지 여쭤봐요.",
        ),
    ),
    confirm=Confirm(
        key="kit.cancel_confirm",
        parse_as="kit.cancel",
        title="취소할 주문",
        text="이 주문을 취소할까요?",
        yes="네, 취소해요",
        edit="아니요",
        edit_cancels=True,
        beside=_beside,
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
