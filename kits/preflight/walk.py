"""Reads a page into marks, in the order of painting.

Every content stream is read once. Rules look at marks, never at PDF operators.
"""

import math
from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

import pikepdf

from kits.content import IMAGE, PATH, Operation, labelled, numbers, operations
from kits.errors import KitError
from kits.faces import PdfFace
from kits.geometry import IDENTITY, around, as_matrix, extent, is_rectangle, moved, times
from kits.objects import data, entry, figure, figures, name
from kits.preflight.inks import OPERATORS, Ink, inks_of_shading, see_through, space_of
from kits.preflight.lettering import share_of_tallest
from kits.preflight.marks import EVERYTHING, Graphics, Letters, Mark, Page
from kits.preflight.report import Box
from kits.textstate import SHOWING, TextMachine

_DEEPEST = 12
"""Forms within forms; a damaged file may go round in circles."""
_MOST_FORMS = 1000
"""Forms drawn on a page; a few that call each other twice each are soon a million."""
_INVISIBLE = 3
_ACTUAL_TEXT = b"/ActualText"

Faces = dict[tuple[int, int], PdfFace]
"""Fonts of a document, by object."""


def walk(page: pikepdf.Page, number: int, faces: Faces) -> Page:
    """Return the facts about a page.

    Args:
        page: of an open document.
        number: from 1.
        faces: fonts met so far in this document; added to.

    Raises:
        KitError: the content cannot be read (`content_broken`, `pdf_broken`).
    """
    facts = Page(number)
    if entry(page.obj, "/Group") is not None:
        facts.see_through.add("a transparency group of the page")
    contents = page.obj.get("/Contents")
    parts = contents if isinstance(contents, pikepdf.Array) else [contents]
    content = b"\n".join([data(part) for part in parts])
    _Walker(facts, faces, page.obj.get("/Resources"), Graphics(IDENTITY)).run(content)
    return facts


class _Walker:
    """Follows one stream; a form gets a walker of its own that adds to the same facts."""

    def __init__(
        self, facts: Page, faces: Faces, resources: object, start: Graphics, depth: int = 0
    ) -> None:
        facts.forms += 1
        if depth > _DEEPEST or facts.forms > _MOST_FORMS:
            raise KitError("content_broken", "The page content draws without end.")
        self._facts = facts
        self._faces = faces
        self._resources = resources
        self._now = start
        self._depth = depth
        self._machine = TextMachine()
        self._machine.state = start.text
        self._path: list[bytes] = []
        self._clips = False
        self._spans: list[bytes] = []
        self._shapes: list[Box] = []

    def run(self, content: bytes) -> None:
        saved: list[Graphics] = []
        for operation in operations(content):
            if operation.name == b"q":
                saved.append(self._now.copy())
            elif operation.name == b"Q":
                if saved:
                    self._now = saved.pop()
                    self._machine.state = self._now.text
            elif operation.name == PATH:
                self._path.append(operation.operands)
            elif handler := _HANDLERS.get(operation.name):
                handler(self, operation)
            else:
                self._machine.take(operation)

    def set_matrix(self, operation: Operation) -> None:
        self._now.ctm = times(as_matrix(numbers(operation.operands)), self._now.ctm)

    def set_line(self, operation: Operation) -> None:
        self._now.line = max(numbers(operation.operands), default=0.0)

    def set_ink(self, operation: Operation) -> None:
        """Take g, rg, k and their capitals."""
        ink = Ink(OPERATORS[operation.name], tuple(numbers(operation.operands)))
        self._use(operation, ink, ink.space)

    def set_space(self, operation: Operation) -> None:
        """Take cs and CS."""
        space = space_of(operation.label, self._resources)
        self._use(operation, Ink(space, ()), space)

    def set_colour(self, operation: Operation) -> None:
        """Take sc, scn and their capitals; a pattern is looked into."""
        now = self._now
        space = now.fill_space if operation.name.islower() else now.stroke_space
        ink = Ink(space, tuple(numbers(operation.operands.split(b"/")[0])))
        if space == "pattern":
            ink = self._ink_of_pattern(operation.label)
        self._use(operation, ink, space)

    def _use(self, operation: Operation, ink: Ink, space: str) -> None:
        if operation.name.islower():
            self._now.fill, self._now.fill_space = ink, space
        else:
            self._now.stroke, self._now.stroke_space = ink, space

    def _ink_of_pattern(self, label: str) -> Ink:
        pattern = entry(entry(self._resources, "/Pattern"), label)
        shading = entry(pattern, "/Shading")
        if shading is not None:
            return self._heaviest(shading)
        if isinstance(pattern, pikepdf.Stream):
            # A tile: its colours count, its places are those of what it fills.
            tile = Page(self._facts.number, forms=self._facts.forms)
            own = entry(pattern, "/Resources") or self._resources
            _Walker(tile, self._faces, own, Graphics(IDENTITY), self._depth + 1).run(data(pattern))
            self._facts.inks |= tile.inks
            self._facts.see_through |= tile.see_through
            self._facts.forms = tile.forms
        return Ink("pattern", ())

    def _heaviest(self, shading: object) -> Ink:
        inks = inks_of_shading(shading, self._resources)
        self._facts.inks.update(inks)
        return max(inks, key=lambda ink: ink.total)

    def set_more(self, operation: Operation) -> None:
        """Take gs."""
        state = entry(entry(self._resources, "/ExtGState"), operation.label)
        self._facts.see_through.update(see_through(state))
        self._now.line = figure(entry(state, "/LW"), self._now.line)

    def clip(self, _: Operation) -> None:
        self._clips = True

    def open_span(self, operation: Operation) -> None:
        """Take BMC and BDC: a span that says its words is text, whatever paints it."""
        self._spans.append(operation.operands if _ACTUAL_TEXT in operation.operands else b"")

    def close_span(self, _: Operation) -> None:
        """Take EMC: outlined letters count as one text."""
        span = self._spans.pop() if self._spans else b""
        if span and self._shapes:
            shapes, self._shapes = tuple(self._shapes), []
            size = max(shape.height for shape in shapes) / share_of_tallest(span)
            box = Box(*around(shapes))
            self._mark(Mark("text", box, self._now.fill, size=size, shapes=shapes))

    def paint(self, operation: Operation) -> None:
        extents = [found for path in self._path if (found := extent(path)) is not None]
        if extents:
            box = Box(*moved(self._now.ctm, around(extents)))
            way = operation.name.rstrip(b"*").lower()
            if any(self._spans):
                self._shapes.append(box)
            elif way in {b"f", b"b"}:
                self._mark(Mark("fill", box, self._now.fill, is_block=self._is_block()))
            if way in {b"s", b"b"}:
                a, b, c, d, _, _ = self._now.ctm
                pen = self._now.line * math.sqrt(abs(a * d - b * c)) / 2
                self._mark(Mark("stroke", box.grown(pen), self._now.stroke))
            if self._clips:
                self._now.clip = self._now.clip.common(box)
        self._clips = False
        self._path = []

    def _is_block(self) -> bool:
        a, b, c, d, _, _ = self._now.ctm
        slant = min(abs(b) + abs(c), abs(a) + abs(d))
        return slant < 1e-6 and len(self._path) == 1 and is_rectangle(self._path[0])  # noqa: PLR2004  # rounding

    def shade(self, operation: Operation) -> None:
        shading = entry(entry(self._resources, "/Shading"), operation.label)
        self._mark(Mark("shading", self._now.clip, self._heaviest(shading)))

    def draw(self, operation: Operation) -> None:
        """Take Do."""
        thing = entry(entry(self._resources, "/XObject"), operation.label)
        kind = name(entry(thing, "/Subtype"))
        if kind == "/Image":
            self._picture(thing)
        elif kind == "/Form":
            self._form(thing)

    def _form(self, form: object) -> None:
        if entry(form, "/Group") is not None:
            self._facts.see_through.add("a transparency group")
        inner = self._now.copy()
        setting = figures(entry(form, "/Matrix"))
        if setting:
            inner.ctm = times(as_matrix(setting), inner.ctm)
        frame = figures(entry(form, "/BBox"))
        if len(frame) == len(Box._fields):
            inner.clip = inner.clip.common(Box(*moved(inner.ctm, Box(*frame))))
        own = entry(form, "/Resources") or self._resources
        _Walker(self._facts, self._faces, own, inner, self._depth + 1).run(data(form))

    def _picture(self, picture: object) -> None:
        if entry(picture, "/SMask") is not None or figure(entry(picture, "/SMaskInData"), 0):
            self._facts.see_through.add("a picture with a soft mask")
        pixels = [int(figure(entry(picture, key), 0)) for key in ("/Width", "/Height")]
        is_stencil = entry(picture, "/ImageMask") is True
        space = space_of(entry(picture, "/ColorSpace"), self._resources)
        ink = self._now.fill if is_stencil else Ink(space, ())
        self._mark_picture(ink, (pixels[0], pixels[1]))

    def inline_picture(self, operation: Operation) -> None:
        """Take BI; Typst writes none, so only its colour space is looked at."""
        words = operation.operands.split()
        named = [v for k, v in pairwise(words) if k in {b"/ColorSpace", b"/CS"}]
        space = space_of(named[0].decode("latin-1"), self._resources) if named else "gray"
        self._mark_picture(Ink(space, ()), (1, 1))

    def _mark_picture(self, ink: Ink, pixels: tuple[int, int]) -> None:
        a, b, c, d, _, _ = self._now.ctm
        sides = math.hypot(a, b) / 72, math.hypot(c, d) / 72
        ppi = min((n / side for n, side in zip(pixels, sides, strict=True) if side), default=0.0)
        box = Box(*moved(self._now.ctm, (0.0, 0.0, 1.0, 1.0)))
        self._mark(Mark("picture", box, ink, pixels=pixels, ppi=ppi))

    def show(self, operation: Operation) -> None:
        face = self._face()
        if face is None:
            return
        placed = list(self._machine.show(operation, face))
        if face.is_keyed:
            self._facts.lost_glyphs += face.lost([letter.code for letter in placed])
        state = self._now.text
        if not placed or state.mode % 4 == _INVISIBLE:
            return
        low, high = face.box
        ends = [(times(p.matrix, self._now.ctm), p.advance) for p in (placed[0], placed[-1])]
        corners = [moved(m, (0.0, low / 1000, width, high / 1000)) for m, width in ends]
        _, _, c, d, _, _ = ends[0][0]
        ink = self._now.stroke if state.mode == 1 else self._now.fill
        letters = Letters(face, tuple(placed), self._now.ctm)
        box = Box(*around(corners))
        self._mark(Mark("text", box, ink, size=math.hypot(c, d), letters=letters))

    def _face(self) -> PdfFace | None:
        font = entry(entry(self._resources, "/Font"), labelled(self._machine.state.font))
        if not isinstance(font, pikepdf.Dictionary):
            return None
        face = self._faces.get(font.objgen)
        if face is None or font.objgen == (0, 0):
            face = self._faces[font.objgen] = PdfFace(font)
        self._facts.faces[id(face)] = face
        return face

    def _mark(self, mark: Mark) -> None:
        self._facts.inks.add(mark.ink)
        if self._now.clip is EVERYTHING:
            self._facts.marks.append(mark)
            return
        seen = mark.box.common(self._now.clip)
        if seen.left <= seen.right and seen.bottom <= seen.top:
            if seen != mark.box:
                mark = replace(mark, box=seen)
            self._facts.marks.append(mark)


_HANDLERS: Mapping[bytes, Callable[[_Walker, Operation], None]] = {
    b"cm": _Walker.set_matrix,
    b"w": _Walker.set_line,
    **dict.fromkeys(OPERATORS, _Walker.set_ink),
    **dict.fromkeys((b"cs", b"CS"), _Walker.set_space),
    **dict.fromkeys((b"sc", b"SC", b"scn", b"SCN"), _Walker.set_colour),
    b"gs": _Walker.set_more,
    **dict.fromkeys((b"BMC", b"BDC"), _Walker.open_span),
    b"EMC": _Walker.close_span,
    **dict.fromkeys((b"W", b"W*"), _Walker.clip),
    **dict.fromkeys((b"f", b"F", b"f*", b"B", b"B*", b"b", b"b*", b"S", b"s", b"n"), _Walker.paint),
    b"sh": _Walker.shade,
    b"Do": _Walker.draw,
    IMAGE: _Walker.inline_picture,
    **dict.fromkeys(SHOWING, _Walker.show),
}
