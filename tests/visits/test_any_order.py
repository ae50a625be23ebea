"""Booking, moving, cancelling, waiting, holidays in any order, against a simple model."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import delete, select, update

from bot.services.visits import (
    Offer,
    SlotTakenError,
    VisitRuleError,
    availability,
    cancel,
    change,
    confirm,
    hold,
    offers,
    reassign,
    refresh_hold,
    release,
)
from bot.services.visits.board import CALENDAR, touch
from bot.services.visits.letting_go import expire_holds
from bot.services.visits.timeline import fixed
from bot.services.visits.travel import Place, Travel
from models.market import Market
from models.session import Database
from models.states import SupporterState, VisitState
from models.supporter import DayKind, HolidayOverride, Supporter
from models.visit import OCCUPYING, Visit
from tests.visits.checker import Judge
from tests.visits.rows import (
    NOW,
    PLACES,
    TUESDAY,
    Stall,
    Town,
    add_market,
    add_stall,
    add_supporter,
)
from tests.visits.storm import SHIFT, faults

DAYS = (TUESDAY, TUESDAY + timedelta(days=1))
HOLD = timedelta(minutes=5)
MERCHANTS = st.integers(0, 4)
SUPPORTERS = st.integers(0, 1)
STARTS = st.integers(18, 35).map(lambda half: half * 30)
TIMES = st.tuples(SUPPORTERS, st.sampled_from(DAYS), STARTS)
Time = tuple[int, date, int]


@dataclass(frozen=True)
class Known:
    """What the model knows of the one visit of a merchant."""

    id: int
    time: Time
    until: datetime | None


class Talks(RuleBasedStateMachine):
    """Five merchants, two supporters, two days."""

    def __init__(self, database: Database) -> None:
        super().__init__()
        self.place = fresh(database)
        self.now = NOW
        self.known: dict[int, Known] = {}
        self.closed: set[date] = set()
        self.turns = 0

    def _key(self) -> str:
        self.turns += 1
        return f"k{self.turns}"

    def _stall(self, merchant: int) -> Stall:
        return self.place.stalls[merchant]

    def _spot(self, merchant: int) -> Place:
        latitude, longitude, _ = list(PLACES.values())[merchant % len(PLACES)]
        return Place(latitude, longitude, list(self.place.markets.values())[merchant % len(PLACES)])

    def _standing(self) -> dict[int, Known]:
        return {
            merchant: known
            for merchant, known in self.known.items()
            if known.until is None or known.until > self.now
        }

    def _fits(self, merchant: int, time: Time) -> bool:
        """Tell whether the model lets a merchant have a time, the own visit taken away."""
        supporter, day, start = time
        if day in self.closed:
            return False
        others = [
            fixed(m, known.time[2], 60, self._spot(m))
            for m, known in self._standing().items()
            if m != merchant and known.time[:2] == (supporter, day)
        ]
        stops = sorted(
            [*others, fixed(merchant, start, 60, self._spot(merchant))], key=lambda s: s.start
        )
        judge = Judge(SHIFT, Travel())
        return judge.planned(stops) and judge.limits(stops)

    def _offer(self, merchant: int, time: Time) -> Offer:
        supporter_id = self.place.supporters[time[0]]
        wish = self._stall(merchant).wish(supporter_id=supporter_id)
        return Offer.named(supporter_id, time[1], time[2], 60, wish)

    @rule(minutes=st.integers(1, 7))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(merchant=MERCHANTS, time=TIMES)
    def keep(self, merchant: int, time: Time) -> None:
        before = self._standing().get(merchant)
        stall, offer = self._stall(merchant), self._offer(merchant, time)
        booked = before is not None and before.until is None
        fits = self._fits(merchant, time)
        try:
            with self.place.database.transaction() as session:
                visit_id = hold(stall.turn(session, self._key(), self.now), offer)
        except VisitRuleError:
            assert booked
        except SlotTakenError:
            assert not fits
            assert not booked
        else:
            assert fits
            assert not booked
            assert before is None or before.id == visit_id
            self.known[merchant] = Known(visit_id, time, self.now + HOLD)

    @rule(merchant=MERCHANTS)
    def say_yes(self, merchant: int) -> None:
        known = self.known.get(merchant)
        if known is None:
            return
        lapsed = known.until is not None and known.until <= self.now
        fits = not lapsed or self._fits(merchant, known.time)
        try:
            with self.place.database.transaction() as session:
                tx = self._stall(merchant).turn(session, self._key(), self.now)
                confirm(tx, known.id)
        except SlotTakenError:
            assert not fits
            del self.known[merchant]
        else:
            assert fits
            self.known[merchant] = replace(known, until=None)

    @rule(merchant=MERCHANTS)
    def write_again(self, merchant: int) -> None:
        known = self._standing().get(merchant)
        if known is None or known.until is None:
            return
        with self.place.database.transaction() as session:
            tx = self._stall(merchant).turn(session, self._key(), self.now)
            assert refresh_hold(tx, known.id)
        self.known[merchant] = replace(known, until=max(known.until, self.now + HOLD))

    @rule(merchant=MERCHANTS, time=TIMES)
    def move(self, merchant: int, time: Time) -> None:
        known = self._standing().get(merchant)
        if known is None or known.until is not None:
            return
        fits = self._fits(merchant, time)
        try:
            with self.place.database.transaction() as session:
                tx = self._stall(merchant).turn(session, self._key(), self.now)
                change(tx, known.id, self._offer(merchant, time))
        except SlotTakenError:
            assert not fits
        else:
            assert fits
            self.known[merchant] = replace(known, time=time)

    @rule(merchant=MERCHANTS, supporter=SUPPORTERS)
    def hand_over(self, merchant: int, supporter: int) -> None:
        known = self._standing().get(merchant)
        if known is None or known.until is not None:
            return
        time = (supporter, known.time[1], known.time[2])
        fits = self._fits(merchant, time)
        try:
            with self.place.database.transaction() as session:
                tx = self.place.office(session, self._key(), self.now)
                reassign(tx, known.id, self.place.supporters[supporter])
        except SlotTakenError:
            assert not fits
        else:
            assert fits
            self.known[merchant] = replace(known, time=time)

    @rule(merchant=MERCHANTS, politely=st.booleans())
    def leave(self, merchant: int, *, politely: bool) -> None:
        known = self._standing().get(merchant)
        if known is None:
            return
        with self.place.database.transaction() as session:
            tx = self._stall(merchant).turn(session, self._key(), self.now)
            cancel(tx, known.id) if politely or known.until is None else release(tx, known.id)
        del self.known[merchant]

    @rule()
    def sweep(self) -> None:
        expire_holds(self.place.database, self.now)

    @rule(day=st.sampled_from(DAYS))
    def close_or_open_a_day(self, day: date) -> None:
        with self.place.database.transaction() as session:
            if day in self.closed:
                availability.drop_day(session, day)
                self.closed.discard(day)
            else:
                availability.enter_day(session, day, DayKind.CLOSED, "임시", "test", self.now)
                self.closed.add(day)

    @rule(merchant=MERCHANTS, day=st.sampled_from(DAYS), start=STARTS)
    def ask(self, merchant: int, day: date, start: int) -> None:
        """Whatever is offered fits, and the wished time is offered when it fits."""
        wish = self._stall(merchant).wish(
            day=day, start=start, only_day=True, moving=self._moving(merchant)
        )
        with self.place.database.reading() as session:
            found = offers(session, wish, self.now)
        for offer in found:
            who = self.place.supporters.index(offer.supporter_id)
            assert self._fits(merchant, (who, offer.day, offer.start))
        possible = any(self._fits(merchant, (who, day, start)) for who in (0, 1))
        assert possible == any(offer.start == start for offer in found)

    def _moving(self, merchant: int) -> int | None:
        known = self._standing().get(merchant)
        return known.id if known else None

    @invariant()
    def the_tables_say_the_same(self) -> None:
        with self.place.database.reading() as session:
            mine = Visit.supporter_id.in_(self.place.supporters)
            rows = session.scalars(select(Visit).where(Visit.state.in_(OCCUPYING), mine)).all()
            seen = {
                row.id: (row.supporter_id, row.day, row.starts_at, row.state)
                for row in rows
                if row.hold_expires_at is None or row.hold_expires_at > self.now
            }
        wanted = {
            known.id: (
                self.place.supporters[known.time[0]],
                known.time[1],
                self._offer(merchant, known.time).starts_at,
                VisitState.HELD if known.until else VisitState.CONFIRMED,
            )
            for merchant, known in self._standing().items()
        }
        assert seen == wanted

    @invariant()
    def the_days_can_be_kept(self) -> None:
        assert [fault for fault in self._faults() if "counted" in fault] == []

    def teardown(self) -> None:
        expire_holds(self.place.database, self.now)
        assert self._faults() == []

    def _faults(self) -> list[str]:
        return faults(self.place.database, self.place.supporters)


def fresh(database: Database) -> Town:
    """Bring new merchants and supporters into the town; those of the run before have left."""
    with database.transaction() as session:
        number = 10 * len(session.scalars(select(Supporter.id)).all()) + 1
        session.execute(update(Supporter).values(state=SupporterState.LEFT))
        session.execute(delete(HolidayOverride))
        listed = session.scalars(select(Market).order_by(Market.id))
        markets = {market.name: market.id for market in listed}
        made = Town(database, markets or {name: add_market(session, name) for name in PLACES})
        made.supporters = [
            add_supporter(session, number + n, max_visits=8, max_travel_min=480) for n in range(2)
        ]
        ids = list(made.markets.values())
        made.stalls = [add_stall(session, ids[n], number + n) for n in range(5)]
        touch(session, CALENDAR)
    return made


def run(database: Database, examples: int, steps: int) -> None:
    class Here(Talks):
        def __init__(self) -> None:
            super().__init__(database)

    run_state_machine_as_test(
        Here,
        settings=settings(
            max_examples=examples,
            stateful_step_count=steps,
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )


def test_any_order(database: Database) -> None:
    run(database, 12, 25)


@pytest.mark.long
def test_any_order_for_longer(database: Database) -> None:
    run(database, 150, 40)
