"""A scanner that is required and does not answer: papers wait, nobody sees them, none is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clients.clamd import Clamd
from bot.errors import (
    ExternalRejectedError,
    ExternalUnavailableError,
    InvalidInputError,
    RuleBrokenError,
)
from bot.services import document_review
from bot.services.documents import DocumentStore, Scan, Sent
from bot.services.remote_pictures import fetch_pending, remember_images
from bot.services.sealed_files import SealedFiles
from bot.services.waiting_papers import count_waiting, look_over
from models.events import StateEvent
from models.requirement import Document, DocumentKind
from models.session import Database
from models.states import Cause, DocumentState
from tests.fakes import rows
from tests.fakes.clamd import FakeClamd
from tests.fakes.rows import NOW
from tests.uploads.pictures import photo

LATER = NOW + timedelta(minutes=5)


@dataclass
class Scanner:
    """Says what it is told to; silent on what it cannot take.

    Attributes:
        verdict: None: it does not answer.
        hates: files that it never has an answer for.
    """

    verdict: bool | None = None
    hates: set[bytes] = field(default_factory=set)
    seen: list[bytes] = field(default_factory=list)

    def __call__(self, data: bytes) -> bool:
        self.seen.append(data)
        if self.verdict is None or data in self.hates:
            raise ExternalUnavailableError(code="scanner_down")
        return self.verdict


@pytest.fixture
def scanner() -> Scanner:
    return Scanner()


@pytest.fixture
def strict(files: SealedFiles, scanner: Scanner) -> DocumentStore:
    return DocumentStore(files, scanner, must_scan=True)


def _send(database: Database, store: DocumentStore, talk: int, width: int = 64) -> Document:
    stored = store.prepare_now(photo((width, 48)))
    with database.transaction() as session:
        return store.record(session, stored, Sent(talk, DocumentKind.BRC, "upload:a"), NOW)


def _row(database: Database, document: Document) -> Document:
    with database.reading() as session:
        return session.get_one(Document, document.id)


def _waiting(database: Database) -> int:
    with database.reading() as session:
        return count_waiting(session)


def test_a_paper_is_kept_and_waits(
    database: Database, strict: DocumentStore, talk: int, folder: Path
) -> None:
    paper = _send(database, strict, talk)
    assert (paper.state, paper.mime) == (DocumentState.RECEIVED, "image/jpeg")
    assert _waiting(database) == 1
    assert [path.stem for path in folder.glob("*/*")] == [paper.storage_key]
    with pytest.raises(InvalidInputError) as caught:
        strict.content(paper)
    assert caught.value.code == "file_waits"
    assert _send(database, strict, talk).id == paper.id, "sent again it is the same paper"
    assert look_over(database, strict, LATER) == 0
    assert _waiting(database) == 1


def test_it_goes_on_when_the_scanner_is_back(
    database: Database, strict: DocumentStore, scanner: Scanner, talk: int
) -> None:
    paper = _send(database, strict, talk)
    scanner.verdict = True
    assert look_over(database, strict, LATER) == 1
    found = _row(database, paper)
    assert found.state is DocumentState.IN_REVIEW
    assert scanner.seen[-1] == strict.content(found), "what is kept is what was looked over"
    assert (look_over(database, strict, LATER), _waiting(database)) == (0, 0)
    with database.reading() as session:
        told = session.scalars(select(StateEvent.to_state).order_by(StateEvent.id)).all()
    assert list(told) == ["received", "scanned", "in_review"]


def test_a_silent_scanner_keeps_one_person_waiting_and_not_everybody(
    database: Database, strict: DocumentStore, scanner: Scanner, talk: int
) -> None:
    for width in (64, 66, 68):
        _send(database, strict, talk, width)
    assert len(scanner.seen) == 1
    assert _waiting(database) == 3
    scanner.verdict = True
    assert look_over(database, strict, LATER) == 3, "the job asks all the same"


def test_what_is_not_harmless_is_destroyed_and_asked_for_again(
    database: Database, strict: DocumentStore, scanner: Scanner, talk: int, folder: Path
) -> None:
    paper = _send(database, strict, talk)
    scanner.verdict = False
    assert look_over(database, strict, LATER) == 1
    found = _row(database, paper)
    assert (found.state, found.storage_key) == (DocumentState.REJECTED, None)
    assert list(folder.glob("*/*.sealed")) == []


def test_one_file_that_gets_no_verdict_does_not_stop_the_others(
    database: Database, strict: DocumentStore, scanner: Scanner, talk: int
) -> None:
    hard, *easy = (_send(database, strict, talk, width) for width in (64, 66, 68))
    scanner.verdict = True
    scanner.hates = {strict.files.get(hard.storage_key or "")}
    assert look_over(database, strict, LATER) == 0
    assert look_over(database, strict, LATER + timedelta(minutes=1)) == 2
    assert {_row(database, one).state for one in easy} == {DocumentState.IN_REVIEW}
    assert _row(database, hard).state is DocumentState.RECEIVED


def test_one_file_that_cannot_be_opened_does_not_stop_the_others(
    database: Database, strict: DocumentStore, scanner: Scanner, talk: int, folder: Path
) -> None:
    changed, *whole = (_send(database, strict, talk, width) for width in (64, 66, 68))
    (path,) = folder.glob(f"*/{changed.storage_key}.sealed")
    path.write_bytes(path.read_bytes()[:-1])
    scanner.verdict = True
    for minute in range(2):
        look_over(database, strict, LATER + timedelta(minutes=minute))
    assert {_row(database, one).state for one in whole} == {DocumentState.IN_REVIEW}
    assert _row(database, changed).state is DocumentState.RECEIVED


@pytest.mark.parametrize("scan", [None, Clamd("127.0.0.1:9")], ids=["none", "gone"])
def test_no_scanner_at_all_is_none_that_answers(
    database: Database, files: SealedFiles, talk: int, scan: Scan | None
) -> None:
    store = DocumentStore(files, scan, must_scan=True)
    paper = _send(database, store, talk)
    assert look_over(database, store, LATER) == 0
    with pytest.raises(InvalidInputError) as caught:
        store.content(_row(database, paper))
    assert caught.value.code == "file_waits"
    relaxed = DocumentStore(files)
    assert look_over(database, relaxed, LATER) == 1, "the setting was taken back"


@pytest.mark.parametrize("decide", [document_review.accept, document_review.reject])
def test_nobody_decides_on_what_nobody_saw(
    database: Database, strict: DocumentStore, talk: int, decide: Callable[..., bool]
) -> None:
    paper = _send(database, strict, talk)
    cause = Cause(actor="staff:kim", key="k", now=NOW, reason=document_review.UNREADABLE)
    with pytest.raises(RuleBrokenError) as caught, database.transaction() as session:
        decide(session, paper.id, cause)
    assert caught.value.code == "file_waits"
    with pytest.raises(InvalidInputError):
        strict.content(_row(database, paper))


def test_a_picture_from_the_chat_waits_too(
    database: Database, strict: DocumentStore, scanner: Scanner, talk: int
) -> None:
    with database.transaction() as session:
        remember_images(rows.turn(session, talk, NOW), ["http://secure.kakaocdn.net/a.jpg"], "brc")
    source = _Source()
    assert fetch_pending(database, source, strict, NOW) == 1
    assert _waiting(database) == 1
    assert fetch_pending(database, source, strict, LATER) == 0, "it is here; only unseen"
    scanner.verdict = True
    assert look_over(database, strict, LATER) == 1


@pytest.mark.parametrize(
    "trouble",
    [ExternalRejectedError("gone"), ExternalUnavailableError("busy")],
    ids=["no", "later"],
)
def test_another_run_that_gets_nothing_leaves_a_waiting_picture_alone(
    database: Database, strict: DocumentStore, talk: int, trouble: Exception
) -> None:
    with database.transaction() as session:
        remember_images(rows.turn(session, talk, NOW), ["http://secure.kakaocdn.net/a.jpg"], "brc")

    def meanwhile() -> None:
        assert fetch_pending(database, _Source(), strict, NOW) == 1
        raise trouble

    assert fetch_pending(database, _Source(meanwhile), strict, NOW + timedelta(hours=7)) == 0
    with database.reading() as session:
        (paper,) = session.scalars(select(Document)).all()
    assert (paper.state, paper.updated_at) == (DocumentState.RECEIVED, NOW)
    assert _waiting(database) == 1


@dataclass
class _Source:
    """Where pictures lie.

    Attributes:
        first: what happens before one is handed over.
    """

    first: Callable[[], object] = bool

    def fetch(self, url: str) -> bytes:
        """Return a picture, wherever it lies."""
        del url
        self.first()
        return photo()


def test_a_paper_that_went_meanwhile_is_left_alone(
    database: Database, files: SealedFiles, talk: int
) -> None:
    def during(_: bytes) -> bool:
        assert look_over(database, DocumentStore(files), LATER) == 1
        return False

    paper = _send(database, DocumentStore(files, must_scan=True), talk)
    assert look_over(database, DocumentStore(files, during), LATER) == 0
    assert _row(database, paper).state is DocumentState.IN_REVIEW
    assert files.get(paper.storage_key or "")


def test_the_scanner_says_that_it_is_there() -> None:
    with FakeClamd() as fake:
        address = fake.address
        assert Clamd(address).is_there()
        fake.ping = b"?"
        assert not Clamd(address).is_there()
    assert not Clamd(address).is_there()
    assert not Clamd("unix:/nonexistent/clamd.ctl").is_there()
