"""What messages that we begin are called in the chat, and how wishes about them read."""

from collections.abc import Mapping
from datetime import datetime

from bot.clock import KST
from bot.dialogue.message import QuickReply
from bot.dialogue.view import View
from bot.dialogue.wording import clock_time, day
from bot.services.preferences import DAY

NAMES: Mapping[str, str] = {
    "transactional": "신청·방문 알림",
    "education": "강의·안부 알림",
    "marketing": "광고성 소식",
}
"""Class of messages -> what people call it."""
WHO = "소신상인"
"""Receipts name the sender (Network Act 50(7))."""

OFF = QuickReply("알림 끄기", "알림 끄기")
ON = QuickReply("알림 켜기", "알림 켜기")
HOURS = QuickReply("시간 바꾸기", "알림 시간 바꾸기")
NIGHT = QuickReply("밤에는 빼기", "밤에는 보내지 마세요")
WHICH = QuickReply("무슨 알림?", "무슨 알림 와요?")

STOPPED_ADS = "{day}, {who} 광고성 소식을 수신거부로 바꿨어요.\n지금부터 보내지 않아요."
OTHERS_STAY = "신청·방문 알림은 그대로 보내요."
STOPPED_ALL = "{day}, {who} 알림을 모두 껐어요.\n이제 먼저 연락드리지 않아요."
VISIT_STAYS = "{when} 방문은 그대로 가요. 미리 알려드리지는 않아요."
HOW_BACK = "다시 받으시려면 ‘알림 켜줘’라고 보내 주세요."
SILENT = "알림은 모두 꺼져 있어요."
LESSONS_OFF = "네, 강의·안부 알림을 껐어요."
NIGHT_FROM, MORNING_FROM = 21, 6


def dated(moment: datetime) -> str:
    """Return a day with its year, as a receipt needs it: 2026년 11월 23일(월)."""
    return f"{moment.astimezone(KST).year}년 {day(moment)}"


def when(moment: datetime) -> str:
    """Return a moment as people say it, in Korean time: 11월 25일(수) 오후 2시."""
    return f"{day(moment)} {clock(moment.astimezone(KST).strftime('%H:%M'))}"


def clock(text: str) -> str:
    """Return a time of day as people say it: 아침 8시, 오후 2시, 밤 9시, 새벽 2시."""
    hour = int(text[:2])
    part, at = clock_time(text).split(" ", 1)
    if hour >= NIGHT_FROM or not hour:
        part = "밤"
    elif hour < MORNING_FROM:
        part = "새벽"
    elif text == DAY[0]:
        part = "아침"
    return f"{part} {at}"


def between(window: tuple[str, str] | None) -> str:
    """Return hours as people say them: 오전 10시부터 오전 11시 사이."""
    start, end = window or DAY
    return f"{clock(start)}부터 {clock(end)} 사이"


def silent(off: frozenset[str]) -> str:
    """Return how things stand when nothing is sent, "" while something is."""
    return f"{SILENT}\n{HOW_BACK}" if off.issuperset(NAMES) else ""


def lessons_off(view: View) -> str:
    """Return what is said when messages about lessons and how things go have ended."""
    stay = "" if "transactional" in view.facts.notices().off else f"\n{OTHERS_STAY}"
    return LESSONS_OFF + stay


def stopped_ads(view: View) -> str:
    """Return the receipt for an end of advertising."""
    lines = [STOPPED_ADS.format(day=dated(view.facts.now), who=WHO)]
    if "transactional" not in view.facts.notices().off:
        lines.append(OTHERS_STAY)
    return "\n".join(lines)


def stopped_all(view: View) -> tuple[str, ...]:
    """Return the receipt for an end of all messages, and what that means for a visit."""
    receipt = STOPPED_ALL.format(day=dated(view.facts.now), who=WHO)
    visits = [visit for visit in view.facts.visit_overview().visits if visit.is_open]
    coming = min((visit.starts_at for visit in visits), default=None)
    told = VISIT_STAYS.format(when=when(coming)) if coming else ""
    return tuple(filter(None, (receipt, f"{told}\n{HOW_BACK}".strip())))
