"""What papers mean for what is still needed, on both databases."""

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError, RuleBrokenError
from bot.services import document_review
from bot.services.documents import DocumentStore, Sent
from bot.services.registration import Submission, submit
from models.conversation import Conversation
from models.errors import IllegalMoveError
from models.requirement import DocumentKind, Requirement
from models.session import Database
from models.states import Cause, Level
from tests.fakes import rows
from tests.fakes.rows import NOW
from tests.uploads.pictures import photo


def _submit(database: Database, talk: int, **values: object) -> None:
    slots = {"owner_name": "홍길동", "phone": "01000001234", "store_name": "행복과일"}
    with database.transaction() as session:
        turn = rows.turn(session, talk)
        submit(turn, Submission.from_slots({**slots, "has_brn": "yes", **values}))


def _send(database: Database, store: DocumentStore, talk: int, width: int = 64) -> int:
    stored = store.prepare(photo((width, 48)))
    with database.transaction() as session:
        return store.record(session, stored, Sent(talk, DocumentKind.BRC, "upload:a"), NOW).id


def _cause(key: str, reason: str | None = None) -> Cause:
    return Cause(actor="staff:kim", key=key, now=NOW, reason=reason)


def _accept(database: Database, paper: int, key: str = "accept") -> bool:
    with database.transaction() as session:
        return document_review.accept(session, paper, _cause(key))


def _reject(database: Database, paper: int, reason: str, key: str = "reject") -> bool:
    with database.transaction() as session:
        return document_review.reject(session, paper, _cause(key, reason))


def _need(database: Database) -> tuple[Level, str | None]:
    with database.reading() as session:
        row = session.scalars(select(Requirement).where(Requirement.key == "brc")).one()
        return row.level, row.error_code


def test_a_paper_sent_before_the_registration_counts(
    database: Database, store: DocumentStore, talk: int
) -> None:
    _send(database, store, talk)
    _submit(database, talk)
    assert _need(database) == (Level.PENDING_VERIFICATION, None)


def test_registering_again_does_not_ask_again_for_an_accepted_paper(
    database: Database, store: DocumentStore, talk: int
) -> None:
    _submit(database, talk)
    assert _need(database) == (Level.EVENTUALLY_DUE, None)
    assert _accept(database, _send(database, store, talk))
    assert _need(database) == (Level.MET, None)
    _submit(database, talk, stall="3동 12호")
    assert _need(database) == (Level.MET, None)


def test_a_new_try_after_a_rejection_waits_again(
    database: Database, store: DocumentStore, talk: int
) -> None:
    _submit(database, talk)
    paper = _send(database, store, talk)
    assert _reject(database, paper, "doc_old")
    assert not _reject(database, paper, "doc_old")
    assert _need(database) == (Level.CURRENTLY_DUE, "doc_old")
    second = _send(database, store, talk, 65)
    assert _need(database) == (Level.PENDING_VERIFICATION, None)
    assert _accept(database, second)
    assert not _accept(database, second)
    assert _need(database) == (Level.MET, None)


def test_an_accepted_paper_may_turn_out_wrong(
    database: Database, store: DocumentStore, talk: int
) -> None:
    _submit(database, talk)
    paper = _send(database, store, talk)
    _accept(database, paper)
    assert _reject(database, paper, "doc_wrong_kind")
    assert _need(database) == (Level.CURRENTLY_DUE, "doc_wrong_kind")
    with pytest.raises(IllegalMoveError):
        _accept(database, paper, "again")


def test_papers_of_strangers_change_nothing(
    database: Database, store: DocumentStore, talk: int
) -> None:
    _submit(database, talk)
    with database.transaction() as session:
        stranger = rows.conversation(session).id
    assert _accept(database, _send(database, store, stranger))
    assert _need(database) == (Level.EVENTUALLY_DUE, None)
    with database.reading() as session:
        assert session.get_one(Conversation, stranger).merchant_id is None


def test_what_cannot_be_decided(database: Database, store: DocumentStore, talk: int) -> None:
    paper = _send(database, store, talk)
    with pytest.raises(RuleBrokenError):
        _reject(database, paper, "nonsense")
    with pytest.raises(InvalidInputError):
        _accept(database, 987654)
