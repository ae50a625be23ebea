"""What the database says after a trial."""

from collections import Counter
from dataclasses import dataclass

from sqlalchemy import func, select

from models.conversation import Conversation, Inbox, Turn
from models.merchant import ChannelRegistration, Store
from models.session import Database


@dataclass(frozen=True, slots=True)
class Talk:
    """One conversation in figures.

    Attributes:
        revision: of the conversation.
        numbers: of its turns, in order.
        keys: of its inbox rows.
    """

    revision: int
    numbers: tuple[int, ...]
    keys: frozenset[str]


def talk(database: Database, user: str) -> Talk:
    """Return the figures of one person's conversation."""
    with database.reading() as session:
        row = session.scalars(select(Conversation).where(Conversation.user_key == user)).one()
        turns = select(Turn.no).where(Turn.conversation_id == row.id).order_by(Turn.no)
        keys = session.scalars(select(Inbox.key).where(Inbox.conversation_id == row.id)).all()
        assert len(keys) == len(set(keys))
        return Talk(row.revision, tuple(session.scalars(turns)), frozenset(keys))


def revision(database: Database, user: str) -> int:
    """Return how many turns of a person are committed."""
    statement = select(Conversation.revision).where(Conversation.user_key == user)
    with database.reading() as session:
        return session.scalars(statement).one_or_none() or 0


def submissions(database: Database) -> tuple[int, int]:
    """Return how many stores and how many channel registrations there are."""
    with database.reading() as session:
        stores = session.scalar(select(func.count()).select_from(Store))
        channels = session.scalar(select(func.count()).select_from(ChannelRegistration))
        return stores or 0, channels or 0


def assert_nothing_lost(database: Database, user: str, keys: set[str]) -> None:
    """Check that every message has exactly one turn, and that the numbers have no gaps."""
    found = talk(database, user)
    twice = [number for number, times in Counter(found.numbers).items() if times > 1]
    assert twice == []
    assert found.keys == keys
    assert found.numbers == tuple(range(1, len(keys) + 1))
    assert found.revision == len(keys)
