"""Turns the text of a PDF into filled outlines: many print shops take no fonts.

Every text-showing operator is replaced by the shapes of its letters, painted in the colour
that is set at that place, so inks stay what they were. Everything else is copied byte for
byte. Fonts go out of the resources, and with that out of the file.
"""

import io
import zlib
from collections.abc import Iterator
from functools import lru_cache

import pikepdf
from pikepdf import Name

from kits.content import Operation, labelled, numbers, operations
from kits.errors import KitError
from kits.faces import PdfFace
from kits.geometry import Matrix, times
from kits.glyphs import Drawer, drawer, written
from kits.objects import entry, items, name
from kits.textstate import SHOWING, TextMachine

_PAINT = {0: b"f", 1: b"S", 2: b"B"}
"""What the text rendering modes do that paint; 3 shows nothing, 4 to 7 clip."""
_INVISIBLE = 3
_LEVEL = 4
_DEEPEST = 12
"""Forms within forms; ours have none, a damaged file may go round in circles."""


def outline(pdf: bytes) -> bytes:
    """Return the same pages without fonts; the same input gives the same bytes.

    Raises:
        KitError: `missing_glyph`, or a construction that Typst does not write
            (`outline_unsupported`, `content_broken`, `pdf_broken`).
    """
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            _Outliner(document).run()
            out = io.BytesIO()
            document.save(out, deterministic_id=True, fix_metadata_version=False)
    except pikepdf.PdfError as error:
        raise KitError("pdf_broken", "The PDF cannot be opened for outlining.") from error
    return out.getvalue()


class _Letters:
    """A font of the PDF that can be drawn."""

    def __init__(self, font: object) -> None:
        self.face = PdfFace(font)
        if not self.face.is_keyed or self.face.encoding != "/Identity-H":
            kind = self.face.kind or "unknown"
            raise KitError("outline_unsupported", f"A font of kind {kind} cannot be outlined.")
        self.draw: Drawer = drawer(self.face.source)


class _Outliner:
    def __init__(self, document: pikepdf.Pdf) -> None:
        self._document = document
        self._letters: dict[tuple[int, int], _Letters] = {}
        self._done: set[tuple[int, int]] = set()
        self._resources: list[object] = []

    def run(self) -> None:
        for page in self._document.pages:
            resources = page.obj.get(Name.Resources)
            page.contents_coalesce()
            content = page.obj.get(Name.Contents)
            if isinstance(content, pikepdf.Stream):
                packed = self._packed(content, resources)
                page.obj.Contents = self._document.make_stream(packed, Filter=Name.FlateDecode)
            self._forms(resources, depth=0)
        for holder in self._resources:
            if isinstance(holder, pikepdf.Dictionary) and Name.Font in holder:
                del holder[Name.Font]

    def _forms(self, resources: object, depth: int) -> None:
        """Rewrite what the page calls: forms and tiling patterns have contents of their own."""
        if depth > _DEEPEST:
            raise KitError("outline_unsupported", "Drawings of the PDF are nested too deeply.")
        self._resources.append(resources)
        for form in _contents_within(resources):
            if form.objgen in self._done:
                continue
            self._done.add(form.objgen)
            own = entry(form, "/Resources") or resources
            form.write(self._packed(form, own), filter=Name.FlateDecode)
            self._forms(own, depth + 1)

    def _packed(self, stream: pikepdf.Stream, resources: object) -> bytes:
        """Return the new content; the same letters again and again shrink well at once."""
        return zlib.compress(self._rewritten(stream, resources), _LEVEL)

    def _rewritten(self, stream: pikepdf.Stream, resources: object) -> bytes:
        fonts = dict(items(entry(resources, "/Font")))
        machine, saved = TextMachine(), []
        out: list[bytes] = []
        for operation in operations(stream.read_bytes()):
            if operation.name in SHOWING:
                out.extend(self._shown(machine, operation, fonts))
            elif machine.take(operation):
                continue
            else:
                if operation.name == b"q":
                    saved.append(machine.state.copy())
                elif operation.name == b"Q" and saved:
                    machine.state = saved.pop()
                out.append(operation.raw)
        return b"".join(out)

    def _shown(
        self, machine: TextMachine, operation: Operation, fonts: dict[str, object]
    ) -> list[bytes]:
        """Return the shapes of a text, marked with what they say: readers can still search."""
        letters = self._letters_of(fonts, machine.state.font)
        mode = machine.state.mode
        if mode not in _PAINT and mode != _INVISIBLE:
            raise KitError("outline_unsupported", "Text that clips a picture cannot be outlined.")
        placed = list(machine.show(operation, letters.face))
        shapes = []
        for letter in placed:
            if letter.code == 0:
                raise KitError("missing_glyph", "The text shows a character that its font lacks.")
            path, units = letters.draw(letter.code)
            if path and mode != _INVISIBLE:
                shapes.append(_painted(path, times(units, letter.matrix), mode))
        if not shapes:
            return []
        said = letters.face.text(letter.code for letter in placed)
        words = said.encode("utf-16-be", "replace").hex().encode()
        return [b"/Span<</ActualText<FEFF%s>>>BDC\n" % words, *shapes, b"EMC\n"]

    def _letters_of(self, fonts: dict[str, object], font_name: bytes) -> _Letters:
        font = fonts.get(labelled(font_name))
        if not isinstance(font, pikepdf.Dictionary):
            raise KitError("outline_unsupported", "The text asks for a font that is not there.")
        key = font.objgen
        if key == (0, 0):
            return _Letters(font)
        if key not in self._letters:
            self._letters[key] = _Letters(font)
        return self._letters[key]


def _contents_within(resources: object) -> Iterator[pikepdf.Stream]:
    for _, thing in items(entry(resources, "/XObject")):
        if isinstance(thing, pikepdf.Stream) and name(entry(thing, "/Subtype")) == "/Form":
            yield thing
    for _, thing in items(entry(resources, "/Pattern")):
        if isinstance(thing, pikepdf.Stream):
            yield thing


def _painted(path: bytes, matrix: Matrix, mode: int) -> bytes:
    if mode == 0:
        return b"q %s %.4f %.4f cm\n%s\nf\nQ\n" % (_turn(matrix[:4]), *matrix[4:], path)
    # The pen of a stroke is as wide as the page says, so its points are set by hand.
    return b"%s\n%s\n" % (_set(path, matrix), _PAINT[mode])


@lru_cache(maxsize=512)
def _turn(part: tuple[float, ...]) -> bytes:
    """Return size and direction, which all letters of a text share, as written."""
    return b" ".join([written(value, places=8) for value in part])


def _set(path: bytes, matrix: Matrix) -> bytes:
    a, b, c, d, e, f = matrix
    out = []
    for line in path.split(b"\n"):
        values = numbers(line)
        points = zip(values[0::2], values[1::2], strict=True)
        figures = [v for x, y in points for v in (a * x + c * y + e, b * x + d * y + f)]
        out.append(b" ".join([*map(written, figures), line[-1:]]))
    return b"\n".join(out)
