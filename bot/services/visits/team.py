"""Supporters as the slot engine sees them. Pure; `board` fills them from the tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from bot.services.visits.calendar import Calendar
from bot.services.visits.reasons import Reason
from bot.services.visits.timeline import Shift
from bot.services.visits.travel import Place, reach_of
from bot.services.visits.worked import Span, joined, without
from models.supporter import Absence


@dataclass(frozen=True, slots=True)
class Area:
    """A market, or else a city, or else a whole region; see `models.supporter.SupporterArea`."""

    region: str = ""
    city: str = ""
    market_id: int | None = None


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours of one weekday, clock minutes."""

    weekday: int
    start: int
    end: int
    valid_from: date | None = None
    valid_to: date | None = None

    def on(self, day: date) -> bool:
        """Tell whether they hold on this day."""
        begun = self.valid_from is None or self.valid_from <= day
        over = self.valid_to is not None and self.valid_to < day
        return day.weekday() == self.weekday and begun and not over


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a visit takes place.

    Attributes:
        place: the point on the map.
        region, city: as the market has them.
        kind: `daily`, `five_day` or `daily_and_five_day`.
        market_days: last digits of the days of a periodic market.
    """

    place: Place
    region: str = ""
    city: str = ""
    kind: str = "daily"
    market_days: tuple[int, ...] = ()
    name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Supporter:
    """One supporter.

    Attributes:
        lunch: the usual break; None for none.
        exceptions: day -> (kind, start, end) in clock minutes.
        weight: share of the work, 100 is an ordinary one.
    """

    id: int
    name: str
    home: Place
    skills: frozenset[str]
    areas: tuple[Area, ...]
    hours: tuple[Hours, ...]
    max_visits: int = 6
    max_travel: int = 240
    lunch: Span | None = (720, 780)
    exceptions: Mapping[date, tuple[tuple[Absence, int, int], ...]] = field(default_factory=dict)
    weight: int = 100

    def serves(self, spot: Spot) -> bool:
        """Tell whether the place lies in an area of the supporter, and can be reached by road."""
        market_id = spot.place.market_id
        inside = any(
            area.market_id == market_id
            if area.market_id is not None
            else area.region == spot.region and area.city in ("", spot.city)
            for area in self.areas
        )
        return inside and reach_of(self.home) == reach_of(spot.place)

    def is_usual(self, day: date) -> bool:
        """Tell whether the hours of a day depend on nothing but the weekday."""
        bounded = any(hours.valid_from or hours.valid_to for hours in self.hours)
        return not bounded and day not in self.exceptions

    def shift(self, day: date, calendar: Calendar) -> Shift | Reason:
        """Return when the supporter works on a day, or why not at all."""
        usual = [(hours.start, hours.end) for hours in self.hours if hours.on(day)]
        is_holiday = calendar.holiday(day) is not None
        special = self.exceptions.get(day, ())
        extra = [(start, end) for kind, start, end in special if kind is Absence.EXTRA]
        off = [(start, end) for kind, start, end in special if kind is Absence.OFF]
        lunch = [(start, end) for kind, start, end in special if kind is Absence.LUNCH]
        if not lunch and self.lunch is not None:
            lunch = [self.lunch]
        working = without([*(() if is_holiday else usual), *extra], off)
        spans = without(working, lunch)
        if not spans:
            return Reason.HOLIDAY if is_holiday and usual else Reason.DAY_OFF
        breaks = without(working, spans)
        return Shift(self.home, spans, self.max_visits, self.max_travel, joined(breaks))
