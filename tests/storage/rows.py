"""Rows that storage tests begin with."""

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from models.conversation import Conversation
from models.merchant import ChannelRegistration, Merchant, Store

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def add_merchant(session: Session, **values: object) -> Merchant:
    row = Merchant(**{"owner_name": "김순자", "created_at": NOW, "updated_at": NOW, **values})
    session.add(row)
    session.flush()
    return row


def add_registration(session: Session, key: str = "s1") -> ChannelRegistration:
    merchant = add_merchant(session)
    store = Store(
        merchant_id=merchant.id, submission_key=key, name="순자네", created_at=NOW, updated_at=NOW
    )
    session.add(store)
    session.flush()
    row = ChannelRegistration(store_id=store.id, created_at=NOW, updated_at=NOW)
    session.add(row)
    session.flush()
    return row


def add_conversation(session: Session, user_key: str = "user-1", **values: object) -> Conversation:
    row = Conversation(
        **{
            "channel": "kakao",
            "bot_id": "bot",
            "user_key": user_key,
            "created_at": NOW,
            "updated_at": NOW,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row
