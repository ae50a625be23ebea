"""A supporter with a phone, and a town in which there is something to do today."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from bot.clock import AdjustableClock
from bot.services.field_links import FieldLinks
from bot.services.visits import Offer, book
from bot.services.visits.calendar import moment_of
from bot.services.visits.ownership import by_staff
from models.merchant import Merchant
from models.session import Database
from models.states import VisitState
from models.visit import Visit
from tests.visits.rows import NOW, PLACES, Stall, Town, add_market, add_stall, add_supporter

TODAY = date(2026, 11, 24)
"""Tuesday, the day after the tests begin."""
PHONE = "01000004321"
_CSRF = re.compile(r'name="csrf" value="([^"]+)"')


def morning(hour: int = 9, minute: int = 0) -> datetime:
    """Return a moment of the day that is worked through."""
    return moment_of(TODAY, hour * 60 + minute)


@dataclass
class Field:
    """A town with visits of one supporter.

    Attributes:
        visits: ids in the order in which they were booked.
    """

    town: Town
    visits: list[int] = field(default_factory=list)

    @property
    def database(self) -> Database:
        """Where everything is."""
        return self.town.database

    @property
    def supporter(self) -> int:
        """Whose phone it is."""
        return self.town.supporters[0]

    def stall(self, market: str = "망원시장", **values: Any) -> Stall:
        """Add a merchant with a store."""
        number = len(self.town.stalls) + 1
        with self.database.transaction() as session:
            made = add_stall(session, self.town.markets[market], number, **values)
            session.get_one(Merchant, made.merchant_id).phone = PHONE
        self.town.stalls.append(made)
        return made

    def book(self, stall: Stall, start: int, day: date = TODAY, **wish: Any) -> int:
        """Book a visit of the supporter for a merchant."""
        wished = stall.wish(by_staff=True, supporter_id=self.supporter, **wish)
        with self.database.transaction() as session:
            tx = by_staff(session, NOW, f"book-{stall.store_id}-{start}", "kim")
            minutes = 60
            visit_id = book(tx, Offer.named(self.supporter, day, start, minutes, wished))
        self.visits.append(visit_id)
        return visit_id

    def state(self, visit_id: int) -> VisitState:
        """Return where a visit stands."""
        with self.database.reading() as session:
            return session.get_one(Visit, visit_id).state


def field_of(database: Database, supporters: int = 2) -> Field:
    """Furnish a database: markets and supporters, nobody to visit yet."""
    made = Town(database)
    with database.transaction() as session:
        for name in PLACES:
            made.markets[name] = add_market(session, name)
        made.supporters = [add_supporter(session, n + 1) for n in range(supporters)]
    return Field(made)


@dataclass
class Phone:
    """Somebody's phone."""

    client: FlaskClient
    links: FieldLinks
    clock: AdjustableClock

    def sign_in(self, supporter_id: int) -> TestResponse:
        """Open a fresh link and press its button."""
        return self.client.post(path_of(self.links.make(supporter_id)))

    def get(self, path: str, **more: Any) -> TestResponse:
        """Open a page."""
        return self.client.get(path, **more)

    def csrf(self) -> str:
        """Return the secret that the forms of this session carry."""
        found = _CSRF.search(self.get("/field").text)
        assert found, "not signed in"
        return found[1]

    def post(self, path: str, **fields: Any) -> TestResponse:
        """Send a form of this session."""
        return self.client.post(path, data={"csrf": self.csrf(), **fields})

    def press(self, visit_id: int, action: str, key: str = "", **fields: Any) -> dict[str, Any]:
        """Press a button as the page's script does."""
        answer = self.client.post(
            f"/field/visits/{visit_id}/press",
            data={
                "csrf": self.csrf(),
                "action": action,
                "key": key or f"{visit_id}-{action}",
                **fields,
            },
            headers={"X-Requested-With": "script"},
        )
        assert answer.status_code == 200, answer.text
        data: dict[str, Any] = answer.get_json()
        return data


def path_of(address: str) -> str:
    """Return an address without the host."""
    return "/" + address.split("/", 3)[3]


def later(clock: AdjustableClock, moment: datetime) -> None:
    """Let it be another moment."""
    clock.advance(moment - clock.now())


HOUR = timedelta(hours=1)
