from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import delete, func, select
from werkzeug.test import TestResponse

from bot.clock import AdjustableClock
from bot.config import Settings
from bot.services.documents import FILES_PER_LINK, DocumentStore, StoredFile
from bot.services.pictures import MAX_BYTES
from bot.services.sealed_files import SealedFiles
from bot.services.upload_links import UploadLinks
from bot.web.uploads import UploadDesk, uploads_blueprint
from models import crypto
from models.conversation import Conversation
from models.requirement import Document
from models.session import Database
from tests.fakes import rows
from tests.fakes.rows import NOW
from tests.uploads.pictures import pdf, photo


@pytest.fixture
def desk(sqlite_database: Database, folder: Path) -> UploadDesk:
    clock = AdjustableClock(NOW)
    return UploadDesk(
        settings=Settings(office_phone="02-123-4567"),
        clock=clock,
        database=sqlite_database,
        links=UploadLinks("secret", "", clock),
        store=DocumentStore(SealedFiles(folder, crypto.ring())),
    )


@pytest.fixture
def client(desk: UploadDesk) -> FlaskClient:
    app = Flask(__name__)
    app.config["MAX_CONTENT_LENGTH"] = 64 * 1024
    app.register_blueprint(uploads_blueprint(desk))
    return app.test_client()


@pytest.fixture
def url(desk: UploadDesk) -> str:
    with desk.database.transaction() as session:
        return desk.links.make(rows.conversation(session).id, "brc")


def _post(client: FlaskClient, url: str, data: bytes, **headers: str) -> TestResponse:
    """Post as a browser does: both inputs share a name, one is empty."""
    part = '--edge\r\nContent-Disposition: form-data; name="file"; filename="{}"\r\n\r\n'
    body = part.format("").encode() + b"\r\n" + part.format("../../사진.exe").encode() + data
    kind = "multipart/form-data; boundary=edge"
    return client.post(url, data=body + b"\r\n--edge--", content_type=kind, headers=headers)


def _count(desk: UploadDesk) -> int:
    with desk.database.reading() as session:
        return session.execute(select(func.count()).select_from(Document)).scalar_one()


def test_the_page_says_what_must_be_readable(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 200
    for words in ("사업자등록증", "등록번호 숫자 10자리", "네 귀퉁이", 'capture="environment"'):
        assert words in answer.text
    assert 'accept="image/*,application/pdf"' in answer.text
    assert "02-123-4567" in answer.text


@pytest.mark.parametrize("way", ["get", "post"])
def test_no_page_may_be_framed_kept_or_run_strange_scripts(
    client: FlaskClient, url: str, way: str
) -> None:
    answer = client.open(url, method=way)
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "<script>" not in answer.text
    assert "style=" not in answer.text


@pytest.mark.parametrize("data", [photo(), photo(kind="PNG"), pdf()], ids=["jpg", "png", "pdf"])
def test_sending_without_scripts(
    client: FlaskClient, desk: UploadDesk, url: str, data: bytes
) -> None:
    answer = _post(client, url, data)
    assert answer.status_code == 303
    after = client.get(answer.location)
    assert "잘 받았어요" in after.text
    assert "이어서" in after.text
    assert _count(desk) == 1


def test_sending_with_scripts(client: FlaskClient, url: str) -> None:
    answer = _post(client, url, photo(), **{"X-Requested-With": "script"})
    assert answer.status_code == 200
    assert "잘 받았어요" in client.get(answer.get_json()["next"]).text


def test_sending_the_same_twice_is_one_paper(
    client: FlaskClient, desk: UploadDesk, url: str
) -> None:
    for _ in range(3):
        assert _post(client, url, photo()).status_code == 303
    assert _count(desk) == 1


def test_big_photos_pass_the_small_limit_of_the_app(client: FlaskClient, url: str) -> None:
    padded = photo() + b"\0" * (MAX_BYTES - 100_000)
    assert _post(client, url, padded).status_code == 303


@pytest.mark.parametrize(
    ("data", "status", "words"),
    [
        (b"", 400, "사진이 아직 없어요"),
        (b"MZ", 415, "사진이나 PDF만"),
        (photo()[:300], 400, "사진이 열리지 않아요"),
        (b"\xff\xd8\xff" + b"0" * MAX_BYTES, 413, "사진이 너무 커요"),
        (b"\xff\xd8\xff" + b"0" * (2 * MAX_BYTES), 413, "사진이 너무 커요"),
    ],
    ids=["nothing", "program", "half", "big", "bigger"],
)
def test_clear_words_when_it_cannot_be_taken(
    client: FlaskClient, desk: UploadDesk, url: str, data: bytes, status: int, words: str
) -> None:
    page = _post(client, url, data)
    script = _post(client, url, data, **{"X-Requested-With": "script"})
    assert (page.status_code, script.status_code) == (status, status)
    assert words in page.text
    assert "사진 찍기" in page.text
    assert words in script.get_json()["message"]
    assert _count(desk) == 0


def test_no_file_field_at_all(client: FlaskClient, url: str) -> None:
    assert "사진이 아직 없어요" in client.post(url).text


def test_old_links_say_how_to_get_a_new_one(
    client: FlaskClient, desk: UploadDesk, url: str
) -> None:
    assert isinstance(desk.clock, AdjustableClock)
    desk.clock.advance(timedelta(days=8))
    for answer in (client.get(url), _post(client, url, photo()), client.get(url + "/done")):
        assert answer.status_code == 410
        assert "기간이 지났어요" in answer.text
        assert "진행 상황" in answer.text
    script = _post(client, url, photo(), **{"X-Requested-With": "script"})
    assert "기간이 지났어요" in script.get_json()["message"]


def test_a_link_is_used_up(client: FlaskClient, desk: UploadDesk, url: str) -> None:
    for width in range(FILES_PER_LINK):
        assert _post(client, url, photo((64 + width, 48))).status_code == 303
    answer = client.get(url)
    assert answer.status_code == 410
    assert "이미 다 받았어요" in answer.text
    assert _post(client, url, photo((90, 48))).status_code == 410
    assert _count(desk) == FILES_PER_LINK


def test_made_up_links_and_forgotten_people(client: FlaskClient, desk: UploadDesk) -> None:
    made_up = ["/upload/nothing", desk.links.make(987654, "brc"), desk.links.make(1, "diary")]
    for url in made_up:
        assert client.get(url).status_code == 404
        assert _post(client, url, photo()).status_code == 404
    assert _count(desk) == 0


def test_who_is_forgotten_while_sending(
    client: FlaskClient, desk: UploadDesk, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepare = DocumentStore.prepare

    def forgotten(store: DocumentStore, data: bytes) -> StoredFile:
        with desk.database.transaction() as session:
            session.execute(delete(Conversation))
        return prepare(store, data)

    monkeypatch.setattr(DocumentStore, "prepare", forgotten)
    assert _post(client, url, photo()).status_code == 404
