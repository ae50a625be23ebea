"""One conversation and one merchant as plain JSON, for the commands `… show USER_KEY`.

Times are written as ISO 8601 in Korean time. Nothing is masked here but account numbers: who
may run commands on the server may read the database with its keys.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services import consents
from bot.services.kits import orders_of
from bot.services.payments.shown import shown_payments
from bot.services.registration.overview import Overview, StoreView, overview
from bot.services.reminders.shown import shown_reminders
from bot.services.visits.shown import shown_visits, shown_waiting
from models.conversation import Conversation, Inbox, Turn
from models.events import StateEvent
from models.kit import KitItem, KitOrder
from models.merchant import ChannelRegistration
from models.requirement import Requirement
from models.staff import HandoffTicket

LAST_TURNS = 50
"""How much of the transcript is shown."""
_SLOTS_OF_STORE = ("stall", "location_note", "category", "open", "close")
_SLOTS_OF_CHANNEL = ("has_channel", "channel_public_id", "search_id")


def conversation(session: Session, user_key: str) -> dict[str, Any] | None:
    """Return a conversation, None for an unknown person.

    Args:
        session: a reading session.
        user_key: the vendor's pseudonym; the conversation seen last when it has several.
    """
    row = find(session, user_key)
    if row is None:
        return None
    return {
        "user_key": row.user_key,
        "public_id": str(row.public_id),
        "channel": row.channel,
        "bot_id": row.bot_id,
        "owner": row.owner.value,
        "owner_since": _moment(row.owner_since),
        "friend": row.friend.value,
        "flow": row.flow,
        "asked": row.asked,
        "revision": row.revision,
        "expires_at": _moment(row.expires_at),
        "last_seen_at": _moment(row.last_seen_at),
        "messages": _count(session, row.id),
        "tickets": _tickets(session, row.id),
        "turns": _turns(session, row.id),
    }


def merchant(session: Session, user_key: str) -> dict[str, Any]:
    """Return what a person registered, by the keys of the vocabulary, the newest store first.

    The same keys stand there for a newcomer, with nothing in them.
    """
    row = find(session, user_key)
    known = overview(session, row.id) if row else None
    decided = consents.history(session, row.id) if row else []
    return {
        **(_slots(known) if known else {}),
        "user_key": user_key,
        "merchant": _merchant(known) if known else None,
        "stores": [_store(store) for store in known.stores] if known else [],
        "registration": _registration(session, known) if known else None,
        "requirements": _requirements(session, known) if known else [],
        "documents": _documents(known) if known else [],
        "kits": [_kit(session, order) for order in orders_of(session, row.id)] if row else [],
        "payments": shown_payments(session, row.id) if row else [],
        "visits": shown_visits(session, row.id) if row else [],
        "waiting": shown_waiting(session, row.id) if row else [],
        "reminders": shown_reminders(session, row.id) if row else [],
        "consents": [
            {
                "key": one.key,
                "version": one.version,
                "decision": one.decision.value,
                "actor": one.actor,
                "at": _moment(one.at),
            }
            for one in decided
        ],
        "submissions": sum(s.registration.submissions for s in known.stores) if known else 0,
    }


def find(session: Session, user_key: str) -> Conversation | None:
    """Return the conversation of a person that was active last."""
    return session.scalars(
        select(Conversation)
        .where(Conversation.user_key == user_key)
        .order_by(Conversation.updated_at.desc(), Conversation.id.desc())
        .limit(1)
    ).one_or_none()


def _slots(known: Overview) -> dict[str, Any]:
    store = known.newest
    return {
        "role": known.role,
        "owner_name": known.owner_name,
        "phone": known.phone,
        "has_brn": known.has_brn,
        "brn": known.brn,
        "store_name": store.name,
        "market": store.market,
        "market_id": store.market_id,
        "closed": list(store.closed),
        **{key: getattr(store, key) for key in _SLOTS_OF_STORE},
        **{key: getattr(store.registration, key) for key in _SLOTS_OF_CHANNEL},
    }


def _merchant(known: Overview) -> dict[str, Any]:
    return {
        "public_id": str(known.public_id),
        "state": known.merchant_state.value,
        "role": known.role,
        "owner_name": known.owner_name,
        "phone": known.phone,
        "brn": known.brn,
    }


def _store(store: StoreView) -> dict[str, Any]:
    return {
        "store_name": store.name,
        "market": store.market,
        "market_id": store.market_id,
        "closed": list(store.closed),
        **{key: getattr(store, key) for key in _SLOTS_OF_STORE},
        "state": store.state.value,
        "registration": store.registration.state.value,
        "created_at": _moment(store.created_at),
    }


def _registration(session: Session, known: Overview) -> dict[str, Any]:
    row = known.registration
    events = session.scalars(
        select(StateEvent)
        .where(
            StateEvent.entity == ChannelRegistration.__tablename__, StateEvent.entity_id == row.id
        )
        .order_by(StateEvent.id)
    )
    return {
        "id": row.id,
        "state": row.state.value,
        "reason": row.reason,
        "submissions": row.submissions,
        "submitted_at": _moment(row.submitted_at),
        "opened_at": _moment(row.opened_at),
        "live_at": _moment(row.live_at),
        "history": [
            {
                "from": event.from_state,
                "to": event.to_state,
                "reason": event.reason,
                "actor": event.actor,
                "at": _moment(event.at),
            }
            for event in events
        ],
    }


def _requirements(session: Session, known: Overview) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(Requirement)
        .where(
            Requirement.subject == ChannelRegistration.__tablename__,
            Requirement.subject_id == known.registration.id,
        )
        .order_by(Requirement.id)
    )
    return [
        {
            "capability": row.capability,
            "key": row.key,
            "level": row.level.value,
            "error_code": row.error_code,
            "fix_action": row.fix_action,
            "deadline": _moment(row.deadline),
        }
        for row in rows
    ]


def _documents(known: Overview) -> list[dict[str, Any]]:
    return [
        {
            "kind": one.kind.value,
            "state": one.state.value,
            "reject_code": one.reject_code,
            "received_at": _moment(one.received_at),
        }
        for one in known.documents
    ]


def _kit(session: Session, order: KitOrder) -> dict[str, Any]:
    items = session.scalars(
        select(KitItem).where(KitItem.order_id == order.id).order_by(KitItem.id)
    )
    return {
        "number": order.number,
        "items": order.items,
        "size": order.size,
        "theme": order.theme,
        "phrase": order.phrase,
        "delivery": order.delivery.value,
        "languages": order.languages,
        "state": order.state.value,
        "reason": order.reason,
        "is_outdated": order.is_outdated,
        "has_file": order.storage_key is not None,
        "created_at": _moment(order.created_at),
        "codes": [
            {
                "product": item.product,
                "quantity": item.quantity,
                "text": item.code_text,
                "is_decoded": item.is_decoded,
            }
            for item in items
        ],
    }


def _turns(session: Session, conversation_id: int) -> list[dict[str, Any]]:
    newest = session.scalars(
        select(Turn)
        .where(Turn.conversation_id == conversation_id)
        .order_by(Turn.id.desc())
        .limit(LAST_TURNS)
    ).all()
    return [
        {
            "no": turn.no,
            "at": _moment(turn.at),
            "speaker": turn.speaker.value,
            "said": turn.said,
            "answered": turn.answered,
            "flow": turn.flow,
            "asked": turn.asked,
            "layer": turn.layer,
        }
        for turn in reversed(newest)
    ]


def _tickets(session: Session, conversation_id: int) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(HandoffTicket)
        .where(HandoffTicket.conversation_id == conversation_id)
        .order_by(HandoffTicket.id)
    )
    return [
        {
            "reason": row.reason,
            "priority": row.priority.value,
            "state": row.state.value,
            "asked": row.asked,
            "due_at": _moment(row.due_at),
        }
        for row in rows
    ]


def _count(session: Session, conversation_id: int) -> int:
    statement = select(func.count()).where(Inbox.conversation_id == conversation_id)
    return session.execute(statement).scalar_one()


def _moment(at: datetime | None) -> str | None:
    return at.astimezone(KST).isoformat() if at else None
