"""What happens in the market: arriving, reporting, and the plan of the day."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import JSON, Date, ForeignKey, Index, Integer, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedText
from models.states import PlanState


class CheckinKind(StrEnum):
    """Whether somebody came or went."""

    ARRIVE = "arrive"
    LEAVE = "leave"


class CheckinMethod(StrEnum):
    """How it is known."""

    QR = "qr"
    GPS = "gps"
    MANUAL = "manual"


class VisitOutcome(StrEnum):
    """How far a visit got."""

    DONE = "done"
    PARTLY = "partly"
    NOT_DONE = "not_done"


class Checkin(Base):
    """A supporter arrived or left. The position itself is not kept, only how far off it was.

    Attributes:
        distance_m: from the place of the visit; None when the telephone did not say.
        reason: why it was done by hand.
    """

    __tablename__ = "checkin"
    __table_args__ = (UniqueConstraint("visit_id", "kind"),)

    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(BigId, ForeignKey("visit.id", ondelete="CASCADE"))
    kind: Mapped[CheckinKind] = mapped_column(one_of(CheckinKind))
    at: Mapped[datetime]
    method: Mapped[CheckinMethod] = mapped_column(one_of(CheckinMethod))
    distance_m: Mapped[int | None]
    accuracy_m: Mapped[int | None]
    reason: Mapped[str | None]


class VisitReport(Base):
    """What came of a visit; one for each.

    Attributes:
        tasks_done: codes of what was done.
        notes: the supporter's words.
        photo_refs: public ids of documents.
        merchant_confirmed_at: when the merchant said that it was so.
        rating: 1 to 5, from the merchant.
    """

    __tablename__ = "visit_report"

    id: Mapped[Id]
    visit_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("visit.id", ondelete="CASCADE"), unique=True
    )
    outcome: Mapped[VisitOutcome] = mapped_column(one_of(VisitOutcome))
    tasks_done: Mapped[list[str]] = mapped_column(JSON, default=list)
    notes: Mapped[str | None] = mapped_column(EncryptedText("visit_report.notes"))
    photo_refs: Mapped[list[str]] = mapped_column(JSON, default=list)
    merchant_confirmed_at: Mapped[datetime | None]
    rating: Mapped[int | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RoutePlan(Base):
    """A better order for one day in one region, found by a search.

    Attributes:
        region: the group of supporters it is for.
        engine, seed, seconds: what searched, and for how long.
        cost_before, cost_after: seconds on the way.
        moved_count: visits that got another supporter or another start.
        reason: why it was rejected.
    """

    __tablename__ = "route_plan"
    __table_args__ = (Index(None, "day", "region"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    day: Mapped[date] = mapped_column(Date)
    region: Mapped[str]
    engine: Mapped[str]
    seed: Mapped[int]
    seconds: Mapped[int]
    cost_before: Mapped[int]
    cost_after: Mapped[int]
    moved_count: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None]
    state: Mapped[PlanState] = mapped_column(one_of(PlanState), default=PlanState.DRAFT)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class RouteStop(Base):
    """One visit in a plan."""

    __tablename__ = "route_stop"

    plan_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("route_plan.id", ondelete="CASCADE"), primary_key=True
    )
    supporter_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="CASCADE"), primary_key=True
    )
    seq: Mapped[int] = mapped_column(Integer, primary_key=True)
    visit_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("visit.id", ondelete="CASCADE"), index=True
    )
    starts_at: Mapped[datetime]
    travel_s: Mapped[int]
    wait_s: Mapped[int] = mapped_column(default=0)


class TravelCache(Base):
    """A measured way by road between two squares of about 100 m.

    Attributes:
        band: part of the day it was measured for, `any` where the source knows none.
        source: `osrm`.
    """

    __tablename__ = "travel_cache"

    from_cell: Mapped[str] = mapped_column(primary_key=True)
    to_cell: Mapped[str] = mapped_column(primary_key=True)
    band: Mapped[str] = mapped_column(primary_key=True, default="any")
    seconds: Mapped[int]
    metres: Mapped[int]
    source: Mapped[str]
    fetched_at: Mapped[datetime]
