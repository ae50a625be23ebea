"""Ordering printed matter. Nothing is ordered before the yes to the summary."""

from bot.dialogue.flow import Confirm, Flow
from bot.dialogue.message import Button, Card, QuickReply, Text
from bot.dialogue.phrases import MENU, REGISTER
from bot.dialogue.view import Answer, Effect, View
from bot.services import kits, registration
from handlers.kit.answers import counts, needs_channel, pieces
from handlers.kit.pay_card import MORE, can_order, is_wanted
from handlers.kit.questions import QUESTIONS
from handlers.kit.words import USUAL_SIZE, counted
from kits.themes import THEMES

NO_STORE = (
    "가게를 먼저 등록하시면 홍보물을 만들어 드려요.\n‘채널 등록’이라고 보내 주세요. 5분이면 돼요."
)
NO_STORE_YET = "지금 하시는 등록이 끝나면 바로 주문하실 수 있어요."
ORDERED = "주문됐어요 ({number})"
WHAT_NEXT = "지금 그림을 만들어요. 다 되면 인쇄해요."
WHAT_NEXT_FILE = "지금 그림을 만들어요. 1분쯤 뒤에 받으실 수 있어요."
WHAT_NEXT_WAITING = "채널이 열리면 바로 만들어요. 더 하실 일은 없어요."
WHO_BRINGS = {
    "pickup": "다 되면 알려 드려요. 상인회 사무실에서 찾으시면 돼요.",
    "delivery": "다 되면 도우미나 택배로 가게에 갖다 드려요.",
    "file": "아래 단추를 눌러 받으시고, 인쇄하는 곳에 보여 주세요.",
}
FILE_LATER = "그때 ‘홍보물 언제 와요’라고 보내시면 받는 곳을 알려 드려요."
SAY_NUMBER = "전화하실 때는 번호 {number}만 말씀하세요."
CARD_TOO = "결제 QR 카드도 더 필요하시면 ‘결제 QR 카드’를 눌러 주세요."
OPEN = "그림 보기"
WHEN = QuickReply("언제 와요", "홍보물 언제 와요")
ROW_STORE, ROW_CHANNEL = "가게", "채널"
CHANNEL_LATER = "열리면 넣어 만들어요"


def _on_start(view: View) -> Answer | None:
    if is_wanted(view):
        return Answer(start="kit_pay_card")
    if view.facts.kit_overview() is not None:
        return None
    if view.busy:
        return Answer((Text(NO_STORE_YET),))
    return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    overview = view.facts.kit_overview()
    rows = [(ROW_STORE, overview.store_name)] if overview else []
    if needs_channel(view) and not view.get("channel_public_id"):
        rows.append((ROW_CHANNEL, CHANNEL_LATER))
    return tuple(rows)


def _wish(view: View, number: str) -> kits.KitWish:
    poster = "poster" in counts(view)
    return kits.KitWish(
        items=pieces(view),
        size=view.get("size") or USUAL_SIZE if poster else None,
        theme=view.get("theme") or next(iter(THEMES)),
        phrase=view.get("phrase"),
        delivery=view.get("delivery"),
        languages=("ko", *(view.get("languages") or ())),
        number=number,
    )


def _next_line(view: View, *, waiting: bool) -> str:
    if waiting:
        return WHAT_NEXT_WAITING
    return WHAT_NEXT_FILE if view.get("delivery") == "file" else WHAT_NEXT


def _who_line(view: View, *, waiting: bool) -> str:
    delivery = str(view.get("delivery"))
    return FILE_LATER if waiting and delivery == "file" else WHO_BRINGS[delivery]


def _on_submit(view: View) -> Answer:
    if view.facts.kit_overview() is None:  # the store was closed in the meantime
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    number = view.facts.new_kit_number()
    wish = _wish(view, number)
    channel = view.get("channel_public_id")
    waiting = needs_channel(view) and not channel
    effects = [Effect(kits.place, {"order": wish})]
    if channel:
        effects.insert(0, Effect(registration.set_channel, {"public_id": channel}))
    lines = (_next_line(view, waiting=waiting), _who_line(view, waiting=waiting))
    product = kits.products_of(wish.items, wish.size)[0]
    card = Card(
        ORDERED.format(number=number),
        "\n".join((*lines, SAY_NUMBER.format(number=number))),
        () if waiting else (Button(OPEN, "link", view.facts.kit_page(number)),),
        image_url=view.facts.kit_thumbnail(wish.theme, product),
        image_alt=counted(wish.items),
    )
    said, more = ((card, Text(CARD_TOO)), (MORE,)) if can_order(view) else ((card,), ())
    return Answer(said, quick_replies=(WHEN, *more, MENU), effects=tuple(effects))


FLOW = Flow(
    name="kit",
    version=1,
    title="홍보물 받기",
    intents=("kit_order",),
    recalled=True,
    questions=QUESTIONS,
    confirm=Confirm(
        key="kit.confirm",
        title="이렇게 만들어요",
        text="이대로 주문할까요?",
        yes="네, 주문해요",
        beside=_beside,
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
