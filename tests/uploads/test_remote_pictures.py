from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.clients.images import ImageClient
from bot.errors import ExternalRejectedError, ExternalUnavailableError
from bot.services.documents import DocumentStore
from bot.services.remote_pictures import GIVE_UP_AFTER, fetch_pending, remember_images
from models.requirement import Document
from models.session import Database
from models.states import DocumentState
from tests.fakes import rows
from tests.fakes.loopback import Scripted, serving
from tests.fakes.rows import NOW
from tests.uploads.pictures import photo

URL = "http://secure.kakaocdn.net/dna/a.jpg?signature=secret"


class Pictures:
    """A source that answers as it is told and counts."""

    def __init__(self, answer: Callable[[], bytes]) -> None:
        self.answer = answer
        self.asked: list[str] = []

    def fetch(self, url: str) -> bytes:
        self.asked.append(url)
        return self.answer()


def _down() -> bytes:
    raise ExternalUnavailableError(code="http_503")


def _refused() -> bytes:
    raise ExternalRejectedError(code="http_403")


def _remember(database: Database, talk: int, *urls: str, now: datetime = NOW) -> list[int]:
    with database.transaction() as session:
        return remember_images(rows.turn(session, talk, now), urls, "brc")


def _document(database: Database, document_id: int) -> Document:
    with database.reading() as session:
        return session.get_one(Document, document_id)


def test_a_noted_picture_is_fetched_and_stored(
    database: Database, store: DocumentStore, talk: int
) -> None:
    source = Pictures(photo)
    (document_id,) = _remember(database, talk, URL)
    assert fetch_pending(database, source, store, NOW) == 1
    document = _document(database, document_id)
    assert document.state == DocumentState.IN_REVIEW
    assert document.note is None
    assert document.mime == "image/jpeg"
    assert store.content(document).startswith(b"\xff\xd8")
    assert fetch_pending(database, source, store, NOW) == 0
    assert source.asked == [URL]


def test_the_address_is_sealed_in_the_database(database: Database, talk: int) -> None:
    _remember(database, talk, URL)
    with database.reading() as session:
        raw = session.connection().exec_driver_sql("SELECT note FROM document").scalar_one()
    assert b"secret" not in bytes(raw)


def test_the_same_address_is_noted_once(database: Database, talk: int) -> None:
    first = _remember(database, talk, URL, URL, URL + "2")
    assert len(first) == 2
    assert _remember(database, talk, URL) == first[:1]


def test_waits_double_until_the_address_is_dead(
    database: Database, store: DocumentStore, talk: int
) -> None:
    source = Pictures(_down)
    (document_id,) = _remember(database, talk, URL)
    tries = []
    closely, then = range(0, 160, 5), range(160, 12 * 3600, 600)
    for seconds in (*closely, *then):
        before = len(source.asked)
        fetch_pending(database, source, store, NOW + timedelta(seconds=seconds))
        if len(source.asked) > before:
            tries.append(seconds)
    assert tries[:5] == [0, 15, 35, 75, 155]
    assert len(tries) < 20
    document = _document(database, document_id)
    assert (document.state, document.reject_code) == (DocumentState.REJECTED, "doc_unreadable")
    assert document.note is None


def test_a_picture_comes_after_an_outage(
    database: Database, store: DocumentStore, talk: int
) -> None:
    source = Pictures(_down)
    (document_id,) = _remember(database, talk, URL)
    assert fetch_pending(database, source, store, NOW) == 0
    source.answer = photo
    assert fetch_pending(database, source, store, NOW + timedelta(seconds=1)) == 0
    assert fetch_pending(database, source, store, NOW + timedelta(minutes=1)) == 1
    assert _document(database, document_id).state == DocumentState.IN_REVIEW


@pytest.mark.parametrize("answer", [_refused, lambda: b"<html>expired</html>"], ids=["403", "page"])
def test_what_is_refused_has_to_be_sent_again(
    database: Database, store: DocumentStore, talk: int, answer: Callable[[], bytes]
) -> None:
    (document_id,) = _remember(database, talk, URL)
    assert fetch_pending(database, Pictures(answer), store, NOW) == 0
    document = _document(database, document_id)
    assert (document.state, document.reject_code) == (DocumentState.REJECTED, "doc_unreadable")


def test_two_runs_at_once_keep_one_file(
    database: Database, store: DocumentStore, talk: int, folder: Path
) -> None:
    _remember(database, talk, URL)
    inner = Pictures(photo)

    def during() -> bytes:
        assert fetch_pending(database, inner, store, NOW) == 1
        return photo()

    assert fetch_pending(database, Pictures(during), store, NOW) == 0
    assert len(list(folder.glob("*/*"))) == 1


def test_over_the_wire(database: Database, store: DocumentStore, talk: int) -> None:
    client = ImageClient((".kakaocdn.net",), allow_loopback=True)
    with serving(Scripted(body=photo())) as server:
        _remember(database, talk, f"{server.url}/a.jpg")
        assert fetch_pending(database, client, store, NOW) == 1
    with database.reading() as session:
        assert session.execute(select(Document.size)).scalar_one() > 0


@pytest.mark.parametrize("answer", [_down, _refused])
def test_a_slow_failure_does_not_undo_a_success(
    database: Database, store: DocumentStore, talk: int, answer: Callable[[], bytes]
) -> None:
    (document_id,) = _remember(database, talk, URL)
    late = NOW + GIVE_UP_AFTER + timedelta(hours=1)

    def during() -> bytes:
        assert fetch_pending(database, Pictures(photo), store, late) == 1
        return answer()

    assert fetch_pending(database, Pictures(during), store, late) == 0
    assert _document(database, document_id).state == DocumentState.IN_REVIEW
