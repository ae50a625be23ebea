"""More cards with the store's payment code, as the provider issued it."""

import re
from collections.abc import Mapping

from bot.dialogue.flow import Ask, Confirm, Flow
from bot.dialogue.message import Card, QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON, REGISTER
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Answer, Effect, View
from bot.services import kits
from bot.services.kits.pay_cards import CARD, HANGS
from bot.services.pay_rules.waiting import AT_REST
from bot.services.payments import PayOverview
from handlers.kit.questions import QUESTIONS
from kits.themes import THEMES
from models.states import PayState

MORE = QuickReply("결제 QR 카드", "결제 QR 카드 더 주세요")
APPLY = QuickReply("쉬운 결제", "쉬운 결제")
HOW_FAR = QuickReply("결제 진행 상황", "결제 진행 상황")
NO_STORE = "가게를 먼저 등록해 주세요.\n‘채널 등록’이라고 보내 주세요. 5분이면 돼요."
NOT_APPLIED = (
    "결제 QR 카드는 결제 QR이 나온 뒤에 드려요. 먼저 ‘쉬운 결제’라고 보내서 신청해 주세요."
)
NOT_YET = "결제 QR이 나오면 카드도 바로 만들어 드려요. 따로 주문하지 않으셔도 돼요."
NO_PICTURE = "담당자가 결제 QR 그림을 받고 있어요. 오면 카드를 만들어 드려요."
NOT_NOW = "지금은 결제 QR 카드를 못 만들어요. ‘상담원’이라고 보내시면 사람이 봐 드려요."
QTY_TEXT = "결제 QR 카드 몇 장 필요하세요?\n나온 QR 그대로 찍어 드려요."
ORDERED = "주문됐어요 ({number})"
WHAT_NEXT = (
    "결제 QR을 그대로 찍어요. 다 되면 알려 드려요.\n전화하실 때는 번호 {number}만 말씀하세요."
)
WHEN = QuickReply("언제 와요", "홍보물 언제 와요")
ROW_STORE, ROW_CODE = "가게", "결제 QR"
_ABOUT_PAYING = re.compile(
    r"(?:결제|페이(?!지)|계산(?!대))\S{0,6}\s?(?:큐알|qr|카드|스티[커카]|판)", re.IGNORECASE
)


def is_wanted(view: View) -> bool:
    """Tell whether the words are about the payment code and not the channel's."""
    return _ABOUT_PAYING.search(view.text) is not None


def can_order(view: View) -> bool:
    """Tell whether the store that orders are for has a code that can be printed."""
    known = _of_the_store(view)
    return known is not None and known.code is not None and known.code.is_printable


def _of_the_store(view: View) -> PayOverview | None:
    """Return the application of the store that orders are for, when it has a code that counts."""
    overview = view.facts.kit_overview()
    if overview is None:
        return None
    known = (one for one in view.facts.pays() if one.store_id == overview.store_id)
    return next((one for one in known if one.code and one.state in HANGS), None)


def _on_start(view: View) -> Answer | None:
    if view.facts.kit_overview() is None:
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    return None if can_order(view) else _not_now(view)


def _not_now(view: View) -> Answer:
    """Say in one sentence when the card comes."""
    if _of_the_store(view) is not None:
        return Answer((Text(NO_PICTURE),), quick_replies=(HOW_FAR, PERSON, MENU))
    going = {one.state for one in view.facts.pays()}.difference(AT_REST)
    if going.difference(HANGS, {PayState.SUSPENDED}):
        return Answer((Text(NOT_YET),), quick_replies=(HOW_FAR, MENU))
    if going:
        return Answer((Text(NOT_NOW),), quick_replies=(PERSON, MENU))
    return Answer((Text(NOT_APPLIED),), quick_replies=(APPLY, MENU))


def _wish(view: View, number: str) -> kits.KitWish:
    overview = view.facts.kit_overview()
    last = overview.newest if overview else None
    return kits.KitWish(
        items={CARD: int(view.get("qty") or 1)},
        size=None,
        theme=last.theme if last else next(iter(THEMES)),
        phrase=None,
        delivery=view.get("delivery"),
        languages=("ko",),
        number=number,
    )


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    known = _of_the_store(view)
    if known is None or known.code is None:
        return ()
    code = f"{known.provider.name} {known.code.merchant_code}"
    return ((ROW_STORE, known.store_name), (ROW_CODE, code))


def _begins_with(view: View) -> Mapping[str, JsonValue]:
    """Take the count that was said with the wish (결제 카드 3장 더)."""
    items = view.extra.get("items")
    counts = list(items.values()) if isinstance(items, dict) else []
    return {"qty": counts[0]} if len(counts) == 1 and counts[0] else {}


def _on_submit(view: View) -> Answer:
    if not can_order(view):  # it was revoked in the meantime
        return _not_now(view)
    number = view.facts.new_kit_number()
    effect = Effect(kits.place, {"order": _wish(view, number)})
    card = Card(ORDERED.format(number=number), WHAT_NEXT.format(number=number))
    return Answer((card,), quick_replies=(WHEN, MENU), effects=(effect,))


FLOW = Flow(
    name="kit_pay_card",
    version=1,
    title="결제 QR 카드",
    offered=False,
    questions=(
        Ask(
            key="kit.pay_card_qty",
            parse_as="kit.qty",
            slot="qty",
            label="몇 장",
            text=QTY_TEXT,
            example="3장",
            suggestions=lambda _view: ("1장", "3장", "5장"),
            show=lambda _view, value: f"{value}장",
            why="그만큼 인쇄해요. 계산대와 진열대에 한 장씩 두시면 돼요.",
            hint="숫자만 보내셔도 돼요. 1에서 300까지예요. 예) 3",
            words=("장수", "개수", "갯수", "수량"),
        ),
        *(ask for ask in QUESTIONS if ask.slot == "delivery"),
    ),
    confirm=Confirm(
        key="kit.pay_card_confirm",
        parse_as="kit.confirm",
        title="결제 QR 카드",
        text="나온 결제 QR을 그대로 찍어요. 이대로 주문할까요?",
        yes="네, 주문해요",
        beside=_beside,
    ),
    on_start=_on_start,
    begins_with=_begins_with,
    on_submit=_on_submit,
)
