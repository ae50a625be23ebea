"""The merchant mends, the office moves and a file is read at the same moment, with real threads."""

import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import RuleBrokenError, SosinError
from bot.nlu.business_numbers import check as wrong_with
from bot.services import payments
from bot.services.payments.handover.results import ResultFile, import_results
from bot.services.sealed_files import SealedFiles
from models import crypto
from models.errors import IllegalMoveError, ModelError
from models.moves import is_legal
from models.outbox import Reminder
from models.payment import PayApplication
from models.requirement import DocumentKind
from models.session import Database
from models.states import PayState, ReminderState
from tests.patience import PATIENCE_S
from tests.payments.applicants import Applicant, applicant, staff
from tests.use_cases.people import NOW

ROUNDS = 4
FILE = "신청번호,접수번호,상태,가맹점코드,사유,QR그림\n{number},R-{round},승인,,,\n"
LATER = NOW + timedelta(hours=1)
FORBIDDEN = {"pay_over", "pay_agreed"}


def _business_number(number: int) -> str:
    """Return a number that could be one, another one for each person."""
    stem = f"123456{number:03d}"
    return next(stem + digit for digit in "0123456789" if not wrong_with(stem + digit))


def _handed_over(database: Database, number: int) -> Applicant:
    who = applicant(database, f"user-{number}")
    who.agree(f"agree {number}")
    account = f"1234560112{number:04d}"
    who.apply(f"apply {number}", brn=_business_number(number), account=account)
    who.clear("brn")
    for kind in (DocumentKind.BRC, DocumentKind.BANKBOOK):
        who.accept(who.send(kind))
    who.hand_off()
    return who


def _together(*works: Callable[[], object]) -> list[SosinError | ModelError]:
    """Begin everything at one moment; return what was refused."""
    gate = threading.Barrier(len(works))
    refused: list[SosinError | ModelError] = []
    broken: list[Exception] = []

    def run(work: Callable[[], object]) -> None:
        gate.wait(PATIENCE_S)
        try:
            work()
        except (SosinError, ModelError) as error:
            refused.append(error)
        except Exception as error:
            broken.append(error)
            raise

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE_S)
    assert not any(thread.is_alive() for thread in threads), "they wait for each other"
    assert not broken
    return refused


def _at_once(who: Applicant, files: SealedFiles, number: int) -> None:
    """Let everybody do something; each thing twice, as with a double tap."""
    name, application_id = who.overview().number, who.id
    book = ResultFile("results.csv", FILE.format(number=name, round=number).encode("cp949"))

    def mends() -> None:
        with who.person.turn(f"mend {number}", LATER) as tx:
            payments.change_account(tx, application_id, "088", "110123456789", "김순자")

    def moves() -> None:
        cause = replace(staff(f"more {number}", LATER), reason="doc_old")
        with who.database.transaction() as session:
            payments.move_payment(session, application_id, PayState.ADDITIONAL_REQUIRED, cause)

    def reads() -> None:
        import_results(who.database, files, "kakaopay", book, "staff:op", LATER)

    def withdraws() -> None:
        with who.person.turn(f"withdraw {number}", LATER) as tx:
            payments.withdraw(tx, application_id)

    refused = _together(*(mends, moves, reads, withdraws) * 2)
    for error in refused:
        assert isinstance(error, IllegalMoveError | RuleBrokenError)
        assert isinstance(error, IllegalMoveError) or error.code in FORBIDDEN


def test_all_at_once_leaves_a_legal_way_and_at_most_one_word_of_each_kind(
    database: Database, tmp_path: Path
) -> None:
    files = SealedFiles(tmp_path / "sealed", crypto.ring())
    for number in range(ROUNDS):
        who = _handed_over(database, number)
        _at_once(who, files, number)
        ways = who.history()
        assert all(is_legal("pay_application", was, to) for was, to in ways if was)
        assert [was for was, _ in ways[1:]] == [to for _, to in ways[:-1]], "one after the other"
        assert ways[-1][1] == who.state
    with database.reading() as session:
        words = session.scalars(select(Reminder)).all()
        over = set(
            session.scalars(
                select(PayApplication.id).where(PayApplication.state == PayState.WITHDRAWN)
            )
        )
    waiting = [word for word in words if word.state is ReminderState.SCHEDULED]
    planned = Counter(
        (word.kind, word.subject_id) for word in waiting if word.kind != "payment.missing"
    )
    assert set(planned.values()) <= {1}, planned
    assert not [word for word in waiting if word.subject_id in over], "it is taken back"


def test_the_same_hand_over_twice_is_one_also_for_what_was_sent_back(database: Database) -> None:
    who = _handed_over(database, 1)
    who.step(PayState.ADDITIONAL_REQUIRED, "doc_old", now=LATER, key="brc")
    who.accept(who.send(DocumentKind.BRC, "new", LATER), LATER)
    again = staff("the same tap", LATER)
    for first in (True, False):
        with database.transaction() as session:
            assert payments.hand_off(session, who.id, again) is first
    assert who.history()[-1] == ("additional_required", "provider_review")
    who.step(PayState.APPROVED, now=LATER)
    with database.transaction() as session:
        assert payments.hand_off(session, who.id, again) is False
    assert who.state is PayState.APPROVED


def test_a_form_begun_before_does_not_bring_back_what_was_taken_back(database: Database) -> None:
    who = _handed_over(database, 1)
    with who.person.turn("withdraw", LATER) as tx:
        payments.withdraw(tx, who.id)
    with pytest.raises(RuleBrokenError) as refused, who.person.turn("late", LATER) as tx:
        payments.change_account(tx, who.id, "088", "110123456789", "김순자")
    assert refused.value.code == "pay_over"
    with pytest.raises(RuleBrokenError), who.person.turn("later", LATER) as tx:
        payments.repair(tx, who.id, {"holder": "김순자 반찬"})
    assert who.state is PayState.WITHDRAWN
