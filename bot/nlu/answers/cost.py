"""Answers of the application for message costs."""

import re

from bot.nlu.answers.kinds import vague, value
from bot.nlu.counts import parse_employees, parse_recipients
from bot.nlu.endings import strip_copula, trim
from bot.nlu.message import Message
from bot.nlu.money import parse_won
from bot.nlu.result import Context, Understanding

_UNIT = 10_000
_NEW = re.compile(
    r"올(?:해|봄|여름|가을|초)(?:에)?(?:초에)?(?:가게|문|장사)?(?:를|을)?(?:새로)?(?:차|시작|열|개업|오픈|처음|창업|문|냈|장사)|(?:작년|지난해).{0,6}(?:없었|안했|열지|안열|전이라)|이제막|막시작|신규|개업한지|오픈한지|차린지|연지|시작한지|문연지|개업해서|개업했|막개업|이번에(?:차|시작|열|개업|오픈)|(?:지난달|저번달|이달|이번달|요번달|얼마전|며칠전|몇달전)(?:에)?(?:문)?(?:을)?(?:열|개업|오픈|차|시작)|새로(?:차|시작|열|오픈|개업)|얼마안됐|얼마안돼|갓|며칠안|몇달안|[0-9한두세네]+(?:달|개월)(?:됐|되|밖|전|째)"
)
_ASK_AGAIN = re.compile(
    r"모르|몰라|글쎄|기억|계산|세무|장부|들쭉|대충|얼마안|별로|적어|많이|안알려|비밀|확인"
)
_OTHER_PERIOD = re.compile(r"한달|매달|월에|하루|매일|일주일|다달이|^월[0-9]|분기")


def annual_sales(message: Message, context: Context) -> Understanding | None:
    """Read last year's sales; a shop opened this year has none yet."""
    del context
    won = parse_won(strip_copula(trim(message.text)), bare_unit=_UNIT, per="year")
    fresh = _NEW.search(message.core)
    if fresh:
        return vague("annual_sales", new_business="yes")
    if won is not None:
        return value("annual_sales", won)
    if _ASK_AGAIN.search(message.core) or _OTHER_PERIOD.search(message.core):
        return vague("annual_sales")
    if re.search(r"\d|[십백천만억]", message.core):
        return vague("annual_sales")
    return None


def employees(message: Message, context: Context) -> Understanding | None:
    """Read the number of staff besides the owner."""
    del context
    count, open_ended = parse_employees(message.text)
    if count is not None:
        return value("employees", count)
    open_ended = open_ended or bool(re.search(r"가족|식구", message.core))
    return vague("employees") if open_ended else None


def recipients(message: Message, context: Context) -> Understanding | None:
    """Read how many people receive the message."""
    del context
    count, open_ended = parse_recipients(message.text)
    if count is not None:
        return value("recipients", count)
    return vague("recipients") if open_ended else None
