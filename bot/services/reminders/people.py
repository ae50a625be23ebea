"""Whose chat a message goes into, and when it had better not go there."""

from sqlalchemy import select
from sqlalchemy.orm import Session

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


def is_with_staff(session: Session, conversation_id: int | None) -> bool:
    """Tell whether somebody of the programme answers in a chat; our buttons sleep there."""
    owner = session.scalars(
        select(Conversation.owner).where(Conversation.id == conversation_id)
    ).one_or_none()
    return owner is Owner.HUMAN


def has_blocked(session: Session, conversation_id: int | None) -> bool:
    """Tell whether somebody blocked our channel: no nudge goes there by another way either."""
    friend = session.scalars(
        select(Conversation.friend).where(Conversation.id == conversation_id)
    ).one_or_none()
    return friend is Friend.BLOCKED
