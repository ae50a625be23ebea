"""A file under inspection: everything that rules look at, read once."""

import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

import pikepdf

from kits.errors import KitError
from kits.preflight.codes import NOISE, TINT, Found, find
from kits.preflight.frames import Frame, frame_of
from kits.preflight.ground import Ground, ground
from kits.preflight.marks import Mark, Page
from kits.preflight.render import Rendering
from kits.preflight.report import Box, Problem, Sheet
from kits.preflight.walk import Faces, walk
from kits.spec import HOME


@dataclass(slots=True)
class Subject:
    """One file.

    Attributes:
        pdf: its bytes.
        sheet: what it is meant to be.
        document: opened; lives as long as the inspection.
        rendering: its pages as pictures.
        frames: boxes per page.
        pages: marks per page.
        found: codes that can be read.
        broken: what could not be read at all.
    """

    pdf: bytes
    sheet: Sheet
    document: pikepdf.Pdf
    rendering: Rendering
    frames: list[Frame]
    pages: list[Page] = field(default_factory=list)
    found: list[Found] = field(default_factory=list)
    broken: list[Problem] = field(default_factory=list)
    _grounds: list[Ground] = field(default_factory=list)

    @property
    def is_home(self) -> bool:
        """Whether the file is for a printer at home, not for a press."""
        return self.sheet.variant == HOME

    def codes(self) -> Iterable[tuple[Found, Ground]]:
        """Return every code that was found, and where it stands."""
        for code in self.found[len(self._grounds) :]:
            marks, cut = self.pages[code.page].marks, self.frames[code.page].cut
            self._grounds.append(ground(code, marks, cut))
        return zip(self.found, self._grounds, strict=True)

    def evidence(self, page: Page) -> set[Mark]:
        """Return the provider's pictures of payment codes on a page.

        They are shown as they came: their colours are the provider's.
        """
        if self.sheet.product.code != "payment":
            return set()
        codes = [code for code in self.found if code.page == page.number - 1]
        return {
            mark
            for mark in page.marks
            if mark.kind == "picture"
            and any(mark.box.holds(code.box, code.module) for code in codes)
        }

    def problem(self, code: str, message: str, page: int, box: Box | None = None) -> Problem:
        """Return a fault at a place of a page (from 1)."""
        where = self.frames[page - 1].where(box) if box else None
        return Problem(code, message, page, where)


Rule = Callable[[Subject], Iterator[Problem]]
"""Yields what is wrong; nothing when all is well."""


def read(pdf: bytes, document: pikepdf.Pdf, sheet: Sheet, rendering: Rendering) -> Subject:
    """Read a file; what cannot be read becomes a fault of its own."""
    frames = [frame_of(page) for page in document.pages]
    subject = Subject(pdf, sheet, document, rendering, frames)
    faces: Faces = {}
    tint = NOISE if sheet.product.code == "payment" else TINT
    for number, page in enumerate(document.pages, 1):
        try:
            subject.pages.append(walk(page, number, faces))
        except KitError as error:
            subject.pages.append(Page(number))
            subject.broken.append(Problem(error.code, error.message, number))
    for number, frame in enumerate(frames[: len(rendering.sizes)]):
        try:
            subject.found += find(rendering, number, frame, tint)
        except KitError as error:
            subject.broken.append(Problem(error.code, error.message, number + 1))
    return subject


def opened(pdf: bytes) -> pikepdf.Pdf:
    """Open a file.

    Raises:
        KitError: it is locked (`encrypted_or_active`), or no PDF (`pdf_broken`).
    """
    try:
        return pikepdf.open(io.BytesIO(pdf))
    except pikepdf.PasswordError as error:
        raise KitError("encrypted_or_active", "The file asks for a password.") from error
    except pikepdf.PdfError as error:
        raise KitError("pdf_broken", "The file cannot be read as PDF.") from error
