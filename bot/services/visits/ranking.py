"""Which of the possible times to name, and in what order. Pure.

Nearest to the wish first, then what costs less travelling and goes to whoever has less to do;
spread over half days and days, because a person who cannot on Tuesday afternoon is not helped
by a second offer on Tuesday afternoon.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from bot.services.visits.wish import PERIODS, Offer, VisitWish

NOON = 720
DAY_NAMED, DAY_OPEN = 480, 60
"""What a day further off counts, in minutes, when a day was named and when none was."""
EXTRA_WEIGHT = 2
"""What a minute on the way counts, in minutes away from the wish."""
LOAD_WEIGHT = 5
APART = 60
"""Offers of one half day are at least this far apart."""

_Key = tuple[bool, float, date, int, int]


def chosen(
    wish: VisitWish, today: date, offers: Iterable[Offer], load: Mapping[int, float] | None = None
) -> tuple[Offer, ...]:
    """Return the offers to name, best first: each time once, spread over half days."""
    best: dict[tuple[date, int], tuple[_Key, Offer]] = {}
    for offer in offers:
        key = _key(wish, today, offer, load or {})
        slot = (offer.day, offer.start)
        if slot not in best or key < best[slot][0]:
            best[slot] = (key, offer)
    ordered = [offer for _, offer in sorted(best.values(), key=lambda pair: pair[0])]
    return _spread(wish, ordered)


def _key(wish: VisitWish, today: date, offer: Offer, load: Mapping[int, float]) -> _Key:
    cost = (
        _days_off(wish, today, offer.day)
        + _minutes_off(wish, offer.start)
        + EXTRA_WEIGHT * offer.extra
        + LOAD_WEIGHT * load.get(offer.supporter_id, 0.0)
    )
    return (
        not (offer.suits and wish.start is not None),
        cost,
        offer.day,
        offer.start,
        offer.supporter_id,
    )


def _days_off(wish: VisitWish, today: date, day: date) -> int:
    if wish.day is None:
        return DAY_OPEN * (day - today).days
    if day < wish.day:
        return DAY_NAMED * (wish.day - day).days
    return DAY_NAMED * max(0, (day - (wish.until or wish.day)).days)


def _minutes_off(wish: VisitWish, start: int) -> int:
    if wish.start is not None:
        return abs(start - wish.start)
    first, end = PERIODS.get(wish.period or "", (0, 1440))
    first = max(first, wish.not_before or 0)
    return max(first - start, start - end + 1, 0)


def _spread(wish: VisitWish, ordered: list[Offer]) -> tuple[Offer, ...]:
    taken: list[Offer] = []
    apart = APART if wish.start is None else APART // 2
    for most in (1, 2, 3):
        for offer in ordered:
            if len(taken) >= wish.count:
                return tuple(taken)
            near = [t for t in taken if _half(t) == _half(offer)]
            room = most + (wish.start is not None and offer.day == wish.day)
            if len(near) < room and all(abs(t.start - offer.start) >= apart for t in near):
                taken.append(offer)
    return tuple(taken)


def _half(offer: Offer) -> tuple[date, bool]:
    return (offer.day, offer.start < NOON)
