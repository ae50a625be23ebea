"""The boxes of a page: paper, bleed and cut."""

from dataclasses import dataclass

import pikepdf

from kits.objects import entry, figure, figures
from kits.preflight.report import Box

POINTS_PER_MM = 72 / 25.4
_MAX_PARENTS = 20


@dataclass(frozen=True, slots=True)
class Frame:
    """The boxes of one page, in points.

    Attributes:
        media: the paper; empty when the page has none.
        crop: what a viewer shows.
        bleed: how far colour reaches; None when not said.
        trim: where it is cut; None when not said.
        has_art: whether there is an ArtBox, too.
        turn: rotation in degrees.
        unit: size of a unit, in 1/72 inch.
    """

    media: Box
    crop: Box
    bleed: Box | None
    trim: Box | None
    has_art: bool
    turn: float
    unit: float

    @property
    def cut(self) -> Box:
        """The finished page: the trim box, without one the paper."""
        return self.trim or self.media

    def where(self, box: Box) -> tuple[float, float, float, float]:
        """Return left, top, width, height in mm from the cut's top left corner."""
        left, top = box.left - self.cut.left, self.cut.top - box.top
        values = (left, top, box.width, box.height)
        return tuple(round(value / POINTS_PER_MM, 1) for value in values)  # type: ignore[return-value]  # four


def frame_of(page: pikepdf.Page) -> Frame:
    """Return the boxes of a page of an open document."""
    media = _box(page, "/MediaBox") or Box(0, 0, 0, 0)
    return Frame(
        media=media,
        crop=(_box(page, "/CropBox") or media).common(media),
        bleed=_box(page, "/BleedBox"),
        trim=_box(page, "/TrimBox"),
        has_art=entry(page.obj, "/ArtBox") is not None,
        turn=figure(_inherited(page, "/Rotate"), 0),
        unit=figure(entry(page.obj, "/UserUnit"), 1),
    )


def _inherited(page: pikepdf.Page, key: str) -> object:
    holder: object = page.obj
    for _ in range(_MAX_PARENTS):
        value = entry(holder, key)
        if value is not None or holder is None:
            return value
        holder = entry(holder, "/Parent")
    return None


def _box(page: pikepdf.Page, key: str) -> Box | None:
    inherits = key in {"/MediaBox", "/CropBox"}
    values = figures(_inherited(page, key) if inherits else entry(page.obj, key))
    if len(values) != len(Box._fields):
        return None
    # Any two opposite corners make a box (ISO 32000-1, 7.9.5).
    left, right = sorted((values[0], values[2]))
    bottom, top = sorted((values[1], values[3]))
    return Box(left, bottom, right, top)
