"""What happens around a conversation about visits: supporters, other merchants, the office."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.clock import KST
from bot.services.registration.overview import merchant_of
from bot.services.transaction import Transaction
from bot.services.visits import VisitWish, book, cancel, offers
from bot.services.visits.board import CALENDAR, SUPPORTERS, touch
from bot.services.visits.fieldwork import (
    Arrival,
    Report,
    check_in,
    depart,
    merchant_missing,
    report,
)
from bot.services.visits.freed import ask_waiting
from bot.services.visits.letting_go import expire_holds
from bot.services.visits.ownership import by_staff, by_system
from bot.services.visits.supporter_file import SupporterLine, hours_from
from bot.services.visits.supporters import SupporterReport, store_line
from bot.services.visits.team import Area
from models.conversation import Conversation
from models.fieldwork import CheckinMethod, VisitOutcome
from models.merchant import Store
from models.supporter import DayKind, HolidayOverride
from models.visit import Visit
from tests.talk import House, Merchant

SUPPORTER: Mapping[str, Any] = {
    "name": "한지우",
    "region": "서울특별시",
    "city": "",
    "skills": ["channel", "content", "pay", "kit"],
    "home": [37.5385, 127.0823],
    "max_visits": 6,
    "hours": "MON-FRI 09:00-18:00",
}
"""Somebody who can help with everything, in all of Seoul."""
RIVAL = "rival"
Register = Callable[[Merchant, Mapping[str, Any]], None]


def hire(house: House, supporters: Iterable[Mapping[str, Any]]) -> None:
    """Put supporters into the house."""
    with house.database.transaction() as session:
        for number, differs in enumerate(supporters, 1):
            has = {**SUPPORTER, **differs}
            line = SupporterLine(
                name=has["name"],
                phone=f"0100000{number:04}",
                areas=(Area(has["region"], has["city"]),),
                skills=tuple(has["skills"]),
                home=(has["home"][0], has["home"][1]),
                max_visits=has["max_visits"],
                hours=hours_from(has["hours"]),
            )
            store_line(session, line, house.clock.now(), SupporterReport())
            touch(session, SUPPORTERS)


def _moment(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d %H:%M").replace(tzinfo=KST)


def rival_books(merchant: Merchant, at: str, register: Register) -> None:
    """Let another merchant of the same market book a time."""
    house = merchant.house
    rival = Merchant(house, f"{RIVAL}-{at}")
    register(rival, {"phone": "01000009999", "store_name": "옆집상회"})
    moment = _moment(at)
    start = moment.hour * 60 + moment.minute
    with house.database.transaction() as session:
        store_id = _store_of(session, rival.user)
        wish = VisitWish(
            store_id=store_id,
            topics=("channel",),
            day=moment.date(),
            start=start,
            only_day=True,
            by_staff=True,
            count=9,
        )
        found = offers(session, wish, house.clock.now())
        offer = next((o for o in found if o.start == start), None)
        assert offer is not None, f"{at} is not free for anybody"
        book(by_system(session, house.clock.now(), rival.user), offer)


def _store_of(session: Session, user: str) -> int:
    talk = session.scalars(select(Conversation.id).where(Conversation.user_key == user)).one()
    owner = merchant_of(session, talk)
    assert owner is not None
    return session.scalars(select(Store.id).where(Store.merchant_id == owner.id)).one()


def rival_cancels(merchant: Merchant) -> None:
    """Let the other merchant give back what was booked last."""
    house = merchant.house
    with house.database.transaction() as session:
        newest = session.scalars(select(Visit).order_by(Visit.id.desc())).first()
        assert newest is not None
        tx = by_staff(session, house.clock.now(), f"cancel:{newest.id}", "kim")
        cancel(tx, newest.id)


def _arrive(tx: Transaction, visit_id: int) -> None:
    check_in(tx, visit_id, Arrival(CheckinMethod.MANUAL, reason="test"))


def _report(tx: Transaction, visit_id: int) -> None:
    report(tx, visit_id, Report(VisitOutcome.DONE, ("channel",)))


STEPS: Mapping[str, Callable[[Transaction, int], None]] = {
    "depart": depart,
    "arrive": _arrive,
    "report": _report,
    "absent": merchant_missing,
}


def supporter_does(merchant: Merchant, step: str) -> None:
    """Let the supporter of the newest visit take a step."""
    house = merchant.house
    with house.database.transaction() as session:
        newest = session.scalars(select(Visit.id).order_by(Visit.id.desc())).first()
        assert newest is not None
        STEPS[step](by_staff(session, house.clock.now(), f"{step}:{newest}", "han"), newest)


def closed(merchant: Merchant, day: str) -> None:
    """Let the office close a day."""
    house = merchant.house
    with house.database.transaction() as session:
        session.add(
            HolidayOverride(
                day=date.fromisoformat(day),
                kind=DayKind.CLOSED,
                name="임시 휴일",
                created_at=house.clock.now(),
            )
        )
        touch(session, CALENDAR)


JOBS: Mapping[str, Callable[[House], None]] = {
    "expire_holds": lambda house: _ran(expire_holds, house),
    "ask_waiting": lambda house: _ran(ask_waiting, house),
}


def _ran(job: Callable[..., int], house: House) -> None:
    job(house.database, house.clock.now())
