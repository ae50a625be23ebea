"""What a text must look like by law, whoever wrote it."""

from bot.outbox.templates import Words
from models.outbox import MessageClass

MARK = "(광고)"
"""Begins every advertisement, exactly so (Network Act 50(4), Decree 61(3))."""
OPT_OUT = ("무료", "수신거부")
"""What the last line of an advertisement says: refusing is free."""
_STRICTER = (MessageClass.TRANSACTIONAL, MessageClass.EDUCATION, MessageClass.MARKETING)


def stricter(first: MessageClass, second: MessageClass) -> MessageClass:
    """Return the class with more rules."""
    return max(first, second, key=_STRICTER.index)


def unlawful(message_class: MessageClass, words: Words) -> str | None:
    """Return why a text must not go out as this class, a code; None when it may."""
    lines = words.text.strip().splitlines()
    if message_class is not MessageClass.MARKETING:
        return "ad_misplaced" if MARK in words.text else None
    if not lines[0].startswith(MARK):
        return "ad_unmarked"
    plain = lines[-1].replace(" ", "")
    return None if all(part in plain for part in OPT_OUT) else "ad_without_opt_out"
