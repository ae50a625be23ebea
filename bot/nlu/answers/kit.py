"""Answers of the kit order."""

import re

from bot.nlu.answers.kinds import vague, value, wish, wrong
from bot.nlu.choice import pick
from bot.nlu.kits import Ordered, parse_items, parse_phrase, parse_qty, qty_error
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding
from bot.nlu.yesno import whole_answer

_NO_PHRASE = re.compile(
    r"^(?:문구)?(?:없|필요없|안넣|빼|그냥(?:해|주|없|빼|가게이름만)?|딱히없|따로없|괜찮|됐|넣을(?:말|거|것|게|글|문구)(?:이|은|가)?(?:딱히)?없|(?:딱히|따로|특별히|별로)넣을|생각안나|아무거나|알아서|기본|안써|아니|없이|넣지마|넣지말|비워|안넣어)"
)
_ASKS = re.compile(
    r"얼마나(?:커|큰|크|작|두꺼|오래)|어떻게생|뭐예요|뭐에요|뭔가요|뭔데|무슨뜻|차이|어떤건|어떤거예요|왜필요"
)
_ROUGHLY = re.compile(
    r"아무거나|알아서|글쎄|큐알|qr|이것저것|적당히|되는대로|씩|종류별|[둘셋]다|두가지|세가지"
)
_WONDERING = re.compile(r"뭐라고(?:쓰|적|넣|하)면|문구(?:가|는)뭐|생각해보고(?:알려|말|할)")
_INK = re.compile(r"[가-힣A-Za-z0-9]")


_NAMES = {"sticker": "스티커", "tent": "세움판", "poster": "포스터", "card": "명함"}
_OPTION_AND_COUNT = re.compile(
    r"([1-4일이삼사])\s?번(?:은|을|으로)?\s?(?=[\d한두세네다섯여일곱덟홉열스무물서른백오십이삼]+\s?(?:장|개|부|매))"
)
_DIGIT = {"일": "1", "이": "2", "삼": "3", "사": "4"}


def _numbers_as_names(text: str, context: Context) -> str:
    """Write the numbers of items that a count follows as names: 1번 다섯장 -> 스티커 다섯장."""

    def name(match: re.Match[str]) -> str:
        number = _DIGIT.get(match.group(1), match.group(1))
        known = _NAMES.get(context.options.get(number, ""))
        return f"{known} " if known else match.group()

    return _OPTION_AND_COUNT.sub(name, text)


def items(message: Message, context: Context) -> Understanding | None:
    """Read which items, with counts where they are said; a question about one orders nothing."""
    if _ASKS.search(message.core):
        return None
    ordered = parse_items(_numbers_as_names(message.text, context))
    if ordered:
        return _ordered(ordered)
    picked = pick("", message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    if picked.keys:
        return value("items", dict.fromkeys(picked.keys))
    return vague("items") if _ROUGHLY.search(message.core) else None


def _ordered(ordered: Ordered) -> Understanding:
    """Return the items named; when all were refused, they are asked again."""
    if not ordered.items:
        return vague("items")
    return wrong(ordered.error) if ordered.error else value("items", dict(ordered.items))


def qty(message: Message, context: Context) -> Understanding | None:
    """Read how many copies."""
    del context
    count, open_ended = parse_qty(message.text)
    if count is None:
        return vague("qty") if open_ended else None
    error = qty_error(count)
    return wrong(error) if error else value("qty", count)


def phrase(message: Message, context: Context) -> Understanding | None:
    """Read the words to print; "none" is to skip the question."""
    del context
    if _NO_PHRASE.match(message.core) or whole_answer(message.core) == "no":
        return wish("skip")
    if whole_answer(message.core) == "yes" or _WONDERING.search(message.core):
        return vague("phrase")
    found = parse_phrase(message.text)
    return value("phrase", found, 0.8) if _INK.search(found) else None
