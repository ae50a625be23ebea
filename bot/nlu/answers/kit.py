"""Answers of the kit order."""

import re

from bot.nlu.answers import confirming
from bot.nlu.answers.kinds import vague, value, values, wish, wrong
from bot.nlu.choice import pick
from bot.nlu.kits import (
    Ordered,
    orders_items,
    parse_items,
    parse_languages,
    parse_phrase,
    parse_qty,
    qty_error,
    wishes_languages,
)
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
    r"아무거나|알아서|글쎄|(?:큐알|qr)(?!(?:으?로)?(?:돈|결제|계산|받))|이것저것|적당히|되는대로|씩|종류별|[둘셋]다|두가지|세가지"
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
        return _with_languages(_ordered(ordered), message)
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


def _with_languages(found: Understanding, message: Message) -> Understanding:
    """Add the languages that are wished for in the same breath."""
    wanted = parse_languages(message.flat)
    return values({**found.slots, "languages": wanted}) if found.slots and wanted else found


def languages(message: Message, context: Context) -> Understanding | None:
    """Read which further languages; one that is not wanted leaves none."""
    named = parse_languages(message.flat)
    if named is not None:
        return value("languages", named)
    if _NO_PHRASE.match(message.core) or whole_answer(message.core) == "no":
        return value("languages", [])
    picked = pick(context.asked, message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    return value("languages", list(picked.keys)) if picked.keys else None


_AGREED = re.compile(
    r"네|예|넵|넹|응|엉|ㅇㅇ|그래|그럽시다|좋|오케이|ok|맞|이대로|그대로|알겠|알았"
)
_ALTERED = re.compile(
    r"말고|아니|바꿔|바꾸|고쳐|더|추가|빼|도(?:같이|넣|해|주)|로(?:해|할|바|변|주|보내|부탁)"
)


def confirm(message: Message, context: Context) -> Understanding | None:
    """Read the answer to the summary of an order.

    "파란색으로 해 주세요" sounds like a yes and is a change: it orders nothing.
    """
    if wishes_languages(message.flat):
        return values({"confirm": "no", "edit": "languages"})
    found = confirming.confirm(message, context)
    part = confirming.edit_slot("kit", message.core)
    if found is None or found.slots.get("confirm") != "yes" or part is None:
        return found
    if _AGREED.match(message.core) and not _ALTERED.search(message.core):
        return found
    return values({"confirm": "no", "edit": part})


_SAME = re.compile(
    r"그대로|고대로|똑같|같은거|같은걸|같이해|동일|저번(?:거|것|처럼|이랑|하고)|지난번|먼젓번|다시다|전부다"
)


def again(message: Message, context: Context) -> Understanding | None:
    """Read what of an earlier order is wanted again; nothing named means all of it."""
    if parse_items(message.text):
        return items(message, context)
    if _SAME.search(message.core) or whole_answer(message.core) == "yes":
        return value("items", {})
    return None


_STILL_BAD = re.compile(r"(?:안|못)(?:찍|돼|되|읽|먹|열)|여전|그래도|똑같|마찬가지|아직도")
_WORKS = re.compile(
    r"찍[혀해]|찍히네|찍힌다|찍힙|잘돼|잘되|되네|된다|됩니다|^(?:이제|인제|지금은)?(?:돼요|되요|됐)"
)
_NEW_ONE = re.compile(
    r"새로|새거|새것|새걸|(?:다시|또)(?:뽑|해주|해줘|만들|인쇄)|뽑아|하나더|한장더"
)


def fresh(message: Message, context: Context) -> Understanding | None:
    """Read the answer to "새로 뽑아 드릴까요?": that it still does not work is a yes."""
    if _STILL_BAD.search(message.core):
        return value("answer", "yes")
    if _WORKS.search(message.core):
        return value("answer", "no")
    found = confirming.yes_no(message, context)
    if found is None and _NEW_ONE.search(message.core):
        return value("answer", "yes")
    return found


_CALL_OFF = re.compile(
    r"취소|무르|물러|물릴|철회|안받|안할|없던|빼|지워|거둬|거두|거둘|해지|끊|그만(?:쓸|써|쓰|둘|두|둬)|안쓸"
)
_WAVERS = re.compile(
    r"까(?:요|$|말)|말까|고민|생각|몰라|모르|는지|은지|나중|다음|내일|언제|(?:하|쓰|두)면"
)
"""Said of calling off, and not yet doing it (그만 쓸까 말까)."""
_REFUSES = re.compile(r"아니|아뇨|아녀|노$|ㄴㄴ")
_KEEP = re.compile(
    r"취소(?:를|는|도)?(?:안|하지|말|마)|취소아|안취소|(?:안|못)거둘|거두지|해지(?:를|는)?(?:안|하지)|더(?:써|쓸)|계속(?:써|쓸|할|쓰)|써볼|그대로|놔두|놔둬|냅둬|내비|그냥둬|(?<!안)받을래|(?<!안)받을게"
)


def cancelling(message: Message, context: Context) -> Understanding | None:
    """Read the answer to "취소할까요?": to say 취소해 주세요 again is a yes here."""
    if _KEEP.search(message.core):
        return value("confirm", "no")
    if _WAVERS.search(message.core):
        return vague("confirm")
    if _CALL_OFF.search(message.core) and not message.question:
        return value("confirm", "no" if _REFUSES.match(message.core) else "yes")
    return confirming.confirm(message, context)


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
    if wishes_languages(message.flat):
        return value("languages", parse_languages(message.flat))
    if orders_items(message.text):
        return None
    if _NO_PHRASE.match(message.core) or whole_answer(message.core) == "no":
        return wish("skip")
    if whole_answer(message.core) == "yes" or _WONDERING.search(message.core):
        return vague("phrase")
    found = parse_phrase(message.text)
    return value("phrase", found, 0.8) if _INK.search(found) else None
