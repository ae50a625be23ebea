"""What codes of visits are called on the console's pages."""

from collections.abc import Mapping

from bot.services.visits.kinds import KINDS
from bot.services.visits.reasons import Reason
from models.states import SupporterState, VisitState, WaitState

STATES: Mapping[str, str] = {
    VisitState.HELD: "답 기다림",
    VisitState.CONFIRMED: "예약됨",
    VisitState.EN_ROUTE: "가는 중",
    VisitState.IN_PROGRESS: "만나는 중",
    VisitState.REPORTED: "보고함",
    VisitState.COMPLETED: "끝남",
    VisitState.DISPUTED: "상인이 다르다고 함",
    VisitState.RELEASED: "고르지 않음",
    VisitState.EXPIRED: "답이 없어 풀림",
    VisitState.CANCELLED_BY_MERCHANT: "상인이 취소",
    VisitState.CANCELLED_BY_STAFF: "우리가 취소",
    VisitState.MERCHANT_NO_SHOW: "상인 부재",
    VisitState.SUPPORTER_NO_SHOW: "서포터즈 안 옴",
}
LOOKS: Mapping[str, str] = {
    VisitState.EN_ROUTE: "busy",
    VisitState.IN_PROGRESS: "busy",
    VisitState.COMPLETED: "met",
    VisitState.REPORTED: "met",
    VisitState.DISPUTED: "past_due",
    VisitState.MERCHANT_NO_SHOW: "past_due",
    VisitState.SUPPORTER_NO_SHOW: "past_due",
}
WAITS: Mapping[str, str] = {
    WaitState.WAITING: "자리 기다림",
    WaitState.OFFERED: "물어보는 중",
    WaitState.ACCEPTED: "자리 받음",
    WaitState.EXPIRED: "기간 지남",
    WaitState.WITHDRAWN: "거둠",
}
SUPPORTER_STATES: Mapping[str, str] = {
    SupporterState.ACTIVE: "활동 중",
    SupporterState.PAUSED: "쉬는 중",
    SupporterState.LEFT: "그만둠",
}
TOPICS: Mapping[str, str] = {kind.code: kind.title for kind in KINDS}
KINDS_OF_EVENTS: Mapping[str, str] = {
    "held": "시간을 잡아 둠",
    "confirmed": "예약",
    "rescheduled": "시간 바꿈",
    "reassigned": "사람 바꿈",
    "adjusted": "계획에 맞춰 옮김",
    "released": "잡은 시간 풂",
    "expired": "답이 없어 풀림",
    "cancelled": "취소",
    "en_route": "출발",
    "arrived": "도착",
    "reported": "보고",
    "completed": "끝남",
    "disputed": "상인이 다르다고 함",
    "merchant_missing": "상인 부재",
    "supporter_missing": "서포터즈 안 옴",
}
CANCEL_REASONS: Mapping[str, str] = {
    "asked": "상인이 부탁함",
    "postponed": "현장에서 미룸",
    "supporter_ill": "서포터즈가 못 감",
    "market_closed": "시장이 쉼",
    "weather": "날씨",
    "mistake": "잘못 잡음",
}
REASONS: Mapping[str, str] = {
    **CANCEL_REASONS,
    "erased": "정보를 지움",
    "nobody_there": "자리에 없음",
}
MAY_GIVE = ("asked", "supporter_ill", "market_closed", "weather", "mistake")
"""Reasons that staff choose from."""
WHY_NOT: Mapping[str, str] = {
    Reason.NO_SKILL: "이 일을 배운 사람이 없음",
    Reason.REGION: "이 지역에 오는 사람이 없음",
    Reason.DAY_OFF: "쉬는 날",
    Reason.HOLIDAY: "공휴일",
    Reason.MARKET_DAY: "장날",
    Reason.STORE_CLOSED: "가게가 쉼",
    Reason.NOTICE: "너무 임박함",
    Reason.HORIZON: "너무 먼 날",
    Reason.WISH: "원한 시간이 아님",
    Reason.MAX_VISITS: "하루 방문 수가 참",
    Reason.LUNCH: "점심 시간",
    Reason.TRAVEL: "오가는 시간이 모자람",
    Reason.BUSY: "다른 방문이 있음",
    Reason.MERCHANT_BUSY: "상인에게 다른 방문이 있음",
    Reason.NO_PLACE: "위치를 모름",
}
MESSAGES: Mapping[str, str] = {
    "already_booked": "이 상인에게 같은 방문이 이미 있어요.",
    "wrong_state": "지금 상태에서는 할 수 없어요.",
    "too_early": "약속 시간에서 15분이 지나야 할 수 있어요.",
    "outdated": "방금 바뀌었어요. 다시 확인해 주세요.",
    "no_time": "시간을 골라 주세요.",
    "reason_needed": "이유를 골라 주세요.",
    "by_phone": "두 번 안 계셨던 상인이에요. 전화로 정해 주세요.",
}
TAKEN = "그 시간은 안 돼요: {reason}"
FAILED = "처리하지 못했어요."
LINK = "이 주소를 그 사람에게만 보내 주세요. 30분 안에 한 번만 쓸 수 있어요."
