"""Take the published list of traditional markets (전국전통시장표준데이터) into the table.

Columns and their words are those of the national standard data set, "전통시장" (public data
portal 15012894); the file comes as UTF-8, with or without a mark, or as CP949.
"""

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.errors import InvalidInputError
from bot.services import spreadsheets
from bot.services.markets import STAMP
from models.market import DataVersion, Market, MarketAlias

NEEDED = ("시장명", "시장유형", "소재지도로명주소", "소재지지번주소", "시장개설주기")
"""Columns without which the file is not the one that is meant."""
FIELDS = (
    "name",
    "kind",
    "region",
    "city",
    "district",
    "road_address",
    "lot_address",
    "market_days",
    "latitude",
    "longitude",
    "store_count",
    "phone",
    "reference_date",
)
_ALIAS = re.compile(r"\(([^)]*)\)")
_ALIAS_ENDS = ("시장", "장터", "상가", "상점가", "장")
_LAST_DAY = 31
_KOREA_LATITUDE = (Decimal(33), Decimal(39))
_KOREA_LONGITUDE = (Decimal(124), Decimal(132))


@dataclass(slots=True)
class ImportReport:
    """What an import did.

    Attributes:
        added, updated, unchanged: numbers of rows.
        rejected: (line of the file, reason) of every row that was left out.
    """

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: list[tuple[int, str]] = field(default_factory=list)


def import_csv(session: Session, path: Path, now: datetime) -> ImportReport:
    """Add and update markets from the published file; running it again changes nothing.

    Markets that the file no longer names stay: stores may hang on them.

    Raises:
        InvalidInputError: the file cannot be read or lacks columns.
    """
    rows = csv.DictReader(io.StringIO(decoded(path), newline=""))
    missing = [name for name in NEEDED if name not in (rows.fieldnames or ())]
    if missing:
        raise InvalidInputError("missing columns: " + ", ".join(missing))
    known = {market.source_key: market for market in session.scalars(select(Market))}
    report = ImportReport()
    seen: set[str] = set()
    for row in rows:
        try:
            values = _values(row)
        except InvalidInputError as error:
            report.rejected.append((rows.line_num, str(error)))
            continue
        key = source_key(values)
        if key in seen:
            report.rejected.append((rows.line_num, "the same market twice"))
            continue
        seen.add(key)
        _store(session, known.get(key), {"source_key": key, **values}, now, report)
    session.flush()
    if report.added or report.updated:
        touch(session)
    return report


def source_key(values: dict[str, object]) -> str:
    """Return what tells one market of the list from all others."""
    return "|".join(str(values[name]) for name in ("name", "region", "city", "district"))


def touch(session: Session) -> None:
    """Tell every process that the markets changed."""
    stamp = session.get(DataVersion, STAMP, with_for_update=True)
    if stamp is None:
        session.add(DataVersion(name=STAMP, value=1))
    else:
        stamp.value += 1
    session.flush()


def market_days(text: str) -> list[int]:
    """Return the last digits of the days of a periodic market.

    >>> market_days("2일+7일"), market_days("5·10일장"), market_days("매일")
    ([2, 7], [5, 0], [])
    """
    days = sorted({int(found) for found in re.findall(r"\d+", text)})
    return list(dict.fromkeys(day % 10 for day in days if 1 <= day <= _LAST_DAY))


def place(road: str, lot: str) -> tuple[str, str, str]:
    """Return region, city and district of an address.

    The city of 세종 is empty (it has none); a 구 of a city belongs to the district.

    >>> place("", "경기도 수원시 팔달구 지동 402-1")
    ('경기도', '수원시', '팔달구 지동')
    """
    words = (lot or road).split()
    region = words[0] if words else ""
    rest = words[1:]
    city = rest.pop(0) if rest and rest[0][-1] in "시군구" else ""
    district: list[str] = []
    for word in rest:
        if word[-1] not in "구읍면동가리" or word[0].isdigit():
            break
        district.append(word)
    return region, city, " ".join(district)


def decoded(path: Path) -> str:
    """Return the text of a file in UTF-8, with or without a mark, or CP949.

    Raises:
        InvalidInputError: it cannot be read.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise InvalidInputError(f"cannot read {path.name}: {error.strerror}") from error
    return spreadsheets.decoded(raw, path.name)


def _values(row: dict[str, str | None]) -> dict[str, object]:
    cells = {key: (value or "").strip() for key, value in row.items() if isinstance(key, str)}
    name = cells["시장명"]
    if not name:
        raise InvalidInputError("no name")
    road, lot = cells["소재지도로명주소"], cells["소재지지번주소"]
    region, city, district = place(road, lot)
    if not region:
        raise InvalidInputError("no address")
    days = market_days(cells["시장개설주기"])
    return {
        "name": name,
        "kind": _kind(cells["시장유형"], days),
        "region": region,
        "city": city,
        "district": district,
        "road_address": road,
        "lot_address": lot,
        "market_days": days,
        "latitude": _degrees(cells.get("위도", ""), _KOREA_LATITUDE),
        "longitude": _degrees(cells.get("경도", ""), _KOREA_LONGITUDE),
        "store_count": _count(cells.get("점포수", "")),
        "phone": cells.get("전화번호", ""),
        "reference_date": _day(cells.get("데이터기준일자", "")),
    }


def _kind(text: str, days: list[int]) -> str:
    periodic = "5일장" in text or "오일장" in text or bool(days)
    if periodic and "상설" in text:
        return "daily_and_five_day"
    return "five_day" if periodic else "daily"


def _degrees(text: str, bounds: tuple[Decimal, Decimal]) -> Decimal | None:
    if not text:
        return None
    try:
        value = Decimal(text).quantize(Decimal("1e-7"))
    except InvalidOperation:
        raise InvalidInputError(f"not a coordinate: {text}") from None
    if not bounds[0] <= value <= bounds[1]:
        raise InvalidInputError(f"outside Korea: {text}")
    return value


def _count(text: str) -> int | None:
    digits = text.replace(",", "")
    return int(digits) if digits.isdecimal() else None


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _store(
    session: Session,
    market: Market | None,
    values: dict[str, object],
    now: datetime,
    report: ImportReport,
) -> None:
    if market is None:
        market = Market(**values, created_at=now, updated_at=now)
        session.add(market)
        session.flush()
        for alias in aliases(market.name):
            session.add(MarketAlias(market_id=market.id, name=alias))
        report.added += 1
    elif any(getattr(market, name) != values[name] for name in FIELDS):
        for name in FIELDS:
            setattr(market, name, values[name])
        market.updated_at = now
        report.updated += 1
    else:
        report.unchanged += 1


def aliases(name: str) -> list[str]:
    """Return the other names that a published name carries in brackets.

    >>> aliases("목사랑시장 (목4동시장)"), aliases("점촌전통시장 (구 신흥시장)")
    (['목사랑시장', '목4동시장'], ['점촌전통시장', '신흥시장'])
    """
    inside = [part for found in _ALIAS.findall(name) for part in found.split(",")]
    former = [re.sub(r"^구\s*", "", part.strip()) for part in inside]
    others = [part for part in former if part.endswith(_ALIAS_ENDS)]
    bare = _ALIAS.sub("", name).strip()
    return list(dict.fromkeys(part for part in (bare, *others) if part and part != name))
