"""Why a message was or was not sent: one sentence, and the facts behind it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.errors import InvalidInputError
from bot.outbox.reasons import BY_HAND, meaning
from models.outbox import Outcome, Reminder, ReminderAttempt
from models.states import ReminderState

FORM = "%Y-%m-%d %H:%M:%S KST"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One call of a sender.

    Attributes:
        outcome: `under way` while it is not known.
    """

    no: int
    sender: str
    owner: str
    started_at: datetime
    ended_at: datetime | None
    outcome: str
    code: str | None
    answer: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explained:
    """Why a message was or was not sent.

    Attributes:
        sentence: one English sentence.
        mark: the public id, as vendors know it.
        about: table, row and revision: `visit 12 v3`.
        whose: `conversation 5` or `supporter 2`; "" when nobody is left.
        next_at: when it is looked at next; None when it is not.
        merged: numbers of what a digest says.
    """

    sentence: str
    id: int
    mark: str
    kind: str
    message_class: str
    state: str
    reason: str | None
    about: str
    whose: str
    due_at: datetime
    next_at: datetime | None
    expires_at: datetime
    accepted_at: datetime | None
    delivered_at: datetime | None
    sender: str | None
    sender_ref: str | None
    refused_by: tuple[str, ...]
    merged_into: int | None
    merged: tuple[int, ...]
    attempts: tuple[Attempt, ...]


def explain(session: Session, reminder_id: int, now: datetime) -> Explained:
    """Return why a message was or was not sent.

    Raises:
        InvalidInputError: there is no such message (code `no_such_message`).
    """
    row = session.get(Reminder, reminder_id)
    if row is None:
        raise InvalidInputError(f"there is no message {reminder_id}", code="no_such_message")
    attempts = tuple(_attempt(one) for one in _calls(session, row.id))
    merged = session.scalars(
        select(Reminder.id).where(Reminder.merged_into == row.id).order_by(Reminder.id)
    )
    return Explained(
        sentence=_sentence(row, attempts, now),
        id=row.id,
        mark=str(row.public_id),
        kind=row.kind,
        message_class=row.message_class.value,
        state=row.state.value,
        reason=row.reason,
        about=f"{row.subject} {row.subject_id} v{row.subject_version}",
        whose=_whose(row),
        due_at=row.due_at,
        next_at=_next(row),
        expires_at=row.expires_at,
        accepted_at=row.accepted_at,
        delivered_at=row.delivered_at,
        sender=row.sender,
        sender_ref=row.sender_ref,
        refused_by=tuple(row.refused_by),
        merged_into=row.merged_into,
        merged=tuple(merged),
        attempts=attempts,
    )


def shown(at: datetime | None) -> str:
    """Return a moment as operators read it."""
    return at.astimezone(KST).strftime(FORM) if at else "never"


def _calls(session: Session, reminder_id: int) -> Sequence[ReminderAttempt]:
    return session.scalars(
        select(ReminderAttempt)
        .where(ReminderAttempt.reminder_id == reminder_id)
        .order_by(ReminderAttempt.no)
    ).all()


def _attempt(row: ReminderAttempt) -> Attempt:
    return Attempt(
        no=row.no,
        sender=row.sender,
        owner=row.owner,
        started_at=row.started_at,
        ended_at=row.ended_at,
        outcome=row.outcome.value if row.outcome else "under way",
        code=row.code,
        answer=row.answer,
    )


def _whose(row: Reminder) -> str:
    if row.conversation_id is not None:
        return f"conversation {row.conversation_id}"
    return f"supporter {row.supporter_id}" if row.supporter_id is not None else ""


def _next(row: Reminder) -> datetime | None:
    if row.state is ReminderState.SCHEDULED:
        return row.next_attempt_at
    return row.look_at


def _sentence(row: Reminder, attempts: Sequence[Attempt], now: datetime) -> str:
    match row.state:
        case ReminderState.SCHEDULED:
            return _waiting(row, now)
        case ReminderState.CLAIMED | ReminderState.SENDING:
            return _in_hand(row, attempts)
        case ReminderState.ACCEPTED | ReminderState.DELIVERED:
            return _sent(row, attempts)
        case ReminderState.UNKNOWN:
            return _unclear(row)
        case _:
            return _ended(row, attempts)


def _in_hand(row: Reminder, attempts: Sequence[Attempt]) -> str:
    if row.state is ReminderState.CLAIMED or not attempts:
        return "It is in hand: a process decides about it at this moment."
    return f"It is being sent by {row.sender} since {shown(attempts[-1].started_at)}."


def _sent(row: Reminder, attempts: Sequence[Attempt]) -> str:
    if row.state is ReminderState.DELIVERED:
        through = "as somebody noted by hand" if row.reason == BY_HAND else f"through {row.sender}"
        return f"It arrived {through} at {shown(row.delivered_at)}{_twice(attempts)}."
    asked = f", which is asked again at {shown(row.look_at)}" if row.look_at else ""
    taken = f"It was sent at {shown(row.accepted_at)}: {row.sender} has taken it{asked}"
    return f"{taken}{_twice(attempts)}."


def _ended(row: Reminder, attempts: Sequence[Attempt]) -> str:
    if row.state is ReminderState.CANCELLED and row.merged_into is not None:
        return f"It was not sent by itself: digest {row.merged_into} says it, too."
    how = {
        ReminderState.CANCELLED: "It was called off",
        ReminderState.EXPIRED: "It expired",
        ReminderState.SUPPRESSED: "It was held back for good",
        ReminderState.DEAD: "It was given up",
    }[row.state]
    return f"{how} because {meaning(row.reason)}{_refusals(row, attempts)}."


def _waiting(row: Reminder, now: datetime) -> str:
    if row.next_attempt_at > now:
        when = f"It waits until {shown(row.next_attempt_at)}"
        if row.reason is None:
            return f"{when}, when it is due."
    else:
        when = f"It is due since {shown(row.next_attempt_at)} and has not been taken up yet"
        if row.reason is None:
            return f"{when}: is the ticker running?"
    return f"{when} because {meaning(row.reason)}."


def _unclear(row: Reminder) -> str:
    known = f"Nobody knows whether it arrived through {row.sender}: {meaning(row.reason)}"
    if row.look_at:
        return f"{known}; it is looked up at {shown(row.look_at)}."
    return f"{known}; it is not repeated by itself, decide by hand."


def _twice(attempts: Sequence[Attempt]) -> str:
    unclear = sum(one.outcome == Outcome.UNKNOWN.value for one in attempts)
    return ", and maybe once before that" if unclear and len(attempts) > unclear else ""


def _refusals(row: Reminder, attempts: Sequence[Attempt]) -> str:
    codes = [f"{one.sender}: {one.code}" for one in attempts if one.code]
    if row.state is not ReminderState.DEAD or not codes:
        return ""
    return f" ({'; '.join(dict.fromkeys(codes))})"
