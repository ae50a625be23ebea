"""Supporters: who they are, what they know, when and where they work."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import Date, ForeignKey, Index, Integer
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedJson, EncryptedText
from models.states import SupporterState


class Absence(StrEnum):
    """What an exception to the working hours is."""

    OFF = "off"
    EXTRA = "extra"
    LUNCH = "lunch"


class DayKind(StrEnum):
    """What an entry of the calendar makes of a day."""

    OPEN = "open"
    CLOSED = "closed"


class Supporter(Base):
    """Somebody who visits merchants.

    Attributes:
        phone: digits only; `phone_hmac` finds it.
        home: [latitude, longitude] of where the day begins and ends.
        max_visits, max_travel_min: limits of one day.
        lunch_start, lunch_end: minutes from midnight in Korea; None for no fixed break.
        weight: share of the work, 100 is an ordinary one.
        staff_id: the login for the field pages.
        ics_token_hash: digest of the token in the address of the private calendar.
    """

    __tablename__ = "supporter"

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    name: Mapped[str] = mapped_column(EncryptedText("supporter.name"))
    phone: Mapped[str] = mapped_column(EncryptedText("supporter.phone"))
    phone_hmac: Mapped[str] = mapped_column(unique=True)
    home: Mapped[object] = mapped_column(EncryptedJson("supporter.home"))
    max_visits: Mapped[int] = mapped_column(default=6)
    max_travel_min: Mapped[int] = mapped_column(default=240)
    lunch_start: Mapped[int | None] = mapped_column(default=720)
    lunch_end: Mapped[int | None] = mapped_column(default=780)
    weight: Mapped[int] = mapped_column(default=100)
    staff_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("staff.id", ondelete="SET NULL"), index=True
    )
    ics_token_hash: Mapped[str | None] = mapped_column(unique=True)
    state: Mapped[SupporterState] = mapped_column(
        one_of(SupporterState), default=SupporterState.ACTIVE
    )
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


def _supporter_key() -> Mapped[int]:
    return mapped_column(BigId, ForeignKey("supporter.id", ondelete="CASCADE"), primary_key=True)


class SupporterSkill(Base):
    """Something that a supporter can help with: a topic of a visit."""

    __tablename__ = "supporter_skill"

    supporter_id: Mapped[int] = _supporter_key()
    skill: Mapped[str] = mapped_column(primary_key=True)


class SupporterArea(Base):
    """Where a supporter works: a market, or else a 시·군·구, or else a whole 시·도.

    Attributes:
        region, city: as `market` has them; city "" for the whole region.
        market_id: one market; region and city are "" then.
    """

    __tablename__ = "supporter_area"

    id: Mapped[Id]
    supporter_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="CASCADE"), index=True
    )
    region: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="")
    market_id: Mapped[int | None] = mapped_column(
        BigId, ForeignKey("market.id", ondelete="CASCADE"), index=True
    )


class AvailabilityRule(Base):
    """Hours of one weekday; several rows make a divided day.

    Attributes:
        weekday: 0 is Monday.
        start_min, end_min: minutes from midnight in Korea.
        valid_from, valid_to: first and last day; None for open.
    """

    __tablename__ = "availability_rule"

    id: Mapped[Id]
    supporter_id: Mapped[int] = mapped_column(
        BigId, ForeignKey("supporter.id", ondelete="CASCADE"), index=True
    )
    weekday: Mapped[int]
    start_min: Mapped[int]
    end_min: Mapped[int]
    valid_from: Mapped[date | None] = mapped_column(Date)
    valid_to: Mapped[date | None] = mapped_column(Date)


class AvailabilityException(Base):
    """Time off, extra time, or another lunch on a certain day; stands above the rules."""

    __tablename__ = "availability_exception"
    __table_args__ = (Index(None, "supporter_id", "starts_at"),)

    id: Mapped[Id]
    supporter_id: Mapped[int] = mapped_column(BigId, ForeignKey("supporter.id", ondelete="CASCADE"))
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    kind: Mapped[Absence] = mapped_column(one_of(Absence))
    reason: Mapped[str] = mapped_column(default="")


class SupporterDay(Base):
    """The lock and the stamp of one supporter's day.

    Attributes:
        day: the date in Korea.
        version: grows with every change of the visits of the day. A booking that read an older
            one starts again; computed days are kept under it.
        visit_count, travel_min: of the visits as they are planned.
    """

    __tablename__ = "supporter_day"
    __table_args__ = (Index(None, "day"),)

    supporter_id: Mapped[int] = _supporter_key()
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    version: Mapped[int] = mapped_column(Integer, default=0)
    visit_count: Mapped[int] = mapped_column(Integer, default=0)
    travel_min: Mapped[int] = mapped_column(Integer, default=0)


class HolidayOverride(Base):
    """A day that is closed, or open, against the calendar: temporary holidays above all.

    Attributes:
        source: who says so, for whoever wonders.
    """

    __tablename__ = "holiday_override"

    day: Mapped[date] = mapped_column(Date, primary_key=True)
    kind: Mapped[DayKind] = mapped_column(one_of(DayKind))
    name: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
