"""A sign of life that the web processes and the console can see, on any machine."""

from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from models.market import DataVersion
from models.session import Database

NAME = "jobs_heartbeat"
"""Row of `data_version`; its value is the moment in seconds since 1970."""
SILENT_AFTER = timedelta(seconds=60)
"""Six missed beats: the job process is down or stuck."""


def beat(database: Database, now: datetime) -> int:
    """Say that the jobs are alive."""
    with database.transaction() as session:
        session.merge(DataVersion(name=NAME, value=int(now.timestamp())))
    return 1


def last_beat(session: Session) -> datetime | None:
    """Return the last sign of life, aware, in UTC; None when there never was one."""
    row = session.get(DataVersion, NAME)
    return datetime.fromtimestamp(row.value, UTC) if row else None


def is_silent(session: Session, now: datetime) -> bool:
    """Tell whether nothing was heard of the jobs for too long."""
    last = last_beat(session)
    return last is None or now - last > SILENT_AFTER
