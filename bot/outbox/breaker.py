"""What a sender may take at the moment: its allowance and its breaker, for all processes.

A bucket of tokens holds the rate of the vendor. Five calls in a row that end badly open the
breaker: nothing is sent for a minute, then one message tries; messages wait meanwhile and
lose none of their attempts. A vendor that names a time itself (Retry-After) is obeyed.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from bot.outbox.sender import Sender
from models.outbox import SenderState

BAD_CALLS = 5
CLOSED = timedelta(minutes=1)
PROBE = timedelta(minutes=1)
"""As long as one message tries alone whether the sender works again."""
LONGEST = timedelta(hours=1)
"""No pause is longer; one that seems to be is from before the clock was put back."""
PAUSED = "sender_paused"
FULL = "sender_full"


@dataclass(frozen=True, slots=True)
class Wait:
    """A sender takes nothing before that moment."""

    until: datetime
    reason: str


def admit(session: Session, sender: Sender, now: datetime) -> Wait | None:
    """Take one token; None when the message may go now.

    The row stays locked until the transaction ends: call it last.
    """
    row = _row(session, sender, now)
    closed = _pause(row, now)
    if closed is not None:
        return Wait(closed, PAUSED)
    tokens = _tokens(row, sender, now)
    if tokens < 1:
        return Wait(now + timedelta(seconds=(1 - tokens) / sender.rate.per_second), FULL)
    if row.closed_until is not None:
        row.probing_until = now + PROBE
    row.tokens, row.refilled_at, row.updated_at = tokens - 1, now, now
    return None


def note(
    session: Session,
    sender: Sender,
    now: datetime,
    *,
    well: bool,
    retry_after_s: float | None = None,
) -> None:
    """Remember how a call ended.

    Args:
        session: inside a write transaction.
        sender: who was called.
        now: aware.
        well: the vendor gave a clear answer, be it a refusal.
        retry_after_s: seconds that the vendor wants to be left alone.
    """
    row = _row(session, sender, now)
    if well:
        row.failures, row.closed_until, row.probing_until = 0, None, None
    else:
        was_probe = row.closed_until is not None and row.closed_until <= now
        row.failures += 1
        row.probing_until = None
        if was_probe or row.failures >= BAD_CALLS:
            row.closed_until = now + CLOSED
    if retry_after_s is not None:
        asked = now + min(timedelta(seconds=retry_after_s), LONGEST)
        row.closed_until = max(asked, row.closed_until or asked)
    row.updated_at = now


def room(session: Session, senders: Iterable[Sender], now: datetime) -> tuple[int, float]:
    """Return how many messages all senders together would take now, and else when.

    Returns:
        the number, and the seconds until the first of them takes one again.
    """
    rows = {row.sender: row for row in session.scalars(select(SenderState))}
    number, wait = 0, LONGEST.total_seconds()
    for sender in senders:
        row = rows.get(sender.name)
        if row is None:
            number += max(1, int(sender.rate.burst))
            continue
        closed = _pause(row, now)
        if closed is not None:
            wait = min(wait, (closed - now).total_seconds())
            continue
        tokens = _tokens(row, sender, now)
        number += int(tokens) if row.closed_until is None else min(1, int(tokens))
        wait = min(wait, max(0.0, 1 - tokens) / sender.rate.per_second)
    return number, wait


def _row(session: Session, sender: Sender, now: datetime) -> SenderState:
    """Return the locked row of a sender, made at its first use."""
    query = (
        select(SenderState)
        .where(SenderState.sender == sender.name)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    found = session.scalars(query).one_or_none()
    if found is not None:
        return found
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    first = {
        "sender": sender.name,
        "tokens": sender.rate.burst,
        "refilled_at": now,
        "failures": 0,
        "updated_at": now,
    }
    session.execute(insert(SenderState).values(first).on_conflict_do_nothing())
    return session.scalars(query).one()


def _pause(row: SenderState, now: datetime) -> datetime | None:
    """Return until when nothing goes; the breaker, or somebody who tries."""
    for until in (row.closed_until, row.probing_until):
        if until is not None and now < until <= now + LONGEST:
            return until
    return None


def _tokens(row: SenderState, sender: Sender, now: datetime) -> float:
    passed = max(0.0, (now - row.refilled_at).total_seconds())
    return min(sender.rate.burst, row.tokens + passed * sender.rate.per_second)
