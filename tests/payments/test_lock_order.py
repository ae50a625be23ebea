"""A turn locks its chat and then its application; whatever else needs both goes the same way."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from bot.services.documents import lock_conversation
from bot.services.payments.handover.applied import take_code
from bot.services.payments.handover.issued import read_code
from bot.services.payments.rows import locked
from models.requirement import DocumentKind
from models.session import Database
from models.states import PayState
from tests.console.pay_desk import picture
from tests.patience import PATIENCE_S
from tests.payments.applicants import Applicant, applicant, staff
from tests.payments.test_links import OWNER, PHOTO, Phone
from tests.uploads.pictures import photo

WAITS = text(
    "SELECT count(*) FROM pg_stat_activity "
    "WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def _until_it_waits(database: Database) -> None:
    """Let a thread come as far as it can while this transaction is open."""
    until = time.monotonic() + PATIENCE_S
    while not database.is_sqlite and time.monotonic() < until:  # SQLite has one writer at a time
        with database.reading() as session:
            if session.execute(WAITS).scalar_one():
                return
        time.sleep(0.01)
    assert database.is_sqlite, "it does not wait for the chat"


def _beside_a_turn(who: Applicant, work: Callable[[], object]) -> None:
    """Do something while a turn has the chat and is about to take the application."""
    done: list[object] = []
    beside = threading.Thread(target=lambda: done.append(work()))
    with who.person.turn("beside") as tx:
        lock_conversation(tx.session, tx.conversation_id)
        beside.start()
        _until_it_waits(who.database)
        assert locked(tx.session, who.id) is not None
    beside.join(PATIENCE_S)
    assert done, "it was given up"


@pytest.mark.parametrize("does", ["sends a photo", "says no"])
def test_what_is_sent_from_a_link_waits_for_the_chat_first(
    does: str, database: Database, tmp_path: Path
) -> None:
    who = applicant(database, role="agent")
    who.agree()
    who.apply()
    phone = Phone(database, tmp_path / "files")
    if does == "says no":
        url = phone.issue(who, OWNER)
        _beside_a_turn(who, lambda: phone.say(url, "no"))
    else:
        url = phone.issue(who, PHOTO, DocumentKind.BANKBOOK)
        _beside_a_turn(who, lambda: phone.send(url, photo()))
    assert phone.is_used()


def test_a_code_that_is_taken_in_waits_for_the_chat_first(database: Database) -> None:
    who = applicant(database)
    who.complete()
    who.hand_off()
    who.step(PayState.APPROVED)
    issued = read_code("M-1", picture("pay://1"), "", None)

    def take() -> bool:
        with database.transaction() as session:
            return take_code(session, who.id, issued, staff("code"))

    _beside_a_turn(who, take)
    assert who.state is PayState.QR_ISSUED
