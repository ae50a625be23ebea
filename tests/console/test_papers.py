"""Papers at the console: opened with a reason, decided about."""

import base64
import io
import re
from collections.abc import Callable

import pytest
from PIL import Image

from bot.console import words
from bot.console.desk import Desk
from bot.errors import InvalidInputError
from models.requirement import Document
from tests.console.browser import Person
from tests.console.looks import log_of, send_paper
from tests.uploads.pictures import pdf, photo


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
def test_what_a_browser_might_run_is_only_handed_over(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, pdf())
    answer = operator.post(f"/console/papers/{paper}/open", reason="서류 확인")
    disposition = answer.headers["Content-Disposition"]
    assert disposition == f'attachment; filename="paper-{paper}.pdf"'
    assert answer.data.startswith(b"%PDF-")


def _needs(page: str) -> dict[str, str]:
    found = re.findall(r'data-name="항목">([^<]+)</td>.*?<span class="tag (\w+)"', page, re.DOTALL)
    return {name: level for name, level in found}  # noqa: C416 -- pairs of one pattern


def test_deciding_about_a_paper_moves_what_is_needed(
    operator: Person, desk: Desk, registered: int
) -> None:
    path = f"/console/registrations/{registered}"
    assert _needs(operator.get(path).text)["사업자등록증"] == "eventually_due"
    paper = send_paper(desk, photo())
    assert _needs(operator.get(path).text)["사업자등록증"] == "pending_verification"
    page = operator.get(
        operator.post(f"/console/papers/{paper}/decide", reason="doc_cropped").location
    ).text
    assert "귀퉁이가 잘림" in page
    assert _needs(operator.get(path).text)["사업자등록증"] == "currently_due"
    second = send_paper(desk, photo((65, 48)))
    operator.post(f"/console/papers/{second}/decide")
    assert _needs(operator.get(path).text)["사업자등록증"] == "met"
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


def _shown(page: str) -> Image.Image:
    found = re.search(r'src="data:image/jpeg;base64,([^"]+)"', page)
    assert found
    return Image.open(io.BytesIO(base64.b64decode(found.group(1))))


def test_two_clicks_blacken_a_part_for_good(operator: Person, desk: Desk, registered: int) -> None:
    del registered
    paper = send_paper(desk, photo((800, 600)))
    path, why = f"/console/papers/{paper}/cover", {"reason": "주민번호 가림"}
    assert operator.post(path).status_code == 400, "not without a reason"
    with desk.database.reading() as session:
        before = session.get_one(Document, paper).storage_key
    begun = len(log_of(desk))
    first = operator.post(path, **why)
    assert "data:" in first.headers["Content-Security-Policy"]
    second = operator.post(path, **why, **{"at.x": "64", "at.y": "48"})
    assert 'name="x1" value="64"' in second.text
    corner = {"x1": "64", "y1": "48", "height": "480"}
    page = operator.post(path, **why, **corner, **{"at.x": "320", "at.y": "240"})
    with _shown(page.text) as picture:
        assert picture.size == (800, 600)
        assert max(picture.getpixel((200, 150))) < 20  # type: ignore[arg-type]  # RGB is three
        assert max(picture.getpixel((30, 30))) > 200  # type: ignore[arg-type]  # RGB is three
    assert [line[0] for line in log_of(desk)[begun:]] == ["view", "view", "redact"]
    with desk.database.reading() as session:
        row = session.get_one(Document, paper)
    assert row.storage_key != before
    assert before is not None
    with pytest.raises(InvalidInputError):
        desk.documents.files.get(before)


def test_what_is_no_photo_is_not_blackened(operator: Person, desk: Desk, registered: int) -> None:
    del registered
    answer = operator.post(f"/console/papers/{send_paper(desk, pdf())}/cover", reason="가림")
    assert answer.status_code == 303
    assert words.MESSAGES["file_type"] in operator.get(answer.location).text
