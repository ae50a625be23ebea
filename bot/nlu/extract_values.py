"""Strict readers of times, days, money, counts and holders inside a longer message."""

import re

from bot.nlu.counts import parse_employees
from bot.nlu.dates import find, parse_closed_days, parse_hours
from bot.nlu.money import parse_won
from bot.nlu.names import parse_name
from bot.nlu.result import Context, Found

_HOURS = re.compile(r"\S*\d?\S*\s?시\S*(?:부터|에\s?열|에\s?문|에서|~|-)|영업|~\s?\d|여는|문\s?여")
_CLOSED = re.compile(
    r"(?P<days>[^,.시＿]{1,16}?)\s?(?:은|는|에|에는|날)?\s?(?:쉬어|쉽|쉬고|쉬는|쉬여|휴무|휴일|놉니다|놀아)"
)
_HOLDER = re.compile(
    r"(?:예금주|통장\s?주인|계좌\s?주인)(?:는|은|이|가|이름은)?\s*:?\s*(?P<name>[가-힣]{2,8})"
)
_SALES = re.compile(r"매출(?:은|이|액은)?\s?(?P<sum>\S{1,15}(?:\s\d\S*)?)")
_STAFF = re.compile(r"(?:직원|종업원|알바)(?:은|이|는|가)?\s?(?P<count>[^,.\s]{1,10})")
_ENDING = re.compile(r"(?:이고|이며|인데|이에요|예요|입니다|정도|쯤|고)$")
_UNIT = 10_000


def hours(text: str, context: Context) -> tuple[Found, ...]:
    """Read opening hours where both ends are said; slots `open` and `close`."""
    del context
    if not _HOURS.search(text):
        return ()
    pair = parse_hours(text)
    if pair is None or isinstance(pair, str):
        return ()
    spots = [
        match.span()
        for match in re.finditer(r"\S*시\S*(?:\s?반)?|\d{1,2}:\d{2}|\d+\s?[~-]\s?\d+", text)
    ]
    start, end = (spots[0][0], spots[-1][1]) if spots else (0, len(text))
    return tuple(
        Found(slot, said, start, end) for slot, said in zip(("open", "close"), pair, strict=True)
    )


def closed(text: str, context: Context) -> tuple[Found, ...]:
    """Read closed days where a word for resting stands behind them."""
    del context
    match = _CLOSED.search(text)
    days = parse_closed_days(match.group("days")) if match else None
    return (Found("closed", days, match.start(), match.end()),) if match and days else ()


def when(text: str, context: Context) -> tuple[Found, ...]:
    """Read one exact day and one exact time; several of a kind are left to the question."""
    said = [found for found in find(text, context.now) if not (found.error or found.vague)]
    days = [found for found in said if found.date and not (found.until_date or found.others)]
    clocks = [found for found in said if found.time and not (found.until_time or found.direction)]
    results = []
    if len(days) == 1 and days[0].date:
        results.append(Found("date", days[0].date.isoformat(), days[0].start, days[0].end))
    at = clocks[0].time if len(clocks) == 1 else None
    if at:
        clock = clocks[0]
        results.append(Found("time", at.isoformat("minutes"), clock.start, clock.end))
    return tuple(results)


def holder(text: str, context: Context) -> tuple[Found, ...]:
    """Read the account holder where the text names one so."""
    del context
    match = _HOLDER.search(text)
    name = parse_name(match.group("name")) if match else None
    return (Found("holder", name, match.start("name"), match.end()),) if match and name else ()


def sales(text: str, context: Context) -> tuple[Found, ...]:
    """Read sales where the word stands before them; for the month or the year by its word."""
    del context
    match = _SALES.search(text)
    won = parse_won(_ENDING.sub(" ", match.group("sum")), bare_unit=_UNIT) if match else None
    if match is None or won is None:
        return ()
    monthly = re.search(r"한\s?달|월\s?매출|매달|월", text[: match.end()])
    slot = "monthly_sales" if monthly else "annual_sales"
    return (Found(slot, won, match.start("sum"), match.end("sum")),)


def employees(text: str, context: Context) -> tuple[Found, ...]:
    """Read the number of staff where the word for them stands before it."""
    del context
    match = _STAFF.search(text)
    count, _ = parse_employees(match.group("count")) if match else (None, False)
    if match is None or count is None:
        return ()
    return (Found("employees", count, match.start("count"), match.end("count")),)
