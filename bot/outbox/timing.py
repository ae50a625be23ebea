"""When a notice is due: so many days after something, at a time of day, in Korea."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from bot.clock import KST
from bot.nlu.dates.almanac import workdays_on


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """The rhythm of one notice; the table of notices shows it to operators.

    Attributes:
        after: what it is counted from, in English, for operators: `visit starts`.
        days: days on in Korea; negative for before.
        business: the days are working days: weekends and public holidays do not count.
        at: time of day in Korea; None for the very moment, `days` on.
        lasts: how long after it is due it still makes sense; the notice may set an earlier end.
    """

    after: str
    days: int = 0
    business: bool = False
    at: time | None = None
    lasts: timedelta = timedelta(days=1)

    def due(self, anchor: datetime) -> datetime:
        """Return the moment it is due, counted from `anchor` (aware)."""
        local = anchor.astimezone(KST)
        day = self._day(local.date())
        return datetime.combine(day, self.at or local.time(), KST)

    def _day(self, start: date) -> date:
        if self.business:
            return workdays_on(start, self.days)
        return start + timedelta(days=self.days)
