"""Short names that nobody else has: numbers of orders and codes of links."""

import secrets
from collections.abc import Callable

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import InstrumentedAttribute, Session

from bot.errors import ConflictError
from models.kit import KitOrder

TRIES = 12
_FIRST_DIGITS = 4
_TRIES_A_LENGTH = 3


def free_number(session: Session) -> str:
    """Return a number of an order that nobody has yet, `K-4821`."""
    return free(session, KitOrder.number, _number)


def free(session: Session, column: InstrumentedAttribute[str], make: Callable[[int], str]) -> str:
    """Return a name that does not stand in `column` yet.

    Args:
        session: for looking.
        column: where names stand.
        make: returns a random name; given the number of the attempt, from 0.

    Raises:
        ConflictError: code `no_free_name`.
    """
    for attempt in range(TRIES):
        name = make(attempt)
        if session.execute(select(column).where(column == name)).first() is None:
            return name
    raise ConflictError(code="no_free_name")


def add_once(session: Session, row: object) -> bool:
    """Add a row; False when one with the same unique values came first."""
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError:
        return False
    return True


def _number(attempt: int) -> str:
    """Return a random number, longer after a few that were taken; it never begins with 0."""
    digits = _FIRST_DIGITS + attempt // _TRIES_A_LENGTH
    least = 10 ** (digits - 1)
    return f"K-{least + secrets.randbelow(9 * least)}"
