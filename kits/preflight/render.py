"""Pages of a finished PDF as pictures, each drawn at most once per resolution."""

import threading
from types import TracebackType

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

    def __enter__(self) -> "Rendering":
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
        """Return a page (from 0) in shades of gray."""
        return self._whole(page, dpi, gray=True)

    def colour(self, page: int, dpi: float) -> Image.Image:
        """Return a page (from 0) in RGB."""
        return self._whole(page, dpi, gray=False)

    def gray_area(self, page: int, dpi: float, area: Box) -> Image.Image:
        """Return a part of a page; `area` in points from the page's lower left corner."""
        width, height = self.sizes[page]
        crop = (area.left, area.bottom, width - area.right, height - area.top)
        return self._draw(page, dpi, gray=True, crop=crop)

    def _whole(self, page: int, dpi: float, *, gray: bool) -> Image.Image:
        key = page, dpi, gray
        if key not in self._drawn:
            self._drawn[key] = self._draw(page, dpi, gray=gray)
        return self._drawn[key]

    def _draw(
        self,
        page: int,
        dpi: float,
        *,
        gray: bool,
        crop: tuple[float, float, float, float] = (0, 0, 0, 0),
    ) -> Image.Image:
        scale = dpi / _POINTS
        width, height = self.sizes[page]
        pixels = (width - crop[0] - crop[2]) * (height - crop[1] - crop[3]) * scale * scale
        if not 1 <= pixels <= MAX_PIXELS:
            raise KitError("page_size", f"Page {page + 1} is too large or too small to draw.")
        with LOCK:
            try:
                bitmap = self._pages[page].render(
                    scale=scale, crop=crop, grayscale=gray, rev_byteorder=not gray
                )
            except (pdfium.PdfiumError, ValueError) as error:
                raise KitError("pdf_broken", f"Page {page + 1} cannot be drawn.") from error
            picture = bitmap.to_pil()
            # The picture may share the bitmap's memory, which dies with the bitmap.
            picture.load()
            return picture.copy()
