"""Fixtures of the jobs' tests."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from bot.jobs.engine import prepare
from models.session import Database
from tests.databases import borrowed


@pytest.fixture
def engine_database(postgres_url: str) -> Iterator[Database]:
    """Return a database in which the engine has its tables."""
    with borrowed(postgres_url) as opened:
        prepare("procrastinate", opened)
        yield opened
        with opened.write.begin() as connection:
            connection.execute(text("DROP SCHEMA procrastinate CASCADE"))
