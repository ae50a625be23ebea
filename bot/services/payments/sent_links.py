"""Links that we send ourselves: to the owner's telephone, or into the chat.

The address stands sealed in the row of the link, as long as it is good; the message takes it
from there when it goes out. The owner's word counts because it comes from the owner's own
telephone, so that link never goes to where the messages of the application go.
"""

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import or_, select, update
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError, RuleBrokenError
from bot.nlu.phones import is_mobile, parse_phone
from bot.outbox.plan import About, plan
from bot.services.payments.links import PayLinks
from bot.services.payments.rows import lock_chats_of, needed
from bot.services.reminders.pay_office import OWNER_LINK, PHOTO_LINK
from bot.services.reminders.people import chat_of_merchant
from models.crypto import blind_index
from models.merchant import Merchant
from models.payment import LinkPurpose, PayApplication, PayLink
from models.requirement import DocumentKind
from models.session import Database, touched
from models.states import Cause


@dataclass(frozen=True, slots=True)
class Wanted:
    """A link that is to be sent.

    Attributes:
        paper: which paper is asked for, for `LinkPurpose.PHOTO` and only there.
        phone: of the owner, as it was typed, for `LinkPurpose.OWNER` and only there.
    """

    application_id: int
    purpose: LinkPurpose
    paper: DocumentKind | None = None
    phone: str = field(default="", repr=False)


def send_link(session: Session, links: PayLinks, wanted: Wanted, cause: Cause) -> bool:
    """Make a link and plan its message; False when this key did so already.

    Raises:
        InvalidInputError: code `no_application`, `paper_needed`, or the owner's number is none
            of a mobile telephone (code `phone_needed`).
        RuleBrokenError: it is the number of who applies (code `not_the_owner`), the
            application is over (code `pay_over`), or nobody of it has a chat with us, by whose
            hours of rest it could go (code `no_chat`).
    """
    nonce = blind_index(f"pay-link|{cause.key}")[:32]
    lock_chats_of(session, wanted.application_id)
    row = needed(session, wanted.application_id)
    if session.scalars(select(PayLink.id).where(PayLink.nonce == nonce)).first() is not None:
        return False
    chat = chat_of_merchant(session, row.merchant_id)
    if chat is None:
        raise RuleBrokenError(f"{row.number} has no chat", code="no_chat")
    is_owner = wanted.purpose is LinkPurpose.OWNER
    phone = _owner_phone(session, row, wanted.phone) if is_owner else None
    link, address = links.make(session, row.id, wanted.purpose, wanted.paper, nonce)
    link.address, link.phone = address, phone
    session.flush()
    about = About(
        conversation_id=chat,
        subject=PayLink.__tablename__,
        subject_id=link.id,
        anchor=cause.now,
        expires_at=link.expires_at,
    )
    return plan(session, OWNER_LINK if is_owner else PHOTO_LINK, about, cause.now)


def forget_sent_links(database: Database, now: datetime) -> int:
    """Let go of addresses and telephone numbers of links that are over; return how many."""
    over = (
        update(PayLink)
        .where(
            PayLink.expires_at < now, or_(PayLink.address.is_not(None), PayLink.phone.is_not(None))
        )
        .values(address=None, phone=None)
    )
    with database.transaction() as session:
        return touched(session, over)


def _owner_phone(session: Session, row: PayApplication, typed: str) -> str:
    phone, _ = parse_phone(typed)
    if phone is None or not is_mobile(phone):
        raise InvalidInputError("no number of a mobile telephone", code="phone_needed")
    if phone == session.get_one(Merchant, row.merchant_id).phone:
        raise RuleBrokenError("this is the number of who applies", code="not_the_owner")
    return phone
