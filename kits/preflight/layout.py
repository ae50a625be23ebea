"""Rules about what stands where: size of type, distance to the cut, bleed, pictures."""

import math
from collections.abc import Iterable, Iterator

from PIL import Image

from kits.catalog import Product
from kits.preflight.codes import FAR_DPI
from kits.preflight.frames import POINTS_PER_MM, Frame
from kits.preflight.lettering import inked
from kits.preflight.marks import Mark
from kits.preflight.report import Box, Problem
from kits.preflight.subject import Subject

_SLACK_MM = 0.1
_PRINT_PPI = 300
_HOME_PPI = 150
_SHARP_AT_M = 0.5
"""Up to here the eye sees every pixel; from twice as far it sees half of them."""
_PIXELS_PER_MODULE = 4
"""A picture of a code is sharp enough with this many pixels a module, whatever its ppi."""
_WHITE = 250


def text_too_small(subject: Subject) -> Iterator[Problem]:
    """Type that nobody can read."""
    for page in subject.pages:
        small = [m for m in page.marks if m.kind == "text" and m.size < subject.sheet.min_pt - 0.05]
        if small:
            least = min(small, key=lambda mark: mark.size)
            sentence = (
                f"Page {page.number} has type of {least.size:.1f} pt,"
                f" the smallest allowed is {subject.sheet.min_pt:g} pt."
            )
            yield subject.problem("text_too_small", sentence, page.number, least.box)


def missing_glyph(subject: Subject) -> Iterator[Problem]:
    """An empty box instead of a letter."""
    for page in subject.pages:
        if page.lost_glyphs:
            sentence = (
                f"Page {page.number} shows letters that their font lacks: {page.lost_glyphs}."
            )
            yield Problem("missing_glyph", sentence, page.number)


def outside_safe_area(subject: Subject) -> Iterator[Problem]:
    """What must be read keeps its distance from cuts and folds."""
    for page, frame in zip(subject.pages, subject.frames, strict=True):
        texts = [mark for mark in page.marks if mark.kind == "text"]
        codes = [place.box for code, place in subject.codes() if code.page == page.number - 1]
        near = [*_near("Text", texts, frame, subject), *_near("A code", codes, frame, subject)]
        if near:
            room, what, box = min(near)
            sentence = (
                f"{what} on page {page.number} is {max(room, 0):.1f} mm from a cut or fold,"
                f" it needs {subject.sheet.product.safe_mm:g} mm."
            )
            yield subject.problem("outside_safe_area", sentence, page.number, box)


def _near(
    what: str, things: Iterable[Mark | Box], frame: Frame, subject: Subject
) -> Iterator[tuple[float, str, Box]]:
    """Yield what is too near to a cut or fold: the distance in mm, what it is, and where."""
    product = subject.sheet.product
    least = product.safe_mm - _SLACK_MM
    for thing in things:
        rough = thing.box if isinstance(thing, Mark) else thing
        if _room(rough, frame, product) >= least:
            continue
        # The box of a font is taller than most letters: look at the letters themselves.
        for box in inked(thing) if isinstance(thing, Mark) else (rough,):
            room = _room(box, frame, product)
            if room < least:
                yield room, what, box


def _room(box: Box, frame: Frame, product: Product) -> float:
    """Return how far a rectangle is from the nearest cut or fold, in mm; negative across it."""
    cut = _piece(box, frame, product)
    if product.shape == "round":
        middle = (cut.left + cut.right) / 2, (cut.bottom + cut.top) / 2
        corners = [(x, y) for x in (box.left, box.right) for y in (box.bottom, box.top)]
        room = cut.width / 2 - max(math.dist(middle, corner) for corner in corners)
    else:
        room = cut.room_for(box)
    for fold in product.folds:
        at = fold.at * POINTS_PER_MM
        if fold.axis == "x":
            line = frame.cut.left + at
            room = min(room, max(box.left - line, line - box.right))
        else:
            line = frame.cut.top - at
            room = min(room, max(box.bottom - line, line - box.top))
    return room / POINTS_PER_MM


def _piece(box: Box, frame: Frame, product: Product) -> Box:
    """Return the piece on which a rectangle lies: the page, or one of several on a sheet.

    Between the pieces, and on sheets that folding lines divide, it is the page.
    """
    if product.nup is None or product.folds:
        return frame.cut
    nup, page = product.nup, frame.cut
    width, height = (side * POINTS_PER_MM for side in nup.piece)
    gap = nup.gap * POINTS_PER_MM
    left = page.left + (page.width - nup.cols * width - (nup.cols - 1) * gap) / 2
    top = page.top - (page.height - nup.rows * height - (nup.rows - 1) * gap) / 2
    column = math.floor(((box.left + box.right) / 2 - left) / (width + gap))
    row = math.floor((top - (box.bottom + box.top) / 2) / (height + gap))
    if not (0 <= column < nup.cols and 0 <= row < nup.rows):
        return page
    x, y = left + column * (width + gap), top - row * (height + gap)
    return Box(x, y - height, x + width, y)


def bleed_empty(subject: Subject) -> Iterator[Problem]:
    """Colour that reaches the cut runs on beyond it; else a white thread shows."""
    product = subject.sheet.product
    if subject.is_home or not product.bleed_mm or product.shape == "round":
        return
    for page, frame in enumerate(subject.frames[: len(subject.rendering.sizes)], 1):
        if frame.trim is None or frame.bleed is None or not frame.crop.holds(frame.bleed, 0.01):
            continue
        picture = subject.rendering.gray(page - 1, FAR_DPI)
        bare = max(_bare(picture, frame, product.bleed_mm))
        if bare > _BARE_SHARE:
            sentence = (
                f"Colour on page {page} ends at the cut instead of {product.bleed_mm:g} mm beyond."
            )
            yield Problem("bleed_empty", sentence, page)


_BARE_SHARE = 0.02


def _bare(picture: Image.Image, frame: Frame, bleed_mm: float) -> Iterator[float]:
    """Yield, per side, the part of the cut with colour inside and white outside."""
    scale = picture.width / frame.crop.width
    inside, outside = POINTS_PER_MM / 2, bleed_mm * POINTS_PER_MM / 2
    left, right = ((x - frame.crop.left) * scale for x in (frame.cut.left, frame.cut.right))
    upper, lower = ((frame.crop.top - y) * scale for y in (frame.cut.top, frame.cut.bottom))
    inner, outer = inside * scale, outside * scale
    rows = [(upper + inner, upper - outer), (lower - inner, lower + outer)]
    columns = [(left + inner, left - outer), (right - inner, right + outer)]
    for within, beyond in rows:
        yield _share(*(_line(picture, (left, y, right, y)) for y in (within, beyond)))
    for within, beyond in columns:
        yield _share(*(_line(picture, (x, upper, x, lower)) for x in (within, beyond)))


def _line(picture: Image.Image, ends: tuple[float, float, float, float]) -> bytes:
    left, upper, right, lower = (int(value) for value in ends)
    box = (left, upper, max(right, left + 1), max(lower, upper + 1))
    return picture.crop(box).tobytes()


def _share(within: Iterable[int], beyond: Iterable[int]) -> float:
    pairs = list(zip(within, beyond, strict=True))
    return sum(a < _WHITE <= b for a, b in pairs) / len(pairs) if pairs else 0.0


def image_resolution(subject: Subject) -> Iterator[Problem]:
    """Pictures are sharp; a code that is a picture has enough pixels a module."""
    nearest = min(1.0, _SHARP_AT_M / subject.sheet.product.distance_m)
    wanted = round((_HOME_PPI if subject.is_home else _PRINT_PPI) * nearest)
    for page in subject.pages:
        for mark in page.marks:
            if mark.kind != "picture" or mark.ppi >= wanted - 1:
                continue
            codes = [
                c
                for c in subject.found
                if c.page == page.number - 1 and mark.box.holds(c.box, c.module)
            ]
            if codes:
                per_module = mark.pixels[0] * codes[0].module / (mark.box.width or 1)
                if per_module >= _PIXELS_PER_MODULE:
                    continue
            sentence = f"A picture on page {page.number} has {mark.ppi:.0f} ppi, it needs {wanted}."
            yield subject.problem("image_resolution", sentence, page.number, mark.box)
