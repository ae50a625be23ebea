"""How far a merchant's registration is. Read only; a few small queries.

Turns read it before they answer, so its statements are made once: SQLAlchemy takes longer to
put such a statement together than the database to answer it.
"""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, or_, select
from sqlalchemy.orm import Session

from bot.services.requirements import RequirementLine, Subject, items, next_due, open_items
from models.conversation import Conversation
from models.merchant import ChannelRegistration, Merchant, Store
from models.requirement import Document, DocumentKind
from models.states import ChannelState, DocumentState, MerchantState, StoreState

CAPABILITY = "channel"
"""What the requirements of a channel registration are for."""
_OVER = (ChannelState.WITHDRAWN, ChannelState.ERASED, ChannelState.CLOSED)
_MERCHANT = (
    select(Merchant)
    .join(Conversation, Conversation.merchant_id == Merchant.id)
    .where(Conversation.id == bindparam("conversation"), Merchant.state != MerchantState.ERASED)
)
_STORES = (
    _MERCHANT.add_columns(Store, ChannelRegistration)
    .join(Store, Store.merchant_id == Merchant.id)
    .join(ChannelRegistration, ChannelRegistration.store_id == Store.id)
    .where(Store.state != StoreState.ERASED)
    .order_by(Store.id.desc())
)
_DOCUMENTS = (
    select(Document.kind, Document.state, Document.reject_code, Document.created_at)
    .where(
        or_(
            Document.merchant_id == bindparam("merchant"),
            Document.conversation_id == bindparam("conversation"),
        ),
        Document.state != DocumentState.PURGED,
    )
    .order_by(Document.id.desc())
)


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """How far one store is on the way to its channel.

    Attributes:
        reason: a `ChannelReason` when something has to be mended.
        requirements: the most pressing first.
        submissions: how often it was sent in.
    """

    id: int
    state: ChannelState
    reason: str | None
    has_channel: str
    channel_public_id: str | None
    search_id: str | None
    kind: str | None
    submissions: int
    submitted_at: datetime | None
    opened_at: datetime | None
    live_at: datetime | None
    requirements: tuple[RequirementLine, ...] = ()


@dataclass(frozen=True, slots=True)
class StoreView:
    """One store; `open` and `close` are `HH:MM` Korean time."""

    id: int
    name: str
    market: str
    market_id: int | None
    stall: str | None
    location_note: str | None
    category: str | None
    open: str | None
    close: str | None
    closed: tuple[str, ...]
    state: StoreState
    created_at: datetime
    registration: RegistrationView


@dataclass(frozen=True, slots=True)
class DocumentView:
    """One paper that was sent."""

    kind: DocumentKind
    state: DocumentState
    reject_code: str | None
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that one person has registered.

    Attributes:
        phone, brn: digits, not masked.
        has_brn: `yes`, `no` or None when not asked.
        stores: the newest first; never empty.
    """

    merchant_id: int
    public_id: uuid.UUID
    merchant_state: MerchantState
    role: str
    owner_name: str
    phone: str
    has_brn: str | None
    brn: str | None
    stores: tuple[StoreView, ...]
    documents: tuple[DocumentView, ...]

    @property
    def newest(self) -> StoreView:
        """The store that was registered last; the properties below speak of it."""
        return self.stores[0]

    @property
    def store_name(self) -> str:
        """Name of the newest store."""
        return self.newest.name

    @property
    def registration(self) -> RegistrationView:
        """How far the newest store is."""
        return self.newest.registration

    @property
    def state(self) -> ChannelState:
        """State of the newest registration."""
        return self.registration.state

    @property
    def reason(self) -> str | None:
        """Why it has to be mended, a `ChannelReason`."""
        return self.registration.reason

    @property
    def submitted_at(self) -> datetime | None:
        """When it was last sent in."""
        return self.registration.submitted_at

    @property
    def requirements(self) -> tuple[RequirementLine, ...]:
        """What is not done with yet, the most pressing first."""
        return open_items(self.registration.requirements)

    @property
    def next_due(self) -> RequirementLine | None:
        """The one thing that the merchant has to do next; None for nothing."""
        return next_due(self.registration.requirements)


def merchant_of(session: Session, conversation_id: int) -> Merchant | None:
    """Return the merchant of a conversation, None for a newcomer or after erasure."""
    return session.scalars(_MERCHANT, {"conversation": conversation_id}).one_or_none()


def overview(session: Session, conversation_id: int) -> Overview | None:
    """Return what the person of a conversation has registered; None for a newcomer."""
    rows = session.execute(_STORES, {"conversation": conversation_id}).all()
    if not rows:
        return None
    merchant = rows[0][0]
    return Overview(
        merchant_id=merchant.id,
        public_id=merchant.public_id,
        merchant_state=merchant.state,
        role=merchant.role,
        owner_name=merchant.owner_name or "",
        phone=merchant.phone or "",
        has_brn=None if merchant.has_brn is None else ("yes" if merchant.has_brn else "no"),
        brn=merchant.brn,
        stores=_stores(session, [(store, row) for _, store, row in rows]),
        documents=_documents(session, merchant.id, conversation_id),
    )


def search_id_taken(session: Session, search_id: str, conversation_id: int) -> bool:
    """Return whether another merchant's store already asked for this search id."""
    return bool(search_ids_taken(session, (search_id,), conversation_id))


def search_ids_taken(
    session: Session, search_ids: Sequence[str], conversation_id: int
) -> frozenset[str]:
    """Return which of these search ids another merchant's store already asked for."""
    others = (
        select(ChannelRegistration.search_id)
        .join(Store, Store.id == ChannelRegistration.store_id)
        .outerjoin(Conversation, Conversation.id == conversation_id)
        .where(
            ChannelRegistration.search_id.in_(search_ids),
            ChannelRegistration.state.not_in(_OVER),
            Conversation.merchant_id.is_distinct_from(Store.merchant_id),
        )
    )
    return frozenset(filter(None, session.scalars(others)))


def _stores(
    session: Session, rows: Sequence[tuple[Store, ChannelRegistration]]
) -> tuple[StoreView, ...]:
    needed = items(session, [subject(row.id) for _, row in rows])
    return tuple(
        _store_view(store, _registration_view(row, needed[subject(row.id)])) for store, row in rows
    )


def subject(registration_id: int) -> Subject:
    """Return whose requirements those of a registration are."""
    return Subject(ChannelRegistration.__tablename__, registration_id, CAPABILITY)


def _registration_view(
    row: ChannelRegistration, needed: tuple[RequirementLine, ...]
) -> RegistrationView:
    return RegistrationView(
        id=row.id,
        state=row.state,
        reason=row.reason,
        has_channel=row.has_channel,
        channel_public_id=row.channel_public_id,
        search_id=row.search_id,
        kind=row.kind,
        submissions=row.submissions,
        submitted_at=row.submitted_at,
        opened_at=row.opened_at,
        live_at=row.live_at,
        requirements=needed,
    )


def _store_view(store: Store, registration: RegistrationView) -> StoreView:
    return StoreView(
        id=store.id,
        name=store.name or "",
        market=store.market_name,
        market_id=store.market_id,
        stall=store.stall,
        location_note=store.location_note,
        category=store.category,
        open=store.opens,
        close=store.closes,
        closed=tuple(store.closed_days),
        state=store.state,
        created_at=store.created_at,
        registration=registration,
    )


def _documents(
    session: Session, merchant_id: int, conversation_id: int
) -> tuple[DocumentView, ...]:
    of = {"merchant": merchant_id, "conversation": conversation_id}
    return tuple(DocumentView(*row) for row in session.execute(_DOCUMENTS, of))
