"""Made-up supporters around the markets of the demonstration, and a few visits."""

from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.visits.board import SUPPORTERS, touch
from bot.services.visits.booking import book
from bot.services.visits.offering import offers
from bot.services.visits.ownership import by_system
from bot.services.visits.supporter_file import SupporterLine, hours_from
from bot.services.visits.supporters import SupporterReport, store_line
from bot.services.visits.team import Area
from bot.services.visits.wish import VisitWish
from models.conversation import Conversation
from models.crypto import blind_index
from models.merchant import Store
from models.supporter import Supporter
from models.visit import Visit

SEOUL, WEEK = "서울특별시", "MON-FRI 09:00-18:00"
TEAM = (
    SupporterLine(
        name="한지우",
        phone="01000000101",
        areas=(Area(SEOUL, "마포구"), Area(SEOUL, "종로구"), Area(SEOUL, "중구")),
        skills=("channel", "content", "kit"),
        home=(37.5665, 126.9780),
        max_visits=6,
        hours=hours_from(WEEK),
    ),
    SupporterLine(
        name="서민호",
        phone="01000000102",
        areas=(Area(SEOUL),),
        skills=("channel", "content", "kit", "pay"),
        home=(37.5385, 127.0823),
        max_visits=5,
        hours=hours_from("MON-THU 10:00-19:00; SAT 10:00-15:00"),
    ),
    SupporterLine(
        name="문가온",
        phone="01000000103",
        areas=(Area("부산광역시"),),
        skills=("channel", "kit", "pay"),
        home=(35.1577, 129.0590),
        max_visits=6,
        hours=hours_from(WEEK),
    ),
    SupporterLine(
        name="노태경",
        phone="01000000104",
        areas=(Area("강원특별자치도"),),
        skills=("channel", "content", "pay"),
        home=(37.7519, 128.8761),
        max_visits=4,
        hours=hours_from("MON-FRI 09:00-18:00; SAT 09:00-13:00"),
    ),
)
VISITS = (
    ("demo-submitted", ("channel",), 600),
    ("demo-review", ("channel", "kit"), 840),
    ("demo-needs-fix", ("pay",), 900),
    ("demo-live", ("content",), 870),
)
"""(user key, topics, wished start in minutes of the day)."""


def load_visits(session: Session, now: datetime) -> int:
    """Add what is missing of the supporters, and the visits with them; return how many."""
    known = set(session.scalars(select(Supporter.phone_hmac)))
    missing = [line for line in TEAM if blind_index(line.phone) not in known]
    if not missing:
        return 0
    for line in missing:
        store_line(session, line, now, SupporterReport())
    touch(session, SUPPORTERS)
    return sum(_visit(session, now, *visit) for visit in VISITS)


def _visit(
    session: Session, now: datetime, user_key: str, topics: tuple[str, ...], start: int
) -> int:
    store_id = session.scalars(
        select(Store.id)
        .join(Conversation, Conversation.merchant_id == Store.merchant_id)
        .where(Conversation.user_key == user_key)
    ).first()
    booked = select(Visit.id).where(Visit.store_id == store_id)
    if store_id is None or session.scalars(booked).first() is not None:
        return 0
    found = offers(session, VisitWish(store_id=store_id, topics=topics, start=start), now)
    if not found:
        return 0
    book(by_system(session, now, f"demo:{user_key}"), found[0])
    return 1
