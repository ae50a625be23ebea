"""Merchants who order printed matter, for tests of the console."""

from bot.console.desk import Desk
from bot.services.kits import KitWish, place, render_due
from models.moves import is_legal
from models.states import Cause, KitState, move
from tests.console.browser import Person
from tests.fakes import rows
from tests.fakes.press import FakePress
from tests.fakes.rows import NOW
from tests.use_cases.kit_people import PATHS, find

BASE = "https://bot.example.org/k"


class Shop:
    """Merchants who order, and the job that renders."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.press = FakePress()

    def store(self, **answers: object) -> int:
        """Register a store with a channel; return the id of its conversation."""
        fields = {"has_channel": "yes", "channel_public_id": "_Hengbok", "search_id": "행복"}
        with self.desk.database.transaction() as session:
            return rows.registration(session, None, **{**fields, **answers})[0]

    def order(self, talk: int, **wish: object) -> str:
        """Order something; return the number."""
        fields: dict[str, object] = {"items": {"poster": 2}, "delivery": "pickup"}
        with self.desk.database.transaction() as session:
            return place(rows.turn(session, talk), KitWish(**{**fields, **wish}))  # type: ignore[arg-type]  # fields of a wish

    def render(self) -> None:
        """Let the job run."""
        render_due(self.desk.database, self.desk.kit_files, self.press, NOW, BASE)

    def bring(self, number: str, state: KitState) -> int:
        """Bring an order into a state and return its id."""
        with self.desk.database.transaction() as session:
            order = find(session, number)
            for step in PATHS[state]:
                if is_legal("kit_order", order.state, step):
                    move(session, order, step, Cause(actor="system", key=f"to:{step}", now=NOW))
            assert order.state is state
            return order.id

    def id(self, number: str) -> int:
        """Return the id of an order."""
        with self.desk.database.reading() as session:
            return find(session, number).id

    def state(self, number: str) -> KitState:
        """Return how far an order is."""
        with self.desk.database.reading() as session:
            return find(session, number).state


def told(person: Person, path: str, **fields: str) -> str:
    answer = person.post(path, **fields)
    assert answer.status_code == 303
    return person.get(answer.location).text
