"""A paper that no scanner has looked over: the console knows of it and shows nothing of it."""

from dataclasses import replace

import pytest

from bot.console import words
from bot.console.desk import Desk
from bot.services.documents import DocumentStore
from bot.services.waiting_papers import look_over
from models.requirement import Document
from models.states import DocumentState
from tests.console.browser import Person
from tests.console.looks import send_paper
from tests.console.test_papers import needs_on
from tests.fakes.rows import NOW
from tests.uploads.pictures import photo


@pytest.fixture
def waiting(desk: Desk, registered: int) -> int:
    """Return a paper that came while a scanner was required and none was there."""
    del registered
    strict = DocumentStore(desk.documents.files, must_scan=True)
    return send_paper(replace(desk, documents=strict), photo())


def test_it_counts_as_arrived_and_nobody_sees_it(
    operator: Person, desk: Desk, registered: int, waiting: int
) -> None:
    page = operator.get(f"/console/papers/{waiting}").text
    assert "바이러스 검사를 기다려요" in page
    for button in ("/open", "/cover", "/decide"):
        assert f"{waiting}{button}" not in page
    for path in ("open", "cover", "decide"):
        answer = operator.post(f"/console/papers/{waiting}/{path}", reason="확인")
        assert answer.status_code == 303
        assert not answer.data.startswith(b"\xff\xd8")
    accepted = operator.post(f"/console/papers/{waiting}/decide")
    assert words.MESSAGES["file_waits"] in operator.get(accepted.location).text
    with desk.database.reading() as session:
        assert session.get_one(Document, waiting).state is DocumentState.RECEIVED
    needs = needs_on(operator.get(f"/console/registrations/{registered}").text)
    assert needs["사업자등록증"] == "pending_verification"


def test_the_first_page_says_that_papers_wait(operator: Person, desk: Desk, waiting: int) -> None:
    assert "서류 1개가 바이러스 검사를" in operator.get("/console/today").text
    look_over(desk.database, DocumentStore(desk.documents.files, lambda _: True), NOW)
    assert "바이러스 검사를" not in operator.get("/console/today").text
    answer = operator.post(f"/console/papers/{waiting}/open", reason="서류 확인")
    assert answer.data.startswith(b"\xff\xd8")
