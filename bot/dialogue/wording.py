"""How values read in Korean: times, days, numbers, particles."""

from collections.abc import Sequence
from datetime import datetime

from bot.services.reminders.wording import day_text

WEEKDAYS = {
    "MON": "월요일",
    "TUE": "화요일",
    "WED": "수요일",
    "THU": "목요일",
    "FRI": "금요일",
    "SAT": "토요일",
    "SUN": "일요일",
}
ORDINALS = {"1": "첫째", "2": "둘째", "3": "셋째", "4": "넷째", "5": "다섯째", "-1": "마지막"}
HOLIDAYS = {"SEOLLAL": "설날", "CHUSEOK": "추석"}
NO_CLOSED_DAYS = "쉬는 날 없음"
ALL_DAY = "24시간"

NOON = 12
SEOUL_CODE = "02"


def clock_time(text: str) -> str:
    """Return "19:30" as 오후 7시 30분."""
    hour, minute = (int(part) for part in text.split(":"))
    if hour == NOON * 2:
        return "밤 12시"
    half = "오전" if hour < NOON else "오후"
    shown = f"{half} {hour % NOON or NOON}시"
    return f"{shown} {minute}분" if minute else shown


def hours_between(opens: str, closes: str) -> str:
    """Return opening hours, such as 오전 9시~오후 8시."""
    if (opens, closes) == ("00:00", "24:00"):
        return ALL_DAY
    return f"{clock_time(opens)}~{clock_time(closes)}" if closes else clock_time(opens)


def closed_days(entries: Sequence[str]) -> str:
    """Return closed days of docs/vocabulary.md (weekly:SUN, monthly:2SUN, holiday:…)."""
    return ", ".join(_closed_day(entry) for entry in entries) or NO_CLOSED_DAYS


def _closed_day(entry: str) -> str:
    kind, _, value = entry.partition(":")
    if kind == "weekly":
        return f"매주 {WEEKDAYS.get(value, value)}"
    if kind == "monthly":
        which, weekday = value[:-3], value[-3:]
        return f"{ORDINALS.get(which, which)} {WEEKDAYS.get(weekday, weekday)}"
    return HOLIDAYS.get(value, value)


def day(moment: datetime) -> str:
    """Return a moment's Korean calendar day, such as 11월 23일(월)."""
    return day_text(moment)


def business_number(digits: str) -> str:
    """Return ten digits as 123-45-67891."""
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"


def phone_number(digits: str) -> str:
    """Return the digits of a Korean telephone number with hyphens."""
    head = len(SEOUL_CODE) if digits.startswith(SEOUL_CODE) else 3
    return f"{digits[:head]}-{digits[head:-4]}-{digits[-4:]}"
