"""Whether this process can do its work: the database answers and is migrated."""

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from models import migrations
from models.session import Database


class Readiness:
    """Names what is missing.

    Args:
        database: the database that has to answer.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._head = migrations.head()

    def __call__(self) -> list[str]:
        """Return the names of what keeps this process from working, [] when all is well."""
        try:
            with self._database.read.connect() as connection:
                version = connection.execute(text("SELECT version_num FROM alembic_version"))
                found = version.scalar()
        except SQLAlchemyError:
            return ["database"]
        return [] if found == self._head else ["migrations"]
