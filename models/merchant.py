"""Merchants, who acts for them, their stores and their KakaoTalk channels."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedText
from models.states import ChannelState, MerchantState, StoreState


class BusinessKind(StrEnum):
    """What sort of business stands behind a store."""

    SOLE = "sole"
    CORP = "corp"
    UNREGISTERED = "unregistered"
    UNKNOWN = "unknown"


class TaxOfficeState(StrEnum):
    """What the tax office says about a business number."""

    CONTINUING = "continuing"
    SUSPENDED = "suspended"
    CLOSED = "closed"
    UNREGISTERED = "unregistered"
    UNAVAILABLE = "unavailable"
    UNCHECKED = "unchecked"


class Wallet(StrEnum):
    """Whether message money can be spent."""

    NONE = "none"
    ON = "on"
    OFF = "off"
    SUSPENDED = "suspended"


class Merchant(Base):
    """One owner with one business. Erasure empties the row and keeps it.

    Attributes:
        owner_hmac, phone_hmac, brn_hmac: look-up digests of the sealed values.
        phone: digits only.
        brn: ten digits; None when there is none or it was not given.
        has_brn: what the merchant said; None when not asked.
        role: who registered: `owner` or `agent`.
        nts_state: what the tax office said last.
    """

    __tablename__ = "merchant"
    __table_args__ = (Index(None, "phone_hmac"), Index(None, "brn_hmac"))

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    owner_name: Mapped[str | None] = mapped_column(EncryptedText("merchant.owner_name"))
    owner_hmac: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(EncryptedText("merchant.phone"))
    phone_hmac: Mapped[str | None]
    brn: Mapped[str | None] = mapped_column(EncryptedText("merchant.brn"))
    brn_hmac: Mapped[str | None]
    has_brn: Mapped[bool | None]
    role: Mapped[str] = mapped_column(default="owner")
    kind: Mapped[BusinessKind] = mapped_column(one_of(BusinessKind), default=BusinessKind.UNKNOWN)
    tax_type: Mapped[str | None]
    nts_state: Mapped[TaxOfficeState] = mapped_column(
        one_of(TaxOfficeState), default=TaxOfficeState.UNCHECKED
    )
    nts_checked_at: Mapped[datetime | None]
    state: Mapped[MerchantState] = mapped_column(one_of(MerchantState), default=MerchantState.DRAFT)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MerchantAgent(Base):
    """Somebody who registers for the owner.

    Attributes:
        relation: what the agent is to the owner, in the agent's words.
        owner_confirmed_at: when the owner agreed from the owner's own phone.
        until: when the mandate ends; None for open.
    """

    __tablename__ = "merchant_agent"

    id: Mapped[Id]
    merchant_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="CASCADE"), index=True
    )
    relation: Mapped[str | None] = mapped_column(EncryptedText("merchant_agent.relation"))
    scope: Mapped[str] = mapped_column(default="registration")
    owner_confirmed_at: Mapped[datetime | None]
    until: Mapped[datetime | None]
    created_at: Mapped[datetime]


class Store(Base):
    """One place where a merchant sells.

    Attributes:
        submission_key: digest of the registration it came from; makes submitting idempotent.
        market_name: as the merchant named it; also set when the market is not on the list.
        stall: building and number, `3동 12호`.
        location_note: the way there in the merchant's words.
        category: a key of the vocabulary.
        opens, closes: `HH:MM`, Korean time.
        closed_days: `weekly:SUN`, `monthly:2SUN`, `holiday:SEOLLAL`.
    """

    __tablename__ = "store"
    __table_args__ = (UniqueConstraint("submission_key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    merchant_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="CASCADE"), index=True
    )
    market_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("market.id", ondelete="SET NULL"), index=True
    )
    submission_key: Mapped[str]
    market_name: Mapped[str] = mapped_column(default="")
    name: Mapped[str | None] = mapped_column(EncryptedText("store.name"))
    category: Mapped[str | None]
    stall: Mapped[str | None] = mapped_column(EncryptedText("store.stall"))
    location_note: Mapped[str | None] = mapped_column(EncryptedText("store.location_note"))
    opens: Mapped[str | None]
    closes: Mapped[str | None]
    closed_days: Mapped[list[str]] = mapped_column(JSON, default=list)
    state: Mapped[StoreState] = mapped_column(one_of(StoreState), default=StoreState.OPEN)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class ChannelRegistration(Base):
    """The way of one store to its KakaoTalk channel.

    Attributes:
        has_channel: `yes`, `no` or `unknown`, as answered.
        channel_public_id: `_` and letters, case-sensitive, from pf.kakao.com/_xxxx.
        search_id: 검색용 아이디, at most 15 characters, cannot be changed at the vendor.
        kind: `general` or `business`; None before the channel exists.
        master_holder: who holds the master role: `owner`, `agent`, `other`; never a supporter.
        reason: why it must be mended; a `ChannelReason`.
        submissions: how often it was sent in.
        friends, posts, messages: counters at `counted_at`, reported by hand or by the vendor.
    """

    __tablename__ = "channel_registration"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    store_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("store.id", ondelete="CASCADE"), unique=True
    )
    has_channel: Mapped[str] = mapped_column(default="unknown")
    channel_public_id: Mapped[str | None] = mapped_column(index=True)
    search_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str | None]
    master_holder: Mapped[str | None]
    manager_invited_at: Mapped[datetime | None]
    customer_center_filled: Mapped[bool] = mapped_column(default=False)
    wallet: Mapped[Wallet] = mapped_column(one_of(Wallet), default=Wallet.NONE)
    friends: Mapped[int | None]
    posts: Mapped[int | None]
    messages: Mapped[int | None]
    counted_at: Mapped[datetime | None]
    state: Mapped[ChannelState] = mapped_column(one_of(ChannelState), default=ChannelState.DRAFT)
    reason: Mapped[str | None]
    submissions: Mapped[int] = mapped_column(default=0)
    submitted_at: Mapped[datetime | None]
    opened_at: Mapped[datetime | None]
    live_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
