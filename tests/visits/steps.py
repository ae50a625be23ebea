"""What tests do with visits, in one line each."""

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.services.visits import (
    Offer,
    Offered,
    VisitOverview,
    VisitRuleError,
    confirm,
    hold,
    offers,
    visit_overview,
)
from models.states import VisitState
from models.supporter import SupporterDay
from models.visit import Visit, VisitEvent
from tests.visits.rows import NOW, TUESDAY, Stall, Town

LATER = NOW + timedelta(minutes=6)


def found(place: Town, stall: Stall, /, **wish: Any) -> Offered:
    with place.database.reading() as session:
        return offers(session, stall.wish(**wish), NOW)


def at(place: Town, stall: Stall, start: int = 900, day: date = TUESDAY, **wish: Any) -> Offer:
    offered = found(place, stall, day=day, start=start, only_day=True, **wish)
    assert (offered[0].day, offered[0].start) == (day, start), offered.reasons
    return offered[0]


def seen(place: Town, stall: Stall, now: Any = NOW) -> VisitOverview:
    with place.database.reading() as session:
        return visit_overview(session, stall.conversation_id, now)


def held(place: Town, stall: Stall, offer: Offer, key: str = "hold", now: Any = NOW) -> int:
    with place.database.transaction() as session:
        return hold(stall.turn(session, key, now), offer)


def booked(place: Town, stall: Stall, start: int = 900, **wish: Any) -> int:
    visit_id = held(place, stall, at(place, stall, start, **wish))
    with place.database.transaction() as session:
        confirm(stall.turn(session, "confirm"), visit_id)
    return visit_id


def state(place: Town, visit_id: int) -> VisitState:
    with place.database.reading() as session:
        return session.get_one(Visit, visit_id).state


def versions(place: Town) -> dict[tuple[int, date], tuple[int, int]]:
    with place.database.reading() as session:
        rows = session.scalars(select(SupporterDay)).all()
        return {(row.supporter_id, row.day): (row.version, row.visit_count) for row in rows}


def kinds(place: Town, visit_id: int) -> list[str]:
    with place.database.reading() as session:
        events = select(VisitEvent.kind).where(VisitEvent.visit_id == visit_id)
        return list(session.scalars(events.order_by(VisitEvent.id)))


def code(error: pytest.ExceptionInfo[VisitRuleError]) -> str:
    return error.value.code
