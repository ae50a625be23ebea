"""A kept paper as pages to look at, and with a part of one of them blackened.

A photo is one page. Of a PDF with a blackened part only pictures of its pages stay: no text, no
drawing and no photo of the file before is in the new one.
"""

from PIL import Image, ImageDraw

from bot.errors import InvalidInputError
from bot.services.paper_drawing import page_of, pages_of, photo_of
from bot.services.pdf_papers import count_pages, of_pictures
from bot.services.photos import opened, saved
from bot.services.pictures import HEIC, JPEG, PDF, CleanFile

Area = tuple[float, float, float, float]
"""Two opposite corners, each from 0 to 1 of width and height."""


def count(paper: CleanFile) -> int:
    """Return how many pages a paper has.

    Raises:
        InvalidInputError: code `file_broken`.
    """
    return count_pages(paper.data) if paper.mime == PDF else 1


def picture(paper: CleanFile, page: int = 0) -> bytes:
    """Return one page of a paper as a JPEG, counted from 0.

    Raises:
        InvalidInputError: code `file_type` (not to be drawn), `file_broken`, `file_pixels`.
    """
    if paper.mime == PDF:
        return page_of(paper.data, page)
    if paper.mime == HEIC:  # kept before such photos were drawn anew on arrival
        return photo_of(paper.data)
    if paper.mime != JPEG:
        raise InvalidInputError(code="file_type")
    return paper.data


def covered(paper: CleanFile, page: int, area: Area) -> CleanFile:
    """Return a paper with a rectangle of one page blackened; what was there is gone.

    Raises:
        InvalidInputError: as `picture`.
    """
    if paper.mime != PDF:
        return CleanFile(JPEG, _blackened(picture(paper), area))
    pages = pages_of(paper.data)
    if not 0 <= page < len(pages):
        raise InvalidInputError(code="file_broken")
    pages[page] = _blackened(pages[page], area)
    return CleanFile(PDF, of_pictures(pages))


def corners(area: Area, picture: Image.Image) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of an area in the pixels of a picture."""
    left, right = sorted(round(at * picture.width) for at in area[::2])
    top, bottom = sorted(round(at * picture.height) for at in area[1::2])
    return left, top, right, bottom


def _blackened(jpeg: bytes, area: Area) -> bytes:
    drawn = opened(jpeg)
    ImageDraw.Draw(drawn).rectangle(corners(area, drawn), fill="black")
    return saved(drawn)
