"""What a person agreed to, refused, or took back.

Decisions are only ever appended; the newest of a key counts. The preferences for messages
follow from them in the same transaction. Advertising needs a consent of its own, at night
another one, and must be confirmed every two years (Network Act 50(1), (3), (8)).
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.services import preferences
from bot.services.consent_texts import in_force
from bot.services.transaction import Transaction
from models.consent import Consent, Decision, Suppression, subject_of
from models.conversation import Conversation

COLLECT = "collect"
MARKETING = preferences.MARKETING
NIGHT = "night"
ALL = "all"
REQUESTED = tuple(name for name in preferences.CLASSES if name != MARKETING)
"""Classes that need no consent: they belong to what the person asked for."""
ONESELF = "merchant"
"""The actor who reads our answer; what others write for a person is not read by the person."""


@dataclass(frozen=True, slots=True)
class Decided:
    """One decision."""

    key: str
    version: int
    text_hash: str
    decision: Decision
    actor: str
    at: datetime


def record(
    tx: Transaction,
    key: str,
    decision: bool,  # noqa: FBT001 -- called with keywords by the flows
    actor: str | None = None,
    told: bool = False,  # noqa: FBT001, FBT002 -- the same
) -> bool:
    """Append a yes or no to the text in force; False when this turn recorded it already.

    Args:
        tx: the turn.
        key: key of a consent text.
        decision: True for yes.
        actor: who decided, when it is not the one of the turn.
        told: the answer of this very turn is the receipt: it names decision and day.

    Raises:
        InvalidInputError: no such text (code `unknown_consent`).
    """
    wanted = Decision.GIVEN if decision else Decision.REFUSED
    if not _append(tx, key, wanted, actor or tx.actor, told=told):
        return False
    if key == MARKETING:
        preferences.prefer(tx, MARKETING, enabled=decision)
        _suppress(tx, MARKETING, stop=not decision, reason="refused")
    elif key == NIGHT:
        preferences.allow_night(tx, allowed=decision)
    elif key == COLLECT and decision:
        _suppress(tx, ALL, stop=False, reason="")
    return True


def withdraw(tx: Transaction, key: str, told: bool = False) -> bool:  # noqa: FBT001, FBT002 -- called with keywords by the flows
    """Take a consent back, at once; False when this turn did so already.

    Args:
        tx: the turn.
        key: key of a consent text.
        told: the answer of this very turn is the receipt.

    Raises:
        InvalidInputError: no such text (code `unknown_consent`).
    """
    if not _append(tx, key, Decision.WITHDRAWN, tx.actor, told=told):
        return False
    if key == MARKETING:
        preferences.prefer(tx, MARKETING, enabled=False)
        _suppress(tx, MARKETING, stop=True, reason="withdrawn")
        if standing(tx.session, tx.conversation_id, NIGHT):
            _append(tx, NIGHT, Decision.WITHDRAWN, tx.actor, told=told)
    elif key == NIGHT:
        preferences.allow_night(tx, allowed=False)
    return True


def opt_out(tx: Transaction, everything: bool = False) -> None:  # noqa: FBT001, FBT002 -- called with keywords by the flows
    """Stop advertising, or every message that we would begin; the answer is the receipt."""
    withdraw(tx, MARKETING, told=True)
    if everything:
        for message_class in preferences.CLASSES:
            preferences.prefer(tx, message_class, enabled=False)
        _suppress(tx, ALL, stop=True, reason="opt_out")


def opt_in(tx: Transaction) -> None:
    """Start advertising again; the answer is the receipt.

    Who wanted no message at all and now wants advertising wants the others, too; a single
    class that was switched off stays off.
    """
    record(tx, MARKETING, decision=True, told=True)
    if _is_stopped(tx):
        switch_on(tx)


def switch_off(tx: Transaction, classes: Collection[str] = REQUESTED) -> None:
    """Stop messages of these classes; advertising is stopped with `opt_out`."""
    for message_class in classes:
        preferences.prefer(tx, message_class, enabled=False)


def switch_on(tx: Transaction, classes: Collection[str] = REQUESTED) -> None:
    """Send messages of these classes again; advertising needs a consent of its own: `opt_in`."""
    _suppress(tx, ALL, stop=False, reason="")
    for message_class in classes:
        preferences.prefer(tx, message_class, enabled=True)


def quiet_nights(tx: Transaction) -> None:
    """Send nothing at night, urgent or not; hours that were chosen already stay as they are."""
    if preferences.window_of(tx) is None:
        preferences.set_window(tx, preferences.DAY)
    if standing(tx.session, tx.conversation_id, NIGHT):
        withdraw(tx, NIGHT, told=True)


def standing(session: Session, conversation_id: int, key: str) -> bool | None:
    """Return the decision that counts; None when never asked, or not for the text in force.

    A yes to an older version does not carry over to a changed text; a no does.
    """
    newest = session.execute(
        select(Consent.decision, Consent.version)
        .where(Consent.conversation_id == conversation_id, Consent.key == key)
        .order_by(Consent.id.desc())
        .limit(1)
    ).first()
    if newest is None:
        return None
    if newest.decision is not Decision.GIVEN:
        return False
    return True if newest.version >= in_force(key).version else None


def history(session: Session, conversation_id: int) -> list[Decided]:
    """Return every decision of a person, the oldest first."""
    rows = session.scalars(
        select(Consent).where(Consent.conversation_id == conversation_id).order_by(Consent.id)
    )
    return [
        Decided(row.key, row.version, row.text_hash, row.decision, row.actor, row.decided_at)
        for row in rows
    ]


def _append(tx: Transaction, key: str, decision: Decision, actor: str, *, told: bool) -> bool:
    wording = in_force(key)
    conversation = tx.session.get_one(Conversation, tx.conversation_id)
    subject = subject_of(conversation)
    known = select(Consent.id).where(
        Consent.subject_hmac == subject, Consent.key == key, Consent.turn_key == tx.key
    )
    if tx.session.execute(known).first() is not None:
        return False
    tx.session.add(
        Consent(
            conversation_id=tx.conversation_id,
            subject_hmac=subject,
            key=key,
            version=wording.version,
            text_hash=wording.hash,
            decision=decision,
            actor=actor,
            turn_key=tx.key,
            decided_at=tx.now,
            receipt_sent_at=tx.now if told and tx.actor == ONESELF else None,
        )
    )
    tx.session.flush()
    return True


def _is_stopped(tx: Transaction) -> bool:
    subject = subject_of(tx.session.get_one(Conversation, tx.conversation_id))
    known = select(Suppression.id).where(
        Suppression.subject_hmac == subject, Suppression.message_class == ALL
    )
    return tx.session.execute(known).first() is not None


def _suppress(tx: Transaction, message_class: str, *, stop: bool, reason: str) -> None:
    subject = subject_of(tx.session.get_one(Conversation, tx.conversation_id))
    tx.session.execute(
        delete(Suppression).where(
            Suppression.subject_hmac == subject, Suppression.message_class == message_class
        )
    )
    if stop:
        suppress(tx.session, subject, message_class, reason, tx.now)


def suppress(
    session: Session, subject: str, message_class: str, reason: str, now: datetime
) -> None:
    """Never write to a person again about this class; asking twice changes nothing."""
    known = select(Suppression.id).where(
        Suppression.subject_hmac == subject, Suppression.message_class == message_class
    )
    if session.execute(known).first() is None:
        row = Suppression(
            subject_hmac=subject, message_class=message_class, reason=reason, since=now
        )
        session.add(row)
        session.flush()
