"""Whom a message is for: where they can be reached, and whether they want to be."""

from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.outbox.hours import Wishes
from bot.outbox.sender import Recipient
from models.consent import MessagePreference, Suppression, subject_of
from models.conversation import FORGOTTEN, Conversation, Owner
from models.crypto import blind_index
from models.field import FieldChat
from models.merchant import Merchant
from models.outbox import MessageClass, Reminder
from models.payment import PayLink
from models.states import SupporterState
from models.supporter import Supporter

EVERYTHING = "all"
"""Class of a suppression that leaves nothing out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Somebody who may get a message.

    Attributes:
        to: where they can be reached.
        digests: stand for the person and the phone in the list of those not to write to.
        at_work: a supporter.
        last_seen_at: when they last wrote to us.
        with_staff: somebody of the programme has their chat.
        gone: a code, when there is nobody any more.
    """

    to: Recipient
    digests: tuple[str, ...] = field(repr=False)
    at_work: bool = False
    last_seen_at: datetime | None = None
    with_staff: bool = False
    gone: str | None = None


def person_of(session: Session, row: Reminder) -> Person | None:
    """Return whom a message is for; None when nobody is left."""
    if row.conversation_id is not None:
        conversation = session.get(Conversation, row.conversation_id, populate_existing=True)
        person = _merchant(session, conversation) if conversation else None
        return _elsewhere(session, row, person) if person else None
    if row.supporter_id is not None:
        supporter = session.get(Supporter, row.supporter_id, populate_existing=True)
        return _supporter(session, supporter) if supporter else None
    return None


def suppressed(
    session: Session, person: Person, message_class: MessageClass, now: datetime
) -> str | None:
    """Return why the person must not be written to, None when they may be.

    `erased` weighs most: it leaves no exception.
    """
    reasons = session.scalars(
        select(Suppression.reason).where(
            Suppression.subject_hmac.in_(person.digests),
            Suppression.message_class.in_((EVERYTHING, message_class.value)),
            or_(Suppression.until.is_(None), Suppression.until > now),
        )
    ).all()
    if not reasons:
        return None
    return "erased" if "erased" in reasons else reasons[0]


NO_WISHES = Wishes()


@dataclass(frozen=True, slots=True)
class Preference:
    """Whether and when a person wants a class of messages.

    Attributes:
        refusal: a code, when they do not.
    """

    wishes: Wishes = NO_WISHES
    refusal: str | None = None


def wishes_of(row: MessagePreference) -> Wishes:
    """Return when a person wants a class of messages."""
    return Wishes(row.night, row.window_from, row.window_to)


def preference_of(
    session: Session, row: Reminder, message_class: MessageClass, now: datetime
) -> Preference:
    """Return what the person wants; advertising has to be asked for and confirmed again."""
    found = session.scalars(
        select(MessagePreference).where(
            MessagePreference.conversation_id == row.conversation_id,
            MessagePreference.message_class == message_class.value,
        )
    ).one_or_none()
    is_advertising = message_class is MessageClass.MARKETING
    if found is None:
        return Preference(refusal="no_consent" if is_advertising else None)
    wishes = wishes_of(found)
    if not found.enabled:
        return Preference(wishes, "preference_off")
    if is_advertising and (found.reconfirm_due is None or found.reconfirm_due <= now):
        return Preference(wishes, "consent_old")
    return Preference(wishes)


def _merchant(session: Session, conversation: Conversation) -> Person:
    merchant = (
        session.get(Merchant, conversation.merchant_id, populate_existing=True)
        if conversation.merchant_id is not None
        else None
    )
    phone_digest = merchant.phone_hmac if merchant else None
    return Person(
        to=_in_chat(conversation, merchant.phone if merchant else None),
        digests=(subject_of(conversation), *filter(None, (phone_digest,))),
        last_seen_at=conversation.last_seen_at,
        with_staff=conversation.owner is Owner.HUMAN,
        gone="erased" if conversation.user_key.startswith(FORGOTTEN) else None,
    )


def _elsewhere(session: Session, row: Reminder, person: Person) -> Person:
    """Return where a message goes that is meant for another telephone than the chat's person's.

    It goes there and nowhere else, by the hours of rest of the person whose matter it is.
    """
    if row.subject != PayLink.__tablename__:
        return person
    link = session.get(PayLink, row.subject_id, populate_existing=True)
    if link is None or link.phone is None:
        return person
    to, digest = Recipient(phone=link.phone), blind_index(link.phone)
    return replace(person, to=to, digests=(digest,))


def _supporter(session: Session, supporter: Supporter) -> Person:
    """Return a supporter: in the chat that was joined on the own page, or by telephone."""
    joined = session.scalars(
        select(Conversation)
        .join(FieldChat, FieldChat.conversation_id == Conversation.id)
        .where(FieldChat.supporter_id == supporter.id)
    ).one_or_none()
    if joined is None:
        to, digests = Recipient(phone=supporter.phone), [supporter.phone_hmac]
    else:
        to = _in_chat(joined, supporter.phone)
        digests = [subject_of(joined), supporter.phone_hmac]
    return Person(
        to=to,
        digests=tuple(digests),
        at_work=True,
        gone="left" if supporter.state is SupporterState.LEFT else None,
    )


def _in_chat(conversation: Conversation, phone: str | None) -> Recipient:
    return Recipient(
        bot_id=conversation.bot_id,
        user_key=conversation.user_key,
        channel_user_key=conversation.channel_user_key,
        app_user_id=conversation.app_user_id,
        friend=conversation.friend,
        phone=phone,
    )
