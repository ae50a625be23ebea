"""A person with a store who orders printed matter, for tests of kits."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.services.kits import KitWish, place, render_due
from bot.services.kits.signposts import Signposts
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.events import StateEvent
from models.kit import KitOrder
from models.session import Database
from models.states import Cause, KitState, move
from tests.fakes.press import FakePress
from tests.use_cases.people import NOW, Person, newcomer

WISH = KitWish(items={"poster": 2, "sticker": 5}, phrase="오늘도 갓 무쳤어요")
PATHS: dict[KitState, tuple[KitState, ...]] = {
    KitState.CONFIRMED: (),
    KitState.RENDERED: (KitState.RENDERED,),
    KitState.PREFLIGHTED: (KitState.RENDERED, KitState.PREFLIGHTED),
    KitState.CANCELLED: (KitState.CANCELLED,),
    KitState.FAILED: (KitState.FAILED,),
    KitState.ERASED: (KitState.ERASED,),
}
"""How an order gets into a state; the others follow from these."""
for _before, _after in (
    (KitState.PREFLIGHTED, KitState.QUEUED_PRINT),
    (KitState.QUEUED_PRINT, KitState.PRINTED),
    (KitState.PRINTED, KitState.SHIPPED),
    (KitState.PRINTED, KitState.READY_PICKUP),
    (KitState.SHIPPED, KitState.DELIVERED),
    (KitState.DELIVERED, KitState.PROBLEM),
    (KitState.PROBLEM, KitState.REORDERED),
    (KitState.DELIVERED, KitState.REVOKE_REQUIRED),
    (KitState.REVOKE_REQUIRED, KitState.REVOKED),
):
    PATHS[_after] = (*PATHS[_before], _after)


@dataclass
class Customer:
    """One person with one store, and a renderer."""

    person: Person
    files: SealedFiles
    press: FakePress

    @property
    def database(self) -> Database:
        """Where everything is."""
        return self.person.database

    def order(self, key: str = "order", **other: Any) -> str:
        """Order something, the usual with some answers different; return the number."""
        with self.person.turn(key) as tx:
            return place(tx, replace(WISH, **other))

    def bring(self, number: str, state: KitState) -> int:
        """Bring an order into a state and return its id."""
        with self.database.transaction() as session:
            order = find(session, number)
            for step in PATHS[state]:
                cause = Cause(actor="system", key=f"to:{step}", now=NOW)
                move(session, order, step, cause)
            return order.id

    def render(self, now: datetime = NOW, short_base: str | None = None) -> int:
        """Let the job run once."""
        return render_due(self.database, self.files, self.press, now, short_base)

    @contextmanager
    def look(self, number: str) -> Iterator[KitOrder]:
        """Lend the row of an order for reading."""
        with self.database.reading() as session:
            yield find(session, number)

    def state(self, number: str) -> KitState:
        """Return how far an order is."""
        with self.look(number) as order:
            return order.state


def customer(
    database: Database, folder: Path, user_key: str = "user-1", **answers: Any
) -> Customer:
    """Let somebody register a store with a channel."""
    person = newcomer(database, user_key)
    channel = {"has_channel": "yes", "channel_public_id": "_SunjaB", "search_id": "순자네반찬"}
    person.register(f"register {user_key}", **{**channel, **answers})
    return Customer(person, SealedFiles(folder / "kits", crypto.ring()), FakePress())


def find(session: Session, number: str) -> KitOrder:
    """Return the row of an order."""
    return session.scalars(select(KitOrder).where(KitOrder.number == number)).one()


def history(database: Database, number: str) -> list[tuple[str | None, str, str | None]]:
    """Return every change of state of an order: from, to, reason."""
    with database.reading() as session:
        order = find(session, number)
        events = session.scalars(
            select(StateEvent)
            .where(StateEvent.entity == "kit_order", StateEvent.entity_id == order.id)
            .order_by(StateEvent.id)
        )
        return [(event.from_state, event.to_state, event.reason) for event in events]


def follow(database: Database, code: str, now: datetime) -> str | None:
    """Follow a code as the page does; return where it leads."""
    signposts = Signposts(database, patience_s=30)
    found = signposts.find(code)
    if found is None or found.address is None:
        return None
    signposts.count(found.link_id, now)
    return found.address


def sealed_in(folder: Path) -> int:
    """Return how many sealed files lie in a folder."""
    return len(list(folder.rglob("*.sealed")))
