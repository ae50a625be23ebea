"""Visits: what was asked for, what was booked, who waits."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Date, Double, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedText
from models.states import RequestState, SeriesState, VisitState, WaitState

OCCUPYING = (
    VisitState.HELD,
    VisitState.CONFIRMED,
    VisitState.EN_ROUTE,
    VisitState.IN_PROGRESS,
)
"""States in which a visit takes up its supporter's time."""
OPEN = OCCUPYING
"""States in which a merchant has the visit still before him; one of a type at a time."""
MADE = (VisitState.REPORTED, VisitState.COMPLETED, VisitState.DISPUTED)
"""States of a visit that took place."""
STANDING = (*OCCUPYING, *MADE)
"""States in which the supporter is, or was, at that place at that time."""

_IS_OPEN = "state IN ('held', 'confirmed', 'en_route', 'in_progress')"
_OPEN_SINGLE = text(f"{_IS_OPEN} AND series_id IS NULL")
_OPEN_OF_SERIES = text(f"{_IS_OPEN} AND series_id IS NOT NULL")


class MarketDays(StrEnum):
    """What a type of visit makes of the days on which a periodic market is held."""

    AVOID = "avoid"
    ONLY = "only"
    ANY = "any"


class VisitType(Base):
    """A sort of visit as the programme wants it; a row replaces what the release brings.

    Attributes:
        code: one of the topics, or `several`.
        skills: all of them are needed.
        notice_h: how long before the visit a merchant may still ask for it.
        cutoff_h: until how long before it the merchant may change or cancel.
        horizon_days: how far ahead times are offered.
        grid_min, staff_grid_min: offered starts are multiples of it.
        market_days: whether days of a periodic market suit.
    """

    __tablename__ = "visit_type"

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    minutes: Mapped[int]
    skills: Mapped[list[str]] = mapped_column(JSON, default=list)
    notice_h: Mapped[int] = mapped_column(default=24)
    cutoff_h: Mapped[int] = mapped_column(default=24)
    horizon_days: Mapped[int] = mapped_column(default=28)
    grid_min: Mapped[int] = mapped_column(default=30)
    staff_grid_min: Mapped[int] = mapped_column(default=15)
    market_days: Mapped[MarketDays] = mapped_column(one_of(MarketDays), default=MarketDays.AVOID)


class VisitRequest(Base):
    """What somebody asked for; a visit, or a place on the waiting list, comes of it.

    Attributes:
        topics: with what help is wanted; keys of the vocabulary.
        place: `store`, `office` or `elsewhere`; the note says where, in the person's words.
        wish_from, wish_to: days that would suit (Korea); None for any.
        flexibility: what was promised: `fixed`, `half_day` or `day`.
        priority: larger goes first on the waiting list.
        channel: `chat`, `staff`, `series` or `system`.
        idempotency_key: a repeated message finds the same request.
    """

    __tablename__ = "visit_request"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    merchant_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="CASCADE"), index=True
    )
    store_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("store.id", ondelete="SET NULL"), index=True
    )
    conversation_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("conversation.id", ondelete="SET NULL"), index=True
    )
    market_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("market.id", ondelete="SET NULL"), index=True
    )
    type_code: Mapped[str]
    topics: Mapped[list[str]] = mapped_column(JSON, default=list)
    place: Mapped[str] = mapped_column(default="store")
    place_note: Mapped[str | None] = mapped_column(EncryptedText("visit_request.place_note"))
    wish_text: Mapped[str | None] = mapped_column(EncryptedText("visit_request.wish_text"))
    wish_from: Mapped[date | None] = mapped_column(Date)
    wish_to: Mapped[date | None] = mapped_column(Date)
    flexibility: Mapped[str] = mapped_column(default="fixed")
    priority: Mapped[int] = mapped_column(default=0)
    channel: Mapped[str] = mapped_column(default="chat")
    idempotency_key: Mapped[str] = mapped_column(unique=True)
    state: Mapped[RequestState] = mapped_column(one_of(RequestState), default=RequestState.OPEN)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class VisitSeries(Base):
    """A standing weekly slot of one merchant.

    Attributes:
        supporter_id: whose slot it is; None after that supporter left.
        weekday: 0 is Monday.
        start_min: minutes from midnight in Korea.
        first_day: of the first visit, in Korea.
        total: how many visits it has.
        booked_until: the last day that was dealt with, booked or left out.
    """

    __tablename__ = "visit_series"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    merchant_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="CASCADE"), index=True
    )
    store_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("store.id", ondelete="SET NULL"), index=True
    )
    supporter_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="SET NULL"), index=True
    )
    type_code: Mapped[str]
    weekday: Mapped[int]
    start_min: Mapped[int]
    first_day: Mapped[date] = mapped_column(Date)
    every_weeks: Mapped[int] = mapped_column(default=1)
    total: Mapped[int]
    booked_until: Mapped[date | None] = mapped_column(Date)
    state: Mapped[SeriesState] = mapped_column(one_of(SeriesState), default=SeriesState.ACTIVE)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class Visit(Base):
    """One visit of one supporter at one place.

    On PostgreSQL an exclusion constraint, which only the migration knows, keeps two visits in
    an occupying state of one supporter from overlapping.

    Attributes:
        day: the date in Korea; the visit lies within it.
        promise_from, promise_to: between which starts the merchant was told it begins; both
            equal `starts_at` for a promised time.
        latitude, longitude: of the place, as it was when the visit was booked.
        revision: grows with every change of the row.
        hold_expires_at: until when it is kept for somebody who has not said yes.
        pinned: no plan moves it.
        series_id: the standing slot it belongs to.
        travel_before_s: estimated seconds on the way to it.
    """

    __tablename__ = "visit"
    __table_args__ = (
        Index(None, "supporter_id", "day"),
        Index(None, "state", "hold_expires_at"),
        Index(
            "uq_visit_open_merchant_type",
            "merchant_id",
            "type_code",
            unique=True,
            sqlite_where=_OPEN_SINGLE,
            postgresql_where=_OPEN_SINGLE,
        ),
        Index(
            "uq_visit_open_series_day",
            "series_id",
            "day",
            unique=True,
            sqlite_where=_OPEN_OF_SERIES,
            postgresql_where=_OPEN_OF_SERIES,
        ),
    )

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("visit_request.id", ondelete="CASCADE"), index=True
    )
    merchant_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("merchant.id", ondelete="CASCADE"), index=True
    )
    store_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("store.id", ondelete="SET NULL"), index=True
    )
    supporter_id: Mapped[int] = mapped_column(BigId, ForeignKey("supporter.id"))
    market_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("market.id", ondelete="SET NULL"), index=True
    )
    series_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("visit_series.id", ondelete="SET NULL")
    )
    type_code: Mapped[str]
    day: Mapped[date] = mapped_column(Date, index=True)
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    promise_from: Mapped[datetime]
    promise_to: Mapped[datetime]
    latitude: Mapped[float] = mapped_column(Double)
    longitude: Mapped[float] = mapped_column(Double)
    revision: Mapped[int] = mapped_column(default=0)
    hold_expires_at: Mapped[datetime | None]
    pinned: Mapped[bool] = mapped_column(default=False)
    cancel_reason: Mapped[str | None]
    travel_before_s: Mapped[int | None]
    state: Mapped[VisitState] = mapped_column(one_of(VisitState), default=VisitState.HELD)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class VisitEvent(Base):
    """One thing that happened to a visit; appended to only. Messages are made from it.

    Attributes:
        kind: `held`, `confirmed`, `rescheduled`, `reassigned`, `adjusted`, `expired`, …
        from_state: None for the first event.
        revision: of the visit after it.
        payload: times and supporters before and after; no personal value.
        idempotency_key: unique for the visit; a repeated request changes nothing.
    """

    __tablename__ = "visit_event"
    __table_args__ = (UniqueConstraint("visit_id", "idempotency_key"), Index(None, "at"))

    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(BigId, ForeignKey("visit.id", ondelete="CASCADE"))
    at: Mapped[datetime]
    actor: Mapped[str]
    kind: Mapped[str]
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    revision: Mapped[int]
    reason: Mapped[str | None]
    payload: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    idempotency_key: Mapped[str]


class WaitlistEntry(Base):
    """Somebody who wants a time that was not free.

    Attributes:
        earliest, latest: between which moments a visit would suit.
        start_min, end_min: between which starts of a day, minutes from midnight in Korea.
        weekdays: those that suit, 0 is Monday; empty for all.
        priority: larger goes first; then who came first.
        offered_visit_id: the visit that is held for the answer.
    """

    __tablename__ = "waitlist_entry"
    __table_args__ = (Index(None, "state", "priority", "id"),)

    id: Mapped[Id]
    request_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("visit_request.id", ondelete="CASCADE"), unique=True
    )
    earliest: Mapped[datetime]
    latest: Mapped[datetime]
    start_min: Mapped[int] = mapped_column(default=0)
    end_min: Mapped[int] = mapped_column(default=1440)
    weekdays: Mapped[list[int]] = mapped_column(JSON, default=list)
    priority: Mapped[int] = mapped_column(default=0)
    offered_visit_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("visit.id", ondelete="SET NULL"), index=True
    )
    offer_expires_at: Mapped[datetime | None]
    state: Mapped[WaitState] = mapped_column(one_of(WaitState), default=WaitState.WAITING)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
