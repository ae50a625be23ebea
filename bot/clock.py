"""Where time comes from.

The database and all code hold aware UTC times; people see Korean time (KST, UTC+9, no
summer time since 1988). Nothing else in the project asks the machine for the time.
"""

from datetime import UTC, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

KST = ZoneInfo("Asia/Seoul")


class Clock(Protocol):
    """Tells the present moment."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...


class SystemClock:
    """The clock of the machine."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)  # noqa: TID251 -- the one place that asks the machine


class AdjustableClock:
    """A clock that stands still, or runs with an offset; for tests and the simulator.

    Args:
        at: the moment at which the clock stands; None lets it follow the machine's clock.
    """

    def __init__(self, at: datetime | None = None) -> None:
        self._at = at.astimezone(UTC) if at else None
        self._offset = timedelta()

    def now(self) -> datetime:
        """Return the adjusted moment, aware, in UTC."""
        return (self._at or SystemClock().now()) + self._offset

    def advance(self, by: timedelta) -> None:
        """Move the clock; a negative step is allowed."""
        self._offset += by

    def reset(self) -> None:
        """Undo every step that was made."""
        self._offset = timedelta()
