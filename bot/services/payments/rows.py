"""Finding the row of an application."""

import secrets

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services.kit_upkeep import lock_chats
from bot.services.kits.numbers import free
from bot.services.pay_rules.waiting import OVER
from bot.services.registration.overview import merchant_of
from bot.services.reminders.people import chat_of_merchant
from models.merchant import Merchant, Store
from models.payment import PayApplication
from models.states import PayState, StoreState

_DIGITS = 4
_TRIES_A_LENGTH = 3


def standing_of(session: Session, store_id: int) -> PayApplication | None:
    """Return the application of a store that is not over."""
    return session.scalars(
        select(PayApplication).where(
            PayApplication.store_id == store_id, PayApplication.state.not_in(OVER)
        )
    ).one_or_none()


def mine(session: Session, conversation_id: int, application_id: int) -> PayApplication:
    """Return an application of the person of a conversation, locked.

    Raises:
        RuleBrokenError: it is nobody's or somebody else's (code `not_yours`).
    """
    merchant = merchant_of(session, conversation_id)
    row = locked(session, application_id)
    if merchant is None or row is None or row.merchant_id != merchant.id:
        raise RuleBrokenError("this conversation has no such application", code="not_yours")
    return row


def locked(session: Session, application_id: int) -> PayApplication | None:
    """Return an application that nobody else changes until this transaction ends."""
    statement = select(PayApplication).where(PayApplication.id == application_id).with_for_update()
    return session.scalars(statement, execution_options={"populate_existing": True}).one_or_none()


def seen(session: Session, application_id: int) -> PayApplication:
    """Return an application to look at; nobody waits for who only looks.

    Raises:
        InvalidInputError: there is no such one, or it was erased (code `no_application`).
    """
    row = session.get(PayApplication, application_id)
    if row is None or row.state is PayState.ERASED:
        raise InvalidInputError("no such application", code="no_application")
    return row


def lock_chats_of(session: Session, application_id: int) -> None:
    """Lock the chats of whose application it is; before its row, as every turn does."""
    store_id = session.scalars(
        select(PayApplication.store_id).where(PayApplication.id == application_id)
    ).one_or_none()
    if store_id is not None:
        lock_chats(session, store_id)


def needed(session: Session, application_id: int) -> PayApplication:
    """Return an application, locked.

    Raises:
        InvalidInputError: there is no such one, or it was erased (code `no_application`).
    """
    row = locked(session, application_id)
    if row is None or row.state is PayState.ERASED:
        raise InvalidInputError("no such application", code="no_application")
    return row


def in_scope(scope: int | None) -> ColumnElement[bool]:
    """Tell whether a store is in the only market that may be seen; None for all."""
    return true() if scope is None else Store.market_id == scope


def chat_of(session: Session, row: PayApplication) -> int | None:
    """Return the chat in which the person of an application is reached; None for nowhere."""
    if row.conversation_id is not None:
        return row.conversation_id
    return chat_of_merchant(session, row.merchant_id)


def store_for(session: Session, conversation_id: int, store_id: int | None) -> Store:
    """Return the store that is applied for, the newest one unless another was named.

    Raises:
        RuleBrokenError: nothing is registered (code `not_registered`), or it is somebody
            else's store (code `not_yours`).
    """
    merchant = merchant_of(session, conversation_id)
    found = session.scalars(_stores(merchant, store_id)).first() if merchant else None
    if found is None:
        code = "not_registered" if store_id is None else "not_yours"
        raise RuleBrokenError("an application needs a store of one's own", code=code)
    return found


def _stores(merchant: Merchant, store_id: int | None) -> Select[Store]:
    gone = (StoreState.CLOSED, StoreState.ERASED)
    statement = select(Store).where(Store.merchant_id == merchant.id, Store.state.not_in(gone))
    if store_id is not None:
        statement = statement.where(Store.id == store_id)
    return statement.order_by(Store.id.desc()).limit(1)


def free_pay_number(session: Session) -> str:
    """Return a number of an application that nobody has yet, `P-4821`."""
    return free(session, PayApplication.number, _number)


def _number(attempt: int) -> str:
    size = _DIGITS + attempt // _TRIES_A_LENGTH
    least = 10 ** (size - 1)
    return f"P-{least + secrets.randbelow(9 * least)}"
