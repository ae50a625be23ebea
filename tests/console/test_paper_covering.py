"""Blackening a part of a paper: chosen, looked at, done for good."""

import io
from collections.abc import Mapping

import pikepdf
import pypdfium2
import pytest
from PIL import Image

from bot.console import words
from bot.console.desk import Desk
from bot.errors import InvalidInputError
from models.requirement import Document
from tests.console.browser import Person
from tests.console.looks import log_of, send_paper, shown
from tests.uploads.pictures import heic, letter, photo

pytestmark = pytest.mark.usefixtures("registered")

WHY = {"reason": "주민번호 가림"}
HALF = {"left": "0", "top": "0", "right": "50", "bottom": "50"}
DO = {"do": "cover"}


def _row(desk: Desk, paper: int) -> Document:
    with desk.database.reading() as session:
        return session.get_one(Document, paper)


def _kept(desk: Desk, paper: int) -> bytes:
    return desk.documents.content(_row(desk, paper))


def _darkest(picture: Image.Image, at: tuple[int, int]) -> int:
    found = picture.convert("RGB").getpixel(at)
    assert isinstance(found, tuple)
    return max(found)


def test_two_hits_are_shown_first_and_then_blackened_for_good(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, photo((800, 600)))
    path = f"/console/papers/{paper}/cover"
    assert operator.post(path).status_code == 400, "not without a reason"
    before, begun = _row(desk, paper).storage_key, len(log_of(desk))
    first = operator.post(path, **WHY)
    assert "data:" in first.headers["Content-Security-Policy"]
    second = operator.post(path, **WHY, **{"wide.x": "72", "wide.y": "54"})
    assert 'name="x1" value="10.0"' in second.text
    third = operator.post(path, **WHY, x1="10", y1="10", **{"phone.x": "160", "phone.y": "120"})
    for side, at in {"left": "10.0", "top": "10.0", "right": "50.0", "bottom": "50.0"}.items():
        assert f'name="{side}" value="{at}"' in third.text
    assert _row(desk, paper).storage_key == before, "only shown so far"
    done = operator.post(path, **WHY, **DO, left="10", top="10", right="50", bottom="50")
    assert words.COVERED in done.text
    with Image.open(io.BytesIO(_kept(desk, paper))) as picture:
        assert picture.size == (800, 600)
        assert _darkest(picture, (240, 180)) < 20
        assert _darkest(picture, (30, 30)) > 200
    assert [line[0] for line in log_of(desk)[begun:]] == ["view", "view", "view", "redact"]
    assert before is not None
    with pytest.raises(InvalidInputError):
        desk.documents.files.get(before)


@pytest.mark.parametrize(
    "fields",
    [
        {**HALF, "right": "0"},
        {**HALF, "bottom": "x"},
        {"left": "10"},
        {"x1": "10", "y1": "10", "wide.x": "72", "wide.y": "54"},
        {},
    ],
    ids=["narrow", "no number", "one side", "same place", "nothing"],
)
def test_nothing_is_blackened_before_there_is_an_area(
    operator: Person, desk: Desk, fields: Mapping[str, str]
) -> None:
    paper = send_paper(desk, photo((800, 600)))
    before = _kept(desk, paper)
    answer = operator.post(f"/console/papers/{paper}/cover", **WHY, **DO, **fields)
    assert "한쪽 모서리" in answer.text
    assert _kept(desk, paper) == before


def test_a_narrow_strip_is_not_blown_up(operator: Person, desk: Desk) -> None:
    strip, paper = (20, 3000), send_paper(desk, photo((20, 3000)))
    seen = shown(operator.post(f"/console/papers/{paper}/cover", **WHY).text)
    assert seen.width * seen.height <= 10 * strip[0] * strip[1]


def test_what_lies_outside_is_the_edge(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, photo((800, 600)))
    far = {"left": "nan", "top": "-5", "right": "inf", "bottom": "900"}
    operator.post(f"/console/papers/{paper}/cover", **WHY, **DO, **far)
    with Image.open(io.BytesIO(_kept(desk, paper))) as picture:
        assert all(_darkest(picture, at) < 20 for at in ((0, 0), (799, 599)))


def test_of_a_blackened_pdf_only_pictures_stay(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, letter("first 1234567891", "second 9876543219"))
    before, begun = _row(desk, paper).storage_key, len(log_of(desk))
    assert b"1234567891" in _all_of(_kept(desk, paper))
    answer = operator.post(f"/console/papers/{paper}/cover", **WHY, **DO, **HALF, page="1")
    assert "2쪽 / 2쪽" in answer.text
    kept = _kept(desk, paper)
    assert (_row(desk, paper).mime, _row(desk, paper).size) == ("application/pdf", len(kept))
    for old in (b"1234567891", b"9876543219", b"Tj", b"Helvetica", b"/Font"):
        assert old not in _all_of(kept)
    first, second = _drawn(kept)
    assert _darkest(second, (10, 10)) < 20
    assert _darkest(second, (540, 270)) > 235, "the rest is still the page"
    assert _darkest(first, (10, 10)) > 235, "the other page is as it was"
    assert any(first.convert("L").histogram()[:60]), "with its text as a picture"
    assert [line[0] for line in log_of(desk)[begun:]] == ["redact"]
    assert before is not None
    with pytest.raises(InvalidInputError):
        desk.documents.files.get(before)


def test_a_pdf_is_blackened_twice_and_does_not_grow(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, letter("first"))
    sizes = []
    for left in ("0", "70"):
        area = {"left": left, "top": "0", "right": str(int(left) + 20), "bottom": "20"}
        operator.post(f"/console/papers/{paper}/cover", **WHY, **DO, **area)
        (page,) = _drawn(_kept(desk, paper))
        sizes.append(page.size)
    assert sizes[0] == sizes[1]
    assert all(_darkest(page, at) < 20 for at in ((10, 10), (420, 10)))
    assert _darkest(page, (300, 10)) > 235


def test_of_a_page_that_is_not_there_nothing_is_blackened(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, letter("first"))
    before = _row(desk, paper).storage_key
    for page in ("7", "-1"):
        answer = operator.post(f"/console/papers/{paper}/cover", **WHY, **DO, **HALF, page=page)
        assert answer.status_code == 303
    assert _row(desk, paper).storage_key == before


def test_a_photo_kept_as_heic_is_blackened_as_a_jpeg(operator: Person, desk: Desk) -> None:
    paper = send_paper(desk, photo())
    with desk.database.transaction() as session:
        row = session.get_one(Document, paper)
        row.storage_key, row.mime = desk.documents.files.put(heic((80, 60))), "image/heic"
    page = operator.post(f"/console/papers/{paper}/cover", **WHY, **DO, **HALF)
    assert _row(desk, paper).mime == "image/jpeg"
    assert _darkest(shown(page.text), (300, 300)) < 40
    with Image.open(io.BytesIO(_kept(desk, paper))) as picture:
        assert _darkest(picture, (10, 10)) < 20


def _all_of(pdf: bytes) -> bytes:
    """Return a PDF with everything in it unpacked, and every text that can be read in it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as paper:
        paper.save(
            out,
            compress_streams=False,
            stream_decode_level=pikepdf.StreamDecodeLevel.generalized,
            object_stream_mode=pikepdf.ObjectStreamMode.disable,
        )
    read = "".join(page.get_textpage().get_text_bounded() for page in pypdfium2.PdfDocument(pdf))
    return pdf + out.getvalue() + read.encode()


def _drawn(pdf: bytes) -> list[Image.Image]:
    return [page.render(scale=200 / 72).to_pil() for page in pypdfium2.PdfDocument(pdf)]
