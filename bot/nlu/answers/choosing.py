"""Answers to numbered choices: one key, several keys, or a plain text."""

import re

from bot.nlu.answers.kinds import Answer, option_key, vague, value, wrong
from bot.nlu.choice import last_statement, pick, synonyms_in
from bot.nlu.endings import bare
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding
from bot.nlu.yesno import whole_answer

_ASKS = re.compile(
    r"(?:뭐예요|뭐에요|뭔가요|뭐야|무슨차이|차이가|뭐가달라|뭐가다른|뭐가좋|어떤게좋|뭐가나|추천|뭐죠|뭐지|뭡니까)"
)


def _single(question: str, slot: str, message: Message, context: Context) -> Understanding | None:
    picked = pick(question, message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    kinds = list(dict.fromkeys(picked.keys))
    if len(kinds) > 1:
        return vague(slot)
    return value(slot, option_key(_short(kinds[0]))) if kinds else None


def _short(key: str) -> str:
    """Return the key of an option that is given with its explanation: A3 (큰 것) -> A3."""
    return key.partition(" (")[0]


def one_of(slot: str) -> Answer:
    """Return the reader of a question with one answer out of its options."""

    def read(message: Message, context: Context) -> Understanding | None:
        if _ASKS.search(message.core) and slot != "tax_type":
            return None
        found = _single(context.asked, slot, message, context)
        if found and _WHICH.search(message.core):
            return vague(slot)
        unsure = whole_answer(message.core) == "maybe" or _BOTH.match(message.core)
        return vague(slot) if unsure and found is None else found

    return read


def polar(slot: str) -> Answer:
    """Return the reader of a choice whose options include yes and no."""

    def read(message: Message, context: Context) -> Understanding | None:
        found = _single(context.asked, slot, message, context)
        whole = whole_answer(message.core)
        if whole == "maybe":
            has_unknown = "unknown" in context.options.values()
            unsure = re.search(r"모르|몰라|글쎄", message.core)
            return value(slot, "unknown") if has_unknown and unsure else vague(slot)
        if whole and not (found and found.slots):
            return value(slot, whole)
        if whole:
            return value(slot, whole)
        return found

    return read


def several_of(slot: str) -> Answer:
    """Return the reader of a question with one or more answers; several are a list."""

    def read(message: Message, context: Context) -> Understanding | None:
        picked = pick("", message.text, context.options, context.labels)
        if picked.out_of_range:
            return wrong("option_range")
        keys = list(dict.fromkeys(picked.keys))
        if not keys:
            flat = re.sub(r"\s", "", last_statement(message.text)).lower()
            keys = _without_carrier(synonyms_in(context.asked, flat), flat)
        if not keys:
            return vague(slot) if _QR.search(message.core) else None
        return value(slot, keys[0] if len(keys) == 1 else keys)

    return read


_QR = re.compile(r"^(?:큐알|qr)(?:코드)?(?:이요|요|그거)?$|글쎄|아무거나|(?:둘|셋)다")
_WHICH = re.compile(r"인지.{1,8}인지|(?:인가|이냐|냐).{1,8}(?:인가|이냐|냐)")
"""Both are named and neither is chosen (간이인지 일반인지)."""
_BOTH = re.compile(r"(?:둘|셋)다|(?:두|세)(?:개|가지)다")
_MAKING = re.compile(
    r"채널(?:도|이랑|하고|과|,|만|을?만들|등록|개설|신청|가입)|만들|만드|개설|등록|가입"
)


def _without_carrier(keys: list[str], flat: str) -> list[str]:
    """Drop `channel` where the channel is only where something happens (채널에 소식 올리기)."""
    if len(keys) > 1 and "channel" in keys and not _MAKING.search(flat):
        keys.remove("channel")
    if len(keys) > 1 and "other" in keys:
        keys.remove("other")
    return keys


def generic(message: Message, context: Context) -> Understanding | None:
    """Read a question that the vocabulary does not know: slot `choice`, or `text`."""
    if not context.options:
        text = bare(message.text)
        return value("text", text, 0.7) if text else None
    picked = pick(context.asked, message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    keys = list(dict.fromkeys(picked.keys))
    if len(keys) > 1:
        return vague("choice", candidates=keys)
    if keys:
        return value("choice", keys[0])
    whole = whole_answer(message.core)
    if whole in context.options.values():
        return value("choice", whole)
    return None
