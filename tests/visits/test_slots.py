"""Which times are offered, and which reason each other candidate gets."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.visits.calendar import Calendar
from bot.services.visits.kinds import KINDS, VisitKind
from bot.services.visits.reasons import Reason
from bot.services.visits.slots import Need, search, starts
from bot.services.visits.team import Area, Hours, Spot, Supporter
from bot.services.visits.timeline import Stop, Timeline, fixed
from bot.services.visits.travel import Place, Travel, TravelTimes
from bot.services.visits.wish import Offered, VisitWish
from models.supporter import Absence, DayKind
from models.visit import MarketDays
from tests.visits.days import HOME, SPOTS, Day, booked_days

TODAY, TUESDAY = date(2026, 11, 23), date(2026, 12, 1)
CHANNEL = KINDS[0]
MARKET = Spot(Place(37.5572, 126.9060, 1), "서울특별시", "마포구")
NEARBY = Place(37.5587, 126.9051, 2)
FAR = Place(37.6307, 127.1500, 3)
WEEK = tuple(Hours(weekday, 540, 1080) for weekday in range(5))
ANN = Supporter(
    id=1,
    name="한지우",
    home=Place(37.5665, 126.9780),
    skills=frozenset({"channel", "content"}),
    areas=(Area("서울특별시", "마포구"),),
    hours=WEEK,
)


@dataclass
class Book:
    """Days as a test filled them."""

    team: Sequence[Supporter]
    stops: dict[tuple[int, date], list[Stop]] = field(default_factory=dict)
    calendar: Calendar = field(default_factory=Calendar)
    loads: dict[int, float] = field(default_factory=dict)
    travel: TravelTimes = field(default_factory=Travel)

    def prepare(self, supporters: Sequence[int], days: Sequence[date]) -> None:
        del supporters, days

    def of(self, supporter: int, day: date) -> Timeline | Reason:
        who = next(each for each in self.team if each.id == supporter)
        shift = who.shift(day, self.calendar)
        if isinstance(shift, Reason):
            return shift
        return Timeline(shift, self.stops.get((supporter, day), []), self.travel)

    def load(self, supporter: int) -> float:
        return self.loads.get(supporter, 0.0)


def need(**values: Any) -> Need:
    wish = VisitWish(
        **{"topics": ("channel",), **{k: values.pop(k) for k in list(values) if k in WISH}}
    )
    kind: VisitKind = values.pop("kind", CHANNEL)
    return Need(
        **{
            "wish": wish,
            "kind": kind,
            "spot": MARKET,
            "skills": kind.skills_for(wish.topics),
            "today": TODAY,
            "minute": 600,
            **values,
        }
    )


WISH = frozenset(VisitWish().__dataclass_fields__)


def found(wanted: Need, *team: Supporter, **book: Any) -> Offered:
    people = team or (ANN,)
    return search(wanted, people, Book(people, **book))


def reasons_on(offered: Offered, day: date) -> list[Reason]:
    return [refusal.reason for refusal in offered.refused if refusal.day == day]


def only(day: date, **values: Any) -> Need:
    return need(day=day, only_day=True, **values)


def test_the_wished_time_comes_first() -> None:
    offered = found(need(day=TUESDAY, start=900))
    assert (offered[0].day, offered[0].start, offered[0].suits) == (TUESDAY, 900, True)
    assert all(offer.starts_at.utcoffset() == timedelta() for offer in offered)
    assert offered.why_not is None


def test_offers_are_spread_over_half_days() -> None:
    offered = found(need())
    halves = [(offer.day, offer.start < 720) for offer in offered]
    assert len(offered) == 5
    assert len(set(halves)) == 5


def test_half_past_and_sharp_for_merchants_quarters_for_staff() -> None:
    def grid(wanted: Need) -> set[int]:
        offered = found(replace(wanted, wish=replace(wanted.wish, count=40)))
        return {offer.start % 60 for offer in offered}

    assert grid(need(day=TUESDAY)) <= {0, 30}
    timeline = Book((ANN,)).of(1, TUESDAY)
    assert isinstance(timeline, Timeline)
    staff = need(day=TUESDAY, by_staff=True)
    assert {start % 60 for start, _ in starts(staff, timeline, (0, 1440))} == {0, 15, 30, 45}


def test_no_skill() -> None:
    offered = found(need(topics=("pay",), kind=KINDS[2]))
    assert offered.why_not is Reason.NO_SKILL
    assert [refusal.day for refusal in offered.refused] == [None]


def test_region() -> None:
    elsewhere = Spot(Place(37.57, 127.04, 9), "서울특별시", "동대문구")
    assert found(need(spot=elsewhere)).why_not is Reason.REGION
    assert found(need(), replace(ANN, areas=())).why_not is Reason.REGION
    assert len(found(need(spot=elsewhere), replace(ANN, areas=(Area("서울특별시"),))))
    assert len(found(need(spot=elsewhere), replace(ANN, areas=(Area(market_id=9),))))


def test_jeju_cannot_be_reached_even_by_who_would_serve_it() -> None:
    island = Spot(Place(33.5116, 126.5260, 9), "제주특별자치도", "제주시")
    everywhere = replace(ANN, areas=(Area("제주특별자치도"),))
    assert found(need(spot=island), everywhere).why_not is Reason.REGION


def test_day_off_and_absences() -> None:
    saturday = TUESDAY + timedelta(days=4)
    assert reasons_on(found(only(saturday)), saturday) == [Reason.DAY_OFF]
    away = replace(ANN, exceptions={TUESDAY: ((Absence.OFF, 0, 1440),)})
    assert reasons_on(found(only(TUESDAY), away), TUESDAY) == [Reason.DAY_OFF]
    there = replace(ANN, exceptions={saturday: ((Absence.EXTRA, 600, 900),)})
    assert {offer.day for offer in found(only(saturday), there)} == {saturday}


def test_holidays_and_entered_days() -> None:
    christmas = date(2026, 12, 25)
    wanted = only(christmas, today=date(2026, 12, 7))
    assert reasons_on(found(wanted), christmas) == [Reason.HOLIDAY]
    entered = Calendar({TUESDAY: (DayKind.CLOSED, "임시공휴일")})
    assert reasons_on(found(only(TUESDAY), calendar=entered), TUESDAY) == [Reason.HOLIDAY]
    opened = Calendar({christmas: (DayKind.OPEN, "")})
    assert len(found(wanted, calendar=opened)) > 0


def test_market_days_are_avoided_where_there_is_trade_every_day() -> None:
    both = replace(MARKET, kind="daily_and_five_day", market_days=(2, 7))
    second, third = date(2026, 12, 2), date(2026, 12, 3)
    assert reasons_on(found(only(second, spot=both)), second) == [Reason.MARKET_DAY]
    assert len(found(only(third, spot=both))) > 0
    assert len(found(only(second, spot=both, anyway=("market_day",)))) > 0


def test_a_purely_periodic_market_is_visited_when_it_is_held() -> None:
    periodic = replace(MARKET, kind="five_day", market_days=(2, 7))
    second, third = date(2026, 12, 2), date(2026, 12, 3)
    assert reasons_on(found(only(third, spot=periodic)), third) == [Reason.MARKET_DAY]
    assert len(found(only(second, spot=periodic))) > 0
    any_day = replace(CHANNEL, market_days=MarketDays.ANY)
    assert len(found(only(third, spot=periodic, kind=any_day))) > 0


def test_most_visits() -> None:
    one = replace(ANN, max_visits=1)
    stops = {(1, TUESDAY): [fixed(7, 600, 60, MARKET.place)]}
    assert reasons_on(found(only(TUESDAY), one, stops=stops), TUESDAY) == [Reason.MAX_VISITS]


def test_travel() -> None:
    stops = {
        (1, TUESDAY): [
            fixed(7, 600, 90, FAR),
            fixed(8, 780, 120, FAR),
            fixed(9, 970, 60, FAR),
        ]
    }
    assert reasons_on(found(only(TUESDAY), stops=stops), TUESDAY) == [Reason.TRAVEL]


def test_busy() -> None:
    morning = replace(ANN, hours=(Hours(1, 540, 720),), lunch=None)
    stops = {(1, TUESDAY): [fixed(7, 580, 110, MARKET.place)]}
    assert reasons_on(found(only(TUESDAY), morning, stops=stops), TUESDAY) == [Reason.BUSY]


def test_lunch() -> None:
    short = replace(ANN, hours=(Hours(1, 670, 810),), home=NEARBY)
    assert reasons_on(found(only(TUESDAY), short), TUESDAY) == [Reason.LUNCH]
    assert len(found(only(TUESDAY), replace(short, lunch=None))) > 0
    later = replace(short, exceptions={TUESDAY: ((Absence.LUNCH, 780, 810),)})
    assert len(found(only(TUESDAY), later)) > 0


def test_notice() -> None:
    tomorrow = TODAY + timedelta(days=1)
    offered = found(only(tomorrow))
    assert offered[0].start >= 600
    assert all(offer.start >= 600 for offer in offered)
    assert reasons_on(found(only(TODAY)), TODAY) == [Reason.NOTICE]
    evening = found(only(tomorrow, minute=1050))
    assert reasons_on(evening, tomorrow) == [Reason.NOTICE]
    assert len(found(only(TODAY, by_staff=True))) > 0


def test_horizon() -> None:
    edge, beyond = TODAY + timedelta(days=28), TODAY + timedelta(days=29)
    assert len(found(only(edge))) > 0
    assert reasons_on(found(only(beyond)), beyond) == [Reason.HORIZON]
    assert found(only(beyond)).why_not is Reason.HORIZON
    assert len(found(only(beyond, by_staff=True))) > 0


def test_a_day_beyond_the_horizon_gets_the_nearest_offers() -> None:
    offered = found(need(day=TODAY + timedelta(days=40)))
    assert len(offered) > 0
    assert not any(offer.suits for offer in offered)
    assert Reason.HORIZON in offered.reasons


def test_store_closed() -> None:
    closed = only(TUESDAY, closed_days=("weekly:TUE",))
    assert reasons_on(found(closed), TUESDAY) == [Reason.STORE_CLOSED]
    evening = only(TUESDAY, opens=1080, closes=1560)
    assert reasons_on(found(evening), TUESDAY) == [Reason.STORE_CLOSED]
    short = found(only(TUESDAY, opens=600, closes=690))
    assert {offer.start for offer in short} <= {600, 630}
    assert len(short) > 0


def test_wish() -> None:
    assert reasons_on(found(need(not_weekdays=(1,))), TUESDAY) == [Reason.WISH]
    assert all(offer.day.weekday() != 1 for offer in found(need(not_weekdays=(1,), day=TUESDAY)))


def test_one_merchant_is_not_visited_twice_at_a_time() -> None:
    free = [offer.start for offer in found(only(TUESDAY, count=40))]
    busy = found(only(TUESDAY, count=40, busy={TUESDAY: ((540, 1080),)}))
    assert free
    assert reasons_on(busy, TUESDAY) == [Reason.MERCHANT_BUSY]


def test_parts_of_the_day_and_not_before() -> None:
    offered = found(only(TUESDAY, period="morning"))
    assert offered[0].start < 720
    assert offered[0].suits
    late = found(only(TUESDAY, not_before=960))
    assert late[0].start >= 960
    assert late[0].suits


def test_who_is_there_anyway_comes_first() -> None:
    ben = replace(ANN, id=2, name="문가온")
    stops = {(2, TUESDAY): [fixed(7, 870, 60, MARKET.place)]}
    offered = found(only(TUESDAY, start=960), ANN, ben, stops=stops)
    assert (offered[0].supporter_id, offered[0].is_there) == (2, True)
    assert offered[0].extra < 10


def test_who_has_less_to_do_comes_first_among_equals() -> None:
    ben = replace(ANN, id=2)
    assert found(only(TUESDAY), ANN, ben)[0].supporter_id == 1
    assert found(only(TUESDAY), ANN, ben, loads={1: 3.0})[0].supporter_id == 2


def test_nobody_at_all() -> None:
    offered = search(need(), (), Book(()))
    assert offered.why_not is Reason.REGION


def test_every_candidate_gets_a_reason_or_an_offer() -> None:
    ben = replace(ANN, id=2, hours=(Hours(0, 540, 1080),))
    offered = found(need(day=TUESDAY, count=500), ANN, ben)
    looked = [TODAY + timedelta(days=n) for n in range(29)]
    for supporter in (1, 2):
        with_offer = {o.day for o in offered if o.supporter_id == supporter}
        refused = {r.day for r in offered.refused if r.supporter_id == supporter}
        assert refused.isdisjoint(with_offer)
        assert refused >= {day for day in looked if day.weekday() > 4}


def test_the_rest_of_the_horizon_is_looked_at_when_the_wish_offers_too_little() -> None:
    rare = replace(ANN, hours=(Hours(1, 540, 720, valid_from=date(2026, 12, 14)),))
    offered = found(need(day=TUESDAY), rare)
    assert {offer.day for offer in offered} == {date(2026, 12, 15)}


@settings(deadline=None, max_examples=150)
@given(
    day=booked_days(),
    spot=st.sampled_from(SPOTS),
    minutes=st.sampled_from([20, 40, 60]),
    hours=st.tuples(st.integers(0, 1000), st.integers(500, 1440)),
    by_staff=st.booleans(),
)
def test_exactly_the_feasible_starts_of_the_grid_are_candidates(
    day: Day, spot: Place, minutes: int, hours: tuple[int, int], *, by_staff: bool
) -> None:
    """Against the judge: what is found is feasible, and what is feasible is found."""
    kind = replace(CHANNEL, minutes=minutes)
    wanted = need(spot=Spot(spot), kind=kind, opens=hours[0], closes=hours[1], by_staff=by_staff)
    timeline = Timeline(day.shift, day.stops, day.ways)
    offered = {start for start, _ in starts(wanted, timeline, wanted.within(TUESDAY))}
    feasible = set()
    for start in range(0, 1440, wanted.grid):
        inside = hours[0] <= start and start + minutes <= min(hours[1], 1440)
        new = fixed(0, start, minutes, spot)
        trials = ((*day.stops[:k], new, *day.stops[k:]) for k in range(len(day.stops) + 1))
        if inside and any(day.judge.possible(t) and day.judge.limits(t) for t in trials):
            feasible.add(start)
    assert offered == feasible


@settings(deadline=None, max_examples=60)
@given(booked_days(), st.sampled_from(SPOTS), st.integers(0, 1440))
def test_what_is_offered_can_be_kept(day: Day, spot: Place, start: int) -> None:
    """The whole search, with the ranking: every offer leaves a day that the judge allows."""
    who = replace(
        ANN,
        home=HOME,
        areas=(Area(market_id=spot.market_id),),
        hours=tuple(Hours(n, a, b) for n in range(7) for a, b in day.shift.spans),
        lunch=None,
        max_visits=day.shift.max_visits,
        max_travel=day.shift.max_travel,
    )
    book = Book((who,), {(1, TUESDAY): list(day.stops)}, travel=day.ways)
    offered = search(need(spot=Spot(spot), day=TUESDAY, start=start, only_day=True), (who,), book)
    for offer in offered:
        new = fixed(0, offer.start, offer.minutes, spot)
        trials = [(*day.stops[:k], new, *day.stops[k:]) for k in range(len(day.stops) + 1)]
        assert any(day.judge.possible(t) and day.judge.limits(t) for t in trials)


@pytest.mark.parametrize(
    "wish",
    [
        VisitWish(),
        VisitWish(store_id=3, topics=("pay", "kit"), day=TUESDAY, until=TUESDAY, start=600),
        VisitWish(period="morning", not_weekdays=(0, 6), not_before=120, place_note="정문"),
    ],
    ids=["empty", "days", "words"],
)
def test_a_wish_survives_the_conversation(wish: VisitWish) -> None:
    import json  # noqa: PLC0415 -- only here

    kept = json.loads(json.dumps(wish.as_json()))
    assert VisitWish.from_json(kept) == wish
    assert VisitWish.from_json({**kept, "key_of_another_release": 1}) == wish


def test_an_offer_survives_the_conversation() -> None:
    offer = found(need(day=TUESDAY, start=900))[0]
    again = type(offer).from_token(offer.token, offer.wish)
    assert (again.supporter_id, again.starts_at, again.ends_at, again.suits) == (
        offer.supporter_id,
        offer.starts_at,
        offer.ends_at,
        True,
    )
    with pytest.raises(ValueError, match="no offer"):
        type(offer).from_token("nonsense", offer.wish)
