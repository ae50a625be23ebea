"""What the law has us tell about a consent to advertising (Network Act 50).

Its result within 14 days (50(7)), when no answer in the chat was the receipt: somebody else
decided it for the person, or it was changed elsewhere. And every two years that it stands,
since when, and how to keep or withdraw it (50(8)). Neither is advertising, and a preference
does not hold it back.

Who does not answer the second keeps the consent: the law has the sender confirm it by telling,
it does not ask the person to consent again. So two more years begin when it has arrived, and
only then. What could not be told is not confirmed: its day stays, and passes.
"""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from bot.clock import KST
from bot.outbox.notice import Due, Gone, Notice, Values
from bot.outbox.plan import About, dedup_key, plan
from bot.outbox.timing import When
from bot.services.preferences import MARKETING, RECONFIRM_AFTER
from bot.services.reminders.batches import one_by_one
from bot.services.reminders.wording import day_text
from models.consent import Consent, Decision, MessagePreference
from models.outbox import MessageClass, Reminder
from models.session import Database
from models.states import ReminderState

NIGHT = "night"
RESULT_WITHIN = timedelta(days=14)
"""Network Act 50(7)."""
NOTICE_DAYS = 30
AHEAD = timedelta(days=7)
"""So long before its time a confirmation is planned already."""
WHAT = {MARKETING: "광고 소식 받기", NIGHT: "밤에도 받기"}
DECIDED = {Decision.GIVEN: "동의", Decision.REFUSED: "거부", Decision.WITHDRAWN: "동의 거둠"}


def plan_consents(database: Database, now: datetime) -> int:
    """Note what arrived, and plan what has to be told; return how many were planned."""
    renewals = one_by_one(database, _running_out(now), MessagePreference.id, _renew, now)
    with database.transaction() as session:
        _note_receipts(session, now)
    return renewals + one_by_one(database, _untold(now), Consent.id, _tell, now)


def arrived() -> ColumnElement[bool]:
    """Return the condition that a message is there: delivered, or all its sender can say."""
    return or_(
        Reminder.state == ReminderState.DELIVERED,
        and_(Reminder.state == ReminderState.ACCEPTED, Reminder.look_at.is_(None)),
    )


def _running_out(now: datetime) -> Select[int]:
    return select(MessagePreference.id).where(
        MessagePreference.message_class == MARKETING,
        MessagePreference.enabled,
        MessagePreference.reconfirm_due <= now + timedelta(days=NOTICE_DAYS) + AHEAD,
    )


def _renew(session: Session, preference_id: int, now: datetime) -> int:
    preference = session.get_one(MessagePreference, preference_id, with_for_update=True)
    if preference.reconfirm_due is None:
        return 0  # withdrawn meanwhile
    about = About(
        conversation_id=preference.conversation_id,
        subject=MessagePreference.__tablename__,
        subject_id=preference.id,
        anchor=preference.reconfirm_due,
        key=_day(preference.reconfirm_due),
        params={"due": _day(preference.reconfirm_due)},
    )
    planned = session.scalars(
        select(Reminder).where(Reminder.dedup_key == dedup_key(RENEW.kind, about))
    ).one_or_none()
    if planned is None:
        return plan(session, RENEW, about, now) or plan(session, AT_ONCE, _from(about, now), now)
    told = select(Reminder.accepted_at).where(Reminder.id == planned.id, arrived())
    moment = session.scalars(told).one_or_none()
    if moment is not None:
        preference.confirmed_sent_at = moment
        preference.reconfirm_due = moment + RECONFIRM_AFTER
    return 0


def _from(about: About, now: datetime) -> About:
    """Count from now instead: better late than never, the law does not know outages."""
    return replace(about, anchor=now)


def _day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()


def _look_renew(session: Session, due: Due) -> Values | Gone:
    preference = session.get(MessagePreference, due.subject_id)
    if preference is None or not preference.enabled or preference.reconfirm_due is None:
        return Gone("withdrawn")
    if _day(preference.reconfirm_due) != due.params["due"]:
        return Gone("renewed")
    given = session.scalars(
        select(Consent.decided_at)
        .where(
            Consent.conversation_id == preference.conversation_id,
            Consent.key == MARKETING,
            Consent.decision == Decision.GIVEN,
        )
        .order_by(Consent.id.desc())
        .limit(1)
    ).one_or_none()
    since = (given or preference.changed_at).astimezone(KST)
    return Values({"동의한날": f"{since.year}년 {since.month}월 {since.day}일"})


def _untold(now: datetime) -> Select[int]:
    """Return the newest decision of every person who was not told of it yet."""
    newer = aliased(Consent)
    later = exists().where(
        newer.conversation_id == Consent.conversation_id,
        newer.id > Consent.id,
        *_without_receipt(newer, now),
    )
    return select(Consent.id).where(*_without_receipt(Consent, now), ~later)


def _without_receipt(table: type[Consent], now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        table.key.in_((MARKETING, NIGHT)),
        table.receipt_sent_at.is_(None),
        table.conversation_id.is_not(None),
        table.decided_at > now - RESULT_WITHIN,
    )


def _tell(session: Session, consent_id: int, now: datetime) -> int:
    consent = session.get_one(Consent, consent_id)
    about = About(
        conversation_id=consent.conversation_id,
        subject=Consent.__tablename__,
        subject_id=consent.id,
        anchor=now,
        expires_at=consent.decided_at + RESULT_WITHIN,
    )
    return plan(session, RESULT, about, now)


def _look_result(session: Session, due: Due) -> Values | Gone:
    rows = session.scalars(
        select(Consent)
        .where(
            *_without_receipt(Consent, due.now),
            Consent.conversation_id == due.conversation_id,
            Consent.id <= due.subject_id,
        )
        .order_by(Consent.id)
    ).all()
    if not rows:
        return Gone("already_told")
    newest = {row.key: row for row in rows}
    what = ", ".join(f"{WHAT[row.key]} {DECIDED[row.decision]}" for row in newest.values())
    return Values({"날짜": day_text(rows[-1].decided_at), "내용": what})


def _note_receipts(session: Session, now: datetime) -> None:
    told = (
        select(Consent.id, Reminder.accepted_at)
        .join(Reminder, Reminder.conversation_id == Consent.conversation_id)
        .where(
            *_without_receipt(Consent, now - RESULT_WITHIN),
            Reminder.kind == RESULT.kind,
            Reminder.subject_id >= Consent.id,
            arrived(),
        )
        .order_by(Reminder.id.desc())
    )
    for consent_id, moment in session.execute(told).all():
        session.execute(
            update(Consent).where(Consent.id == consent_id).values(receipt_sent_at=moment)
        )


RENEW = Notice(
    kind="consent.renew",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(
        after="consent to advertising runs out",
        days=-NOTICE_DAYS,
        at=time(10),
        lasts=timedelta(days=14),
    ),
    look=_look_renew,
    must_arrive=True,
)
AT_ONCE = replace(RENEW, when=When(after=RENEW.when.after, lasts=RENEW.when.lasts))
"""For who was overlooked while nothing ran."""
RESULT = Notice(
    kind="consent.result",
    message_class=MessageClass.TRANSACTIONAL,
    when=When(after="consent was decided outside the chat", lasts=timedelta(days=13)),
    look=_look_result,
    must_arrive=True,
)
NOTICES = (RENEW, RESULT)
