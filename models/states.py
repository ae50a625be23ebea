"""States of every entity and the one way to change them.

A state changes only through `move`: it checks the table of legal moves (`models.moves`),
writes the `state_event` and is a no-op when the same idempotency key was applied before.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from models.errors import IllegalMoveError
from models.events import StateEvent
from models.moves import is_legal


class MarketState(StrEnum):
    """Where a market stands in the programme."""

    PROSPECT = "prospect"
    APPLIED = "applied"
    SCREENING = "screening"
    SELECTED = "selected"
    ACTIVE = "active"
    AFTERCARE = "aftercare"
    CLOSED = "closed"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class MerchantState(StrEnum):
    """Where a merchant stands."""

    DRAFT = "draft"
    SUBMITTED = "submitted"
    IN_REVIEW = "in_review"
    ACTIVE = "active"
    NEEDS_INFO = "needs_info"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    ERASED = "erased"


class StoreState(StrEnum):
    """Whether a store can be visited."""

    OPEN = "open"
    PAUSED = "paused"
    MOVED = "moved"
    CLOSED = "closed"
    ERASED = "erased"


class ChannelState(StrEnum):
    """How far the KakaoTalk channel of a store is."""

    DRAFT = "draft"
    READY = "ready"
    SUBMITTED = "submitted"
    OPENED = "opened"
    BIZ_REVIEW = "biz_review"
    LIVE = "live"
    NEEDS_FIX = "needs_fix"
    LINKED_EXISTING = "linked_existing"
    DORMANT = "dormant"
    BLOCKED = "blocked"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    ERASED = "erased"


class ChannelReason(StrEnum):
    """Why a channel registration has to be mended or was stopped."""

    NAME_MISMATCH = "name_mismatch"
    DOC_UNREADABLE = "doc_unreadable"
    DOC_OLD = "doc_old"
    BUSINESS_CLOSED = "business_closed"
    PERMIT_MISSING = "permit_missing"
    SEARCH_ID_TAKEN = "search_id_taken"
    SEARCH_ID_INVALID = "search_id_invalid"
    CUSTOMER_CENTER_MISSING = "customer_center_missing"
    CHANNEL_PRIVATE = "channel_private"
    NOT_MASTER = "not_master"
    PHONE_OWNER_MISMATCH = "phone_owner_mismatch"
    POLICY = "policy"


class DocumentState(StrEnum):
    """What happened to a picture or file that a merchant sent."""

    RECEIVED = "received"
    SCANNED = "scanned"
    IN_REVIEW = "in_review"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    EXPIRED = "expired"
    PURGED = "purged"


class KitState(StrEnum):
    """How far an order of printed matter is."""

    CONFIRMED = "confirmed"
    RENDERED = "rendered"
    PREFLIGHTED = "preflighted"
    QUEUED_PRINT = "queued_print"
    PRINTED = "printed"
    SHIPPED = "shipped"
    READY_PICKUP = "ready_pickup"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    PROBLEM = "problem"
    REORDERED = "reordered"
    FAILED = "failed"
    REVOKE_REQUIRED = "revoke_required"
    REVOKED = "revoked"
    ERASED = "erased"


class TicketState(StrEnum):
    """Who a handed-over conversation waits for."""

    OPEN = "open"
    ASSIGNED = "assigned"
    WAITING_MERCHANT = "waiting_merchant"
    RESOLVED = "resolved"


class RightsState(StrEnum):
    """How far a request about one's own data is."""

    OPEN = "open"
    DONE = "done"
    REFUSED = "refused"


class SupporterState(StrEnum):
    """Whether a supporter is sent anywhere."""

    ACTIVE = "active"
    PAUSED = "paused"
    LEFT = "left"


class RequestState(StrEnum):
    """What became of a wish for a visit."""

    OPEN = "open"
    WAITING = "waiting"
    BOOKED = "booked"
    DONE = "done"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"


class VisitState(StrEnum):
    """Where a visit stands."""

    HELD = "held"
    CONFIRMED = "confirmed"
    EN_ROUTE = "en_route"
    IN_PROGRESS = "in_progress"
    REPORTED = "reported"
    COMPLETED = "completed"
    DISPUTED = "disputed"
    RELEASED = "released"
    EXPIRED = "expired"
    CANCELLED_BY_MERCHANT = "cancelled_by_merchant"
    CANCELLED_BY_STAFF = "cancelled_by_staff"
    MERCHANT_NO_SHOW = "merchant_no_show"
    SUPPORTER_NO_SHOW = "supporter_no_show"


class SeriesState(StrEnum):
    """Whether a standing slot goes on."""

    ACTIVE = "active"
    PAUSED = "paused"
    ENDED = "ended"


class WaitState(StrEnum):
    """What became of a place on the waiting list."""

    WAITING = "waiting"
    OFFERED = "offered"
    ACCEPTED = "accepted"
    EXPIRED = "expired"
    WITHDRAWN = "withdrawn"


class PlanState(StrEnum):
    """What became of a plan for a day."""

    DRAFT = "draft"
    PUBLISHED = "published"
    REJECTED = "rejected"


class ReminderState(StrEnum):
    """What became of a message that we begin."""

    SCHEDULED = "scheduled"
    CLAIMED = "claimed"
    SENDING = "sending"
    ACCEPTED = "accepted"
    DELIVERED = "delivered"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    SUPPRESSED = "suppressed"
    UNKNOWN = "unknown"
    DEAD = "dead"


class PayState(StrEnum):
    """How far an application for easy payment is."""

    DRAFT = "draft"
    COLLECTING = "collecting"
    READY = "ready"
    HANDED_OFF = "handed_off"
    PROVIDER_REVIEW = "provider_review"
    ADDITIONAL_REQUIRED = "additional_required"
    APPROVED = "approved"
    QR_ISSUED = "qr_issued"
    LIVE = "live"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    SUSPENDED = "suspended"
    TERMINATED = "terminated"
    ERASED = "erased"


class TrialState(StrEnum):
    """What became of a test payment."""

    OPENED = "opened"
    PAID = "paid"
    CANCELLED = "cancelled"
    FAILED = "failed"
    UNCLEAR = "unclear"


class Level(StrEnum):
    """How pressing a requirement is."""

    CURRENTLY_DUE = "currently_due"
    EVENTUALLY_DUE = "eventually_due"
    PAST_DUE = "past_due"
    PENDING_VERIFICATION = "pending_verification"
    MET = "met"
    WAIVED = "waived"


class Stateful(Protocol):
    """An entity with an id and a state."""

    __tablename__: Any  # declarative classes declare it so
    id: Any
    state: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Cause:
    """Why a state changes.

    Attributes:
        actor: who did it: `merchant`, `agent`, `system` or `staff:<login>`.
        key: idempotency key; the same key on the same entity is applied once.
        now: aware.
        reason: a reason code; None when the move needs none.
    """

    actor: str
    key: str
    now: datetime
    reason: str | None = None


def move(session: Session, entity: Stateful, to: StrEnum, cause: Cause) -> bool:
    """Change the state of an entity and append the event.

    The row is locked first (PostgreSQL; a SQLite writer is alone anyway), so two callers
    with the same key cannot both apply it.

    Returns:
        True when the state changed; False when this key had been applied already.

    Raises:
        IllegalMoveError: the table of moves forbids it (code `illegal_move`), or the key
            was used for another move of the same entity (code `key_reused`).
    """
    source, before = _look(session, entity, cause.key)
    if before is not None:
        if before != to.value:
            raise IllegalMoveError(f"{cause.key} already moved to {before}", code="key_reused")
        return False
    if not is_legal(entity.__tablename__, source, to.value):
        raise IllegalMoveError(f"{entity.__tablename__} {entity.id}: {source} -> {to.value}")
    entity.state = to
    record(session, entity, source, cause)
    return True


def record(session: Session, entity: Stateful, source: str | None, cause: Cause) -> None:
    """Append the event of a change that was made; `source` None for a new entity."""
    if entity.id is None:
        session.flush()
    session.add(
        StateEvent(
            entity=entity.__tablename__,
            entity_id=entity.id,
            from_state=source,
            to_state=str(entity.state),
            reason=cause.reason,
            actor=cause.actor,
            idempotency_key=cause.key,
            at=cause.now,
        )
    )


def _look(session: Session, entity: Stateful, key: str) -> tuple[str, str | None]:
    """Lock the row; return its state, and to which one the key moved it before.

    Two statements on purpose: a caller that waited for the lock sees the event of the one
    before only in a statement that began after the wait (PostgreSQL, READ COMMITTED).
    """
    if entity.id is None:
        session.flush()
    lock, _ = _look_statements(type(entity))
    source = session.execute(lock, {"row": entity.id}).scalar_one()
    set_committed_value(entity, "state", source)
    return str(source), moved_before(session, entity, key)


def moved_before(session: Session, entity: Stateful, key: str) -> str | None:
    """Return to which state a key has moved an entity before; None when it has not."""
    _, applied = _look_statements(type(entity))
    return session.execute(applied, {"row": entity.id, "key": key}).scalar_one_or_none()


@cache
def _look_statements(table: Any) -> tuple[Select[Any], Select[Any]]:
    """Return the statements of `_look` and `moved_before` for a table, built once."""
    lock = select(table.state).where(table.id == bindparam("row")).with_for_update()
    applied = select(StateEvent.to_state).where(
        StateEvent.entity == table.__tablename__,
        StateEvent.entity_id == bindparam("row"),
        StateEvent.idempotency_key == bindparam("key"),
    )
    return lock, applied
