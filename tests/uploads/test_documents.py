from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.errors import InvalidInputError
from bot.services import documents
from bot.services.documents import DocumentStore, Sent
from bot.services.sealed_files import SealedFiles
from models.events import StateEvent
from models.requirement import Document, DocumentKind
from models.session import Database
from models.states import Cause, DocumentState, move
from tests.fakes.rows import NOW
from tests.uploads.pictures import SECRET_MARK, heic, photo


def _sent(talk: int, way: str = "upload:abc") -> Sent:
    return Sent(talk, DocumentKind.BRC, way)


def _files(folder: Path) -> list[str]:
    return [path.stem for path in folder.glob("*/*")]


def _receive(database: Database, store: DocumentStore, data: bytes, sent: Sent) -> Document:
    stored = store.prepare(data)
    with database.transaction() as session:
        return store.record(session, stored, sent, NOW)


def test_a_paper_goes_to_review(database: Database, store: DocumentStore, talk: int) -> None:
    document = _receive(database, store, photo(), _sent(talk))
    assert document.state == DocumentState.IN_REVIEW
    assert (document.mime, document.kind) == ("image/jpeg", DocumentKind.BRC)
    assert len(store.content(document)) == document.size
    with database.reading() as session:
        events = session.execute(
            select(StateEvent.to_state, StateEvent.actor).order_by(StateEvent.id)
        ).all()
    assert events == [("received", "merchant"), ("scanned", "system"), ("in_review", "system")]


def test_the_same_file_twice_is_one_paper(
    database: Database, store: DocumentStore, talk: int, folder: Path
) -> None:
    first = _receive(database, store, photo(), _sent(talk))
    second = _receive(database, store, photo(), _sent(talk, "upload:other"))
    assert first.id == second.id
    assert _files(folder) == [first.storage_key]


def test_another_kind_person_or_content_is_another_paper(
    database: Database, store: DocumentStore, talk: int
) -> None:
    ids = {
        _receive(database, store, photo(), _sent(talk)).id,
        _receive(database, store, photo(), Sent(talk, DocumentKind.PERMIT, "upload:abc")).id,
        _receive(database, store, photo((65, 48)), _sent(talk)).id,
    }
    assert len(ids) == 3


def test_what_was_rejected_may_be_sent_again(
    database: Database, store: DocumentStore, talk: int
) -> None:
    first = _receive(database, store, photo(), _sent(talk))
    with database.transaction() as session:
        row = session.get_one(Document, first.id)
        move(session, row, DocumentState.REJECTED, Cause(actor="s", key="k", now=NOW))
    assert _receive(database, store, photo(), _sent(talk)).id != first.id


def test_files_are_counted_by_link(database: Database, store: DocumentStore, talk: int) -> None:
    for width in (65, 66):
        _receive(database, store, photo((width, 48)), _sent(talk, "upload:a%c"))
    _receive(database, store, photo((67, 48)), _sent(talk, "upload:abc"))
    with database.reading() as session:
        assert documents.files_of_link(session, talk, "upload:a%c") == 2
        assert documents.files_of_link(session, talk, "upload:abc") == 1
        assert documents.files_of_link(session, talk, "upload:ab") == 0


def test_the_scanner_sees_what_was_sent(
    database: Database, files: SealedFiles, talk: int, folder: Path
) -> None:
    del database, talk
    seen: list[bytes] = []

    def scan(data: bytes) -> bool:
        seen.append(data)
        return False

    with pytest.raises(InvalidInputError) as caught:
        DocumentStore(files, scan).prepare(photo())
    assert caught.value.code == "file_infected"
    assert seen == [photo()]
    assert _files(folder) == []


def test_heic_is_kept_as_the_picture_alone(store: DocumentStore) -> None:
    stored = store.prepare(heic())
    kept = store.files.get(stored.name)
    assert (stored.mime, kept[:3]) == ("image/jpeg", b"\xff\xd8\xff")
    assert SECRET_MARK in heic()
    assert SECRET_MARK not in kept


def test_nobody_there(database: Database, store: DocumentStore) -> None:
    with pytest.raises(InvalidInputError) as caught:
        _receive(database, store, photo(), _sent(987654))
    assert caught.value.code == "no_conversation"


def test_purged_papers_lose_their_file_with_the_next_sweep(
    database: Database, store: DocumentStore, talk: int, folder: Path
) -> None:
    kept = _receive(database, store, photo(), _sent(talk))
    gone = _receive(database, store, photo((65, 48)), _sent(talk))
    store.prepare(photo((66, 48)))  # its transaction never came
    with database.transaction() as session:
        cause = Cause(actor="system", key="retention", now=NOW)
        row = session.get_one(Document, gone.id)
        documents.purge(session, row, cause)
        documents.purge(session, row, cause)
    with database.reading() as session:
        assert store.sweep(session, datetime.fromtimestamp(0, NOW.tzinfo)) == 0
        late = NOW + timedelta(days=10_000)
        assert store.sweep(session, late) == 2
        row = session.get_one(Document, gone.id)
        assert (row.state, row.storage_key) == (DocumentState.PURGED, None)
        with pytest.raises(InvalidInputError):
            store.content(row)
    assert _files(folder) == [kept.storage_key]
