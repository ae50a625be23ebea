"""Pages of a finished PDF as pictures, each drawn at most once per resolution."""

import math
import threading
from types import TracebackType
from typing import Self

import pypdfium2 as pdfium
from PIL import Image

from kits.errors import KitError
from kits.preflight.report import Box

LOCK = threading.RLock()
"""PDFium serves one thread of a process at a time: whoever calls it holds this lock."""

MAX_PIXELS = 40_000_000
"""Above our largest product (a banner of 920 x 620 mm at 150 dpi); a damaged page box would
ask for terabytes."""

_POINTS = 72
_NO_CROP = (0.0, 0.0, 0.0, 0.0)


class Rendering:
    """An opened PDF. Close it, or use it in a `with` statement.

    Attributes:
        sizes: width and height of every page, in points.
    """

    def __init__(self, pdf: bytes) -> None:
        with LOCK:
            try:
                self._document = pdfium.PdfDocument(pdf)
                self._pages = [self._document[i] for i in range(len(self._document))]
            except pdfium.PdfiumError as error:
                raise KitError("pdf_broken", "The PDF cannot be opened for drawing.") from error
            self.sizes = [page.get_size() for page in self._pages]
        self._drawn: dict[tuple[int, float, bool], Image.Image] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the memory back."""
        with LOCK:
            for page in self._pages:
                page.close()
            self._document.close()

    def gray(self, page: int, dpi: float) -> Image.Image:
        """Return a page (from 0) in shades of gray; from its colours when those are drawn."""
        colours = self._drawn.get((page, dpi, False))
        if colours is not None:
            return self._drawn.setdefault((page, dpi, True), colours.convert("L"))
        return self._whole(page, dpi, gray=True)

    def colour(self, page: int, dpi: float) -> Image.Image:
        """Return a page (from 0) in RGB."""
        return self._whole(page, dpi, gray=False)

    def gray_area(self, page: int, dpi: float, area: Box) -> tuple[Image.Image, Box]:
        """Return a part of a page, and which part it is, widened to whole pixels.

        Places are in points from the lower left corner of the page.
        """
        scale = dpi / _POINTS
        width, height = (math.ceil(side * scale) for side in self.sizes[page])
        left, lower = max(0, math.floor(area.left * scale)), max(0, math.floor(area.bottom * scale))
        right = min(width, math.ceil(area.right * scale))
        upper = min(height, math.ceil(area.top * scale))
        sides = (left, lower, width - right, height - upper)
        # PDFium rounds a crop up to whole pixels; half a pixel less lands on the wanted one.
        crop = tuple(max(0.0, side - 0.5) / scale for side in sides)
        picture = self._draw(page, dpi, gray=True, crop=crop)
        drawn_top = self.sizes[page][1] - sides[3] / scale
        drawn_left = left / scale
        return picture, Box(
            drawn_left,
            drawn_top - picture.height / scale,
            drawn_left + picture.width / scale,
            drawn_top,
        )

    def _whole(self, page: int, dpi: float, *, gray: bool) -> Image.Image:
        key = page, dpi, gray
        if key not in self._drawn:
            self._drawn[key] = self._draw(page, dpi, gray=gray)
        return self._drawn[key]

    def _draw(
        self, page: int, dpi: float, *, gray: bool, crop: tuple[float, ...] = _NO_CROP
    ) -> Image.Image:
        scale = dpi / _POINTS
        width, height = self.sizes[page]
        across, down = (width - crop[0] - crop[2]) * scale, (height - crop[1] - crop[3]) * scale
        if not (across >= 1 and down >= 1 and across * down <= MAX_PIXELS):
            raise KitError("page_size", f"Page {page + 1} is too large or too small to draw.")
        with LOCK:
            try:
                bitmap = self._pages[page].render(
                    scale=scale, crop=crop, grayscale=gray, rev_byteorder=not gray
                )
            except (pdfium.PdfiumError, ValueError) as error:
                raise KitError("pdf_broken", f"Page {page + 1} cannot be drawn.") from error
            picture: Image.Image = bitmap.to_pil()
            # The pixels belong to Python and stay; PDFium's handle on them goes.
            bitmap.close()
            return picture
