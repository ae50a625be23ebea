"""Put points together: dates with their times, ranges, alternatives, corrections."""

import re
from dataclasses import dataclass, replace

from bot.nlu.dates.model import Phrase, Point
from bot.nlu.dates.points import inherit, with_time_of, without_time

_MERGE_GAP = re.compile(
    r"\s?(?:지나서|지나고|먹고|이후|후에?|중에서?|중|에서|쯤|경|하고)?\s?(?:한|대략|약)?\s?"
)


@dataclass(slots=True)
class Item:
    """One thing said about when: a point, a range of two points or alternatives."""

    first: Phrase
    last: Phrase | None = None
    others: tuple[Point, ...] = ()

    def ends(self) -> Phrase:
        """Return the phrase whose following words belong to the item."""
        return self.last or self.first


def items(chain: list[Phrase]) -> list[Item]:
    """Return what the phrases of a message say, negated and corrected ones left out."""
    found: list[Item] = []
    carried: Point | None = None
    index = 0
    while index < len(chain):
        phrase = chain[index]
        if carried is not None:
            phrase.point = _carry(carried, phrase.point)
            carried = None
        following = chain[index + 1] if index + 1 < len(chain) else None
        if phrase.negated or phrase.links & {"corrected", "dropped"}:
            carried = phrase.point
            if following is None:
                _keep_day(found, phrase)
                break
        elif "range" in phrase.links and following:
            following.point = inherit(following.point, phrase.point)
            found.append(Item(phrase, following))
            index += 1
        elif "base" in phrase.links and following:
            following.links.add("based")
            following.point = replace(following.point, start=phrase.point.start)
            found.append(Item(following, others=(phrase.point,)))
            index += 1
        else:
            _add(found, phrase)
        index += 1
    return _merged(found)


def _keep_day(found: list[Item], phrase: Phrase) -> None:
    """Keep the day of "내일 오전은 안 돼요", of which only the time was refused."""
    if phrase.negated and phrase.point.dated() and phrase.point.timed():
        found.append(Item(replace(phrase, point=without_time(phrase.point))))


def _carry(earlier: Point, point: Point) -> Point:
    """Return a point with what stays valid of the one that was taken back before it.

    "화욜 3시는 안되고 4시": the day stays; "다음 주 월요일 말고 화요일": the week stays.
    """
    if not point.dated() and earlier.dated() and earlier.timed():
        kept = without_time(earlier)
        part = point.part or (earlier.part if earlier.clock and point.clock else None)
        return replace(with_time_of(kept, point), part=part, start=point.start, end=point.end)
    if not point.dated() and earlier.part and earlier.clock and point.clock and not point.part:
        return replace(point, part=earlier.part)
    return inherit(point, earlier)


def _add(found: list[Item], phrase: Phrase) -> None:
    """Append a phrase, or make it an alternative of the one before."""
    last = found[-1] if found else None
    if last and last.last is None and "or" in last.first.links and "based" not in last.first.links:
        point = inherit(phrase.point, last.first.point)
        if not point.dated() or _clocks_differ(last.first.point, point):
            # "2시나 3시", "수요일 3시 아니면 목요일 5시": which time is open.
            point = replace(point, vague="time")
        elif point.part and last.first.point.part and point.part != last.first.point.part:
            point = replace(without_time(point), vague="time")
        if not point.dated() and last.first.point.dated():
            point = with_time_of(last.first.point, point)
            last.first = replace(phrase, point=point)
            return
        if point.timed() and not last.first.point.timed():
            last.others = tuple(with_time_of(other, point) for other in last.others)
            kept = with_time_of(last.first.point, point)
            earlier = (last.others or ()) + (kept,)
        else:
            earlier = (*last.others, last.first.point)
        last.others, last.first = earlier, replace(phrase, point=point)
    else:
        found.append(Item(phrase))


def _clocks_differ(point: Point, other: Point) -> bool:
    return point.clock is not None and other.clock is not None and point.clock != other.clock


def _merged(found: list[Item]) -> list[Item]:
    """Give a date the time that stands elsewhere in the message, and the other way round."""
    merged: list[Item] = []
    for item in found:
        if not (merged and _complete(merged[-1], item)):
            merged.append(item)
    return merged


def _complete(earlier: Item, item: Item) -> bool:
    """Merge `item` into `earlier` when one is a day and the other a time; tell whether done."""
    one, other = earlier.first.point, item.first.point
    if _halves(earlier, item):
        part = one.part or other.part
        clocked = one if one.clock is not None else other
        joined = replace(clocked, part=part, start=one.start, end=max(one.end, other.end))
        earlier.first = replace(item.first, point=joined)
        earlier.last = item.last
        return True
    if one.dated() and not other.dated() and _takes_time(earlier, one, other):
        _put_time(earlier, item)
        return True
    if other.dated() and not other.timed() and not one.dated() and item.last is None:
        if earlier.last is not None:
            earlier.last.point = with_time_of(other, earlier.last.point)
        earlier.first = replace(earlier.first, point=with_time_of(other, one))
        earlier.others = tuple(with_time_of(point, one) for point in item.others)
        return True
    return False


def _halves(earlier: Item, item: Item) -> bool:
    """Tell whether a part of day and an hour stand apart: 저녁 먹고 8시, 7시 아침에."""
    one, other = earlier.first.point, item.first.point
    if one.dated() or other.dated() or earlier.last is not None:
        return False
    if one.clock is None and other.clock is not None and other.part is None:
        return _MERGE_GAP.fullmatch(earlier.first.after) is not None
    after = one.clock is not None and one.part is None and other.clock is None
    return after and item.last is None and not earlier.first.after.strip()


def _takes_time(earlier: Item, one: Point, other: Point) -> bool:
    """Tell whether a day still lacks the time that follows it."""
    if earlier.last is not None or one.clock is not None:
        return False
    if one.part is None:
        return True
    return other.clock is not None and _MERGE_GAP.fullmatch(earlier.first.after) is not None


def _put_time(earlier: Item, item: Item) -> None:
    """Move the time of `item`, a point or a range, to the day of `earlier`."""
    day = earlier.first.point
    part = item.first.point.part or (day.part if item.first.point.clock else None)
    timed = replace(item.first.point, part=part)
    earlier.others = tuple(with_time_of(point, timed) for point in earlier.others)
    earlier.first = replace(item.first, point=with_time_of(day, timed))
    earlier.last = item.last
