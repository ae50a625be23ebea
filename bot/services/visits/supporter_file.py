"""Reading a file of supporters: every row, or a sentence for each row that is wrong.

Columns: name, phone, areas, skills, home_lat, home_lon, max_visits, hours. Several areas,
skills or hours are divided by `;`.
"""

import csv
import io
import re
from dataclasses import dataclass
from itertools import pairwise

from bot.errors import InvalidInputError
from bot.services.markets import MarketIndex, short_place
from bot.services.visits.calendar import DAY_CODES, minute_from
from bot.services.visits.kinds import OTHER, SKILLS
from bot.services.visits.team import Area, Hours

COLUMNS = ("name", "phone", "areas", "skills", "home_lat", "home_lon", "max_visits", "hours")
MOST_VISITS, USUAL_VISITS = 12, 6
MOST_NAME = 40
REGIONS = {
    "서울": "서울특별시",
    "부산": "부산광역시",
    "대구": "대구광역시",
    "인천": "인천광역시",
    "광주": "광주광역시",
    "대전": "대전광역시",
    "울산": "울산광역시",
    "세종": "세종특별자치시",
    "경기": "경기도",
    "강원": "강원특별자치도",
    "충청북": "충청북도",
    "충청남": "충청남도",
    "전북": "전북특별자치도",
    "전라북": "전북특별자치도",
    "전라남": "전라남도",
    "경상북": "경상북도",
    "경상남": "경상남도",
    "제주": "제주특별자치도",
}
"""What `short_place` makes of them -> 시·도 as addresses write them."""
_KOREA = ((33.0, 39.0), (124.0, 132.0))
_MOBILE = re.compile(r"010\d{8}")
_HOURS = re.compile(
    r"(?P<days>[A-Z,\- ]+?)\s+(?P<start>\d{1,2}:\d{2})\s*-\s*(?P<end>\d{1,2}:\d{2})"
)


@dataclass(frozen=True, slots=True)
class SupporterLine:
    """One row, read."""

    name: str
    phone: str
    areas: tuple[Area, ...]
    skills: tuple[str, ...]
    home: tuple[float, float]
    max_visits: int
    hours: tuple[Hours, ...]


class WrongRowsError(InvalidInputError):
    """Some rows cannot be used, so none was.

    Attributes:
        rows: (line of the file, sentence).
    """

    code = "wrong_rows"

    def __init__(self, rows: list[tuple[int, str]]) -> None:
        super().__init__("\n".join(f"line {line}: {sentence}" for line, sentence in rows))
        self.rows = rows


def read_lines(text: str, markets: MarketIndex) -> list[SupporterLine]:
    """Return every row.

    Raises:
        InvalidInputError: columns are missing, or there are no rows.
        WrongRowsError: rows are wrong.
    """
    rows = csv.DictReader(io.StringIO(text, newline=""))
    missing = [name for name in COLUMNS if name not in (rows.fieldnames or ())]
    if missing:
        raise InvalidInputError("missing columns: " + ", ".join(missing))
    lines: list[SupporterLine] = []
    wrong: list[tuple[int, str]] = []
    seen: dict[str, int] = {}
    for row in rows:
        cells = {key: (row.get(key) or "").strip() for key in COLUMNS}
        if not any(cells.values()):
            continue
        try:
            line = _line(cells, markets)
        except InvalidInputError as error:
            wrong.append((rows.line_num, str(error)))
            continue
        if line.phone in seen:
            wrong.append((rows.line_num, f"the telephone stands in line {seen[line.phone]} too"))
        seen[line.phone] = rows.line_num
        lines.append(line)
    if wrong:
        raise WrongRowsError(wrong)
    if not lines:
        raise InvalidInputError("the file has no rows")
    return lines


def _line(cells: dict[str, str], markets: MarketIndex) -> SupporterLine:
    name = cells["name"]
    if not name or len(name) > MOST_NAME:
        raise InvalidInputError(f"name has to have 1 to {MOST_NAME} letters")
    return SupporterLine(
        name=name,
        phone=_phone(cells["phone"]),
        areas=_areas(cells["areas"], markets),
        skills=_skills(cells["skills"]),
        home=(
            _degrees("home_lat", cells["home_lat"], _KOREA[0]),
            _degrees("home_lon", cells["home_lon"], _KOREA[1]),
        ),
        max_visits=_max_visits(cells["max_visits"]),
        hours=hours_from(cells["hours"]),
    )


def _phone(text: str) -> str:
    """Return the digits; a spreadsheet may have eaten the first nought."""
    digits = re.sub(r"[\s.()-]", "", text)
    digits = digits.removeprefix("+82") if digits.startswith("+82") else digits
    digits = "0" + digits if digits.startswith("10") else digits
    if not _MOBILE.fullmatch(digits):
        raise InvalidInputError("phone has to be a mobile number, 010 and eight digits")
    return digits


def _skills(text: str) -> tuple[str, ...]:
    found = {part.lower() for part in _parts(text, ";|,/")}
    if not found or not found <= {*SKILLS, OTHER}:
        known = ", ".join(SKILLS)
        raise InvalidInputError(f"skills have to be some of {known}, not {text or 'empty'}")
    return tuple(sorted(found - {OTHER}))


def _degrees(column: str, text: str, bounds: tuple[float, float]) -> float:
    try:
        value = float(text)
    except ValueError:
        value = bounds[0] - 1
    if not bounds[0] <= value <= bounds[1]:
        low, high = bounds
        raise InvalidInputError(f"{column} has to be degrees between {low:.0f} and {high:.0f}")
    return round(value, 6)


def _max_visits(text: str) -> int:
    if not text:
        return USUAL_VISITS
    if not text.isdecimal() or not 1 <= int(text) <= MOST_VISITS:
        raise InvalidInputError(f"max_visits has to be a number from 1 to {MOST_VISITS}")
    return int(text)


def hours_from(text: str) -> tuple[Hours, ...]:
    """Read `MON-FRI 09:00-18:00; SAT 10:00-14:00`; `FRI-MON` goes over the weekend.

    >>> [(h.weekday, h.start, h.end) for h in hours_from("MON,WED 09:00-12:30")]
    [(0, 540, 750), (2, 540, 750)]

    Raises:
        InvalidInputError: it cannot be read, or hours of one day overlap.
    """
    found: list[Hours] = []
    for part in _parts(text):
        match = _HOURS.fullmatch(part.upper())
        if match is None:
            raise InvalidInputError(f"hours have to read like MON-FRI 09:00-18:00, not {part}")
        start, end = _span(match["start"], match["end"])
        found += [Hours(weekday, start, end) for weekday in _weekdays(match["days"])]
    if not found:
        raise InvalidInputError("hours are missing, like MON-FRI 09:00-18:00")
    found.sort(key=lambda hours: (hours.weekday, hours.start))
    for one, other in pairwise(found):
        if one.weekday == other.weekday and other.start < one.end:
            raise InvalidInputError(f"hours of {DAY_CODES[one.weekday]} overlap")
    return tuple(found)


def _span(start: str, end: str) -> tuple[int, int]:
    try:
        first, last = minute_from(start), minute_from(end)
    except ValueError:
        raise InvalidInputError(f"there is no such time: {start}-{end}") from None
    if first >= last:
        raise InvalidInputError(f"hours end before they begin: {start}-{end}")
    return first, last


def _weekdays(text: str) -> list[int]:
    found: list[int] = []
    for item in text.replace(" ", "").split(","):
        first, _, last = item.partition("-")
        if first not in DAY_CODES or (last and last not in DAY_CODES):
            raise InvalidInputError(f"days have to be some of {', '.join(DAY_CODES)}, not {item}")
        begin, end = DAY_CODES.index(first), DAY_CODES.index(last or first)
        found += [(begin + n) % 7 for n in range((end - begin) % 7 + 1)]
    return list(dict.fromkeys(found))


def _areas(text: str, markets: MarketIndex) -> tuple[Area, ...]:
    found = [_area(part, markets) for part in _parts(text, ";|,/")]
    if not found:
        raise InvalidInputError("areas are missing: a market, a city or a region")
    return tuple(dict.fromkeys(found))


def _area(text: str, markets: MarketIndex) -> Area:
    """Read a region, a city with or without its region, or a market likewise.

    Raises:
        InvalidInputError: it is none of them, or several.
    """
    if not markets.knows(text):
        places = _regions(text, markets) or _cities(text.split(), markets)
        if len(places) == 1:
            return places.pop()
        if places:
            raise InvalidInputError(f"{text} is in several regions, write the region before it")
    hits = markets.find(text)
    if len(hits) > 1:
        raise InvalidInputError(f"{text} means {len(hits)} markets, write the city before it")
    if not hits:
        raise InvalidInputError(f"{text} is no market, city or region of the list of markets")
    return Area(market_id=hits[0].id)


def _regions(text: str, markets: MarketIndex) -> set[Area]:
    """Return the region of this name, as the list of markets writes it."""
    short = short_place(text)
    if short not in REGIONS:
        return set()
    listed = [hit.region for hit in markets.in_city(text) if short_place(hit.region) == short]
    return {Area(region=listed[0] if listed else REGIONS[short])}


def _cities(words: list[str], markets: MarketIndex) -> set[Area]:
    """Return the cities that `마포구` or `서울 마포구` may mean."""
    *regions, city = map(short_place, words)
    return {
        Area(hit.region, hit.city)
        for hit in markets.in_city(words[-1])
        if short_place(hit.city) == city and (not regions or [short_place(hit.region)] == regions)
    }


def _parts(text: str, marks: str = ";|") -> list[str]:
    pieces = re.split(f"[{re.escape(marks)}\\n]", text)
    return [piece.strip() for piece in pieces if piece.strip()]
