"""Changes of what was registered: a new telephone, another name of the shop, new hours."""

from collections.abc import Callable

from bot.dialogue.flow import Ask, Confirm, Flow
from bot.dialogue.message import Text
from bot.dialogue.phrases import MENU, REGISTER
from bot.dialogue.state import JsonValue
from bot.dialogue.view import Answer, Choice, Effect, View
from bot.dialogue.wording import closed_days, hours_between, phone_number
from bot.services import registration

FIELDS = (
    Choice("phone", "전화번호"),
    Choice("store_name", "가게 이름"),
    Choice("stall", "가게 위치"),
    Choice("hours", "여는 시간"),
    Choice("closed", "쉬는 날"),
    Choice("channel_public_id", "채널 주소"),
)
NOTHING = "아직 등록하신 것이 없어요. ‘채널 등록’부터 시작해 보세요."
DONE = "네, 바꿔 두었어요."
WHY = "바뀐 내용으로 알려 드리고 채널에도 고쳐 적어요."


def _field(view: View) -> str | None:
    chosen = view.get("field")
    if chosen:
        return str(chosen)
    known = [choice.key for choice in FIELDS if view.get(choice.key) is not None]
    return known[0] if known else None


def _is(field: str) -> Callable[[View], bool]:
    return lambda view: _field(view) == field


def _hours(view: View, value: JsonValue) -> str:
    return hours_between(str(value), str(view.get("close") or ""))


def _on_start(view: View) -> Answer | None:
    if view.facts.overview() is not None:
        return None
    return Answer((Text(NOTHING),), quick_replies=(REGISTER, MENU))


def _on_submit(view: View) -> Answer:
    slots = {"hours": ("open", "close"), "stall": ("stall", "location_note")}
    field = _field(view) or ""
    if field == "channel_public_id":
        effect = Effect(registration.set_channel, {"public_id": view.get(field)})
        return Answer((Text(DONE),), quick_replies=(MENU,), effects=(effect,))
    effects = tuple(
        Effect(registration.correct, {"field": slot, "value": view.get(slot)})
        for slot in slots.get(field, (field,))
        if view.get(slot) is not None
    )
    return Answer((Text(DONE),), quick_replies=(MENU,), effects=effects)


FLOW = Flow(
    name="profile",
    version=1,
    title="내 정보 바꾸기",
    intents=("update_profile",),
    questions=(
        Ask(
            key="profile.field",
            slot="field",
            reads="choice",
            label="바꿀 것",
            text="무엇이 바뀌었나요?",
            choices=FIELDS,
            when=lambda view: view.get("phone") is None and view.get("store_name") is None,
            in_summary=False,
            why=WHY,
        ),
        Ask(
            key="profile.phone",
            parse_as="channel.phone",
            slot="phone",
            label="전화번호",
            text="새 전화번호를 알려주세요.",
            example="010-1234-5678",
            when=_is("phone"),
            personal=True,
            show=lambda _view, value: phone_number(str(value)),
            why=WHY,
        ),
        Ask(
            key="profile.store_name",
            parse_as="channel.store_name",
            slot="store_name",
            label="가게 이름",
            text="새 가게 이름을 알려주세요.",
            example="영자네 반찬",
            when=_is("store_name"),
            why=WHY,
        ),
        Ask(
            key="profile.stall",
            parse_as="channel.stall",
            slot="stall",
            either="location_note",
            label="가게 위치",
            text="새 자리를 알려주세요.",
            example="가동 12호",
            when=_is("stall"),
            why=WHY,
        ),
        Ask(
            key="profile.hours",
            parse_as="channel.hours",
            slot="open",
            also=("close",),
            label="여는 시간",
            text="몇 시부터 몇 시까지 여세요?",
            example="아침 9시부터 저녁 7시",
            when=_is("hours"),
            show=_hours,
            why=WHY,
        ),
        Ask(
            key="profile.closed",
            parse_as="channel.closed_days",
            slot="closed",
            label="쉬는 날",
            text="쉬는 날이 언제인가요?",
            example="매주 일요일, 없으면 ‘없어요’",
            when=_is("closed"),
            show=lambda _view, value: closed_days(value),
            why=WHY,
        ),
        Ask(
            key="profile.url",
            parse_as="channel.url",
            slot="channel_public_id",
            label="채널 주소",
            text="채널 주소를 붙여 넣어 주세요.",
            example="pf.kakao.com/_xaBcDe",
            when=_is("channel_public_id"),
            show=lambda _view, value: f"pf.kakao.com/{value}",
            why="어느 채널이 사장님 것인지 알아야 연결해요.",
            hint="채널을 열고 ‘공유’를 누르면 주소가 나와요. 어려우면 ‘상담원’이라고 보내 주세요.",
        ),
    ),
    confirm=Confirm(
        key="profile.confirm",
        parse_as="channel.confirm",
        title="이렇게 바꿔요",
        text="바꿀까요?",
        yes="네, 바꿔 주세요",
    ),
    on_start=_on_start,
    on_submit=_on_submit,
)
