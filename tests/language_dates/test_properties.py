"""What holds for any text: no exception, bounded time, and what is written out is read back."""

import time
from datetime import date, datetime, timedelta
from datetime import time as clock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.nlu.dates import (
    Prefs,
    find,
    parse_appointment,
    parse_closed_days,
    parse_datetime,
    parse_hours,
)
from bot.nlu.money import parse_won, parse_won_range
from bot.nlu.normalise import normalise
from bot.nlu.numbers import find_numbers, find_vague, parse_number, parse_ordinal

NOW = datetime(2026, 11, 23, 10)  # noqa: DTZ001 -- Korean local time, as the parsers take it
LONGEST = 10_000
MOST_SECONDS = 5.0
"""For 10,000 characters of the worst text known, on a busy shared core."""

PIECES = [
    "오늘",
    "내일",
    "낼",
    "모레",
    "다음",
    "주",
    "이번",
    "달",
    "월",
    "화",
    "수",
    "요일",
    "욜",
    "오전",
    "오후",
    "저녁",
    "3",
    "12",
    "25",
    "일",
    "시",
    "분",
    "반",
    "년",
    ":",
    "/",
    ".",
    ",",
    "-",
    "~",
    "부터",
    "까지",
    "에서",
    "사이",
    "이나",
    "말고",
    "빼고",
    "아니",
    "쯤",
    "한",
    "두",
    "세",
    "네",
    "열",
    "십",
    "이",
    "삼",
    "백",
    "천",
    "만",
    "억",
    "원",
    "첫",
    "째",
    "마지막",
    "주말",
    "장날",
    "뒤",
    "후",
    "전",
    "안에",
    "동안",
    "하루",
    "이틀",
    "보름",
    "크리스마스",
    "설날",
    "매주",
    "평일",
    "아무때나",
    "24시간",
    "2026",
    "pm",
    "ㅋ",
    "!",
    "😀",
]
timeish = st.lists(st.sampled_from([*PIECES, " "]), max_size=60).map("".join)
texts = st.one_of(st.text(max_size=300), timeish)


def read_all(text: str) -> None:
    """Run every parser over a text."""
    clean = normalise(text).text
    find(clean, NOW)
    find(clean, NOW, prefs=Prefs(asked=True, market_days=(2, 7)))
    parse_appointment(text, NOW, market_days=(2, 7))
    parse_appointment(text, NOW, asked="time")
    parse_datetime(text, NOW)
    parse_hours(text)
    parse_closed_days(text)
    parse_number(clean)
    parse_ordinal(clean)
    find_numbers(clean)
    find_vague(clean)
    parse_won(clean, bare_unit=10_000)
    parse_won_range(clean)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_no_text_raises(text: str) -> None:
    read_all(text)


@given(timeish, st.datetimes(min_value=datetime(2024, 1, 1), max_value=datetime(2034, 12, 31)))  # noqa: DTZ001 -- Korean local time
@settings(max_examples=300, deadline=None)
def test_an_appointment_never_lies_in_the_past_and_never_hides_a_conflict(
    text: str, now: datetime
) -> None:
    answer = parse_appointment(text, now)
    if answer.date is not None:
        assert answer.date >= now.date()
        assert answer.error is None
        assert answer.conflict == ()
        assert answer.date.isoformat() not in answer.exclude


@given(timeish)
@settings(max_examples=300, deadline=None)
def test_spans_lie_inside_the_text_and_in_order(text: str) -> None:
    clean = normalise(text).text
    for found in find(clean, NOW, prefs=Prefs(asked=True)):
        assert 0 <= found.start < found.end <= len(clean)


@given(texts)
@settings(max_examples=400, deadline=None)
def test_normalised_text_leads_back_to_the_original_and_is_stable(text: str) -> None:
    result = normalise(text)
    assert len(result.offsets) == len(result.text)
    assert list(result.offsets) == sorted(result.offsets)
    assert all(0 <= offset < len(text) for offset in result.offsets)
    assert normalise(result.text).text == result.text


WORST = {
    "digits": "1" * LONGEST,
    "digit words": "일이삼사오육칠팔구십" * (LONGEST // 10),
    "units": "십백천만억" * (LONGEST // 5),
    "weekday letters": "월 화 수 목 금 토 일 " * (LONGEST // 14),
    "weekday run": "월화수목금토일" * (LONGEST // 7),
    "hours": "3시 " * (LONGEST // 3),
    "half hours": "세시반" * (LONGEST // 3),
    "lengths": "3일 " * (LONGEST // 3),
    "lengths without an end": "1년 2개월 3일 하고 " * (LONGEST // 12),
    "dots": "1." * (LONGEST // 2),
    "slashes": "1/" * (LONGEST // 2),
    "commas": "1,000," * (LONGEST // 6),
    "blanks": " " * LONGEST,
    "laughing": "ㅋ" * LONGEST,
    "emoji": "😀" * LONGEST,
    "nth": "첫째 둘째 셋째 " * (LONGEST // 9),
    "next": "다음 " * (LONGEST // 3),
    "native": "열하나" * (LONGEST // 3),
    "marks": "~-~-" * (LONGEST // 4),
    "decomposed": "\u1112\u1161\u11ab" * (LONGEST // 3),
    "letters": "가" * LONGEST,
    "colons": "1:1:" * (LONGEST // 4),
    "months": "12월" * (LONGEST // 3),
    "ranges": "2시부터 4시까지 " * (LONGEST // 10),
}


@pytest.mark.parametrize("name", WORST)
def test_ten_thousand_characters_take_bounded_time(name: str) -> None:
    began = time.thread_time()
    read_all(WORST[name])
    assert time.thread_time() - began < MOST_SECONDS


dates_ahead = st.dates(min_value=NOW.date(), max_value=date(2035, 12, 31))
clocks = st.times(min_value=clock(0), max_value=clock(23, 59)).map(
    lambda at: at.replace(second=0, microsecond=0)
)


@given(dates_ahead, clocks)
@settings(deadline=None)
def test_a_full_date_and_time_are_read_back(day: date, at: clock) -> None:
    half = "오전" if at.hour < 12 else "오후"
    hour = at.hour % 12 or 12
    for text in (
        f"{day.year}년 {day.month}월 {day.day}일 {half} {hour}시 {at.minute}분",
        f"{day:%Y-%m-%d} {at:%H:%M}",
        f"{day:%Y.%m.%d}. {half} {hour}:{at.minute:02d}",
        f"{half}{hour}시{at.minute}분 {day.year}/{day.month}/{day.day}",
    ):
        assert parse_datetime(text, NOW) == {
            "date": day.isoformat(),
            "time": at.isoformat("minutes"),
        }, text


WEEKDAYS = "월화수목금토일"


@given(st.integers(0, 6), st.integers(0, 2), dates_ahead)
@settings(deadline=None)
def test_a_weekday_of_a_calendar_week_is_read_back(weekday: int, ahead: int, today: date) -> None:
    now = datetime.combine(today, clock(10))
    monday = today - timedelta(days=today.weekday())
    expected = monday + timedelta(days=7 * ahead + weekday)
    text = f"{('이번', '다음', '다다음')[ahead]} 주 {WEEKDAYS[weekday]}요일"
    assert parse_datetime(text, now)["date"] == expected.isoformat()
    answer = parse_appointment(text, now)
    assert answer.date == expected if expected >= today else answer.error == "date_past"


@given(st.integers(0, 6), dates_ahead)
@settings(deadline=None)
def test_a_bare_weekday_is_its_next_occurrence_after_today(weekday: int, today: date) -> None:
    found = parse_appointment(f"{WEEKDAYS[weekday]}요일", datetime.combine(today, clock(10))).date
    assert found is not None
    assert found.weekday() == weekday
    assert 1 <= (found - today).days <= 7


@given(st.dates(date(2026, 1, 1), date(2030, 12, 31)), st.integers(1, 12), st.integers(1, 28))
@settings(deadline=None)
def test_month_and_day_are_past_for_sixty_days_and_then_next_year(
    today: date, month: int, day: int
) -> None:
    answer = parse_appointment(f"{month}월 {day}일", datetime.combine(today, clock(10)))
    this_year = date(today.year, month, day)
    if this_year >= today:
        assert answer.date == this_year
    elif (today - this_year).days <= 60:
        assert answer.error == "date_past"
    else:
        assert answer.date == date(today.year + 1, month, day)


SINO = ("", "일", "이", "삼", "사", "오", "육", "칠", "팔", "구")


def sino(value: int) -> str:
    """Write a number in Sino-Korean words."""
    groups = []
    for unit in ("", "만", "억", "조"):
        value, low = divmod(value, 10_000)
        if low:
            groups.append(_group(low) + unit)
        if not value:
            break
    return "".join(reversed(groups)) or "영"


def _group(value: int) -> str:
    written = ""
    for size, unit in ((1000, "천"), (100, "백"), (10, "십"), (1, "")):
        digit, value = divmod(value, size)
        if digit:
            written += ("" if digit == 1 and unit else SINO[digit]) + unit
    return written


@given(st.integers(0, 10**16 - 1))
@settings(deadline=None)
def test_sino_korean_numbers_are_read_back(value: int) -> None:
    assert parse_number(sino(value)) == value
    assert parse_number(f"{value:,}") == value


NATIVE_TENS = ("", "열", "스물", "서른", "마흔", "쉰", "예순", "일흔", "여든", "아흔")
NATIVE_ONES = ("", "하나", "둘", "셋", "넷", "다섯", "여섯", "일곱", "여덟", "아홉")


@pytest.mark.parametrize("value", range(1, 100))
def test_native_numbers_are_read_back(value: int) -> None:
    tens, ones = divmod(value, 10)
    assert parse_number(NATIVE_TENS[tens] + NATIVE_ONES[ones]) == value


@given(st.integers(1, 9_999))
@settings(deadline=None)
def test_amounts_in_ten_thousands_are_read_back(value: int) -> None:
    assert parse_won(f"{value}만원") == value * 10_000
    assert parse_won(f"한 {sino(value)}만 원쯤") == value * 10_000


@given(clocks, clocks)
@settings(deadline=None)
def test_opening_hours_are_read_back(opens: clock, closes: clock) -> None:
    text = f"{opens:%H:%M}~{closes:%H:%M}"
    found = parse_hours(text)
    assert isinstance(found, tuple)
    if opens.hour == 0 or opens.hour >= 13:
        assert found[0] == f"{opens:%H:%M}"
    if closes.hour >= 13:
        assert found[1] == f"{closes:%H:%M}"
