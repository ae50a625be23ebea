"""What happened to entities and who looked at what; both are only ever appended to."""

from datetime import datetime

from sqlalchemy import BigInteger, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, Id


class StateEvent(Base):
    """One change of state of one entity. Holds no personal value.

    Attributes:
        entity: table name of the entity.
        from_state: None for the first state.
        actor: `merchant`, `agent`, `system` or `staff:<login>`.
        idempotency_key: unique for the entity; a repeated request changes nothing.
    """

    __tablename__ = "state_event"
    __table_args__ = (UniqueConstraint("entity", "entity_id", "idempotency_key"),)

    id: Mapped[Id]
    entity: Mapped[str]
    entity_id: Mapped[int] = mapped_column(BigInteger)
    from_state: Mapped[str | None]
    to_state: Mapped[str]
    reason: Mapped[str | None]
    actor: Mapped[str]
    idempotency_key: Mapped[str]
    at: Mapped[datetime]


class AccessLog(Base):
    """Somebody saw, exported or changed personal data.

    Kept two years (safety standard 접속기록: at least one year, two above 50,000 persons),
    hash-chained; the database refuses UPDATE and DELETE on it.

    Attributes:
        source_address: IP address of the member of staff; None inside the chat. Not sealed:
            a row that may not be changed could not be sealed anew after a change of keys.
        subject: whose data, as `table:id`; `*` for many.
        row_count: how many persons an export held.
        prev_hash: `hash` of the row before; 64 zeros for the first.
    """

    __tablename__ = "access_log"
    __table_args__ = (Index(None, "at"), Index(None, "subject"))

    id: Mapped[Id]
    at: Mapped[datetime]
    actor: Mapped[str]
    action: Mapped[str]
    subject: Mapped[str]
    reason: Mapped[str] = mapped_column(default="")
    row_count: Mapped[int] = mapped_column(default=1)
    source_address: Mapped[str | None]
    prev_hash: Mapped[str] = mapped_column(unique=True)
    hash: Mapped[str]
