"""What a decision, and what the end of a call, makes of a message."""

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.outbox import breaker
from bot.outbox.claim import LEASE
from bot.outbox.gate import MOST_ATTEMPTS, Go, Later, Merged, Over, Verdict
from bot.outbox.sender import Sender, Taken
from models.outbox import Outcome, Reminder, ReminderAttempt
from models.states import ReminderState

BASE = timedelta(seconds=30)
"""First pause after a message was surely not sent; doubled each time, full jitter
(https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/)."""
CAP = timedelta(hours=1)
LAST_CHANCE = timedelta(minutes=1)
"""A pause that would last too long ends so long before the message makes no sense."""
SECOND_TRY = timedelta(minutes=5)
"""An unclear call that nobody can look up is left alone so long before it is made again."""
FOR_THE_SENDER = frozenset({breaker.PAUSED, breaker.FULL, "stopped", "trouble"})
"""Reasons to wait that are ours and not the person's."""
ANSWER_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Ended:
    """How a call ended.

    Attributes:
        taken: what the sender said when it took the message.
        code: stable code of what went wrong.
        retry_after_s: seconds that the vendor wants to be left alone.
    """

    outcome: Outcome
    taken: Taken | None = None
    code: str | None = None
    retry_after_s: float | None = None


def end_of(error: ExternalUnavailableError | ExternalRejectedError) -> Ended:
    """Return how a call ended that raised."""
    if isinstance(error, ExternalRejectedError):
        return Ended(Outcome.REFUSED, code=error.code)
    outcome = Outcome.UNKNOWN if error.maybe_done else Outcome.NOT_SENT
    return Ended(outcome, code=error.code, retry_after_s=error.retry_after_s)


def decide(session: Session, row: Reminder, verdict: Verdict, now: datetime, owner: str) -> None:
    """Write down what was decided about a message in hand."""
    match verdict:
        case Go(sender, _, message):
            row.state = ReminderState.SENDING
            row.attempts, row.sender, row.reason = message.attempt, sender.name, None
            row.sender_ref = row.look_at = None
            row.lease_until = now + LEASE
            row.said = {
                "text": message.words.text,
                "buttons": [asdict(tap) for tap in message.words.buttons],
            }
            session.add(
                ReminderAttempt(
                    reminder_id=row.id,
                    no=row.attempts,
                    sender=sender.name,
                    owner=owner,
                    started_at=now,
                )
            )
        case Later(at, reason):
            row.state, row.reason = ReminderState.SCHEDULED, reason
            row.next_attempt_at = min(at, row.expires_at)
            if reason not in FOR_THE_SENDER:
                row.not_before = row.next_attempt_at
            _let_go(row)
        case Over(state, reason):
            row.state, row.reason = state, reason
            _let_go(row)
        case Merged():
            pass  # written by the digest, together with the others
    row.updated_at = now


def conclude(row: Reminder, attempt: ReminderAttempt, ended: Ended, case: "Call") -> None:
    """Write down how a call ended; the row is locked.

    An answer may come after the message was given up as lost. Then it still counts, as long
    as nothing else was tried meanwhile; that it arrived counts always.
    """
    attempt.ended_at, attempt.outcome, attempt.code = case.now, ended.outcome, ended.code
    attempt.answer = ended.taken.answer[:ANSWER_LENGTH] if ended.taken else None
    waits = row.state in (ReminderState.SENDING, ReminderState.UNKNOWN)
    if ended.outcome is Outcome.ACCEPTED:
        _accepted(row, ended.taken or Taken(""), case)
    elif waits and row.attempts == attempt.no:
        _failed(row, ended, case)
    row.updated_at = case.now


@dataclass(frozen=True, slots=True)
class Call:
    """What has to be known about a call that ended."""

    sender: Sender
    now: datetime


def attempt_of(session: Session, reminder_id: int, no: int) -> ReminderAttempt:
    """Return one attempt."""
    return session.scalars(
        select(ReminderAttempt)
        .where(ReminderAttempt.reminder_id == reminder_id, ReminderAttempt.no == no)
        .execution_options(populate_existing=True)
    ).one()


def unclear(row: Reminder, reason: str, look_at: datetime | None, now: datetime) -> None:
    """Make a message one of which nobody knows whether it arrived."""
    row.state, row.reason = ReminderState.UNKNOWN, reason
    row.look_at, row.looks = look_at, 0
    _let_go(row)
    row.updated_at = now


def refused(row: Reminder, sender: str, now: datetime) -> None:
    """Pass a message on to the next sender; the gate finds out whether there is one."""
    row.refused_by = [*row.refused_by, sender]
    again(row, now, f"refused_by_{sender}")


def again(row: Reminder, at: datetime, reason: str | None) -> None:
    """Plan a message again."""
    row.state, row.reason = ReminderState.SCHEDULED, reason
    row.next_attempt_at, row.look_at = min(at, row.expires_at), None
    _let_go(row)


def pause(row: Reminder, now: datetime, retry_after_s: float | None = None) -> datetime:
    """Return when a message that was surely not sent is tried again.

    The jitter is drawn from the number of the message, so it differs from row to row and a
    test can tell it beforehand.
    """
    drawn = hashlib.sha256(f"{row.public_id}:{row.attempts}".encode()).digest()
    share = int.from_bytes(drawn[:4]) / 2**32
    longest = min(CAP, BASE * (1 << max(0, row.attempts - 1)))
    at = now + max(longest * share, timedelta(seconds=retry_after_s or 0))
    last = row.expires_at - LAST_CHANCE
    return min(at, last) if last > now else at


def _accepted(row: Reminder, taken: Taken, case: Call) -> None:
    if row.state not in _ACCEPTED_FROM:
        return  # it is known already, or somebody decided otherwise; the attempt tells
    row.state = ReminderState.DELIVERED if taken.is_final else ReminderState.ACCEPTED
    row.reason = None
    row.sender, row.sender_ref = case.sender.name, taken.ref or None
    row.accepted_at = case.now
    row.delivered_at = case.now if taken.is_final else None
    pauses = () if taken.is_final else case.sender.looks_after
    row.look_at, row.looks = (case.now + pauses[0], 0) if pauses else (None, 0)
    _let_go(row)


_ACCEPTED_FROM = frozenset(
    {
        ReminderState.SENDING,
        ReminderState.UNKNOWN,
        ReminderState.SCHEDULED,
        ReminderState.CLAIMED,
    }
)


def _failed(row: Reminder, ended: Ended, case: Call) -> None:
    if ended.outcome is Outcome.REFUSED:
        refused(row, case.sender.name, case.now)
    elif ended.outcome is Outcome.UNKNOWN:
        pauses = case.sender.looks_after
        first = pauses[0] if pauses else SECOND_TRY
        unclear(row, ended.code or "unclear", case.now + first, case.now)
    elif row.attempts >= MOST_ATTEMPTS:
        row.state, row.reason = ReminderState.DEAD, ended.code or "attempts_over"
        _let_go(row)
    else:
        again(row, pause(row, case.now, ended.retry_after_s), ended.code)


def _let_go(row: Reminder) -> None:
    row.lease_owner = row.lease_until = None
