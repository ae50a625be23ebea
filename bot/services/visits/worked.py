"""The working time of one day as one unbroken line. Pure.

A day has spans in which the supporter works; lunch and absences lie between them. Counted in
worked minutes the breaks vanish: a way that is begun before lunch is ended after it, while a
visit has to lie inside one span. Clock minutes count from midnight in Korea.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from functools import lru_cache

Span = tuple[int, int]


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return what is left of `spans` when `taken` is cut out, in order.

    >>> without([(540, 1080)], [(720, 780), (1050, 1100)])
    ((540, 720), (780, 1050))
    """
    left = joined(spans)
    for start, end in joined(taken):
        pieces = []
        for begin, finish in left:
            pieces += [(begin, min(finish, start)), (max(begin, end), finish)]
        left = tuple((begin, finish) for begin, finish in pieces if begin < finish)
    return left


def joined(spans: Iterable[Span]) -> tuple[Span, ...]:
    """Return spans in order, those that touch or overlap made one.

    >>> joined([(600, 700), (540, 600), (800, 900)])
    ((540, 700), (800, 900))
    """
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


class WorkedTime:
    """Turns clock minutes into worked minutes and back.

    Args:
        spans: when the supporter works; in order, apart from each other.

    Attributes:
        spans: the same.
        total: worked minutes of the whole day.
    """

    __slots__ = ("_begins", "_clock_begins", "_ends", "spans", "total")

    def __init__(self, spans: tuple[Span, ...]) -> None:
        self.spans = spans
        self._clock_begins = [start for start, _ in spans]
        self._begins: list[int] = []
        self._ends: list[int] = []
        worked = 0
        for start, end in spans:
            self._begins.append(worked)
            worked += end - start
            self._ends.append(worked)
        self.total = worked

    def at(self, clock: int) -> int:
        """Return how many minutes are worked before this moment."""
        index = bisect_right(self._clock_begins, clock) - 1
        if index < 0:
            return 0
        start, end = self.spans[index]
        return self._begins[index] + min(clock, end) - start

    def last_at(self, clock: int) -> int:
        """Return the worked moment of the last start not after this one; -1 before the first.

        A start at the very end of a span is none: at that worked moment the next span begins.
        """
        index = bisect_right(self._clock_begins, clock) - 1
        return min(self.at(clock), self._ends[index] - 1) if index >= 0 else -1

    def clock(self, worked: int) -> int:
        """Return the moment at which work goes on after so many worked minutes."""
        index = min(bisect_right(self._ends, worked), len(self.spans) - 1)
        return self.spans[index][0] + worked - self._begins[index]

    def holds(self, clock: int, minutes: int) -> bool:
        """Tell whether a visit that begins at this moment lies inside one span."""
        index = bisect_right(self._clock_begins, clock) - 1
        return index >= 0 and clock + minutes <= self.spans[index][1]

    def promised(self, clock: int, minutes: int) -> int | None:
        """Return the worked moment of a visit at a certain time; None outside the spans."""
        index = bisect_right(self._clock_begins, clock) - 1
        if index < 0 or clock + minutes > self.spans[index][1]:
            return None
        return self._begins[index] + clock - self.spans[index][0]

    def earliest(self, worked: int, minutes: int) -> int | None:
        """Return the first start, in worked minutes, not before `worked` and inside a span."""
        index = bisect_right(self._ends, worked)
        while index < len(self._ends):
            begin = max(worked, self._begins[index])
            if begin + minutes <= self._ends[index]:
                return begin
            index += 1
        return None

    def latest(self, worked: int, minutes: int) -> int | None:
        """Return the last start, in worked minutes, not after `worked` and inside a span."""
        index = bisect_right(self._begins, worked) - 1
        while index >= 0:
            begin = min(worked, self._ends[index] - minutes)
            if begin >= self._begins[index]:
                return begin
            index -= 1
        return None

    def starts(self, first: int, last: int, minutes: int) -> list[Span]:
        """Return the clock ranges of starts between two worked moments, both included."""
        found = []
        index = bisect_left(self._ends, first)
        while index < len(self._ends) and self._begins[index] <= last:
            start, begin = self.spans[index][0], self._begins[index]
            low = start + max(first, begin) - begin
            high = start + min(last, self._ends[index] - minutes) - begin
            if low <= high:
                found.append((low, high))
            index += 1
        return found


@lru_cache(maxsize=4096)
def worked_time(spans: tuple[Span, ...]) -> WorkedTime:
    """Return the line of such a day; most days of a team have the same few hours."""
    return WorkedTime(spans)
