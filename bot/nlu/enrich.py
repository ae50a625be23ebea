"""Values said in the same breath as a wish (내일 두시에 와주세요): which belong to which."""

import math
import re
from collections.abc import Callable, Mapping

from bot.nlu.answers.education import lesson_number
from bot.nlu.answers.payment import account
from bot.nlu.answers.schedule import reminder
from bot.nlu.banks import find_bank
from bot.nlu.choice import synonyms_in
from bot.nlu.counts import parse_employees, parse_recipients
from bot.nlu.dates import parse_appointment
from bot.nlu.extract import extract
from bot.nlu.kits import parse_items, parse_languages
from bot.nlu.message import Message
from bot.nlu.message_hours import message_hours
from bot.nlu.money import parse_won
from bot.nlu.result import Context

Values = dict[str, object]
PRICE_KRW, VAT = 15, 1.1
"""Price of one basic channel message in won before tax, and the tax. Source: Kakao Business
price list, read 2026-11."""


def estimate_krw(recipients: int) -> int:
    """Return what one message to so many people costs, tax included, rounded up.

    >>> estimate_krw(500), estimate_krw(1000)
    (8250, 16500)
    """
    return math.ceil(round(recipients * PRICE_KRW * VAT, 4))


def _found(message: Message, context: Context, *wanted: str) -> Values:
    return {slot: f.value for slot, f in extract(message.text, wanted, context).items()}


def _register(message: Message, context: Context) -> Values:
    return _found(message, context, "market", "store_name", "owner_name", "phone")


def _visit(message: Message, context: Context) -> Values:
    found = _when(message, context)
    place = _place(message)
    if place:
        found["place"] = place
    topic = _topic(message.flat)
    if topic:
        found["topic"] = topic
    return found


def _topic(flat: str) -> str | None:
    """Return what help is wanted with, when one subject is named."""
    keys = [key for key in synonyms_in("visit.topic", flat) if key != "other"]
    return keys[0] if len(keys) == 1 else None


def _place(message: Message) -> str | None:
    """Return where to, when it is said with a direction."""
    if re.search(r"상인회|사무실|사무소", message.flat):
        return "office"
    if re.search(r"(?:가게|점포|매장)(?:로|에|으로|까지)", message.flat):
        return "store"
    return None


def _when(message: Message, context: Context) -> Values:
    said = parse_appointment(message.text, context.now, market_days=context.market_days)
    found: Values = {}
    if said.date and not said.error:
        found["date"] = said.date.isoformat()
    if said.time and not said.error:
        found["time"] = said.time.isoformat("minutes")
    return found


_REFUSED_DAY = re.compile(r"못\s?(?:받|하|나|맞|봐|가|있)|안\s?[돼되될됩]|다른\s?(?:날|때)|딴\s?날")
"""The day that was said does not suit, and no other was named."""
_FROM_TO = re.compile(
    r"(.+?)(?:약속|방문|예약|에서|말고|안되고|안돼서|은|는|오시기로|로잡|을|를|날)\S*\s+(.+)"
)


def _change(message: Message, context: Context) -> Values:
    """Return the new date and time, and the old date when both are said."""
    parts = _FROM_TO.match(message.text)
    whole = _when(message, context)
    if not parts:
        return whole
    if _REFUSED_DAY.search(message.text) and "date" in whole:
        only = parse_appointment(parts.group(2), context.now)
        if not (only.date or only.time):
            return {"from_date": whole["date"]}
    old = parse_appointment(parts.group(1), context.now).date
    new = parse_appointment(parts.group(2), context.now)
    if not old or not (new.date or new.time):
        return whole
    found: Values = {"from_date": old.isoformat()}
    if new.date:
        found["date"] = new.date.isoformat()
    if new.time:
        found["time"] = new.time.isoformat("minutes")
    return found


def _kit(message: Message, context: Context) -> Values:
    del context
    found: Values = {}
    ordered = parse_items(message.text)
    named = ordered and ordered.items and not ordered.error and len(ordered.items) < 4  # noqa: PLR2004 - all four
    if ordered and named:
        found["items"] = dict(ordered.items)
    languages = parse_languages(message.flat)
    if languages:
        found["languages"] = languages
    if re.search(r"파일|pdf|피디에프|이미지로", message.flat):
        found["delivery"] = "file"
        found.pop("items", None)
    elif re.search(r"택배|배달|가게로(?:보내|갖다|배송)|배송해", message.flat):
        found["delivery"] = "delivery"
    elif re.search(r"찾으러|상인회(?:에서|로)|가지러|찾아갈", message.flat):
        found["delivery"] = "pickup"
    return found


def _reorder(message: Message, context: Context) -> Values:
    """Return the items of a second order; "하나 더" counts for the item that was named."""
    del context
    ordered = parse_items(message.text)
    if not ordered or ordered.error or not any(ordered.items.values()):
        return {}
    return {"items": dict(ordered.items)}


def _lesson(message: Message, context: Context) -> Values:
    del context
    number = lesson_number(message.text)
    return {"lesson": number} if number and number > 0 else {}


def _reminder(message: Message, context: Context) -> Values:
    """Return lesson, time and days of a reminder."""
    found = _lesson(message, context) if "강" in message.flat else {}
    said = reminder(_LESSON_WORD.sub(" ", message.text), context.now)
    said.pop("warn", None)
    return found | said


def _window(message: Message, context: Context) -> Values:
    found = message_hours(message.text, context.now)
    return {"window": list(found)} if isinstance(found, tuple) else {}


_NOTICE = r"(?:에대한|에관한|관련|하라는)?(?:알림|알람|안내|문자|톡|메시지)"
_NOTICES: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("marketing", re.compile(rf"(?:광고|소식|이벤트|혜택|홍보){_NOTICE}")),
    ("education", re.compile(rf"(?:안부|강의|교육|공부|배움){_NOTICE}")),
    ("transactional", re.compile(rf"(?:방문|신청|약속|예약|서류|홍보물|일정){_NOTICE}")),
)
"""Class of messages -> how it is named."""


def _about(message: Message, context: Context) -> Values:
    """Return which class of messages is meant, when one is named."""
    del context
    named = [name for name, words in _NOTICES if words.search(message.core)]
    return {"about": named[0]} if len(named) == 1 else {}


_LESSON_WORD = re.compile(r"(?:\d{1,2}|[일이삼사오육])\s?강(?:의)?")


def _estimate(message: Message, context: Context) -> Values:
    del context
    count, _ = parse_recipients(message.text)
    return {} if not count else {"recipients": count, "estimate_krw": estimate_krw(count)}


def _eligibility(message: Message, context: Context) -> Values:
    del context
    found: Values = {}
    sold = re.sub(r"인데|이고|인디|인\s|이면", " ", message.text)
    sales = parse_won(sold, bare_unit=10_000) if "매출" in sold else None
    if sales is not None:
        found["annual_sales"] = sales
    if re.search(r"직원|종업원|알바|혼자", message.text):
        staff = re.search(r"(?:직원|종업원|알바|혼자)\S*(?:\s\S+)?", sold)
        count, _ = parse_employees(staff.group() if staff else sold)
        if count is not None:
            found["employees"] = count
    return found


def _profile(message: Message, context: Context) -> Values:
    found = _found(message, context, "phone", "owner_name", "market", "store_name")
    renamed = re.search(r"(?:가게\s?이름|상호|이름)\S*\s+([가-힣]+?)(?:으로|로)\s", message.text)
    if renamed and "가게" in message.text:
        found["store_name"] = renamed.group(1)
    return found


def _pay(message: Message, context: Context) -> Values:
    """Return bank, account and holder that stand in the wish for easy payment, or for another account."""
    if not find_bank(message.flat) or not any(map(str.isdigit, message.text)):
        return {}
    told = account(message, context)
    return dict(told.slots) if told else {}


_BY_INTENT: Mapping[str, Callable[[Message, Context], Values]] = {
    "channel_register": _register,
    "channel_change": lambda m, c: _found(m, c, "phone"),
    "visit_request": _visit,
    "visit_change": _change,
    "visit_cancel": lambda _m, _c: {},
    "pay_apply": _pay,
    "pay_change_account": _pay,
    "kit_order": _kit,
    "kit_reorder": _reorder,
    "edu_open": _lesson,
    "edu_reminder_set": _reminder,
    "notify_window": _window,
    "notify_off": _about,
    "notify_on": _about,
    "cost_estimate": _estimate,
    "cost_eligibility": _eligibility,
    "cost_apply": _eligibility,
    "update_profile": _profile,
}


def values_beside(intent: str, message: Message, context: Context) -> Values:
    """Return the slot values that the same message gives for an intent."""
    read = _BY_INTENT.get(intent)
    return read(message, context) if read else {}
