"""Whether a message goes out now: one question after the other, the weightiest first.

Asked in the transaction in which sending is decided, with the person locked. Everything may
have changed since it was planned, so everything is looked at again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.outbox import breaker, digest, limits
from bot.outbox.digest import due_of
from bot.outbox.hours import hours_for, opening, spread
from bot.outbox.lawful import stricter, unlawful
from bot.outbox.notice import BY_LAW, Book, Gone, Notice, Values
from bot.outbox.people import Person, Preference, person_of, preference_of, suppressed
from bot.outbox.reasons import RETRIED
from bot.outbox.sender import Message, Recipient, Sender
from bot.outbox.stop import Stops, stops
from bot.outbox.templates import Template, TemplateError, Words
from models.outbox import MessageClass, Reminder
from models.states import ReminderState

STOP_PAUSE = timedelta(minutes=1)
"""A message that was in hand when somebody stopped sending is looked at again after it."""
ERASED = "erased"
TOO_LATE = "too_late"
MOST_ATTEMPTS = 6
PATIENCE = timedelta(minutes=15)
"""A sender in trouble is waited for so long, counted from when the message might have gone."""


@dataclass(frozen=True, slots=True)
class Go:
    """It goes out now."""

    sender: Sender
    to: Recipient
    message: Message


@dataclass(frozen=True, slots=True)
class Later:
    """It is looked at again.

    Attributes:
        reason: a code.
    """

    at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class Over:
    """It does not go out."""

    state: ReminderState
    reason: str


@dataclass(frozen=True, slots=True)
class Merged:
    """A digest says it."""


Verdict = Go | Later | Over | Merged


@dataclass(frozen=True, slots=True)
class Gate:
    """Decides about messages.

    Attributes:
        book: every notice, the digest among them.
        senders: the first choice first.
        texts: every template by its kind.
    """

    book: Book
    senders: tuple[Sender, ...]
    texts: Mapping[str, Template]

    def judge(self, session: Session, row: Reminder, now: datetime) -> Verdict:
        """Decide about a message in hand; a token of the sender is taken when it goes."""
        notice = self.book.get(row.kind)
        if notice is None:
            return Over(ReminderState.DEAD, "kind_unknown")
        stopped = stops(session)
        if stopped.holds(row.kind):
            return Later(now + STOP_PAUSE, "stopped")
        if row.expires_at <= now:
            return Over(ReminderState.EXPIRED, row.reason or TOO_LATE)
        seen = notice.look(session, due_of(row, now))
        if isinstance(seen, Gone):
            return Over(ReminderState.CANCELLED, seen.reason)
        if seen.expires_at is not None and seen.expires_at < row.expires_at:
            row.expires_at = seen.expires_at
            if row.expires_at <= now:
                return Over(ReminderState.EXPIRED, TOO_LATE)
        return self._for_person(_Case(session, row, notice, stopped, now), seen)

    def _for_person(self, case: "_Case", seen: Values) -> Verdict:
        person = person_of(case.session, case.row)
        if person is None or person.gone:
            reason = ERASED if person is None else person.gone or ERASED
            return Over(ReminderState.SUPPRESSED, reason)
        preference = preference_of(case.session, case.row, case.message_class, case.now)
        unwanted = _unwanted(case, person, preference)
        if unwanted is not None:
            return Over(ReminderState.SUPPRESSED, unwanted)
        words = _words(case, seen, self.texts)
        if isinstance(words, Over):
            return words
        waiting = self._waiting(case, person, preference)
        if waiting is not None:
            return waiting
        if case.notice.nudge and digest.merge(case.session, case.row, self.book, case.now):
            return Merged()
        return self._choice(case, person.to, words)

    def _waiting(self, case: "_Case", person: Person, preference: Preference) -> Verdict | None:
        """Return when it goes, if that is not now: hours of rest, and not too often."""
        row, now = case.row, case.now
        hours = hours_for(
            case.message_class,
            preference.wishes,
            urgent=case.notice.urgent,
            at_work=person.at_work,
        )
        opens = opening(now, row.expires_at, hours)
        if opens is None:
            return Over(ReminderState.EXPIRED, "quiet_hours")
        if opens > now:
            return Later(spread(opens, row.expires_at, hours, row.id), "quiet_hours")
        if not case.notice.nudge or person.at_work:
            return None
        for at, reason in self._patience(case, person):
            if at >= row.expires_at:
                return Over(ReminderState.EXPIRED, reason)
            if at > now:
                return Later(at, reason)
        return None

    def _patience(self, case: "_Case", person: Person) -> Iterator[tuple[datetime, str]]:
        yield limits.talk_over(person, case.now), "in_talk"
        nudges = [kind for kind, notice in self.book.items() if notice.nudge]
        yield limits.nudge_allowed(case.session, case.row, nudges, case.now), "often_enough"

    def _choice(self, case: "_Case", to: Recipient, words: Words) -> Verdict:
        """Return the first sender that can carry it and takes it now.

        A sender in trouble is waited for while there is time; a message that cannot wait
        goes on to the next.
        """
        row, now = case.row, case.now
        message = Message(
            mark=row.public_id,
            kind=row.kind,
            message_class=case.message_class,
            attempt=row.attempts + 1,
            words=words,
        )
        if row.attempts >= MOST_ATTEMPTS and row.reason != RETRIED:
            return Over(ReminderState.DEAD, "attempts_over")
        waits: list[Later] = []
        for sender in self.senders:
            if sender.name in row.refused_by or sender.obstacle(to, message) is not None:
                continue
            if case.stopped.holds(sender.name):
                waits.append(Later(now + STOP_PAUSE, "stopped"))
                continue
            wait = breaker.admit(case.session, sender, now)
            if wait is None:
                return Go(sender, to, message)
            waits.append(Later(wait.until, wait.reason))
            if _is_worth_waiting(case, wait):
                break
        if not waits:
            return Over(ReminderState.DEAD, "nobody_reaches")
        return min(waits, key=lambda later: later.at)


@dataclass(frozen=True, slots=True)
class _Case:
    """What every question is about."""

    session: Session
    row: Reminder
    notice: Notice
    stopped: Stops
    now: datetime

    @property
    def message_class(self) -> MessageClass:
        """The class of the notice; a digest has that of what it says."""
        return stricter(self.row.message_class, self.notice.message_class)

    @property
    def is_required(self) -> bool:
        """True for what the law wants told."""
        return self.row.kind.startswith(BY_LAW)


def _is_worth_waiting(case: _Case, wait: breaker.Wait) -> bool:
    """Tell whether a message rather waits for this sender than goes on to the next.

    Not when it is urgent, or would be too late; nor longer than some minutes for a sender
    that is in trouble. One that has much to do gets through it.
    """
    if case.notice.urgent or wait.until >= case.row.expires_at:
        return False
    return wait.reason == breaker.FULL or case.now < case.row.not_before + PATIENCE


def _unwanted(case: _Case, person: Person, preference: Preference) -> str | None:
    reason = suppressed(case.session, person, case.message_class, case.now)
    if reason is not None and not (case.is_required and reason != ERASED):
        return reason
    return None if case.is_required else preference.refusal


def _words(case: _Case, seen: Values, texts: Mapping[str, Template]) -> Words | Over:
    template = texts.get(case.row.kind)
    if template is None:
        return Over(ReminderState.DEAD, "template_missing")
    try:
        words = template.fill(seen.words)
    except TemplateError as error:
        return Over(ReminderState.DEAD, error.code)
    fault = unlawful(case.message_class, words)
    return words if fault is None else Over(ReminderState.DEAD, fault)
