"""The same again, all of it or some, as the store is called now."""

from collections.abc import Mapping

from bot.dialogue.flow import Ask, Confirm, Flow
from bot.dialogue.message import Button, Card, QuickReply, Text
from bot.dialogue.phrases import MENU, PERSON, REGISTER
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Accepted, Answer, Effect, Problem, View
from bot.services import kits
from bot.services.kits import KitLine
from handlers.kit.pay_card import is_wanted
from handlers.kit.questions import ORDER_QUESTIONS
from handlers.kit.words import contents, counted, name_of, order_numbered, rows_of, topic
from models.states import KitState

NO_STORE = "아직 주문하신 홍보물이 없어요. 가게부터 등록해 주세요.\n‘채널 등록’이라고 보내 주세요."
ORDERING = "지금 주문하시는 것부터 끝낼게요.\n더 넣으실 것은 끝에 나오는 ‘고칠래요’를 눌러 주세요."
NOTHING_BEFORE = "전에 주문하신 것이 없어요. 새로 여쭤볼게요."
AGAIN_TEXT = "저번({number})에는 이렇게 받으셨어요: {items}\n그대로 드릴까요? 다르면 필요한 것만 적어 주세요."
COUNT_NEEDED = "{topic} 저번에 없던 것이에요. 몇 장인지 같이 적어 주세요. 예) {item} 10장"
ORDERED = "주문됐어요 ({number})"
WHAT_NEXT = "저번과 똑같이 만들어요. 다 되면 인쇄해요."
WHAT_NEXT_FILE = "저번과 똑같이 만들어요. 1분쯤 뒤에 받으실 수 있어요."
WHAT_NEXT_WAITING = "채널이 열리면 바로 만들어요."
SAY_NUMBER = "전화하실 때는 번호 {number}만 말씀하세요."
OPEN = "그림 보기"
WHEN = QuickReply("언제 와요", "홍보물 언제 와요")
ROW_STORE, ROW_CHANGED = "가게", "바뀐 것"
CHANGED = "지금 이름과 채널로 찍어요"
_NOT_AGAIN = frozenset({KitState.CANCELLED, KitState.FAILED})
SAME = "그대로 또"


def _last(view: View) -> KitLine | None:
    """Return the order that is to be repeated, the one that it began with."""
    overview = view.facts.kit_overview()
    begun = order_numbered(overview, view.get("order"))
    if begun is not None:
        return begun
    orders = overview.orders if overview else ()
    return next((order for order in orders if order.state not in _NOT_AGAIN), None)


def _on_start(view: View) -> Answer | None:
    if view.asked in ORDER_QUESTIONS:
        return Answer((Text(ORDERING),))
    if is_wanted(view):
        return Answer(start="kit_pay_card")
    if view.facts.kit_overview() is None:
        return Answer((Text(NO_STORE),), quick_replies=(REGISTER, MENU))
    if _last(view) is not None:
        return None
    items = view.extra.get("items")
    return Answer((Text(NOTHING_BEFORE),), start="kit", prefill={"items": items} if items else {})


def _begins_with(view: View) -> Mapping[str, JsonValue]:
    """Remember which order it is; without a word about items, all of them are wanted again."""
    last = _last(view)
    return {"order": last.number if last else None, "items": {}}


def _text(view: View) -> str:
    last = _last(view)
    return AGAIN_TEXT.format(
        number=last.number if last else "", items=contents(last) if last else ""
    )


def _accept(view: View, value: JsonValue) -> Accepted | Problem:
    last = _last(view)
    before = dict(last.items) if last else {}
    if not isinstance(value, dict) or not value:
        return Accepted(before)
    unknown = next((i for i, count in value.items() if not (count or before.get(i))), None)
    if unknown is not None:
        name = name_of(unknown)
        return Problem("count_needed", COUNT_NEEDED.format(topic=topic(name), item=name))
    return Accepted({item: count or before[item] for item, count in value.items()})


def _show(_view: View, value: JsonValue) -> str:
    return counted(value)


def _beside(view: View) -> tuple[tuple[str, str], ...]:
    overview, last = view.facts.kit_overview(), _last(view)
    if overview is None or last is None:
        return ()
    changed = ((ROW_CHANGED, CHANGED),) if last.is_outdated else ()
    return (*rows_of(last, view.get("items") or {}), (ROW_STORE, overview.store_name), *changed)


def _on_submit(view: View) -> Answer:
    overview, last = view.facts.kit_overview(), _last(view)
    if overview is None or last is None:  # taken away in the meantime
        return Answer((Text(NO_STORE),), quick_replies=(PERSON, MENU))
    number = view.facts.new_kit_number()
    args = {"order_id": last.id, "items": view.get("items") or None, "number": number}
    line = WHAT_NEXT_FILE if last.delivery == "file" else WHAT_NEXT
    line = line if overview.has_channel else WHAT_NEXT_WAITING
    button = Button(OPEN, "link", view.facts.kit_page(number))
    card = Card(
        ORDERED.format(number=number),
        f"{line}\n{SAY_NUMBER.format(number=number)}",
        (button,) if overview.has_channel else (),
    )
    return Answer((card,), quick_replies=(WHEN, MENU), effects=(Effect(kits.reorder, args),))


FLOW = Flow(
    name="kit_reorder",
    version=1,
    title="똑같이 또 받기",
    intents=("kit_reorder",),
    recalled=True,
    questions=(
        Ask(
            key="kit.again",
            slot="items",
            label="홍보물",
            text=_text,
            example="스티커 10장",
            parse_as="kit.again",
            suggestions=lambda _view: (SAME,),
            accept=_accept,
            valid=bool,
            show=_show,
            why="저번과 같은 것을 또 만들어 드려요. 장수는 바꾸셔도 돼요.",
            hint="그대로면 ‘그대로 또’, 아니면 ‘스티커 10장’처럼 적어 주세요.",
            words=("장수", "개수", "갯수", "수량"),
        ),
    ),
    confirm=Confirm(
        key="kit.again_confirm",
        parse_as="kit.confirm",
        title="똑같이 만들어요",
        text="이대로 주문할까요?",
        yes="네, 주문해요",
        beside=_beside,
    ),
    on_start=_on_start,
    begins_with=_begins_with,
    on_submit=_on_submit,
)
