"""Markets of the national list and of the programme."""

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import JSON, BigInteger, Date, ForeignKey, Numeric, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, BigId, Id, PublicId, one_of
from models.crypto import EncryptedText
from models.states import MarketState


class Market(Base):
    """A traditional market or shopping street.

    Attributes:
        source_key: what identifies the row of the published list (name and address digest).
        region: 시·도 as in the address, `서울특별시`.
        city: 시·군·구 as in the address, `광진구`, `강릉시`.
        district: 읍·면·동 of the lot address, "" when the address names none.
        kind: `daily`, `five_day` or `daily_and_five_day`.
        market_days: last digits of the days on which a periodic market is held, [2, 7].
        phone: the office that answers for the market (an organisation, no person).
        association_contact: name and phone of the association's contact person.
        reference_date: the day for which the publisher vouches.
    """

    __tablename__ = "market"
    __table_args__ = (UniqueConstraint("source_key"),)

    id: Mapped[Id]
    public_id: Mapped[PublicId]
    source_key: Mapped[str]
    name: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str] = mapped_column(default="daily")
    region: Mapped[str] = mapped_column(default="")
    city: Mapped[str] = mapped_column(default="", index=True)
    district: Mapped[str] = mapped_column(default="")
    road_address: Mapped[str] = mapped_column(default="")
    lot_address: Mapped[str] = mapped_column(default="")
    market_days: Mapped[list[int]] = mapped_column(JSON, default=list)
    latitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 7))
    longitude: Mapped[Decimal | None] = mapped_column(Numeric(10, 7))
    store_count: Mapped[int | None]
    phone: Mapped[str] = mapped_column(default="")
    association_contact: Mapped[str | None] = mapped_column(
        EncryptedText("market.association_contact")
    )
    reference_date: Mapped[date | None] = mapped_column(Date)
    state: Mapped[MarketState] = mapped_column(one_of(MarketState), default=MarketState.PROSPECT)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class MarketAlias(Base):
    """Another name under which people know a market."""

    __tablename__ = "market_alias"
    __table_args__ = (UniqueConstraint("market_id", "name"),)

    id: Mapped[Id]
    market_id: Mapped[int] = mapped_column(BigId, ForeignKey("market.id", ondelete="CASCADE"))
    name: Mapped[str] = mapped_column(index=True)


class DataVersion(Base):
    """A stamp that readers compare to learn whether their copy is still good.

    Attributes:
        name: what it stamps: `markets`.
        value: grows with every change.
    """

    __tablename__ = "data_version"

    name: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(BigInteger, default=0)
