"""Files that would keep the reading library busy, take all memory, or end its process."""

import io
import logging
import subprocess
import sys
import zlib

import pikepdf
import pytest
from PIL import Image

from bot.config import ROOT
from bot.errors import InvalidInputError
from bot.services import paper_drawing
from bot.services.photos import MAX_SIDE
from tests.uploads.pictures import heic, letter

BRIEF = 1
"""Seconds of the processor for what never ends."""


def _nested(depth: int = 12, times: int = 12) -> bytes:
    """Return a PDF of one page that would be drawn 12^12 times."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        page = paper.add_blank_page(page_size=(200, 100))
        inner = _form(paper, b"0 0 9 9 re f", None)
        for _ in range(depth):
            inner = _form(paper, b"/X Do " * times, inner)
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(X=inner))
        page.Contents = paper.make_stream(b"/X Do")
        paper.save(out)
    return out.getvalue()


def _form(paper: pikepdf.Pdf, draws: bytes, uses: pikepdf.Stream | None) -> pikepdf.Stream:
    names = pikepdf.Dictionary()
    if uses is not None:
        names.X = uses
    return pikepdf.Stream(
        paper,
        draws,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Form,
        BBox=[0, 0, 200, 100],
        Resources=pikepdf.Dictionary(XObject=names),
    )


def _sheet(width: float, height: float, turn: int = 0) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as paper:
        page = paper.add_blank_page()
        page.obj.MediaBox = pikepdf.Array([0, 0, width, height])
        page.rotate(turn, relative=False)
        paper.save(out)
    return out.getvalue()


def _bomb(side: int) -> bytes:
    """Return a PDF with a picture of side x side pixels that is packed very small."""
    out = io.BytesIO()
    with pikepdf.new() as paper:
        page = paper.add_blank_page(page_size=(200, 100))
        picture = pikepdf.Stream(
            paper,
            zlib.compress(bytes(4_000_000), 9),
            Type=pikepdf.Name.XObject,
            Subtype=pikepdf.Name.Image,
            Width=side,
            Height=side,
            ColorSpace=pikepdf.Name.DeviceRGB,
            BitsPerComponent=8,
            Filter=pikepdf.Name.FlateDecode,
        )
        page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=picture))
        page.Contents = paper.make_stream(b"200 0 0 100 0 0 cm /P Do")
        paper.save(out)
    return out.getvalue()


def _size(jpeg: bytes) -> tuple[int, int]:
    with Image.open(io.BytesIO(jpeg)) as picture:
        return picture.size


def test_what_never_ends_is_ended() -> None:
    with pytest.raises(InvalidInputError) as caught:
        paper_drawing.page_of(_nested(), 0, seconds=BRIEF)
    assert caught.value.code == "file_broken"


def test_a_picture_that_unpacks_to_gigabytes_takes_nothing_here() -> None:
    page = paper_drawing.page_of(_bomb(12_000), 0)
    assert _size(page) == (556, 278), "the page without it"


@pytest.mark.parametrize(
    ("pdf", "size"),
    [
        (_sheet(595, 842), (1653, 2339)),
        (_sheet(595, 842, turn=90), (2339, 1653)),
        (_sheet(14_400, 7_200), (MAX_SIDE, MAX_SIDE // 2)),
        (_sheet(14_400, 0.01), (MAX_SIDE, 1)),
    ],
    ids=["a4", "turned", "giant", "thread"],
)
def test_pages_of_any_size_are_drawn(pdf: bytes, size: tuple[int, int]) -> None:
    (page,) = paper_drawing.pages_of(pdf)
    assert _size(page) == size


def test_every_page_is_drawn_in_order_or_one_alone() -> None:
    paper = letter("one", "two two two two")
    first, second = paper_drawing.pages_of(paper)
    assert first != second
    assert paper_drawing.page_of(paper, 1) == second


@pytest.mark.parametrize(
    "data", [b"", b"%PDF-1.7 what", heic()[:500]], ids=["empty", "no pdf", "half"]
)
def test_no_paper(data: bytes, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    for draw in (paper_drawing.photo_of, paper_drawing.pages_of):
        with pytest.raises(InvalidInputError) as caught:
            draw(data)
        assert caught.value.code == "file_broken"
    assert "was not drawn" in caplog.text


def test_a_page_that_is_not_there() -> None:
    with pytest.raises(InvalidInputError):
        paper_drawing.page_of(letter("one"), 7)


def test_a_library_that_talks_spoils_no_picture() -> None:
    talking = (
        "import os; from bot.services import paper_drawer as it;"
        " it.draw = lambda *_: (os.write(1, b'noise') and b'' or b'JPEG' for _ in (1,));"
        " it.main('pdf', 9)"
    )
    done = subprocess.run(
        [sys.executable, "-c", talking], input=b"", capture_output=True, cwd=ROOT, check=True
    )
    assert done.stdout == b"\x00\x00\x00\x04JPEG"


def test_who_has_papers_drawn_loads_neither_library() -> None:
    loaded = (
        "import sys, bot.services.paper_pages;"
        " print(*{'pillow_heif', 'pypdfium2'} & sys.modules.keys())"
    )
    done = subprocess.run([sys.executable, "-c", loaded], capture_output=True, cwd=ROOT, check=True)
    assert done.stdout.strip() == b""
