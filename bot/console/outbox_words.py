"""What the outbox is called on the console's pages, and in the table of notices."""

from collections.abc import Mapping
from datetime import timedelta

from bot.outbox.notice import Notice
from bot.outbox.stop import ALL
from bot.outbox.table import Line, lines
from bot.outbox.timing import When
from bot.services.reminders import BOOK
from models.outbox import MessageClass, Outcome
from models.states import ReminderState

STATES: Mapping[str, str] = {
    ReminderState.SCHEDULED: "기다림",
    ReminderState.CLAIMED: "보내려는 참",
    ReminderState.SENDING: "보내는 중",
    ReminderState.ACCEPTED: "맡김 (도착 확인 전)",
    ReminderState.DELIVERED: "도착",
    ReminderState.UNKNOWN: "갔는지 모름",
    ReminderState.DEAD: "못 보냄",
    ReminderState.EXPIRED: "때가 지남",
    ReminderState.SUPPRESSED: "안 보냄",
    ReminderState.CANCELLED: "취소",
}
CLASSES: Mapping[str, str] = {
    MessageClass.TRANSACTIONAL: "안내",
    MessageClass.EDUCATION: "배움·도움",
    MessageClass.MARKETING: "광고",
}
OUTCOMES: Mapping[str, str] = {
    Outcome.ACCEPTED: "맡겼어요",
    Outcome.NOT_SENT: "못 보냈어요",
    Outcome.REFUSED: "거절당했어요",
    Outcome.UNKNOWN: "갔는지 몰라요",
}
SENDERS: Mapping[str, str] = {
    "event": "카카오톡 대화 (이벤트 API)",
    "solapi": "알림톡 (SOLAPI)",
    "nhn": "알림톡 (NHN Cloud)",
    "console": "화면 기록 (보내지 않음)",
}
SUBJECTS: Mapping[str, str] = {
    "visit": "방문",
    "visit_series": "정해진 방문",
    "waitlist_entry": "방문 대기",
    "supporter": "서포터즈",
    "conversation": "대화",
    "requirement": "필요한 것",
    "document": "서류",
    "channel_registration": "등록",
    "kit_order": "홍보물",
    "consent": "동의",
    "pay_application": "결제 신청",
    "pay_link": "결제 주소",
    "merchant": "사장님",
}
AFTER: Mapping[str, str] = {
    "somebody else books for the merchant": "다른 사람이 방문을 잡아 드림",
    "visit begins": "방문이 있는 날",
    "somebody else changes the promised time or the supporter": "다른 사람이 방문을 바꿈",
    "the office cancels, or the supporter cannot come": "우리 쪽에서 방문을 취소함",
    "the merchant was not there": "사장님이 안 계셨음",
    "visit reported": "방문이 끝남",
    "a standing slot is given": "정해진 방문이 잡힘",
    "the office ends a standing slot": "정해진 방문을 끝냄",
    "a time is kept for who waits": "대기하던 시간이 남",
    "the days that were waited for are over": "기다리던 날이 지남",
    "a day with visits": "서포터즈가 방문하는 날",
    "a visit of today comes, goes or moves": "오늘 방문이 생기거나 바뀜",
    "last answer of the form": "신청서에 마지막으로 답함",
    "paper is needed": "서류가 필요해짐",
    "paper was refused": "서류를 다시 요청함",
    "channel is open": "채널이 열림",
    "channel passed the review": "채널 심사가 끝남",
    "registration came back": "신청을 고쳐야 함",
    "kit is ready": "홍보물이 준비됨",
    "kit was delivered": "홍보물을 받음",
    "last step of the application for payment": "결제 신청에서 마지막으로 하신 일",
    "something of the application turns out wrong": "결제 신청에 고칠 것이 생김",
    "the provider or the office moves the application": "결제 신청이 다음으로 넘어감",
    "a payment code may not be used any more": "결제 QR을 쓸 수 없게 됨",
    "word of the application was promised": "결제 신청 소식을 알리기로 한 날",
    "what was changed at a store that takes payments is settled": "쓰던 결제의 변경이 끝남",
    "one won was sent to the account": "통장에 1원을 보냄",
    "a refused application may come again": "거절된 신청을 다시 할 수 있는 날",
    "the office ends an application that was asked for": "부탁을 받아 결제 신청을 끝냄",
    "the office asks the owner": "주인에게 맞는지 물어봄",
    "the office asks for one photo": "서류 사진 한 장을 부탁함",
    "last visit": "마지막 방문",
    "consent to advertising runs out": "광고 동의가 끝나는 날",
    "consent was decided outside the chat": "채팅 밖에서 동의를 정함",
    "nothing was heard for 700 days": "700일 동안 소식이 없음",
    "several nudges fall on one day": "권하는 알림 여럿이 같은 날 겹침",
}
"""What a notice is counted from; the English is that of the notices."""
SCHEDULE_COLUMNS = ("알림", "이름", "갈래", "언제부터", "언제", "얼마 동안", "지키는 것")
SCHEDULE_NOTES = """\
- **꼭 가야 함**: 갔는지 알 수 없으면 한 번 더 보내요. 다른 알림은 그럴 때 운영자에게 보여 드려요.
- **급함**: 밤 9시가 넘어도 보내요. 그분이 정한 시간은 지켜요.
- **권함**: 한 사람에게 하루 한 번, 7일에 세 번까지만. 같은 날 겹치면 하나로 모아요.
- 안내와 배움은 아침 8시부터 밤 9시까지, 광고는 아침 9시부터 저녁 8시까지(밤 동의가 있으면 아침 8시~밤 8시 50분) 보내요.
- 영업일은 주말과 공휴일을 뺀 날이에요.
"""
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


KINDS: Mapping[str, Line] = {line.notice.kind: line for line in lines(BOOK)}
"""Every notice with its words."""


def scope_name(scope: str) -> str:
    """Return what somebody has stopped: everything, a notice or a sender."""
    if scope == ALL:
        return "모든 알림"
    if scope in KINDS:
        return f"알림 ‘{KINDS[scope].title}’"
    return SENDERS.get(scope, scope)


def title(kind: str) -> str:
    """Return what a notice is called; its kind when this release has none."""
    return KINDS[kind].title if kind in KINDS else kind


def schedule_row(line: Line) -> tuple[str, ...]:
    """Return a line of the table of notices."""
    notice = line.notice
    return (
        notice.kind,
        line.title,
        CLASSES[notice.message_class],
        AFTER.get(notice.when.after, notice.when.after),
        ", ".join(_joined(line)),
        _length(notice.when.lasts),
        ", ".join(_rules(notice)) or "-",
    )


def _joined(line: Line) -> list[str]:
    return [moment(when) for when in line.times]


def moment(when: When) -> str:
    """Return a rhythm in words: 하루 전 18:00."""
    days, day = abs(when.days), "영업일" if when.business else "일"
    if not when.days:
        return f"그날 {when.at:%H:%M}" if when.at else "바로"
    text = f"{days}{day} {'전' if when.days < 0 else '뒤'}"
    return f"{text} {when.at:%H:%M}" if when.at else text


def _length(time: timedelta) -> str:
    return f"{time // _DAY}일" if time >= _DAY else f"{time // _HOUR}시간"


def _rules(notice: Notice) -> list[str]:
    marks = {"꼭 가야 함": notice.must_arrive, "급함": notice.urgent, "권함": notice.nudge}
    return [name for name, holds in marks.items() if holds]
