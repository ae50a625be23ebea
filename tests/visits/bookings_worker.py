"""A process that books and is killed: it says aloud what it was told was done.

Arguments: address of the database, the first and the last merchant, and whether it stays when
it is through, until it is killed.
"""

import signal
import sys
from datetime import timedelta

from sqlalchemy import select

from bot.errors import ConflictError
from bot.services.visits import Offer, VisitRuleError, change, confirm, hold
from models import crypto
from models.merchant import Store
from models.session import Database
from tests.databases import PATIENCE, TEST_KEYS
from tests.visits.rows import TUESDAY, Stall

DAYS = [day for n in range(20) if (day := TUESDAY + timedelta(days=n)).weekday() < 5]


def main(url: str, first: int, last: int, *, stays: bool) -> None:
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    database = Database(url, PATIENCE)
    for number in range(first, last):
        step(database, number)
    if stays:
        signal.pause()


def step(database: Database, number: int) -> None:
    """Hold, confirm and move one merchant's visit; say the id when the commit is through."""
    stall = _stall(database, number)
    start, day = 540 + 30 * (number * 7 % 17), DAYS[number // 6 % len(DAYS)]
    offer = Offer.named(1 + number % 3, day, start, 60, stall.wish())
    try:
        with database.transaction() as session:
            visit_id = hold(stall.turn(session, "hold"), offer)
        say("held", number, visit_id)
        with database.transaction() as session:
            confirm(stall.turn(session, "yes"), visit_id)
        say("confirmed", number, visit_id)
        if number % 2:
            day = DAYS[(number // 6 + 1) % len(DAYS)]
            other = Offer.named(offer.supporter_id, day, start, 60, offer.wish)
            with database.transaction() as session:
                change(stall.turn(session, "move"), visit_id, other)
            say("moved", number, visit_id)
    except (ConflictError, VisitRuleError) as error:
        say(f"refused:{error.code}", number, 0)


def say(what: str, number: int, visit_id: int) -> None:
    print(what, number, visit_id, flush=True)  # noqa: T201 -- heard by the test


def _stall(database: Database, number: int) -> Stall:
    with database.reading() as session:
        store = session.scalars(select(Store).where(Store.submission_key == f"s{number + 1}")).one()
        return Stall(store.merchant_id, store.id, number + 1)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), stays=sys.argv[4] == "stay")
