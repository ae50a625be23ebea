"""The main menu: numbers, positions and labels of its buttons; ambiguous words are asked."""

import re

from bot.nlu.answers.kinds import vague, wish
from bot.nlu.choice import NUMBER_WORDS, pick
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding

_ENDING = 4
"""Characters that an ending may add to a label (방문 신청 -> 방문 신청할게요)."""
_AMBIGUOUS = (
    (re.compile(r"^(?:큐알|qr|큐알코드|qr코드|네모무늬|큐알이요|큐알요|큐알그거)$|^(?:큐알|qr)(?:코드)?(?:그거)?(?:하나|한개|좀)(?:만|맹글|주|줘|해|뽑)[가-힣]{0,6}$"), ("kit_order", "pay_apply")),
    (re.compile(r"^(?:메시지|단체메시지|메세지|메시지보내기|단체문자)(?:요|이요)?$"), ("cost_apply", "edu_start")),
    (re.compile(r"^(?:카카오|카톡|카카오톡)(?:이요|요)?$"), ("channel_register", "pay_apply")),
)  # fmt: skip


def menu_choice(message: Message, context: Context) -> Understanding | None:
    """Read a pick out of the main menu; two picks are asked again with both as buttons."""
    if message.core in ("1588", "114") or len(message.core) > 40:  # noqa: PLR2004 - a plain count
        return None
    picked = pick("main_menu", message.text, context.options, context.labels)
    if picked.out_of_range and re.fullmatch(r"\d{1,2}(?:번|번이요|번요|요|이요)?", message.core):
        return Understanding(error="option_range", layer="slot")
    keys = list(dict.fromkeys(picked.keys))
    if len(keys) > 1 and len(keys) < len(context.options):
        return vague("menu", candidates=keys)
    if len(keys) != 1 or not _is_pick(message, keys[0], context):
        return None
    return wish(keys[0])


_OTHER = re.compile(r"취소|변경|바꿔|바꾸|언제|안돼|안되|안와|안왔|문제|왜|해지|그만|어디까지")
_PLACE = re.compile(r"\d|번|째|위|아래|끝|마지막|처음|가운데")


def _is_pick(message: Message, key: str, context: Context) -> bool:
    """Tell whether the message only picks: a label inside a longer wish is no pick."""
    if _PLACE.search(message.core) or message.core in NUMBER_WORDS:
        return True
    if _OTHER.search(message.core):
        return False
    label = re.sub(r"\s", "", context.labels.get(key, key))
    return len(message.core) <= len(label) + _ENDING


def ambiguous(message: Message) -> Understanding | None:
    """Read a word that two menu entries share (큐알: to print, or to be paid)."""
    for pattern, candidates in _AMBIGUOUS:
        if pattern.match(message.core):
            return vague("menu", candidates=list(candidates))
    return None
