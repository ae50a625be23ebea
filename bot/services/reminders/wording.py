"""How moments and places read in what we send, as the chat writes them."""

from datetime import date, datetime

from bot.clock import KST

WEEKDAYS = "월화수목금토일"
NOON = 12


def day_text(moment: datetime) -> str:
    """Return a moment's Korean calendar day.

    >>> day_text(datetime(2026, 11, 25, 14, 30, tzinfo=KST))
    '11월 25일(수)'
    """
    return date_text(moment.astimezone(KST).date())


def date_text(day: date) -> str:
    """Return a calendar day.

    >>> date_text(date(2026, 11, 25))
    '11월 25일(수)'
    """
    return f"{day.month}월 {day.day}일({WEEKDAYS[day.weekday()]})"


def time_text(moment: datetime) -> str:
    """Return the time of day in Korea.

    >>> time_text(datetime(2026, 11, 25, 14, 30, tzinfo=KST))
    '오후 2시 30분'
    """
    local = moment.astimezone(KST)
    half = "오전" if local.hour < NOON else "오후"
    minute = f" {local.minute}분" if local.minute else ""
    return f"{half} {local.hour % NOON or NOON}시{minute}"


def when_text(first: datetime, last: datetime | None = None) -> str:
    """Return when something begins; between two moments when it is not one.

    >>> at = datetime(2026, 11, 25, 14, 30, tzinfo=KST)
    >>> when_text(at, at)
    '11월 25일(수) 오후 2시 30분'
    """
    begins = f"{day_text(first)} {time_text(first)}"
    return begins if last in (None, first) else f"{begins}~{time_text(last)} 사이"
