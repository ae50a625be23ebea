"""Answers of the kit order."""

import re

from bot.nlu.answers.kinds import vague, value, wish, wrong
from bot.nlu.choice import pick
from bot.nlu.kits import parse_items, parse_phrase, parse_qty, qty_error
from bot.nlu.message import Message
from bot.nlu.result import Context, Understanding
from bot.nlu.yesno import whole_answer

_NO_PHRASE = re.compile(
    r"^(?:문구)?(?:없|필요없|안넣|빼|그냥(?:해|주|없|빼|가게이름만)?|딱히없|따로없|괜찮|됐|생각안나|아무거나|알아서|기본|안써|아니|없이|넣지마|넣지말|비워|안넣어)"
)
_INK = re.compile(r"[가-힣A-Za-z0-9]")


def items(message: Message, context: Context) -> Understanding | None:
    """Read which items, with counts where they are said."""
    ordered = parse_items(message.text)
    if ordered:
        return wrong(ordered.error) if ordered.error else value("items", dict(ordered.items))
    picked = pick("", message.text, context.options, context.labels)
    if picked.out_of_range:
        return wrong("option_range")
    if picked.keys:
        return value("items", dict.fromkeys(picked.keys))
    if re.search(r"아무거나|알아서|글쎄|큐알|qr|이것저것|적당히|되는대로", message.core):
        return vague("items")
    return None


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
    if whole_answer(message.core) == "yes":
        return vague("phrase")
    found = parse_phrase(message.text)
    return value("phrase", found, 0.8) if _INK.search(found) else None
