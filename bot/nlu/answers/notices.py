"""Answers about the messages that we begin: between which hours, and which to switch off."""

from bot.nlu.answers.kinds import vague, value, wrong
from bot.nlu.message import Message
from bot.nlu.message_hours import NOT_CLEAR, message_hours
from bot.nlu.result import Context, Understanding

WINDOW = "window"


def window(message: Message, context: Context) -> Understanding | None:
    """Read the hours between which messages are wanted."""
    found = message_hours(message.text, context.now)
    if found is None:
        return None
    if found == NOT_CLEAR:
        return vague(WINDOW)
    return wrong(found) if isinstance(found, str) else value(WINDOW, list(found))
