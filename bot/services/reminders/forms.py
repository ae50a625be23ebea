"""Somebody began a form, answered something, and went away."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Protocol

from sqlalchemy import Row, Select, and_, exists, func, select
from sqlalchemy.orm import Session

from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.plan import About, call_off
from bot.outbox.timing import When
from bot.services.reminders.batches import each
from bot.services.reminders.people import has_blocked
from bot.services.reminders.series import plan_series
from models.conversation import Conversation, Owner, StepEvent, StepKind
from models.outbox import MessageClass, Reminder
from models.session import Database

MID_TALK = timedelta(minutes=30)
"""Who wrote this recently is still at it."""
LAST_CALL = timedelta(days=7)
"""Afterwards nobody is asked any more."""
SUBJECT = Conversation.__tablename__
_LAST_ANSWER = "last answer of the form"
_AT = time(10)
_GOES_ON = (StepKind.ANSWERED, StepKind.CORRECTED, StepKind.SKIPPED)
_BEGINS = (StepKind.STARTED, StepKind.RESTARTED)
QUESTIONS_LEFT = "이제 {left}가지만 더 적으시면 돼요."
ALL_ANSWERED = "마지막 확인만 하시면 돼요."


@dataclass(frozen=True, slots=True)
class Unfinished:
    """How far an unfinished form is.

    Attributes:
        title: what people call it.
        left: questions without an answer; 0 when only the confirmation is missing.
    """

    title: str
    left: int


class Forms(Protocol):
    """What the dialogue knows of forms; services cannot read its state."""

    @property
    def recalled(self) -> Collection[str]:
        """Names of the flows that people are asked to finish."""
        ...

    def unfinished(self, conversation_id: int) -> Unfinished | None:
        """Return the form that waits in a conversation; None when none does."""
        ...


def plan_forms(database: Database, forms: Forms, now: datetime) -> int:
    """Plan the three reminders of every form that somebody left; return how many.

    Counted from the last answer, not from the last message: who only looks in again is not
    reminded for another week because of that.
    """
    waiting = _left(forms.recalled, now).with_only_columns(Conversation.id)
    found = each(database, waiting, Conversation.id)
    return sum(_planned(database, forms, conversation_id, now) for conversation_id in found)


def _planned(database: Database, forms: Forms, conversation_id: int, now: datetime) -> int:
    form = forms.unfinished(conversation_id)
    if form is None:
        return 0
    with database.transaction() as session:
        row = _locked(session, forms.recalled, conversation_id, now)
        if row is None:
            return 0
        call_off(session, SUBJECT, conversation_id, "went_on", now, kinds=(UNFINISHED.kind,))
        about = About(
            conversation_id=conversation_id,
            subject=SUBJECT,
            subject_id=conversation_id,
            anchor=row.at,
            key=str(row.answer),
            expires_at=row.expires_at,
            params={"flow": row.flow, "answer": row.answer, "title": form.title, "left": form.left},
        )
        return plan_series(session, UNFINISHED, about, now)


def _locked(
    session: Session, names: Collection[str], conversation_id: int, now: datetime
) -> Row[Any] | None:
    """Read it once more, now that nobody else changes it: a twin may have planned already."""
    session.get(Conversation, conversation_id, with_for_update={"key_share": True})
    statement = _left(names, now).where(Conversation.id == conversation_id)
    return session.execute(statement).one_or_none()


def _left(names: Collection[str], now: datetime) -> Select[*tuple[Any, ...]]:
    """Return forms with an answer that no reminder was planned for yet."""
    began = _newest(_BEGINS)
    planned = exists().where(
        Reminder.subject == SUBJECT,
        Reminder.subject_id == Conversation.id,
        Reminder.kind == UNFINISHED.kind,
        Reminder.created_at >= StepEvent.at,
    )
    return (
        select(
            Conversation.id,
            Conversation.flow,
            Conversation.expires_at,
            StepEvent.id.label("answer"),
            StepEvent.at,
        )
        .join(StepEvent, StepEvent.id == _newest(_GOES_ON))
        .where(
            Conversation.expires_at > now,
            Conversation.flow.in_(names),
            Conversation.owner == Owner.BOT,
            Conversation.last_seen_at <= now - MID_TALK,
            StepEvent.at > now - LAST_CALL,
            StepEvent.id > func.coalesce(began, 0),
            ~planned,
        )
    )


def _newest(kinds: tuple[StepKind, ...]) -> Any:
    return (
        select(func.max(StepEvent.id))
        .where(
            and_(
                StepEvent.conversation_id == Conversation.id,
                StepEvent.flow == Conversation.flow,
                StepEvent.kind.in_(kinds),
            )
        )
        .correlate(Conversation)
        .scalar_subquery()
    )


def _look(session: Session, due: Due) -> Values | Gone:
    row = session.execute(
        select(
            Conversation.flow,
            Conversation.expires_at,
            _newest(_GOES_ON).label("answer"),
        ).where(Conversation.id == due.subject_id)
    ).one_or_none()
    if row is None or row.flow != due.params["flow"]:
        return Gone("finished")
    if row.answer != due.params["answer"]:
        return Gone("went_on")
    if row.expires_at is None or row.expires_at <= due.now:
        return Gone("draft_expired")
    if has_blocked(session, due.subject_id):
        return Gone("blocked")
    left = int(due.params["left"])
    more = QUESTIONS_LEFT.format(left=left) if left else ALL_ANSWERED
    return Values({"신청": str(due.params["title"]), "남은것": more}, expires_at=row.expires_at)


UNFINISHED = Notice(
    kind="form.unfinished",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after=_LAST_ANSWER, days=1, at=_AT),
    again=(
        When(after=_LAST_ANSWER, days=3, at=_AT),
        When(after=_LAST_ANSWER, days=7, at=_AT),
    ),
    look=_look,
    nudge=True,
    topic="적다 만 신청",
)
NOTICES = (UNFINISHED,)
