"""Steps that are only tried: what they would lead to is told, and nothing stays of it."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import pytest

from bot.dialogue.pay_world import PayWorld
from bot.services import consents, payments
from bot.services.transaction import Transaction
from bot.services.visits import Diary
from models.errors import BusyError
from models.requirement import DocumentKind
from models.session import BUSY_TIMEOUT_MS, PATIENCE_SECONDS, Database
from models.staff import HandoffTicket
from models.states import PayState
from tests.patience import PATIENCE_S
from tests.payments.applicants import Applicant, applicant, staff
from tests.use_cases.people import NOW

LONGER_THAN_USUAL_S = PATIENCE_SECONDS - BUSY_TIMEOUT_MS / 1000 + 0.2
"""Who is not told how long to wait has given up by then."""


def _ask(who: Applicant, code: str) -> None:
    with who.database.transaction() as session:
        payments.ask_for(session, who.id, code, staff(f"ask:{code}", NOW))


def _consent(tx: Transaction) -> None:
    consents.record(tx, "third_party_payment", decision=False)
    payments.consent_changed(tx)


STEPS: dict[str, Callable[[int], payments.Step]] = {
    "repair": lambda pay: partial(
        payments.repair, application_id=pay, changes={"brn": "2222222227"}
    ),
    "elsewhere": lambda pay: partial(payments.repair, application_id=pay, changes={}),
    "account": lambda pay: partial(
        payments.change_account,
        application_id=pay,
        bank="088",
        account="110123456789",
        holder="김순자",
    ),
    "withdraw": lambda pay: partial(payments.withdraw, application_id=pay),
    "consent": lambda _: _consent,
}


@pytest.mark.parametrize("name", STEPS)
def test_what_is_told_is_what_then_happens(name: str, database: Database) -> None:
    who = applicant(database)
    who.complete()
    _ask(who, "brn_closed")
    before = who.overview()
    step = STEPS[name](who.id)
    told = payments.rehearse(database, who.person.conversation_id, NOW, step)
    assert told is not None
    assert who.overview() == before
    with who.person.turn("really", NOW) as tx:
        result = step(tx)
    assert told.results == (result,)
    foreseen, found = told.of(who.id), who.overview()
    assert foreseen is not None
    assert foreseen.state is found.state
    assert foreseen.requirements == found.requirements
    assert found != before


def test_what_a_rule_forbids_is_told_as_nothing(database: Database) -> None:
    who = applicant(database)
    who.live()
    step = partial(payments.withdraw, application_id=who.id)
    assert payments.rehearse(database, who.person.conversation_id, NOW, step) is None
    assert who.state is PayState.LIVE


def test_a_rehearsal_waits_for_other_writers_as_long_as_its_turn_may(
    sqlite_url: str,
) -> None:
    database = Database(sqlite_url)
    who = applicant(database)

    def world(left: float) -> PayWorld:
        seen = PayWorld(database, Diary(), NOW, deadline=time.monotonic() + left)
        seen._look_from(who.person.conversation_id)
        return seen

    with database.transaction(), pytest.raises(BusyError):
        world(0).pay_after()
    with ThreadPoolExecutor(1) as pool:
        with database.transaction():
            waiting = pool.submit(world(PATIENCE_S).pay_after)
            time.sleep(LONGER_THAN_USUAL_S)
        assert waiting.result(PATIENCE_S) is not None
    database.dispose()


def test_another_name_for_the_same_account_leaves_the_bankbook_good(database: Database) -> None:
    who = applicant(database)
    who.agree()
    who.apply(holder="박다른")
    who.clear("brn")
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind))
    assert who.due() == ("holder", "holder_mismatch", "choose_account")
    with who.person.turn("name", NOW) as tx:
        payments.change_account(tx, who.id, "004", "12345601123456", "김순자")
    assert who.state is PayState.READY


def test_a_covered_code_is_urgent_and_told_once(database: Database) -> None:
    who = applicant(database)
    who.live()
    for key, problem in (("a", "qr_not_scanning"), ("b", "tampered"), ("c", "tampered")):
        with who.person.turn(key, NOW) as tx:
            payments.report_problem(tx, who.id, problem)
    with database.reading() as session:
        (ticket,) = session.query(HandoffTicket).all()
    assert ticket.priority == "urgent"
    assert (ticket.summary or "").count("덮었대요") == 1
