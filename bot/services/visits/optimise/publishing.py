"""From a plan to the tables: all of a day, or nothing of it.

Goes through the ledger like every other change of supporters' days: if anybody booked,
cancelled or moved something on one of the days since they were read, nothing is written. The
new days have to stand the slot engine's own check too.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bot.errors import ConflictError, RuleBrokenError
from bot.services.transaction import Transaction
from bot.services.visits.board import Office
from bot.services.visits.calendar import moment_of
from bot.services.visits.days import DayKey
from bot.services.visits.journal import Step, moment, read_visit, take_step
from bot.services.visits.ledger import Change, Pages, look_for_overlaps, settle
from bot.services.visits.optimise.gate import Notice, notices
from bot.services.visits.optimise.plan import MINUTE, DayPlan
from bot.services.visits.optimise.reading import DaySheet
from bot.services.visits.reasons import Reason
from bot.services.visits.timeline import Timeline, problems


def publish(tx: Transaction, sheet: DaySheet, plan: DayPlan, key: str, reason: str = "plan") -> int:
    """Make a plan the one that holds; return how many visits changed.

    Visits from the waiting list are left out: there is room for them now.

    Args:
        tx: the transaction.
        sheet: the day as it was read when the plan was made.
        plan: the new plan.
        key: of the plan; the same one has an effect once.
        reason: why visits change, for the events.

    Raises:
        ConflictError: the days are not what they were (code `plan_outdated`), or others were
            booking all the time (code `busy`).
        RuleBrokenError: the slot engine does not accept a day (code `plan_refused`).
    """
    changed = [notice for notice in notices(sheet.problem, plan) if notice.visit > 0]
    if not changed:
        return 0
    return _Publication(tx, sheet, plan, tuple(changed), (key, reason)).run()


@dataclass(frozen=True, slots=True)
class _Publication:
    """One plan on its way into the tables."""

    tx: Transaction
    sheet: DaySheet
    plan: DayPlan
    changed: tuple[Notice, ...]
    why: tuple[str, str]

    def run(self) -> int:
        """Write it."""
        return settle(self.tx, self._keys, self._decide)

    def _keys(self) -> Iterable[DayKey]:
        """Return the days that change: those left and those entered."""
        people = {person for n in self.changed for person in (n.before, n.after) if person}
        return [DayKey(person, self.sheet.day) for person in people]

    def _decide(self, office: Office, pages: Pages) -> Change[int]:
        for key, page in pages.items():
            read = self.sheet.pages[key]
            if (page.version, page.revisions) != (read.version, read.revisions):
                raise ConflictError(f"the days of {key.day} changed", code="plan_outdated")
        days = {key: self._day(office, key, page.timeline) for key, page in pages.items()}
        mine = frozenset(notice.visit for notice in self.changed)
        return Change(days, lambda: self._write(days), mine)

    def _day(self, office: Office, key: DayKey, before: Timeline | Reason) -> Timeline | Reason:
        if isinstance(before, Reason):
            return before
        routes = (route for route in self.plan.routes if route.supporter == key.supporter_id)
        stops = [
            replace(self.sheet.stops[stop.visit], start=stop.start // MINUTE)
            for route in routes
            for stop in route.stops
            if stop.visit > 0
        ]
        after = Timeline(before.shift, stops, office.travel)
        if not after.possible or problems(after):
            code = "plan_refused"
            raise RuleBrokenError(f"supporter {key.supporter_id}: {problems(after)}", code=code)
        return after

    def _write(self, days: Mapping[DayKey, Timeline | Reason]) -> int:
        # Visits that change places overlap until the last of them is written.
        look_for_overlaps(self.tx.session, at_once=False)
        for notice in self.changed:
            self._move(notice, days)
        look_for_overlaps(self.tx.session, at_once=True)
        return len(self.changed)

    def _move(self, notice: Notice, days: Mapping[DayKey, Timeline | Reason]) -> None:
        to = days[DayKey(notice.after, self.sheet.day)]
        assert isinstance(to, Timeline)  # noqa: S101 -- plans only know who works
        position = next(n for n, stop in enumerate(to.stops) if stop.visit_id == notice.visit)
        stop = to.stops[position]
        visit = read_visit(self.tx.session, notice.visit)
        starts_at = moment_of(self.sheet.day, stop.start)
        now = {"supporter_id": notice.after, "starts_at": starts_at}
        key, reason = self.why
        before = {"supporter_id": visit.supporter_id, "starts_at": visit.starts_at}
        step = Step(
            kind="reassigned" if notice.has_other_person else "adjusted",
            key=f"plan:{key}",
            reason=reason,
            values={
                **now,
                "ends_at": starts_at + timedelta(minutes=stop.minutes),
                "travel_before_s": to.ways[position] * MINUTE,
            },
            payload={**_told(now), "before": _told(before)},
        )
        take_step(self.tx, visit, step)


def _told(values: dict[str, Any]) -> dict[str, Any]:
    return {**values, "starts_at": moment(values["starts_at"])}
