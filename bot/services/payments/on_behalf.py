"""Taking back or ending what a merchant asked for by telephone or in person.

What the merchant could do in the chat, and nothing else: the same steps follow, in the name of
who did them, and the merchant is told in the chat what was done, and how to object.
"""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from bot.errors import RuleBrokenError
from bot.services.pay_rules.waiting import ENDED
from bot.services.payments.changing import stop
from bot.services.payments.rows import chat_of, lock_chats_of, needed
from bot.services.reminders import on_payment
from bot.services.reminders.pay_office import BY, HOW
from bot.services.transaction import Transaction
from models.states import Cause

ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Wish:
    """Who asked for it, and how.

    Attributes:
        by: a key of `BY`.
        how: a key of `HOW`.
    """

    by: str
    how: str


def end_for(session: Session, application_id: int, wish: Wish, cause: Cause) -> bool:
    """Take an application back, or end it where the provider has agreed; False when it is over.

    Args:
        session: inside a write transaction.
        application_id: which application.
        wish: who asked for it, and how.
        cause: `staff:<login>`, the moment, idempotency key.

    Raises:
        InvalidInputError: code `no_application`.
        RuleBrokenError: nobody is known to have asked (code `wish_unclear`), or there is no
            chat in which the merchant could be told (code `no_chat`).
    """
    if wish.by not in BY or wish.how not in HOW:
        raise RuleBrokenError("who asked for it, and how?", code="wish_unclear")
    lock_chats_of(session, application_id)
    row = needed(session, application_id)
    if row.state in ENDED:
        return False
    chat = chat_of(session, row)
    if chat is None:
        raise RuleBrokenError(f"{row.number} has no chat", code="no_chat")
    tx = Transaction(session, cause.now, chat, cause.key, cause.actor)
    done = stop(tx, row, ASKED)
    if done:
        on_payment.ended_for(session, row, wish.by, wish.how, cause.now)
    return done
