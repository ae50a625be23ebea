"""One visit as it is spoken of: when, where, who comes."""

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.outbox.notice import Values
from bot.services.reminders.wording import when_text
from models.market import Market
from models.merchant import Store
from models.supporter import Supporter
from models.visit import Visit, VisitRequest

OFFICE, ELSEWHERE = "상인회", "말씀하신 곳"


@dataclass(frozen=True, slots=True)
class Scene:
    """A visit with what is said about it.

    Attributes:
        place: where to meet, as the merchant knows it.
        market: where that is, for the supporter; "" when it is not known.
        who: the supporter's name.
    """

    visit: Visit
    place: str
    market: str
    who: str

    @property
    def at(self) -> str:
        """Where to go, as the supporter needs it."""
        return " ".join(dict.fromkeys(filter(None, (self.market, self.place))))

    @property
    def when(self) -> str:
        """When it begins, as it was promised."""
        return when_text(self.visit.promise_from, self.visit.promise_to)

    def words(self, **more: str) -> Values:
        """Return time, place and supporter for a template."""
        return Values({"언제": self.when, "곳": self.place, "이름": self.who, **more})


def promise_of(visit: Visit) -> list[str]:
    """Return between which moments a visit was promised to begin, as parameters keep it."""
    return [moment.astimezone(UTC).isoformat() for moment in (visit.promise_from, visit.promise_to)]


def told_text(promise: list[str]) -> str:
    """Return a kept promise as people say it."""
    first, last = (datetime.fromisoformat(text) for text in promise)
    return when_text(first, last)


def scene_of(session: Session, visit_id: int) -> Scene | None:
    """Return a visit with its place and supporter; None when there is no such visit."""
    row = session.execute(
        select(Visit, VisitRequest, Store, Market.name, Supporter.name)
        .join(VisitRequest, VisitRequest.id == Visit.request_id)
        .join(Supporter, Supporter.id == Visit.supporter_id)
        .outerjoin(Store, Store.id == Visit.store_id)
        .outerjoin(Market, Market.id == Visit.market_id)
        .where(Visit.id == visit_id)
    ).one_or_none()
    if row is None:
        return None
    visit, request, store, market, who = row
    return Scene(visit, _place(request, store, market), market or "", who)


def _place(request: VisitRequest, store: Store | None, market: str | None) -> str:
    if request.place == "office":
        return OFFICE
    if request.place == "elsewhere":
        return request.place_note or ELSEWHERE
    return (store.name if store else None) or market or ELSEWHERE
