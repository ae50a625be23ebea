"""One page of a paper as a picture, as the pages of the console show it."""

import base64
from dataclasses import dataclass, field
from typing import Self

from flask import Response, make_response, request
from PIL import Image, ImageDraw, ImageFont

from bot.console.desk import Desk
from bot.console.guard import HEADERS
from bot.errors import InvalidInputError
from bot.services import paper_pages
from bot.services.photos import opened, saved, size_of
from bot.services.pictures import CleanFile
from models.requirement import Document

WIDTHS = {"wide": 720, "phone": 320}
"""CSS pixels of the picture on a desk and on a phone; hits are counted in them."""
SHARPER = 2
"""Pixels of the shown copy for one of CSS on a desk: small print stays readable."""
TALLEST = 6000
"""Pixels of the shown copy; a strip that would be higher is drawn on as large as it is kept."""
POLICY = HEADERS["Content-Security-Policy"].replace("img-src 'self'", "img-src 'self' data:")
_STEPS = 10
_LINE, _MARK = (26, 95, 180, 90), (163, 22, 11, 255)
_VEIL = (163, 22, 11, 90)


@dataclass(frozen=True, slots=True)
class Sight:
    """One page of a paper.

    Attributes:
        page: counted from 0.
        pages: how many there are.
        jpeg: the page, as large as it is kept.
        size: its width and height in pixels.
    """

    paper: Document
    page: int
    pages: int
    jpeg: bytes = field(repr=False)
    size: tuple[int, int]

    @classmethod
    def of(cls, desk: Desk, paper_id: int, page: int) -> Self:
        """Draw a page; call outside any transaction.

        Raises:
            InvalidInputError: code `no_document`, `file_missing`; see `paper_pages.picture`.
        """
        with desk.database.reading() as session:
            paper = session.get(Document, paper_id)
            if paper is None:
                raise InvalidInputError(code="no_document")
            content = CleanFile(paper.mime, desk.documents.content(paper))
        pages = paper_pages.count(content)
        number = min(max(0, page), pages - 1)
        jpeg = paper_pages.picture(content, number)
        return cls(paper, number, pages, jpeg, size_of(jpeg))

    def height_of(self, width: int) -> int:
        """Return how high the page is shown in this width."""
        return max(1, round(width * self.size[1] / self.size[0]))

    @property
    def shown(self) -> str:
        """The page as the address of a picture."""
        return _address(self.jpeg)

    def guided(self, corner: tuple[float, float] | None, area: paper_pages.Area | None) -> str:
        """Return a copy as the address of a picture, with a grid and what is chosen on it."""
        copy = opened(self.jpeg)
        width = WIDTHS["wide"] * SHARPER
        if self.height_of(width) <= TALLEST:
            copy = copy.resize((width, self.height_of(width)))
        pen = ImageDraw.Draw(copy, "RGBA")
        _draw_grid(pen, copy)
        if area is not None:
            box = paper_pages.corners(area, copy)
            pen.rectangle(box, fill=_VEIL, outline=_MARK, width=4)
        if corner is not None:
            across, down = (part / 100 * side for part, side in zip(corner, copy.size, strict=True))
            pen.line((across - 24, down, across + 24, down), fill=_MARK, width=5)
            pen.line((across, down - 24, across, down + 24), fill=_MARK, width=5)
        return _address(saved(copy))


def asked_page() -> int:
    """Return which page of a paper is asked for, from 0."""
    return request.form.get("page", 0, type=int)


def with_pictures(html: str) -> Response:
    """Return a page that may show pictures which it carries itself."""
    answer = make_response(html)
    answer.headers["Content-Security-Policy"] = POLICY
    return answer


def _draw_grid(pen: ImageDraw.ImageDraw, copy: Image.Image) -> None:
    """Draw a line and its number at every tenth, so that places can be named."""
    font = ImageFont.load_default(26)
    for step in range(1, _STEPS):
        across, down = copy.width * step / _STEPS, copy.height * step / _STEPS
        pen.line((across, 0, across, copy.height), fill=_LINE, width=2)
        pen.line((0, down, copy.width, down), fill=_LINE, width=2)
        for at in ((across + 4, 2), (4, down + 2)):
            box = pen.textbbox(at, str(step * _STEPS), font=font)
            pen.rectangle(box, fill=(255, 255, 255, 190))
            pen.text(at, str(step * _STEPS), fill=_LINE[:3], font=font)


def _address(jpeg: bytes) -> str:
    return f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"
