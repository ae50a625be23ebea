from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import IntegrityError, StatementError

from bot.clock import KST
from models.base import UtcDateTime
from models.conversation import Conversation, Inbox, Owner, StepEvent, Turn
from models.errors import NaiveTimeError
from models.merchant import Merchant
from models.session import Database
from models.tables import METADATA
from tests.storage.rows import NOW, add_conversation, add_merchant

MOMENTS = [
    datetime(2026, 11, 23, 10, 0, 0, 123456, tzinfo=KST),
    datetime(2026, 12, 31, 23, 59, 59, tzinfo=UTC),
    datetime(2026, 3, 1, 0, 0, tzinfo=timezone(timedelta(hours=-9, minutes=-30))),
]


@pytest.mark.parametrize("moment", MOMENTS)
def test_a_moment_comes_back_aware_and_in_utc(database: Database, moment: datetime) -> None:
    with database.transaction() as session:
        add_merchant(session, created_at=moment)
    with database.reading() as session:
        found = session.scalars(select(Merchant.created_at)).one()
    assert found == moment
    assert found.tzinfo is UTC


def test_moments_are_ordered_by_time_not_by_their_zone(database: Database) -> None:
    early = datetime(2026, 11, 23, 9, 0, tzinfo=KST)
    late = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    with database.transaction() as session:
        add_merchant(session, created_at=late)
        add_merchant(session, created_at=early)
    with database.reading() as session:
        ordered = session.scalars(select(Merchant.created_at).order_by(Merchant.created_at)).all()
        after = session.scalars(select(Merchant.id).where(Merchant.created_at > early)).all()
    assert ordered == [early, late]
    assert len(after) == 1


def test_a_moment_without_zone_is_refused(database: Database) -> None:
    with pytest.raises(StatementError) as refused, database.transaction() as session:
        add_merchant(session, created_at=datetime(2026, 11, 23, 10, 0))  # noqa: DTZ001 -- the point
    assert isinstance(refused.value.orig, NaiveTimeError)


def test_every_moment_of_every_table_is_kept_in_utc() -> None:
    for table in METADATA.sorted_tables:
        for column in table.columns:
            if column.type.python_type is datetime:
                assert isinstance(column.type, UtcDateTime), f"{table.name}.{column.name}"


def test_an_unknown_state_is_refused(database: Database) -> None:
    with pytest.raises(StatementError), database.transaction() as session:
        add_conversation(session, owner="somebody")


def test_prepared_statements_take_plain_words_and_fill_the_defaults(database: Database) -> None:
    with database.transaction() as session:
        session.execute(
            insert(Conversation).values(
                channel="kakao",
                bot_id="bot",
                user_key="u",
                owner="human",
                state=b"\x00bytes",
                created_at=NOW,
                updated_at=NOW,
            )
        )
    with database.reading() as session:
        found = session.scalars(select(Conversation)).one()
    assert (found.owner, found.revision, found.state) == (Owner.HUMAN, 0, b"\x00bytes")
    assert found.public_id is not None


def test_nothing_stays_nothing(database: Database) -> None:
    with database.transaction() as session:
        add_merchant(session, owner_name=None)
        add_conversation(session, state=None)
    with database.reading() as session:
        assert session.scalars(select(Merchant.owner_name)).one() is None
        assert session.scalars(select(Conversation.state)).one() is None
        assert session.execute(text("SELECT owner_name FROM merchant")).scalar_one() is None


def test_one_conversation_a_person_and_bot(database: Database) -> None:
    with database.transaction() as session:
        add_conversation(session, "u")
        add_conversation(session, "u", bot_id="other")
    with pytest.raises(IntegrityError), database.transaction() as session:
        add_conversation(session, "u")


def test_a_message_is_taken_once(database: Database) -> None:
    with database.transaction() as session:
        row = add_conversation(session)
        other = add_conversation(session, "user-2")
        for owner in (row, other):
            session.add(Inbox(conversation_id=owner.id, key="k", reply=b"{}", received_at=NOW))
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Inbox(conversation_id=row.id, key="k", reply=b"{}", received_at=NOW))


def test_what_belongs_to_a_conversation_goes_with_it(database: Database) -> None:
    with database.transaction() as session:
        row = add_conversation(session)
        session.add(Inbox(conversation_id=row.id, key="k", reply=b"{}", received_at=NOW))
        session.add(Turn(conversation_id=row.id, no=1, at=NOW, said="네"))
        session.add(
            StepEvent(conversation_id=row.id, at=NOW, flow="channel", version=1, kind="started")
        )
    with database.transaction() as session:
        session.execute(text("DELETE FROM conversation"))
    with database.reading() as session:
        for table in (Inbox, Turn, StepEvent):
            assert session.scalars(select(table)).all() == []


def test_a_row_cannot_point_nowhere(database: Database) -> None:
    with pytest.raises(IntegrityError), database.transaction() as session:
        session.add(Inbox(conversation_id=99, key="k", reply=b"{}", received_at=NOW))
