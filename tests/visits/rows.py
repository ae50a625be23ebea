"""Supporters, markets and merchants that tests of visits begin with."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy.orm import Session

from bot.services.transaction import Transaction
from bot.services.visits.board import SUPPORTERS, touch
from bot.services.visits.ownership import by_staff
from bot.services.visits.wish import VisitWish
from models.conversation import Conversation
from models.crypto import blind_index
from models.market import Market
from models.merchant import Merchant, Store
from models.session import Database
from models.supporter import AvailabilityRule, Supporter, SupporterArea, SupporterSkill

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
"""Monday, ten in the morning in Korea."""
TUESDAY = date(2026, 12, 1)
SEOUL = "서울특별시"
PLACES: dict[str, tuple[float, float, str]] = {
    "망원시장": (37.5560, 126.9060, "마포구"),
    "통인시장": (37.5807, 126.9700, "종로구"),
    "광장시장": (37.5701, 126.9996, "종로구"),
    "경동시장": (37.5793, 127.0393, "동대문구"),
    "자양전통시장": (37.5342, 127.0830, "광진구"),
}
ALL_SKILLS = ("channel", "content", "pay", "kit")
OFFICE = (37.5665, 126.9780)


def add_market(session: Session, name: str = "망원시장", **values: Any) -> int:
    latitude, longitude, city = PLACES.get(name, (37.56, 126.97, "중구"))
    row = Market(
        **{
            "name": name,
            "source_key": name,
            "region": SEOUL,
            "city": city,
            "latitude": latitude,
            "longitude": longitude,
            "created_at": NOW,
            "updated_at": NOW,
            **values,
        }
    )
    session.add(row)
    session.flush()
    return row.id


def add_supporter(
    session: Session, number: int = 1, *, skills: tuple[str, ...] = ALL_SKILLS, **values: Any
) -> int:
    hours: tuple[tuple[int, int, int], ...] = values.pop(
        "hours", tuple((weekday, 540, 1080) for weekday in range(5))
    )
    areas: tuple[tuple[str, str], ...] = values.pop("areas", ((SEOUL, ""),))
    phone = f"0100000{number:04}"
    row = Supporter(
        **{
            "name": f"서포터즈{number}",
            "phone": phone,
            "phone_hmac": blind_index(phone),
            "home": list(OFFICE),
            "created_at": NOW,
            "updated_at": NOW,
            **values,
        }
    )
    session.add(row)
    session.flush()
    session.add_all(SupporterSkill(supporter_id=row.id, skill=skill) for skill in skills)
    session.add_all(
        SupporterArea(supporter_id=row.id, region=region, city=city) for region, city in areas
    )
    session.add_all(
        AvailabilityRule(supporter_id=row.id, weekday=day, start_min=start, end_min=end)
        for day, start, end in hours
    )
    touch(session, SUPPORTERS)
    return row.id


@dataclass(frozen=True, slots=True)
class Stall:
    """A merchant with one store and a conversation."""

    merchant_id: int
    store_id: int
    conversation_id: int

    def wish(self, **values: Any) -> VisitWish:
        return VisitWish(**{"store_id": self.store_id, "topics": ("channel",), **values})

    def turn(self, session: Session, key: str = "turn", now: datetime = NOW) -> Transaction:
        return Transaction(session, now, self.conversation_id, key)


def add_stall(session: Session, market_id: int | None, number: int = 1, **values: Any) -> Stall:
    merchant = Merchant(owner_name=f"김{number}", created_at=NOW, updated_at=NOW)
    session.add(merchant)
    session.flush()
    store = Store(
        **{
            "merchant_id": merchant.id,
            "market_id": market_id,
            "submission_key": f"s{number}",
            "name": f"가게{number}",
            "created_at": NOW,
            "updated_at": NOW,
            **values,
        }
    )
    talk = Conversation(
        channel="kakao",
        bot_id="bot",
        user_key=f"user-{number}",
        merchant_id=merchant.id,
        created_at=NOW,
        updated_at=NOW,
    )
    session.add_all((store, talk))
    session.flush()
    return Stall(merchant.id, store.id, talk.id)


@dataclass
class Town:
    """A furnished database.

    Attributes:
        markets: name -> id.
        supporters: ids.
        stalls: merchants, each in one of the markets in turn.
    """

    database: Database
    markets: dict[str, int] = field(default_factory=dict)
    supporters: list[int] = field(default_factory=list)
    stalls: list[Stall] = field(default_factory=list)

    def office(self, session: Session, key: str, now: datetime = NOW) -> Transaction:
        return by_staff(session, now, key, "kim")


def town(database: Database, supporters: int = 2, stalls: int = 3) -> Town:
    """Furnish a database."""
    made = Town(database)
    with database.transaction() as session:
        for name in PLACES:
            made.markets[name] = add_market(session, name)
        made.supporters = [add_supporter(session, n + 1) for n in range(supporters)]
        ids = list(made.markets.values())
        made.stalls = [add_stall(session, ids[n % len(ids)], n + 1) for n in range(stalls)]
    return made
