"""A PDF that somebody sent, with nothing in it but its pages.

The pages are put into a new file: titles, authors, scripts, actions, forms and attached files
stay behind. What a form shows is drawn into its page first. Photos inside a page lose their
EXIF, where phones write the place.
"""

import io
import struct
from collections.abc import Sequence

import pikepdf

from bot.errors import InvalidInputError
from bot.services.paper_drawer import DOTS, MAX_PAGES, POINTS
from bot.services.photos import size_of

_OF_PAGE = ("/AA", "/Annots", "/Metadata", "/PieceInfo", "/Thumb", "/B", "/UserProperties")
_OF_OBJECT = ("/Metadata", "/PieceInfo", "/AF", "/OPI")
_TOLD_BY_CAMERAS = frozenset({0xE1, 0xED, 0xFE})
"""Segments of a JPEG for EXIF and XMP, for Photoshop, for comments."""
_SCAN, _END = 0xDA, 0xD9


def only_pages(data: bytes) -> bytes:
    """Return the same pages and nothing else.

    Raises:
        InvalidInputError: code `file_locked` (a password), `file_pages` (too many),
            `file_broken` (no pages, or it cannot be opened).
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return _copied(pdf)
    except pikepdf.PasswordError as error:
        raise InvalidInputError(code="file_locked") from error
    except (pikepdf.PdfError, ValueError, TypeError, KeyError, RuntimeError) as error:
        # what its C++ side raises on damaged files
        raise InvalidInputError(code="file_broken") from error


def count_pages(data: bytes) -> int:
    """Return how many pages a kept PDF has.

    Raises:
        InvalidInputError: code `file_broken`.
    """
    try:
        with pikepdf.open(io.BytesIO(data)) as pdf:
            return len(pdf.pages)
    except pikepdf.PdfError as error:
        raise InvalidInputError(code="file_broken") from error


def of_pictures(pages: Sequence[bytes]) -> bytes:
    """Return a PDF whose pages are JPEG pictures and nothing else, as large as they were drawn."""
    with pikepdf.new() as paper:
        for jpeg in pages:
            width, height = size_of(jpeg)
            across, down = (side * POINTS / DOTS for side in (width, height))
            page = paper.add_blank_page(page_size=(across, down))
            drawn = _picture(paper, jpeg, width, height)
            page.obj.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(P=drawn))
            page.Contents = paper.make_stream(f"{across:f} 0 0 {down:f} 0 0 cm /P Do".encode())
        out = io.BytesIO()
        paper.save(out, deterministic_id=True)
        return out.getvalue()


def _picture(paper: pikepdf.Pdf, jpeg: bytes, width: int, height: int) -> pikepdf.Stream:
    return pikepdf.Stream(
        paper,
        jpeg,
        Type=pikepdf.Name.XObject,
        Subtype=pikepdf.Name.Image,
        Width=width,
        Height=height,
        ColorSpace=pikepdf.Name.DeviceRGB,
        BitsPerComponent=8,
        Filter=pikepdf.Name.DCTDecode,
    )


def _copied(pdf: pikepdf.Pdf) -> bytes:
    if not len(pdf.pages):
        raise InvalidInputError(code="file_broken")
    if len(pdf.pages) > MAX_PAGES:
        raise InvalidInputError(code="file_pages")
    pdf.flatten_annotations("screen")
    for page in pdf.pages:
        _drop(page.obj, _OF_PAGE)
    with pikepdf.new() as fresh:
        fresh.pages.extend(pdf.pages)
        for found in fresh.objects:
            if isinstance(found, pikepdf.Stream | pikepdf.Dictionary):
                _drop(found, _OF_OBJECT)
            if isinstance(found, pikepdf.Stream):
                _undress(found)
        out = io.BytesIO()
        fresh.save(out, deterministic_id=True)
        return out.getvalue()


def _drop(found: pikepdf.Object, names: tuple[str, ...]) -> None:
    for name in names:
        if name in found:
            del found[name]


def _undress(stream: pikepdf.Stream) -> None:
    """Take out of a photo what the camera told about itself."""
    filters = stream.get("/Filter")
    names = [str(one) for one in filters] if isinstance(filters, pikepdf.Array) else [str(filters)]
    if names != ["/DCTDecode"]:
        return
    raw = stream.read_raw_bytes()
    bare = without_exif(raw)
    if bare != raw:
        stream.write(bare, filter=pikepdf.Name.DCTDecode)


def without_exif(jpeg: bytes) -> bytes:
    """Return a JPEG without the segments in which cameras and editors tell things."""
    kept, place = bytearray(jpeg[:2]), 2
    while jpeg[place : place + 1] == b"\xff" and place + 4 <= len(jpeg):
        mark = jpeg[place + 1]
        if mark in (_SCAN, _END):
            break
        (size,) = struct.unpack(">H", jpeg[place + 2 : place + 4])
        if mark not in _TOLD_BY_CAMERAS:
            kept += jpeg[place : place + 2 + size]
        place += 2 + size
    return bytes(kept) + jpeg[place:]
