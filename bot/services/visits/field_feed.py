"""A supporter's private calendar: what telephones and computers fetch by its address.

The address carries a secret of which only the digest is kept. The feed is a convenience and
lags by hours; the chat is what tells of changes. It names shops and no telephone numbers.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from icalendar import Calendar, Event
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from bot.services.visits.calendar import day_of
from bot.services.visits.field_day import UNSEEN
from bot.services.visits.kinds import VisitKind, kind_of, load_kinds
from models.market import Market
from models.merchant import Store
from models.states import SupporterState, VisitState
from models.supporter import Supporter
from models.visit import Visit, VisitEvent

PAST = timedelta(days=30)
"""How long what is over, or called off, stays in the feed."""
LOOK_AGAIN = timedelta(hours=1)
GONE = (
    VisitState.CANCELLED_BY_MERCHANT,
    VisitState.CANCELLED_BY_STAFF,
    VisitState.MERCHANT_NO_SHOW,
    VisitState.SUPPORTER_NO_SHOW,
)
PRODUCT = "-//sosin//visits//KO"
NAME = "소신상인 방문"


@dataclass(frozen=True, slots=True)
class _Entry:
    """One visit as the feed has it."""

    visit: Visit
    starts_at: datetime
    ends_at: datetime
    revision: int
    changed_at: datetime
    is_off: bool


def new_feed(session: Session, supporter_id: int, now: datetime) -> str:
    """Return a fresh secret for the address; one that was there before opens nothing more."""
    token = secrets.token_urlsafe(24)
    row = session.get_one(Supporter, supporter_id)
    row.ics_token_hash, row.updated_at = _digest(token), now
    return token


def stop_feed(session: Session, supporter_id: int, now: datetime) -> None:
    """Close the feed."""
    row = session.get_one(Supporter, supporter_id)
    row.ics_token_hash, row.updated_at = None, now


def has_feed(session: Session, supporter_id: int) -> bool:
    """Tell whether somebody has a feed."""
    return session.get_one(Supporter, supporter_id).ics_token_hash is not None


def feed(session: Session, token: str, now: datetime) -> bytes | None:
    """Return the feed behind an address, None when there is none.

    The same visits give the same bytes, whenever it is asked for.
    """
    row = session.scalars(
        select(Supporter).where(
            Supporter.ics_token_hash == _digest(token), Supporter.state != SupporterState.LEFT
        )
    ).one_or_none()
    if row is None:
        return None
    calendar = Calendar()
    for name, value in (
        ("prodid", PRODUCT),
        ("version", "2.0"),
        ("method", "PUBLISH"),
        ("x-wr-calname", NAME),
        ("x-published-ttl", f"PT{LOOK_AGAIN // timedelta(hours=1)}H"),
    ):
        calendar.add(name, value)
    calendar.add("refresh-interval", LOOK_AGAIN, parameters={"VALUE": "DURATION"})
    kinds = load_kinds(session)
    since = now - PAST
    for entry in (*_mine(session, row.id, since), *_handed_on(session, row.id, since)):
        calendar.add_component(_event(session, entry, kinds))
    return bytes(calendar.to_ical())


def etag(data: bytes) -> str:
    """Return what tells two versions of a feed apart."""
    return hashlib.sha256(data).hexdigest()[:32]


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _mine(session: Session, supporter_id: int, since: datetime) -> list[_Entry]:
    visits = session.scalars(
        select(Visit)
        .where(
            Visit.supporter_id == supporter_id,
            Visit.state.not_in(UNSEEN),
            or_(Visit.day >= day_of(since), Visit.updated_at >= since),
        )
        .order_by(Visit.starts_at, Visit.id)
    ).all()
    return [
        _Entry(v, v.starts_at, v.ends_at, v.revision, v.updated_at, v.state in GONE)
        for v in visits
        if v.state not in GONE or v.updated_at >= since
    ]


def _handed_on(session: Session, supporter_id: int, since: datetime) -> list[_Entry]:
    """Return visits that somebody else makes now: they are called off here."""
    before = VisitEvent.payload["before"]
    rows = session.execute(
        select(Visit, VisitEvent)
        .join(Visit, Visit.id == VisitEvent.visit_id)
        .where(
            VisitEvent.at >= since,
            Visit.supporter_id != supporter_id,
            before["supporter_id"].as_integer() == supporter_id,
            VisitEvent.from_state == VisitState.CONFIRMED.value,
        )
        .order_by(VisitEvent.id)
    ).all()
    newest = {visit.id: (visit, event) for visit, event in rows}
    found = []
    for visit, event in newest.values():
        starts_at = datetime.fromisoformat(event.payload["before"]["starts_at"])
        length = visit.ends_at - visit.starts_at
        found.append(
            _Entry(visit, starts_at, starts_at + length, event.revision, event.at, is_off=True)
        )
    return found


def _event(session: Session, entry: _Entry, kinds: dict[str, VisitKind]) -> Event:
    visit = entry.visit
    store = session.get(Store, visit.store_id) if visit.store_id else None
    market = session.get(Market, visit.market_id) if visit.market_id else None
    shop = (store.name if store else None) or "가게"
    where = ((market.name if market else ""), (store.stall if store else None) or "")
    event = Event()
    event.add("uid", f"{visit.public_id}@visits.sosin")
    event.add("dtstamp", entry.changed_at)
    event.add("last-modified", entry.changed_at)
    event.add("sequence", entry.revision)
    event.add("dtstart", entry.starts_at)
    event.add("dtend", entry.ends_at)
    event.add("summary", f"{shop} · {kind_of(kinds, visit.type_code).title}")
    event.add("location", " ".join(word for word in where if word))
    event.add("status", "CANCELLED" if entry.is_off else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if entry.is_off else "OPAQUE")
    return event
