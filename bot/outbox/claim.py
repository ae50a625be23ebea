"""Who has a message in hand: taking it, keeping it for a while, giving it back.

Every claim has a mark of its own, so a message belongs to one call of one process and to
nobody else. All conditions on states are written out: a partial index serves only a query
that says the same words (https://sqlite.org/partialindex.html).
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, or_, select, text, update
from sqlalchemy.orm import Session

from models.conversation import Conversation
from models.outbox import Reminder
from models.session import touched
from models.states import ReminderState
from models.supporter import Supporter

LEASE = timedelta(minutes=2)
"""As long as a message stays in one hand; a call of a sender ends well before."""
BATCH = 100
"""Messages taken at once."""
WAITING = text("reminder.state = 'scheduled'")
OWNED = text("reminder.state IN ('claimed', 'sending')")
FLYING = text("reminder.state IN ('accepted', 'unknown')")


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message in hand.

    Attributes:
        person: whose it is: messages of one person go one after the other.
        expires_at: later it would only confuse.
    """

    id: int
    person: tuple[int | None, int | None]
    expires_at: datetime


def claim_due(
    session: Session, mark: str, now: datetime, limit: int, without: Collection[str] = ()
) -> list[Claimed]:
    """Take what is due, the longest waiting first, in one statement.

    Args:
        session: inside a write transaction.
        mark: of this claim.
        now: aware.
        limit: not more than that.
        without: kinds that are left alone.
    """
    due = select(Reminder.id).where(WAITING, Reminder.next_attempt_at <= now)
    if without:
        due = due.where(Reminder.kind.not_in(without))
    due = due.order_by(Reminder.next_attempt_at, Reminder.id).limit(limit)
    # As a common table expression: PostgreSQL would run a locking subquery again and again.
    chosen = due.with_for_update(skip_locked=True).cte("due")
    statement = (
        update(Reminder)
        .where(Reminder.id.in_(select(chosen.c.id)))
        .values(**_in_hand(mark, now))
        .returning(
            Reminder.id,
            Reminder.conversation_id,
            Reminder.supporter_id,
            Reminder.next_attempt_at,
            Reminder.expires_at,
        )
    )
    rows = session.execute(statement, execution_options={"synchronize_session": False}).all()
    rows = sorted(rows, key=lambda row: (row.next_attempt_at, row.id))
    return [
        Claimed(row.id, (row.conversation_id, row.supporter_id), row.expires_at) for row in rows
    ]


def take(session: Session, reminder_id: int, mark: str, now: datetime) -> bool:
    """Take one message if it is due and in nobody's hands."""
    statement = (
        update(Reminder)
        .where(Reminder.id == reminder_id, WAITING, Reminder.next_attempt_at <= now)
        .values(**_in_hand(mark, now))
    )
    return touched(session, statement) == 1


def held(reminder_id: int, mark: str) -> Select[Reminder]:
    """Return the query for a message that was taken under this mark, and locks it."""
    return (
        select(Reminder)
        .where(
            Reminder.id == reminder_id,
            Reminder.state == ReminderState.CLAIMED,
            Reminder.lease_owner == mark,
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )


def lock_person(session: Session, reminder_id: int) -> None:
    """Let nobody else decide about a message to the same person until the transaction ends.

    Taken before the row itself, as a turn of the chat does; other rows may still refer to
    the person meanwhile. On SQLite a writer is alone anyway.
    """
    if session.get_bind().dialect.name == "sqlite":
        return
    whose = select(Reminder.conversation_id, Reminder.supporter_id)
    found = session.execute(whose.where(Reminder.id == reminder_id)).one_or_none()
    if found is None:
        return
    table, key = (
        (Conversation, found.conversation_id)
        if found.conversation_id is not None
        else (Supporter, found.supporter_id)
    )
    session.execute(select(table.id).where(table.id == key).with_for_update(key_share=True))


def lease_over(now: datetime) -> Any:
    """Return the condition for messages whose owner is gone.

    A lease that ends later than any lease of now can is one from before the clock was put
    back.
    """
    return and_(OWNED, or_(Reminder.lease_until <= now, Reminder.lease_until > now + 2 * LEASE))


def settle(
    session: Session,
    ids: Sequence[int],
    mark: str,
    now: datetime,
    *,
    state: ReminderState = ReminderState.SCHEDULED,
    reason: str | None = None,
) -> int:
    """Decide about many messages in hand at once, with one statement; return about how many.

    Args:
        session: inside a write transaction.
        ids: which.
        mark: of the claim; what is not in hand under it any more is left alone.
        now: aware.
        state: what becomes of them; `scheduled` gives them back as they were.
        reason: a code; None keeps the one that is there.
    """
    values: dict[str, Any] = {"reason": reason} if reason is not None else {}
    statement = (
        update(Reminder)
        .where(
            Reminder.id.in_(ids),
            Reminder.state == ReminderState.CLAIMED,
            Reminder.lease_owner == mark,
        )
        .values(state=state, lease_owner=None, lease_until=None, updated_at=now, **values)
    )
    return touched(session, statement)


def _in_hand(mark: str, now: datetime) -> dict[str, Any]:
    return {
        "state": ReminderState.CLAIMED,
        "lease_owner": mark,
        "lease_until": now + LEASE,
        "updated_at": now,
    }
