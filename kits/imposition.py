"""One file for the press: a product of all stores, in the order of the stalls.

What fits several times on a press sheet is set side by side with cutting marks; anything
larger follows page after page.
"""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name

from kits.catalog import Product
from kits.finish import POINTS_PER_MM, set_labels

SHEET_MM = (320, 450)
"""SRA3, what digital presses of small shops take."""
MARGIN_MM = 5
"""A press does not print to the edge of its sheet."""
GUTTER_MM = 8
"""Between the bleeds of two pieces: room for the marks of both."""
MARK_MM = 3
MARK_OFFSET_MM = 0.5

_HAIR = 0.25
_MM = float(POINTS_PER_MM)


@dataclass(frozen=True, slots=True)
class Grid:
    """Where pieces lie on a sheet. Lengths in mm.

    Attributes:
        cols: pieces side by side.
        rows: pieces one below the other.
        cell: width and height of a piece with all that lies beyond its cut.
    """

    cols: int
    rows: int
    cell: tuple[float, float]

    @property
    def places(self) -> Iterator[tuple[float, float]]:
        """Lower left corners in reading order, the whole block in the middle of the sheet."""
        width, height = self.cell
        block = (
            self.cols * (width + GUTTER_MM) - GUTTER_MM,
            self.rows * (height + GUTTER_MM) - GUTTER_MM,
        )
        left, top = (SHEET_MM[0] - block[0]) / 2, (SHEET_MM[1] + block[1]) / 2
        for row in range(self.rows):
            for col in range(self.cols):
                yield (
                    left + col * (width + GUTTER_MM),
                    top - height - row * (height + GUTTER_MM),
                )


def grid_of(product: Product) -> Grid | None:
    """Return how a product lies on a press sheet; None when it has to be a page of its own."""
    if product.pages > 1:
        return None
    beyond = 2 * (product.bleed_mm + product.marks_mm)
    cell = (product.trim_mm[0] + beyond, product.trim_mm[1] + beyond)
    cols, rows = (
        int((sheet - 2 * MARGIN_MM + GUTTER_MM) // (length + GUTTER_MM))
        for sheet, length in zip(SHEET_MM, cell, strict=True)
    )
    return Grid(cols, rows, cell) if cols * rows > 1 else None


def impose(product: Product, files: Sequence[Path], title: str) -> bytes:
    """Return one file of the print files of many stores, in the order given."""
    grid = grid_of(product)
    with pikepdf.new() as document:
        if grid is None:
            _append(document, files)
        else:
            _set_up(document, product, grid, files)
        set_labels(document, title)
        out = io.BytesIO()
        document.save(out, force_version="1.4", deterministic_id=True)
    return out.getvalue()


def _append(document: pikepdf.Pdf, files: Sequence[Path]) -> None:
    for path in files:
        with pikepdf.open(path) as source:
            document.pages.extend(source.pages)


def _set_up(document: pikepdf.Pdf, product: Product, grid: Grid, files: Sequence[Path]) -> None:
    places = tuple(grid.places)
    sheet = (SHEET_MM[0] * _MM, SHEET_MM[1] * _MM)
    for start in range(0, len(files), len(places)):
        page = document.add_blank_page(page_size=sheet)
        page.trimbox = Array(page.mediabox)
        page.obj[Name.BleedBox] = Array(page.mediabox)
        pieces = Dictionary()
        drawing = []
        for at, (path, place) in enumerate(zip(files[start:], places, strict=False)):
            pieces[f"/P{at}"] = _piece(document, path)
            drawing.append(b"q 1 0 0 1 %.3f %.3f cm /P%d Do Q" % (*_points(*place), at))
            if not product.marks_mm:
                drawing.append(_marks(product, place))
        page.obj[Name.Resources] = Dictionary(XObject=pieces)
        page.obj[Name.Contents] = document.make_stream(b"\n".join(drawing))


def _piece(document: pikepdf.Pdf, path: Path) -> pikepdf.Object:
    """Return the page of a file as one drawing, what lies beyond its cut included."""
    with pikepdf.open(path) as source:
        page = source.pages[0]
        form = page.as_form_xobject()
        form[Name.BBox] = page.mediabox
        return document.copy_foreign(form)


def _points(*lengths_mm: float) -> tuple[float, ...]:
    return tuple(length * _MM for length in lengths_mm)


def _marks(product: Product, place: tuple[float, float]) -> bytes:
    """Draw two hairs at each corner of the cut, outside the bleed, in black alone."""
    bleed = product.bleed_mm
    left, bottom = place[0] + bleed, place[1] + bleed
    right, top = left + product.trim_mm[0], bottom + product.trim_mm[1]
    near, far = bleed + MARK_OFFSET_MM, bleed + MARK_OFFSET_MM + MARK_MM
    across = [
        _line(x + outwards * near, y, x + outwards * far, y)
        for x, outwards in ((left, -1), (right, 1))
        for y in (bottom, top)
    ]
    upright = [
        _line(x, y + outwards * near, x, y + outwards * far)
        for y, outwards in ((bottom, -1), (top, 1))
        for x in (left, right)
    ]
    return b"\n".join([b"q %.2f w 0 0 0 1 K" % _HAIR, *across, *upright, b"Q"])


def _line(x0: float, y0: float, x1: float, y1: float) -> bytes:
    return b"%.3f %.3f m %.3f %.3f l S" % _points(x0, y0, x1, y1)
