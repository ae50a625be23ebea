"""A person who writes to the bot, for tests of use cases."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.services.registration import Checks, Overview, Submission, overview, submit
from bot.services.transaction import Transaction
from models.conversation import Conversation
from models.market import Market
from models.session import Database

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
FORM = Submission(
    owner_name="김순자",
    phone="01000001234",
    store_name="순자네 반찬",
    market="망원시장",
    stall="가동 12호",
    location_note="정문 왼쪽",
    category="sidedish",
    open="08:00",
    close="20:00",
    closed=("weekly:SUN",),
    has_brn="yes",
    brn="1234567891",
    has_channel="no",
    search_id="순자네반찬",
)


@dataclass
class Person:
    """One person in one conversation."""

    database: Database
    conversation_id: int
    user_key: str

    @contextmanager
    def turn(self, key: str = "turn", now: datetime = NOW) -> Iterator[Transaction]:
        """Open the transaction of one message."""
        with self.database.transaction() as session:
            yield Transaction(session, now, self.conversation_id, key)

    def register(
        self, key: str = "register", /, *, checks: Checks | None = None, **other: Any
    ) -> int:
        """Send the form in, with some answers different."""
        with self.turn(key) as tx:
            return submit(tx, replace(FORM, **other), checks)

    def overview(self) -> Overview:
        """Return what is registered; there must be something."""
        with self.database.reading() as session:
            found = overview(session, self.conversation_id)
        assert found is not None
        return found


def newcomer(database: Database, user_key: str = "user-1") -> Person:
    """Let somebody write for the first time."""
    with database.transaction() as session:
        row = Conversation(
            channel="kakao", bot_id="bot", user_key=user_key, created_at=NOW, updated_at=NOW
        )
        session.add(row)
        session.flush()
        return Person(database, row.id, user_key)


def add_market(session: Session, name: str = "망원시장", city: str = "마포구") -> int:
    """Put a market on the list and return its id."""
    row = Market(
        name=name,
        city=city,
        region="서울특별시",
        source_key=f"{name}|{city}",
        created_at=NOW,
        updated_at=NOW,
    )
    session.add(row)
    session.flush()
    return row.id
