"""SCANNER_REQUIRED from end to end: the page, the job, and what the office is told."""

import io
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from bot.cli.papers import warn_of_scanner
from bot.config import Settings
from bot.errors import ConfigError
from bot.services.upload_links import UploadLinks
from models.requirement import Document
from models.states import DocumentState
from tests.fakes import rows
from tests.fakes.clamd import FakeClamd
from tests.talk import House, house
from tests.uploads.pictures import photo


@pytest.fixture
def scanner() -> Iterator[FakeClamd]:
    with FakeClamd() as fake:
        yield fake


@pytest.fixture
def building(sqlite_url: str, scanner: FakeClamd) -> Iterator[House]:
    with house(sqlite_url) as opened:
        opened.changes |= {"scanner_required": True, "clamd_address": scanner.address}
        opened.restart()
        yield opened


def _sent(building: House) -> str:
    """Send a paper as a merchant does; return what the page says then."""
    with building.database.transaction() as session:
        talk = rows.conversation(session).id
    link = UploadLinks("test" * 8, "", building.clock).make(talk, "brc")
    client = building.app.test_client()
    answer = client.post(link, data={"file": (io.BytesIO(photo()), "photo.jpg")})
    assert answer.status_code == 303, answer.text
    return client.get(answer.location).text


def _state(building: House) -> DocumentState:
    with building.database.reading() as session:
        return session.scalars(select(Document.state)).one()


def _told(building: House, *command: str) -> tuple[int, str]:
    done = building.app.test_cli_runner().invoke(args=list(command))
    return done.exit_code, done.output


def test_a_paper_waits_while_the_scanner_is_silent(building: House, scanner: FakeClamd) -> None:
    scanner.answer = ""
    assert "잘 받았어요" in _sent(building)
    assert _state(building) is DocumentState.RECEIVED
    assert "papers that wait for the virus scanner: 1" in _told(building, "papers", "scanner")[1]
    scanner.answer = None
    code, told = _told(building, "jobs", "tick")
    assert (code, _state(building)) == (0, DocumentState.IN_REVIEW)
    assert any(line.split() == ["scan_papers", "1"] for line in told.splitlines())


def test_a_command_says_whether_the_scanner_answers(building: House, scanner: FakeClamd) -> None:
    code, told = _told(building, "papers", "scanner")
    assert (code, "the virus scanner answers" in told) == (0, True)
    scanner.ping = b"?"
    code, told = _told(building, "papers", "scanner")
    assert (code, "no virus scanner answers at CLAMD_ADDRESS" in told) == (1, True)
    building.changes |= {"clamd_address": ""}
    building.restart()
    code, told = _told(building, "papers", "scanner")
    assert (code, "CLAMD_ADDRESS names no virus scanner" in told) == (1, True)
    building.changes |= {"scanner_required": False}
    building.restart()
    code, told = _told(building, "papers", "scanner")
    assert (code, "SCANNER_REQUIRED is off" in told) == (0, True)


def test_who_starts_the_jobs_without_a_scanner_is_told(
    scanner: FakeClamd, capsys: pytest.CaptureFixture[str]
) -> None:
    warn_of_scanner(Settings())
    warn_of_scanner(Settings(scanner_required=True, clamd_address=scanner.address))
    assert capsys.readouterr().err == ""
    for address in ("", "127.0.0.1:9"):
        warn_of_scanner(Settings(scanner_required=True, clamd_address=address))
        assert "papers are kept waiting" in capsys.readouterr().err


def test_the_setting_is_on_or_off() -> None:
    given = {"APP_ENV": "test", "SCANNER_REQUIRED": "on"}
    assert Settings.from_env(given).scanner_required
    assert not Settings.from_env(given | {"SCANNER_REQUIRED": "off"}).scanner_required
    assert not Settings.from_env({"APP_ENV": "test"}).scanner_required
    with pytest.raises(ConfigError, match="SCANNER_REQUIRED must be on or off"):
        Settings.from_env(given | {"SCANNER_REQUIRED": "yes"})
