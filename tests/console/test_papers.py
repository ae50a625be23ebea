"""Papers at the console: opened with a reason, decided about."""

import re
from collections.abc import Callable

import pytest

from bot.console import words
from bot.console.desk import Desk
from models.requirement import Document
from tests.console.browser import Person
from tests.console.looks import log_of, send_paper, shown
from tests.uploads.pictures import heic, letter, pdf, photo


def test_a_paper_is_opened_with_a_reason(operator: Person, desk: Desk, registered: int) -> None:
    paper = send_paper(desk, photo())
    assert operator.post(f"/console/papers/{paper}/open").status_code == 400
    before = len(log_of(desk))
    answer = operator.post(f"/console/papers/{paper}/open", reason="서류 확인")
    assert answer.mimetype == "image/jpeg"
    assert answer.data.startswith(b"\xff\xd8")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert log_of(desk)[before:] == [("view", f"document:{paper}", "서류 확인", 1)]
    assert f"/console/papers/{paper}" in operator.get(f"/console/registrations/{registered}").text


@pytest.mark.usefixtures("registered")
def test_a_pdf_is_looked_at_as_pictures_and_handed_over_as_a_file(
    operator: Person, desk: Desk
) -> None:
    paper = send_paper(desk, letter("first 1234567891", "second"))
    path, why = f"/console/papers/{paper}/open", {"reason": "서류 확인"}
    for page in (0, 1):
        answer = operator.post(path, **why, page=str(page))
        assert "script-src" not in answer.headers["Content-Security-Policy"]
        assert f"{page + 1}쪽 / 2쪽" in answer.text
        assert shown(answer.text).size == (556, 278)
    answer = operator.post(path, **why, **{"as": "file"})
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="paper-{paper}.pdf"'
    assert answer.data.startswith(b"%PDF-")
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.usefixtures("registered")
def test_a_photo_kept_as_heic_still_opens(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, photo())
    with desk.database.transaction() as session:
        row = session.get_one(Document, paper)
        row.storage_key, row.mime = desk.documents.files.put(heic((80, 60))), "image/heic"
    page = operator.post(f"/console/papers/{paper}/open", reason="서류 확인").text
    assert shown(page).size == (80, 60)


@pytest.mark.usefixtures("registered")
def test_a_paper_that_cannot_be_drawn_says_so(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, pdf())
    with desk.database.transaction() as session:
        session.get_one(Document, paper).storage_key = desk.documents.files.put(b"%PDF-1.7 what")
    for path in ("open", "cover"):
        answer = operator.post(f"/console/papers/{paper}/{path}", reason="서류 확인")
        assert words.MESSAGES["file_broken"] in operator.get(answer.location).text


def needs_on(page: str) -> dict[str, str]:
    """Return what a page says is needed, by name."""
    found = re.findall(r'data-name="항목">([^<]+)</td>.*?<span class="tag (\w+)"', page, re.DOTALL)
    return {name: level for name, level in found}  # noqa: C416 -- pairs of one pattern


def test_deciding_about_a_paper_moves_what_is_needed(
    operator: Person, desk: Desk, registered: int
) -> None:
    path = f"/console/registrations/{registered}"
    assert needs_on(operator.get(path).text)["사업자등록증"] == "eventually_due"
    paper = send_paper(desk, photo())
    assert needs_on(operator.get(path).text)["사업자등록증"] == "pending_verification"
    page = operator.get(
        operator.post(f"/console/papers/{paper}/decide", reason="doc_cropped").location
    ).text
    assert "귀퉁이가 잘림" in page
    assert needs_on(operator.get(path).text)["사업자등록증"] == "currently_due"
    second = send_paper(desk, photo((65, 48)))
    operator.post(f"/console/papers/{second}/decide")
    assert needs_on(operator.get(path).text)["사업자등록증"] == "met"
    again = operator.post(f"/console/papers/{second}/decide")
    assert "지금 상태에서는" in operator.get(again.location).text
    wrong = operator.post(f"/console/papers/{second}/decide", reason="nonsense")
    assert "이유를 골라" in operator.get(wrong.location).text


def test_a_purged_paper_says_so(operator: Person, desk: Desk, registered: int) -> None:
    del registered
    paper = send_paper(desk, photo())
    with desk.database.transaction() as session:
        session.get_one(Document, paper).storage_key = None
    answer = operator.post(f"/console/papers/{paper}/open", reason="서류 확인")
    assert "파일이 없어요" in operator.get(answer.location).text


def test_the_same_decision_twice_is_one(operator: Person, desk: Desk, registered: int) -> None:
    del registered
    paper = send_paper(desk, photo())
    for reason in ("doc_old", ""):
        path = f"/console/papers/{paper if reason else send_paper(desk, photo((65, 48)))}/decide"
        fields = {"once": f"key-{reason}"} | ({"reason": reason} if reason else {})
        operator.post(path, **fields)
        page = operator.get(operator.post(path, **fields).location).text
        assert words.ALREADY in page


def test_an_auditor_sees_no_buttons(
    person: Callable[[str], Person], desk: Desk, registered: int
) -> None:
    paper = send_paper(desk, photo())
    auditor = person("auditor")
    for path in (f"/console/registrations/{registered}", f"/console/papers/{paper}"):
        page = auditor.get(path).text
        assert "/move" not in page
        assert "/decide" not in page
