"""Deleting everything personal about one person, irrecoverably.

Rows that others refer to stay, emptied; transcripts and received messages go. Decisions on
consents and the stop list stay with a digest in the place of the person. Printed matter that
may still hang somewhere stays on the list of what is to be taken down, without a name.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, CursorResult, delete, or_, select, update

from bot.outbox.keeping import forget_said
from bot.outbox.plan import call_off_for
from bot.services.consents import ALL, suppress
from bot.services.kit_upkeep import wipe_orders
from bot.services.payments.erasing import wipe_applications
from bot.services.registration.overview import merchant_of
from bot.services.transaction import Transaction
from bot.services.visits.erasing import forget_visits
from models.consent import Consent, MessagePreference, subject_of
from models.conversation import FORGOTTEN, Conversation, FriendEvent, Inbox, Owner, Turn
from models.field import FieldChat, HelpCode
from models.merchant import ChannelRegistration, Merchant, MerchantAgent, Store
from models.requirement import Document, Requirement
from models.session import Database
from models.staff import HandoffTicket, RightsRequest
from models.states import (
    ChannelState,
    DocumentState,
    MerchantState,
    StoreState,
    TicketState,
    move,
)

IDENTITY_KEPT = timedelta(days=1)
"""As long as answers are kept for repeated deliveries."""
_GONE = ""


@dataclass(frozen=True, slots=True)
class EraseReport:
    """What an erasure did.

    Attributes:
        stores, turns, messages, documents: numbers of rows.
        kept: what remains by law, with a digest in the place of the person.
    """

    stores: int
    turns: int
    messages: int
    documents: int
    kept: tuple[str, ...] = ("consent", "rights_request", "suppression", "state_event")


def wipe(tx: Transaction) -> EraseReport:
    """Delete the personal values of the conversation, its merchant and stores."""
    conversation = tx.session.get_one(Conversation, tx.conversation_id)
    merchant = merchant_of(tx.session, conversation.id)
    suppress(tx.session, subject_of(conversation), ALL, "erased", tx.now)
    call_off_for(tx.session, conversation.id, "erased", tx.now)
    forget_said(tx.session, conversation.id)
    report = EraseReport(
        stores=_wipe_merchant(tx, merchant) if merchant else 0,
        documents=_wipe_documents(tx, merchant),
        turns=_delete(tx, Turn),
        messages=_delete(tx, Inbox, Inbox.key != tx.key),
    )
    _delete(tx, MessagePreference)
    _delete(tx, HelpCode)
    _delete(tx, FieldChat)
    _detach_evidence(tx)
    _close_tickets(tx)
    _empty(tx, conversation)
    tx.session.flush()
    return report


def forget_identities(database: Database, now: datetime) -> int:
    """Take the vendor's pseudonym out of conversations that are empty for a day.

    It has to stay for the answer to the erasure and its repeated deliveries. Whoever writes
    again begins a new conversation. Returns how many.
    """
    empty = (
        Conversation.state.is_(None),
        Conversation.merchant_id.is_(None),
        Conversation.last_seen_at < now - IDENTITY_KEPT,
        Conversation.user_key.not_like(f"{FORGOTTEN}%"),
    )
    with database.transaction() as session:
        rows = session.scalars(select(Conversation).where(*empty).with_for_update()).all()
        for row in rows:
            row.user_key = FORGOTTEN + secrets.token_hex(16)
            row.channel_user_key = None
            row.revision += 1
            row.updated_at = now
    return len(rows)


def _delete(tx: Transaction, table: Any, *further: ColumnElement[bool]) -> int:
    """Delete rows of the conversation; the answer of this very turn is spared."""
    statement = delete(table).where(table.conversation_id == tx.conversation_id, *further)
    result = tx.session.execute(statement)
    return result.rowcount if isinstance(result, CursorResult) else 0


def _wipe_merchant(tx: Transaction, merchant: Merchant) -> int:
    if merchant.phone_hmac:
        suppress(tx.session, merchant.phone_hmac, ALL, "erased", tx.now)
    tx.session.execute(delete(MerchantAgent).where(MerchantAgent.merchant_id == merchant.id))
    forget_visits(tx, merchant.id)
    stores = list(tx.session.scalars(select(Store).where(Store.merchant_id == merchant.id)))
    for store in stores:
        _wipe_store(tx, store)
    _forget_requirements(tx, "merchant", merchant.id)
    move(tx.session, merchant, MerchantState.ERASED, tx.cause("erase_merchant"))
    for column in ("owner_name", "owner_hmac", "phone", "phone_hmac", "brn", "brn_hmac"):
        setattr(merchant, column, None)
    merchant.has_brn = merchant.tax_type = None
    merchant.updated_at = tx.now
    return len(stores)


def _wipe_store(tx: Transaction, store: Store) -> None:
    wipe_orders(tx.session, store.id, tx.cause("erase_kits", "erased"))
    wipe_applications(tx.session, store.id, tx.cause("erase_pay", "erased"))
    move(tx.session, store, StoreState.ERASED, tx.cause("erase_store"))
    for column in ("name", "stall", "location_note", "category", "opens", "closes"):
        setattr(store, column, None)
    store.market_name = _GONE
    store.closed_days = []
    store.submission_key = "erased:" + secrets.token_hex(16)
    store.updated_at = tx.now
    registrations = select(ChannelRegistration).where(ChannelRegistration.store_id == store.id)
    for row in tx.session.scalars(registrations):
        _forget_requirements(tx, "channel_registration", row.id)
        move(tx.session, row, ChannelState.ERASED, tx.cause("erase_channel"))
        row.search_id = row.channel_public_id = row.reason = None
        row.updated_at = tx.now


def _forget_requirements(tx: Transaction, table: str, subject_id: int) -> None:
    tx.session.execute(
        delete(Requirement).where(
            Requirement.subject == table, Requirement.subject_id == subject_id
        )
    )


def _wipe_documents(tx: Transaction, merchant: Merchant | None) -> int:
    """Mark papers as purged; the sweep of the files follows, as nothing names them any more."""
    whose = [Document.conversation_id == tx.conversation_id]
    if merchant is not None:
        whose.append(Document.merchant_id == merchant.id)
    found = list(tx.session.scalars(select(Document).where(or_(*whose))))
    for document in found:
        if document.state is not DocumentState.PURGED:
            move(tx.session, document, DocumentState.PURGED, tx.cause("erase_document"))
        document.storage_key = document.note = None
        document.sha256 = _GONE
        document.conversation_id = document.merchant_id = None
        document.updated_at = tx.now
    return len(found)


def _detach_evidence(tx: Transaction) -> None:
    mine = tx.conversation_id
    tx.session.execute(
        update(Consent).where(Consent.conversation_id == mine).values(conversation_id=None)
    )
    tx.session.execute(
        update(RightsRequest)
        .where(RightsRequest.conversation_id == mine)
        .values(conversation_id=None, detail=None)
    )
    conversation = tx.session.get_one(Conversation, mine)
    tx.session.execute(
        update(FriendEvent)
        .where(
            or_(FriendEvent.conversation_id == mine, FriendEvent.user_key == conversation.user_key)
        )
        .values(conversation_id=None, user_key=_GONE)
    )


def _close_tickets(tx: Transaction) -> None:
    tickets = select(HandoffTicket).where(HandoffTicket.conversation_id == tx.conversation_id)
    for ticket in tx.session.scalars(tickets):
        if ticket.state is not TicketState.RESOLVED:
            move(tx.session, ticket, TicketState.RESOLVED, tx.cause("erase_ticket"))
            ticket.resolved_at = tx.now
        ticket.summary = None
        ticket.updated_at = tx.now


def _empty(tx: Transaction, conversation: Conversation) -> None:
    """Leave the bare conversation, so that the answer of this turn still has a place."""
    conversation.merchant_id = None
    conversation.state = None
    conversation.channel_user_key = conversation.app_user_id = None
    conversation.owner, conversation.owner_since = Owner.BOT, None
    conversation.asked = conversation.flow = conversation.expires_at = None
    conversation.updated_at = tx.now
