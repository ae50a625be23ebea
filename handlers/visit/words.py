"""What visits are called in the chat, and how they read."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from bot.clock import KST
from bot.dialogue.message import QuickReply
from bot.dialogue.view import Choice, View
from bot.dialogue.wording import clock_time, day
from bot.services.visits import Reason, VisitView
from models.states import VisitState

TOPICS = (
    Choice("channel", "채널 만들기"),
    Choice("content", "소식 쓰기"),
    Choice("pay", "쉬운 결제"),
    Choice("kit", "홍보물"),
    Choice("other", "그 밖에"),
)
PLACES = (
    Choice("store", "우리 가게"),
    Choice("office", "상인회"),
    Choice("elsewhere", "다른 곳"),
)
PERIODS = {"morning": "오전", "afternoon": "오후", "evening": "저녁"}
REASONS: Mapping[Reason, str] = {
    Reason.NO_SKILL: "그 일을 도울 서포터즈가 아직 없어요.",
    Reason.REGION: "아직 이 시장에 가는 서포터즈가 없어요.",
    Reason.DAY_OFF: "그때는 서포터즈가 쉬어요.",
    Reason.HOLIDAY: "그날은 공휴일이라 서포터즈가 쉬어요.",
    Reason.MARKET_DAY: "그날은 장날과 맞지 않아요.",
    Reason.STORE_CLOSED: "그때는 가게 문을 닫는 때예요.",
    Reason.NOTICE: "적어도 하루 전에 말씀해 주셔야 해요.",
    Reason.HORIZON: "지금은 4주 안의 날만 잡을 수 있어요.",
    Reason.MERCHANT_BUSY: "그때는 다른 방문이 잡혀 있어요.",
    Reason.NO_PLACE: "가게가 있는 시장 위치를 저희가 아직 몰라요.",
}
OTHERWISE = "그때는 서포터즈가 다른 가게에 있어요."
LASTING = frozenset({Reason.NO_SKILL, Reason.REGION, Reason.NO_PLACE})
"""What another day does not change."""
LATE = timedelta(minutes=15)
"""After the promised start; then nobody has to wait any longer."""
HOUR = 60

BOOK = QuickReply("방문 신청", "방문 신청")
MOVE = QuickReply("방문 바꾸기", "방문 바꾸기")
CALL_OFF = QuickReply("방문 취소", "방문 취소")
WHEN = QuickReply("방문 확인", "방문 확인")
LIST = QuickReply("대기 확인", "대기 확인")
LEAVE_LIST = QuickReply("대기 취소", "대기 취소")
ROW_TOPICS, ROW_PLACE, ROW_WHEN, ROW_WHO = "도움", "만날 곳", "언제", "오는 분"
ROW_LONG, ROW_CALL, ROW_STATE = "걸리는 시간", "전화", "지금"
KEY = "%Y-%m-%dT%H:%M"
"""How a time is kept as an answer, in Korean time."""


def label_of(choices: tuple[Choice, ...], key: object) -> str:
    """Return what stands on the button of a choice, "" for one that is gone."""
    return next((choice.label for choice in choices if choice.key == key), "")


def topics_text(keys: object) -> str:
    """Return the names of topics."""
    wanted = keys if isinstance(keys, (list, tuple)) else (keys,)
    return ", ".join(label for key in wanted if (label := label_of(TOPICS, key)))


def when(moment: datetime) -> str:
    """Return a moment as people say it, in Korean time.

    >>> when(datetime(2026, 11, 25, 14, 30, tzinfo=KST))
    '11월 25일(수) 오후 2시 30분'
    """
    return f"{day(moment)} {clock_time(moment.astimezone(KST).strftime('%H:%M'))}"


def short_when(local: datetime) -> str:
    """Return a moment for a button, at most eight characters when it can be.

    >>> short_when(datetime(2026, 11, 25, 14, 30, tzinfo=KST))
    '25일 2시반'
    """
    hour = local.hour - 12 if local.hour > 12 else local.hour  # noqa: PLR2004 -- noon
    minute = {0: "", 30: "반"}.get(local.minute, f" {local.minute}분")
    return f"{local.day}일 {hour}시{minute}"


def key_of(moment: datetime) -> str:
    """Return a moment as an answer keeps it."""
    return moment.astimezone(KST).strftime(KEY)


def moment_from(key: object) -> datetime | None:
    """Return the moment that an answer keeps, None when it is none."""
    try:
        return datetime.strptime(str(key), KEY).replace(tzinfo=KST)
    except ValueError:
        return None


def long_text(minutes: int) -> str:
    """Return how long a visit takes: 40분쯤, 1시간 30분쯤."""
    hours, rest = divmod(minutes, HOUR)
    parts = [f"{hours}시간" if hours else "", f"{rest}분" if rest else ""]
    return " ".join(part for part in parts if part) + "쯤"


def place_text(view: View, place: object, note: object = None) -> str:
    """Return where to meet, with the name of the store."""
    if place == "elsewhere" and note:
        return str(note)
    overview = view.facts.overview()
    if place == "store" and overview is not None:
        return overview.store_name
    return label_of(PLACES, place)


def is_late(view: View, visit: VisitView) -> bool:
    """Tell whether somebody should have been there a while ago."""
    begun = visit.state is VisitState.IN_PROGRESS
    return not begun and view.facts.now >= visit.promise_to + LATE


def booked(view: View) -> tuple[VisitView, ...]:
    """Return the visits that are booked and still to come, the next one first."""
    known = view.facts.visit_overview().upcoming
    return tuple(v for v in known if v.state is not VisitState.HELD and not is_late(view, v))


def visit_rows(view: View, visit: VisitView) -> tuple[tuple[str, str], ...]:
    """Return (label, value) of what a merchant wants to know about a visit."""
    return (
        (ROW_WHEN, when(visit.starts_at)),
        (ROW_TOPICS, topics_text(visit.topics) or visit.title),
        (ROW_PLACE, place_text(view, visit.place)),
        (ROW_WHO, visit.supporter_name),
    )


def whens(visits: Iterable[VisitView]) -> tuple[Choice, ...]:
    """Return visits as choices."""
    return tuple(
        Choice(str(v.id), f"{when(v.starts_at)} {v.title}", short=short_when(v.local))
        for v in visits
    )
