"""Words that must not be kept, and an account that only looks like a resident number.

Nothing of what was dropped is remembered. Who says that it was the answer tells it again, and
it is read once as if the question's label stood before it.
"""

from dataclasses import replace

from bot import nlu
from bot.dialogue import phrases
from bot.dialogue.asking import proceed
from bot.dialogue.flow import Ask
from bot.dialogue.message import QuickReply
from bot.dialogue.state import Filled
from bot.dialogue.turn import Turn
from bot.nlu.result import Understanding

RESIDENT = "rrn"
MEANT = "meant_so"
"""Slot with the question whose answer looks like a resident number and is none."""


def block(turn: Turn, kind: str) -> None:
    """Keep nothing of the message, say so, and ask again."""
    turn.drop_text = True
    turn.understood = Understanding(intent="pii_blocked", layer="pii")
    turn.note("blocked", detail=kind)
    turn.say(phrases.PII[kind])
    ask = turn.open_question()
    if ask is not None and kind == RESIDENT:
        turn.say(ask.mistaken)
    if ask is None or not ask.meant_so or nlu.find_pii(_labelled(ask, turn.inbound.text)):
        proceed(turn)
        return
    turn.say(phrases.OR_TAP.format(label=ask.meant_so))
    proceed(turn)
    turn.quick_replies = (QuickReply(ask.meant_so, ask.meant_so), *turn.quick_replies)


def means_so(turn: Turn) -> bool:
    """Take a tap that says: the number that was dropped is the answer."""
    frame, ask = turn.frame, turn.open_question()
    if frame is None or ask is None or not ask.meant_so:
        return False
    if turn.inbound.text.strip() != ask.meant_so:
        return False
    turn.understood = Understanding(layer="button")
    frame.slots[MEANT] = Filled(ask.key, "", turn.seconds, "guess")
    turn.say(phrases.TELL_AGAIN)
    proceed(turn)
    return True


def read_as_meant(turn: Turn) -> None:
    """Read a number as the answer that somebody said it was, once."""
    frame, ask = turn.frame, turn.open_question()
    meant = frame.slots.get(MEANT) if frame else None
    if frame is None or ask is None or meant is None or meant.value != ask.key:
        return
    text = turn.inbound.text
    if any(span.kind == RESIDENT for span in nlu.find_pii(text)):
        del frame.slots[MEANT]
        turn.inbound = replace(turn.inbound, text=_labelled(ask, text))


def _labelled(ask: Ask, text: str) -> str:
    return f"{ask.label} {text}"
