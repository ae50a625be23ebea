"""Whose chat a message goes into, and when it had better not go there."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox.notice import Gone
from models.conversation import Conversation, Friend, Owner
from models.merchant import ChannelRegistration, Merchant, Store
from models.states import MerchantState

LEFT = (MerchantState.CLOSED, MerchantState.WITHDRAWN, MerchantState.ERASED)
"""Merchants who do not take part any more."""


def chat_of_merchant(session: Session, merchant_id: int) -> int | None:
    """Return the chat in which a merchant wrote last; None for one who never did."""
    return session.scalars(
        select(Conversation.id)
        .where(Conversation.merchant_id == merchant_id)
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(1)
    ).one_or_none()


def merchant_of_store(session: Session, store_id: int) -> int | None:
    """Return whose store it is."""
    return session.scalars(select(Store.merchant_id).where(Store.id == store_id)).one_or_none()


def merchant_of_registration(session: Session, registration_id: int) -> int | None:
    """Return whose registration it is."""
    return session.scalars(
        select(Store.merchant_id)
        .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
        .where(ChannelRegistration.id == registration_id)
    ).one_or_none()


def has_left(session: Session, merchant_id: int) -> bool:
    """Tell whether a merchant does not take part any more."""
    state = session.scalars(select(Merchant.state).where(Merchant.id == merchant_id)).one_or_none()
    return state is None or state in LEFT


def rest_for(session: Session, conversation_id: int | None, *, nudge: bool = False) -> Gone | None:
    """Return why nothing is to be said into a chat now; None when something may be.

    While a person answers there the bot keeps silent, so a button of ours would lead
    nowhere. Who blocked our channel is nudged by no other way either.
    """
    row = session.execute(
        select(Conversation.owner, Conversation.friend).where(Conversation.id == conversation_id)
    ).one_or_none()
    if row is None:
        return Gone("no_chat")
    if row.owner is Owner.HUMAN:
        return Gone("with_person")
    if nudge and row.friend is Friend.BLOCKED:
        return Gone("blocked")
    return None
