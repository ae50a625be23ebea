from datetime import UTC, datetime

from models.merchant import Merchant
from models.session import Database

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def test_a_row_comes_back(database: Database) -> None:
    with database.transaction() as session:
        session.add(Merchant(owner_name="김순자", created_at=NOW, updated_at=NOW))
    with database.reading() as session:
        assert session.get_one(Merchant, 1).owner_name == "김순자"
