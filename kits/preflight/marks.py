"""What a page shows, as facts that rules can look at."""

from dataclasses import dataclass, field

from kits.faces import PdfFace
from kits.geometry import Matrix
from kits.preflight.inks import BLACK, Ink
from kits.preflight.report import Box
from kits.textstate import Placed, TextState

EVERYTHING = Box(-1e9, -1e9, 1e9, 1e9)


@dataclass(frozen=True, slots=True)
class Letters:
    """The letters of a text.

    Attributes:
        face: their font.
        placed: their codes and places.
        ctm: from the units of those places to points of the page.
    """

    face: PdfFace
    placed: tuple[Placed, ...]
    ctm: Matrix


@dataclass(frozen=True, slots=True)
class Mark:
    """Something painted.

    Attributes:
        kind: "fill", "stroke", "text", "picture" or "shading".
        box: where, in points of the page.
        ink: its colour; for a picture only the space counts.
        is_block: a filled upright rectangle: it covers all of its box.
        size: of a text, in points as printed; of outlined text, judged by its tallest letter.
        letters: of a text that is set in a font; for what must know it more exactly.
        shapes: boxes of the letters of an outlined text.
        pixels: width and height of a picture.
        ppi: the lower resolution of a picture on the paper.
    """

    kind: str
    box: Box
    ink: Ink
    is_block: bool = False
    size: float = 0.0
    pixels: tuple[int, int] = (0, 0)
    ppi: float = 0.0
    letters: Letters | None = None
    shapes: tuple[Box, ...] = ()


@dataclass(slots=True)
class Page:
    """Facts about one page.

    Attributes:
        number: from 1.
        marks: what is painted, the lowest first.
        inks: all colours used, those inside patterns included.
        see_through: names of the kinds of transparency used.
        faces: fonts that show something, by their object.
        lost_glyphs: letters shown that their font does not have.
        forms: how many forms and tiles were drawn.
    """

    number: int
    marks: list[Mark] = field(default_factory=list)
    inks: set[Ink] = field(default_factory=set)
    see_through: set[str] = field(default_factory=set)
    faces: dict[int, PdfFace] = field(default_factory=dict)
    lost_glyphs: int = 0
    forms: int = 0


@dataclass(slots=True)
class Graphics:
    """What `q` keeps and `Q` brings back."""

    ctm: Matrix
    clip: Box = EVERYTHING
    fill: Ink = BLACK
    stroke: Ink = BLACK
    fill_space: str = "gray"
    stroke_space: str = "gray"
    line: float = 1.0
    text: TextState = field(default_factory=TextState)

    def copy(self) -> "Graphics":
        """Return an equal state of its own."""
        return Graphics(
            self.ctm,
            self.clip,
            self.fill,
            self.stroke,
            self.fill_space,
            self.stroke_space,
            self.line,
            self.text.copy(),
        )
