"""What the office's list of applications costs in CPU time with 20,000 of them.

Every page is called in turns through WSGI, without a server, on a house with few applications
and on one with many; of each the cheapest of several calls counts. The floor is the one of
`turn_cost`: a Flask view that does the statements of a turn on raw sqlite3.
Run: python -m tests.benchmarks.pay_list_cost
"""

import logging
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from models import crypto, migrations
from models.base import Base
from models.merchant import Merchant, Store
from models.payment import PayApplication
from models.requirement import DocumentKind, Requirement
from models.session import Database
from models.staff import Role, Staff
from models.states import PayState
from tests.benchmarks.floor import Floor
from tests.benchmarks.turn_cost import ANSWER_BYTES, STATE_BYTES, call, environment
from tests.console.browser import PASSWORD, Person
from tests.databases import TEST_KEYS
from tests.payments.applicants import Applicant, applicant
from tests.talk import NOW, House, furnish
from tests.trials.registrations import business_number

FEW, MANY = 200, 20_000
ROUNDS = 7
PAGES: Mapping[str, str] = {
    "first page": "",
    "page 100": "?page=100",
    "waits for us": "?waits=us",
    "waits for the merchant": "?waits=merchant",
    "one state": "?state=handed_off",
    "part of a market's name": "?market=망원",
    "one number": "?number=P-10100",
}
TARGET_MS = 200.0
MILLI = 1000
_AT_ONCE = 2000
_Row = dict[str, Any]


def _applied(who: Applicant, at: int) -> None:
    who.agree()
    who.apply(brn=business_number(at), account=f"1234560112345{at}")


def _without_papers(who: Applicant, at: int) -> None:
    _applied(who, at)
    who.clear("brn")


def _in_review(who: Applicant, at: int) -> None:
    _without_papers(who, at)
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.send(kind, str(at))


def _handed_off(who: Applicant, at: int) -> None:
    _without_papers(who, at)
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind, str(at)))
    who.hand_off()


def _refused(who: Applicant, at: int) -> None:
    _handed_off(who, at)
    who.step(PayState.REJECTED, "holder_mismatch")


def _approved(who: Applicant, at: int) -> None:
    _handed_off(who, at)
    who.step(PayState.APPROVED)


SORTS: tuple[Callable[[Applicant, int], None], ...] = (
    _applied,
    _without_papers,
    _in_review,
    _handed_off,
    _refused,
    _approved,
)
"""How far the applications are; there are equally many of each."""


def fill(database: Database, many: int) -> None:
    """Put `many` applications in: one of each sort as it comes about, the others after it."""
    for at, becomes in enumerate(SORTS):
        own = {"phone": f"0100000{at:04}", "brn": business_number(at)}
        becomes(applicant(database, f"sort-{at}", **own), at)
    with database.transaction() as session:
        sorts = [_Sort(session, row) for row in _rows(session, PayApplication)]
        for first in range(len(sorts), many, _AT_ONCE):
            numbers = range(first, min(first + _AT_ONCE, many))
            for table in (Merchant, Store, PayApplication, Requirement):
                copies = (sorts[n % len(sorts)].copies(table, n) for n in numbers)
                rows = [row for of_one in copies for row in of_one]
                session.execute(insert(Base.metadata.tables[table.__tablename__]), rows)


class _Sort:
    """The rows of one application, to be put in again under other numbers."""

    def __init__(self, session: Session, application: _Row) -> None:
        self._of: dict[type[Base], list[_Row]] = {
            Merchant: _rows(session, Merchant, id=application["merchant_id"]),
            Store: _rows(session, Store, id=application["store_id"]),
            PayApplication: [application],
            Requirement: _rows(
                session,
                Requirement,
                subject=PayApplication.__tablename__,
                subject_id=application["id"],
            ),
        }

    def copies(self, table: type[Base], number: int) -> Iterator[_Row]:
        """Yield the rows of one more application; its number tells its id and its keys."""
        own = _OWN_ID + number
        ids = {"merchant_id": own, "store_id": own, "conversation_id": None}
        by_table: dict[type[Base], _Row] = {
            Merchant: {"id": own},
            Store: {"id": own, "merchant_id": own},
            PayApplication: {"id": own, "number": f"P-{own}"} | ids,
            Requirement: {"subject_id": own},
        }
        keys = by_table[table]
        for row in self._of[table]:
            yield {
                name: f"copy-{number}" if name == "submission_key" else value
                for name, value in (row | keys).items()
                if name != "public_id" and (name != "id" or "id" in keys)
            }


_OWN_ID = 10_000
"""Above the ids and numbers of what came about by itself."""


def _rows(session: Session, table: type[Base], **where: Any) -> list[_Row]:
    of = Base.metadata.tables[table.__tablename__]
    found = select(of).where(*(of.c[name] == value for name, value in where.items()))
    return [dict(row) for row in session.execute(found.order_by(of.c.id)).mappings()]


@contextmanager
def _office(folder: Path, many: int) -> Iterator[Person]:
    url = f"sqlite:///{folder}/{many}.db"
    migrations.upgrade(url)
    house = House(url)
    furnish(house.database)
    fill(house.database, many)
    with house.database.transaction() as session:
        hashed = generate_password_hash(PASSWORD, method="scrypt:1024:8:1")
        who = {"login": "operator", "name": "김담당", "role": Role.OPERATOR}
        session.add(Staff(**who, password_hash=hashed, created_at=NOW, updated_at=NOW))
    person = Person(house.app.test_client())
    person.log_in("operator")
    try:
        yield person
    finally:
        house.close()


def _spent(person: Person, query: str) -> float:
    began = time.process_time()
    page = person.get(f"/console/payments{query}")
    spent = time.process_time() - began
    assert page.status_code == 200
    assert "P-" in page.text
    return spent


def _floor(folder: Path) -> float:
    migrations.upgrade(f"sqlite:///{folder}/floor.db")
    floor = Floor(folder / "floor.db", STATE_BYTES, ANSWER_BYTES)
    best = float("inf")
    for number in range(ROUNDS * len(PAGES)):
        request = environment("user", "네", str(number))
        began = time.process_time()
        call(floor.app, request)
        best = min(best, time.process_time() - began)
    floor.close()
    return best


def measure(folder: Path) -> tuple[float, dict[int, dict[str, float]]]:
    """Return CPU seconds of the floor, and of every page by the number of applications."""
    best: dict[int, dict[str, float]] = {FEW: {}, MANY: {}}
    with _office(folder, FEW) as few, _office(folder, MANY) as many:
        for _ in range(ROUNDS):
            for count, person in ((FEW, few), (MANY, many)):
                for name, query in PAGES.items():
                    if "page=" in query and count == FEW:
                        continue
                    spent = _spent(person, query)
                    best[count][name] = min(best[count].get(name, spent), spent)
    return _floor(folder), best


def report() -> dict[str, float]:
    """Measure and print; return how many times as much each page costs with many of them."""
    crypto.use(crypto.KeyRing.from_setting(TEST_KEYS))
    logging.getLogger().setLevel(logging.WARNING)
    folder = Path(tempfile.mkdtemp(prefix="pay-list-cost"))
    try:
        floor, best = measure(folder)
    finally:
        shutil.rmtree(folder)
    print(f"\nCPU of the list of applications, ms with {FEW} and with {MANY:,} of them")
    for name, spent in best[MANY].items():
        few = f"{best[FEW][name] * MILLI:6.1f}" if name in best[FEW] else "     -"
        print(f"  {name:<26}{few}{spent * MILLI:8.1f}   {spent / floor:6.0f} x floor")
    print(f"  (target <= {TARGET_MS:.0f} ms)")
    return {name: best[MANY][name] / spent for name, spent in best[FEW].items()}


if __name__ == "__main__":
    report()
