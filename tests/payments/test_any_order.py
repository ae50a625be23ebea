"""Whatever anybody wishes, in whatever order: the history of an application stays legal."""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from bot.errors import SosinError
from bot.services import payments
from bot.services.pay_rules.provider import provider
from bot.services.payments.handover.results import ResultFile, import_results
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.errors import IllegalMoveError
from models.events import StateEvent
from models.moves import is_legal
from models.payment import PayApplication
from models.requirement import DocumentKind
from models.session import Database
from models.states import PayState
from tests.payments.applicants import Applicant, applicant, staff
from tests.print.specs import payment_picture
from tests.trials.registrations import business_number
from tests.use_cases.people import NOW

ACTIONS = (
    "apply",
    "other",
    "agree",
    "refuse",
    "send",
    "accept",
    "clear",
    "hand_off",
    "account",
    "withdraw",
    "terminate",
    *(f"to:{state.value}" for state in PayState),
    *(f"says:{word}" for word in provider("kakaopay").statuses),
)
HEAD = "신청번호,상태,가맹점코드,사유,QR그림,비고"


@settings(
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    is_complete=st.booleans(),
    steps=st.lists(st.tuples(st.sampled_from(ACTIONS), st.integers(0, 9)), max_size=25),
)
def test_any_sequence_of_wishes_leaves_a_legal_history(
    sqlite_database: Database, steps: list[tuple[str, int]], *, is_complete: bool
) -> None:
    """Merchant, people, provider and files do what they like: no illegal path, each move once."""
    _number[0] += 1
    who = applicant(sqlite_database, f"user {_number[0]}", phone=f"0100000{_number[0]:04}")
    if is_complete:
        _complete(who)
    for number, (action, key) in enumerate(steps):
        try:
            _do(who, action, f"k{key}", NOW + number * timedelta(hours=1))
        except (SosinError, IllegalMoveError):
            continue
        _check(sqlite_database, who)
    _check(sqlite_database, who)


_number = [0]
_FOLDER = Path(tempfile.mkdtemp(prefix="codes"))


def _own(first: str = "123456") -> dict[str, Any]:
    """Return a number and an account that nobody else has: twins would wait for a person."""
    return {"brn": business_number(_number[0]), "account": f"{first}{_number[0]:08}"}


def _complete(who: Applicant) -> None:
    who.agree()
    who.apply(**_own())
    who.clear("brn")
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind))
    assert who.state is PayState.READY


def _do(who: Applicant, action: str, key: str, now: datetime) -> None:
    if action == "apply":
        who.apply(key, now=now, **_own())
    elif action == "other":
        who.apply(key, now=now, **_own("654321"))
    elif action in ("agree", "refuse"):
        who.agree(f"{action} {key}", decision=action == "agree", now=now)
    elif _has_applied(who):
        _do_later(who, action, key, now)


def _do_later(who: Applicant, action: str, key: str, now: datetime) -> None:
    simple: dict[str, Callable[[], object]] = {
        "send": lambda: who.accept(who.send(DocumentKind.BRC, key, now), now),
        "accept": lambda: who.accept(who.send(DocumentKind.BANKBOOK, key, now), now),
        "clear": lambda: who.clear("brn", now),
        "hand_off": lambda: who.hand_off(now),
    }
    if action in simple:
        simple[action]()
    elif action.startswith("says:"):
        _import(who, action.removeprefix("says:"), key, now)
    elif action.startswith("to:"):
        reason = "doc_old" if key < "k5" else None
        with who.database.transaction() as session:
            cause = replace(staff(f"{action}:{key}", now), reason=reason)
            payments.move_payment(session, who.id, PayState(action[3:]), cause)
    else:
        with who.person.turn(f"{action} {key}", now) as tx:
            if action == "account":
                payments.change_account(tx, who.id, "088", "110123456789", "박영희")
            elif action == "withdraw":
                payments.withdraw(tx, who.id)
            else:
                payments.terminate(tx, who.id, "asked")


def _import(who: Applicant, word: str, key: str, now: datetime) -> None:
    """Read a file of results, and the same row in another file: that changes nothing."""
    code = f"M{key},,a.png" if word == "QR발급" and key < "k7" else ",이상한 말,"
    if word == "반려":
        code = ",예금주 불일치,"
    pictures = {"a.png": payment_picture(f"https://pay.example.org/q/{who.id}/{key}")}
    told: list[tuple[int, int]] = []
    states: list[list[tuple[str | None, str]]] = []
    for note in ("first", "second"):
        row = f"{who.overview().number},{word},{code},{note} {now}"
        given_file = ResultFile("r.csv", f"{HEAD}\n{row}\n".encode(), pictures)
        files = SealedFiles(_FOLDER, crypto.ring())
        report = import_results(who.database, files, "kakaopay", given_file, "staff:op", now)
        told.append((report.applied, len(report.errors)))
        states.append(who.history())
    assert told[1][0] == 0
    assert states[0] == states[1]


def _has_applied(who: Applicant) -> bool:
    with who.database.reading() as session:
        return payments.overview(session, who.person.conversation_id) is not None


def _check(database: Database, who: Applicant) -> None:
    with database.reading() as session:
        merchant_id = who.person.overview().merchant_id
        rows = session.scalars(
            select(PayApplication).where(PayApplication.merchant_id == merchant_id)
        ).all()
        for row in rows:
            events = session.scalars(
                select(StateEvent)
                .where(StateEvent.entity == "pay_application", StateEvent.entity_id == row.id)
                .order_by(StateEvent.id)
            ).all()
            assert events[0].from_state is None
            assert events[-1].to_state == row.state
            assert len({event.idempotency_key for event in events}) == len(events)
            for before, after in pairwise(events):
                assert after.from_state == before.to_state
                assert is_legal("pay_application", before.to_state, after.to_state)
        over = (PayState.TERMINATED, PayState.ERASED)
        assert sum(row.state not in over for row in rows) <= 1
