"""Is an earlier answer being changed? "아니 전화번호는 010-…", "가게 이름 바꿔줘".

A label alone is not enough: a store may be called 시장통닭. A word of correction must stand
before the label or after it, or the label must carry a topic marker and a value.
"""

import re
from collections.abc import Callable, Mapping
from functools import cache

from bot.nlu.business_numbers import find_business_numbers
from bot.nlu.endings import trim
from bot.nlu.normalise import normalise
from bot.nlu.phones import find_phones
from bot.nlu.result import Context, Correction

_LEAD = re.compile(
    r"^(?:아\s?참|아\s?맞다|아\s?니(?:요|다|야|지|오)?|아뇨|아녀|아이고|어머|앗|아|잠깐만요?|잠시만요?|저기요?|근데|그런데|참|미안해요?|죄송해요?|죄송한데요?|미안한데요?)[\s,.~!]+"
)
_NO = re.compile(
    r"^(?:.*\s)?(?:아\s?니(?:요|다|야|지|오)?|아뇨|아녀|아\s?참|앗|아\s?맞다|참)[\s,.~!]"
)
_CHANGE = re.compile(
    r"바꿔|바꾸|바꿀|바까|바뀌|고쳐|고치|고칠|수정|변경|정정|틀렸|틀리|틀려|틀린|잘못|잘\s?못\s?(?:말|썼|적|넣|입력|눌)|다시\s?(?:쓸|적|할|입력|말|써|넣|물어|알려|고르|고를|골라)|오타"
)
_ASKING = re.compile(
    r"(?:바꿀|변경할|고칠|수정할)\s?수|(?:바꿔도|변경해도|고쳐도)\s?(?:돼|되)|되나요|가능한가|가능해|어떻게\s?(?:바꾸|고치|변경|수정)|나중에"
)
_TAIL = re.compile(
    r"\s*(?:으로|로|라고|이라고)?\s*(?:좀|다시|꼭)?\s*(?:바꿔|바꾸|바꿀|바까|고쳐|고치|고칠|수정|변경|정정|틀|잘못|잘\s?못\s?(?:말|썼|적|넣|입력|눌)|다시\s?(?:쓸|적|할|입력|말|써|넣|물어|알려|고르|고를|골라)|해\s?주|해\s?줘|오타).*$"
)
_NOT_THIS = re.compile(
    r"^(.*?)\s?(?:이|가)?\s?(?:아니라|아니고|아니구|말고|아니에요|아니예요|아닙니다)[\s,]*(?=\S)"
)
_FROM = re.compile(r"^.+?에서\s+(?=\S)")
_PARTICLE = r"(?:\s?(?:은|는|이|가|을|를|만|도|란|:))?"

_VALUE_KINDS: Mapping[str, Callable[[str], object]] = {
    "phone": find_phones,
    "brn": find_business_numbers,
}


@cache
def _label(word: str) -> re.Pattern[str]:
    """Return the pattern of one label; there are as many as questions have names."""
    pattern = r"\s?".join(map(re.escape, word.replace(" ", "")))
    return re.compile(
        rf"(?<![가-힣]){pattern}{_PARTICLE}(?=[\s,.!?~]|$|[0-9]|바꿔|바꾸|바꿀|고쳐|고칠|고치|수정|변경|틀|잘못|다시|정정)"
    )


def _label_hit(text: str, labels: Mapping[str, tuple[str, ...]]) -> tuple[str, int, int] | None:
    """Return the slot with the longest label in the text, and the label's place."""
    best: tuple[int, str, int, int] | None = None
    for slot, words in labels.items():
        for word in words:
            match = word[:1] in text and _label(word).search(text)
            if match and (best is None or len(word) > best[0]):
                best = (len(word), slot, match.start(), match.end())
    return best[1:] if best else None


def _rest(after: str) -> str:
    """Return what may hold the new value: without the words of change around it."""
    rest = _NOT_THIS.sub("", trim(after))
    rest = _TAIL.sub("", rest)
    return trim(_FROM.sub("", rest))


def _by_value(text: str, labels: Mapping[str, tuple[str, ...]], asked: str) -> Correction | None:
    """Read "A가 아니라 B" of two values of one kind, without a label."""
    match = _NOT_THIS.match(text)
    if not match:
        return None
    old, new = match.group(1), trim(text[match.end() :])
    for slot, find in _VALUE_KINDS.items():
        if find(old) and find(new) and asked.rpartition(".")[2] != slot:
            return Correction(slot if slot in labels else None, new, explicit=True)
    return None


def find_correction(
    text: str, labels: Mapping[str, tuple[str, ...]], context: Context
) -> Correction | None:
    """Return which earlier answer a message wants changed, None when it wants none.

    Args:
        text: the original message.
        labels: slot -> the words people use for it, for the slots answered so far.
        context: the open question; its own slot is never a correction without a word of one.
    """
    cleaned = trim(normalise(text[:1000]).text)
    hit = _label_hit(cleaned, labels)
    if not hit:
        return _by_value(cleaned, labels, context.asked)
    slot, start, end = hit
    before, after = cleaned[:start], cleaned[end:]
    if _ASKING.search(cleaned):
        return None
    said_no = bool(_NO.search(before + " ")) and bool(before.strip())
    if said_no or _CHANGE.search(cleaned):
        return Correction(slot, _rest(after), explicit=True)
    if _NOT_THIS.match(after) and _rest(after):
        return Correction(slot, _rest(after), explicit=True)
    return _labelled_value(cleaned, slot, (start, end), context)


def _labelled_value(
    text: str, slot: str, place: tuple[int, int], context: Context
) -> Correction | None:
    """Read "전화번호는 010-…" while something else is asked."""
    start, end = place
    marked = text[:end].rstrip().endswith(("은", "는", ":"))
    at_front = not _LEAD.sub("", text[:start] + " ").strip()
    rest = trim(text[end:])
    if not (marked and at_front and rest) or context.asked.rpartition(".")[2] == slot:
        return None
    if context.asked == "free" or rest.endswith("?"):
        return None
    return Correction(slot, rest, explicit=False)
