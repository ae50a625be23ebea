"""What every table shares: names of constraints, ids, moments and states.

Moments are stored in UTC on both databases and come back aware. Ids are 64-bit inside and
never leave the house; what other systems and people see is the random `public_id`.
"""

import uuid
from datetime import UTC, datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from sqlalchemy import BigInteger, DateTime, Dialect, Enum, Integer, MetaData, Text, Uuid
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

from models.errors import NaiveTimeError

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
"""Constraint names that a migration can refer to on both databases."""

BigId = BigInteger().with_variant(Integer(), "sqlite")
"""64-bit id; SQLite gives ids by itself only to a column of type INTEGER."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment: refused when naive, stored in UTC, returned aware in UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the moment as the database keeps it.

        Raises:
            NaiveTimeError: the moment has no time zone.
        """
        if value is None:
            return None
        if value.tzinfo is None:
            raise NaiveTimeError(f"a moment needs a time zone: {value.isoformat()}")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the stored moment, aware, in UTC."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value.replace(tzinfo=UTC)
        return value.astimezone(UTC)


def one_of(states: type[StrEnum]) -> Enum:
    """Return a column type that holds the values of `states` as plain text.

    Unknown values are refused when they are bound. There is no CHECK constraint, so that
    a new state does not have to rebuild the table on SQLite.
    """
    return Enum(
        states,
        native_enum=False,
        create_constraint=False,
        validate_strings=True,
        length=32,
        values_callable=lambda kind: [member.value for member in kind],
    )


Id = Annotated[int, mapped_column(BigId, primary_key=True)]
"""Primary key."""
PublicId = Annotated[uuid.UUID, mapped_column(Uuid(), unique=True, default=uuid.uuid4)]
"""The id that others may see."""


class Base(DeclarativeBase):
    """The root of all tables."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map: ClassVar[dict[type, object]] = {datetime: UtcDateTime, str: Text}
