"""Asking senders what became of messages that they took, or may have taken."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.outbox.claim import BATCH, FLYING
from bot.outbox.notice import Book
from bot.outbox.outcome import SECOND_TRY, again, refused
from bot.outbox.people import person_of
from bot.outbox.sender import Fate, Question, Recipient, Report, Sender
from models.outbox import MessageClass, Outcome, Reminder, ReminderAttempt
from models.session import Database
from models.states import ReminderState

IN_HAND = timedelta(minutes=1)
"""So long nobody else asks about the same message."""
BELIEVED = timedelta(minutes=1)
"""A vendor that knows no such message is believed when the call is so long ago."""
ASK_AGAIN = timedelta(minutes=2)
"""After a question that could not be answered."""
MOST_LOOKS = 8
"""Questions about one message; then nobody will know."""
SENT_AGAIN = "sent_again"
"""Nobody could tell whether it arrived, and it must: so it was sent once more."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A message that is looked up.

    Attributes:
        no: the attempt it is about.
        sender: name of who took it, or may have.
    """

    id: int
    no: int
    sender: str
    question: Question


@dataclass(frozen=True, slots=True)
class LookUp:
    """Looks messages up.

    Attributes:
        senders: by name.
        book: every notice.
    """

    database: Database
    senders: Mapping[str, Sender]
    book: Book

    def due(self, now: datetime) -> list[Asked]:
        """Take what is to be looked up now; another process takes other messages."""
        with self.database.transaction() as session:
            chosen = (
                select(Reminder.id)
                .where(FLYING, Reminder.look_at <= now)
                .order_by(Reminder.look_at)
                .limit(BATCH)
                .with_for_update(skip_locked=True)
                .cte("chosen")
            )
            taken = session.scalars(
                update(Reminder)
                .where(Reminder.id.in_(select(chosen.c.id)))
                .values(look_at=now + IN_HAND, looks=Reminder.looks + 1)
                .returning(Reminder.id),
                execution_options={"synchronize_session": False},
            ).all()
            rows = session.scalars(select(Reminder).where(Reminder.id.in_(taken))).all()
            return [_asked(session, row) for row in rows]

    def ask(self, asked: Asked) -> Report | None:
        """Ask the sender; None when it cannot answer now. No transaction is open."""
        sender = self.senders.get(asked.sender)
        if sender is None:
            return Report(Fate.CANNOT_TELL)
        try:
            return sender.look(asked.question)
        except ExternalUnavailableError:
            return None
        except ExternalRejectedError:
            return Report(Fate.CANNOT_TELL)

    def conclude(self, asked: Asked, report: Report | None, now: datetime) -> None:
        """Write down what was found out."""
        with self.database.transaction() as session:
            row = session.get(Reminder, asked.id, with_for_update=True, populate_existing=True)
            flying = (ReminderState.ACCEPTED, ReminderState.UNKNOWN)
            if row is None or row.state not in flying or row.attempts != asked.no:
                return  # something else has happened to it meanwhile
            self._found(session, row, asked, report, now)
            row.updated_at = now

    def _found(
        self, session: Session, row: Reminder, asked: Asked, report: Report | None, now: datetime
    ) -> None:
        if report is None:
            report = Report(Fate.CANNOT_TELL) if row.looks >= MOST_LOOKS else None
        if report is None:
            row.look_at = now + ASK_AGAIN
            return
        row.sender_ref = report.ref or row.sender_ref
        match report.fate:
            case Fate.DELIVERED:
                row.state, row.look_at, row.reason = ReminderState.DELIVERED, None, None
                row.delivered_at, row.accepted_at = now, row.accepted_at or now
            case Fate.PENDING:
                if row.state is ReminderState.UNKNOWN:
                    row.state, row.reason, row.accepted_at = ReminderState.ACCEPTED, None, now
                self._look_again(row, asked, now)
            case Fate.FAILED:
                self._failed(row, asked, report, now)
            case Fate.NEVER_SEEN | Fate.CANNOT_TELL:
                self._not_found(session, row, asked, report.fate, now)

    def _look_again(self, row: Reminder, asked: Asked, now: datetime) -> None:
        sender = self.senders.get(asked.sender)
        pauses = sender.looks_after if sender else ()
        row.look_at = now + pauses[row.looks] if row.looks < len(pauses) else None

    def _failed(self, row: Reminder, asked: Asked, report: Report, now: datetime) -> None:
        """Pass it on to the next sender, as long as it makes sense."""
        if row.expires_at <= now:
            row.state, row.look_at = ReminderState.DEAD, None
            row.reason = report.code or "failed"
            return
        refused(row, asked.sender, now)
        row.reason = report.code or row.reason

    def _not_found(
        self, session: Session, row: Reminder, asked: Asked, fate: Fate, now: datetime
    ) -> None:
        """Decide about a message that nobody can tell anything of."""
        if row.state is ReminderState.ACCEPTED:
            self._look_again(row, asked, now)
            return
        if self._is_advertising(row):
            row.look_at = None  # never twice; the operator sees it
            return
        since = asked.question.since
        if fate is Fate.NEVER_SEEN:
            if now < since + BELIEVED:
                row.look_at = since + BELIEVED
            else:
                again(row, now, "never_seen")
            return
        if not self._must_arrive(row) or _unclear_calls(session, row) > 1:
            row.look_at = None
        elif now < since + SECOND_TRY:
            row.look_at = since + SECOND_TRY
        else:
            again(row, now, SENT_AGAIN)

    def _must_arrive(self, row: Reminder) -> bool:
        notice = self.book.get(row.kind)
        return notice is not None and notice.must_arrive

    def _is_advertising(self, row: Reminder) -> bool:
        notice = self.book.get(row.kind)
        classes = {row.message_class, notice.message_class if notice else row.message_class}
        return MessageClass.MARKETING in classes


def _asked(session: Session, row: Reminder) -> Asked:
    since = session.scalars(
        select(ReminderAttempt.started_at).where(
            ReminderAttempt.reminder_id == row.id, ReminderAttempt.no == row.attempts
        )
    ).one_or_none()
    person = person_of(session, row)
    question = Question(
        ref=row.sender_ref,
        mark=row.public_id,
        to=person.to if person else Recipient(),
        since=since or row.updated_at,
    )
    return Asked(row.id, row.attempts, row.sender or "", question)


def _unclear_calls(session: Session, row: Reminder) -> int:
    return session.execute(
        select(func.count())
        .select_from(ReminderAttempt)
        .where(ReminderAttempt.reminder_id == row.id, ReminderAttempt.outcome == Outcome.UNKNOWN)
    ).scalar_one()
