"""What lies under, in and around a code, by the geometry of the page.

Pixels show the quiet zone as a camera sees it, but only to a fraction of a module, and not
which plates print it. The marks of the page tell both exactly.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from kits.codes import QUIET_MODULES
from kits.preflight.codes import Found
from kits.preflight.marks import Mark
from kits.preflight.report import Box

_CORNER = 0.6
"""How far, in modules, pixels and geometry may differ about the edge of a code."""
_SLACK = 0.02
"""Rounding, in modules."""
_LOGO_SHARE = 0.4
"""Middle part of a code's side within which a logo may lie, in its own colours."""


@dataclass(frozen=True, slots=True)
class Ground:
    """Where a code stands.

    Attributes:
        box: of the modules, exact where the page draws them as one shape.
        module: side of one module, in points.
        quiet: empty modules on the worst side, at most 4.
        under: what lies below it and is not paper; None for white paper.
        coloured: a part of the code that is not painted in black alone.
    """

    box: Box
    module: float
    quiet: float
    under: Mark | None
    coloured: Mark | None


def ground(code: Found, marks: Iterable[Mark], cut: Box) -> Ground:
    """Return where a code stands.

    Args:
        code: as found on pixels.
        marks: of its page, in the order of painting.
        cut: the finished page; a quiet zone ends there.
    """
    marks = list(marks)
    box = _exact(code, marks)
    module = min(box.width, box.height) / code.modules or 1.0
    zone = box.grown(QUIET_MODULES * module)
    under, above = _layers(marks, zone, _SLACK * module)
    panels = [m.box for m in above if _is_sheet(m) and m.box.holds(box, _SLACK * module)]
    parts, others = [], []
    for mark in above:
        is_picture_of_it = mark.kind == "picture" and mark.box.holds(box, _CORNER * module)
        if is_picture_of_it or box.holds(mark.box, _CORNER * module):
            parts.append(mark)
        else:
            others.append(mark)
    rooms = [code.quiet, cut.room_for(box) / module]
    if under and panels:
        # The largest piece of paper around the code; beyond it the ground shows.
        rooms.append(max(panel.room_for(box) for panel in panels) / module)
    rooms += [_gap(mark.box, box) / module for mark in others if _intrudes(mark)]
    return Ground(
        box=box,
        module=module,
        quiet=min(QUIET_MODULES, *(max(0.0, room) for room in rooms)),
        under=None if panels or any(part.kind == "picture" for part in parts) else under,
        coloured=next(_coloured(parts, box), None),
    )


def _exact(code: Found, marks: list[Mark]) -> Box:
    """Return the box of the shape that is the code; what pixels say if there is none."""
    slack = _CORNER * code.module
    shapes = (m.box for m in marks if m.kind == "fill" and not m.ink.is_paper and not m.is_block)
    return next(
        (b for b in shapes if b.holds(code.box, slack) and code.box.holds(b, slack)), code.box
    )


def _layers(marks: list[Mark], zone: Box, slack: float) -> tuple[Mark | None, list[Mark]]:
    """Return what covers the zone and is not paper, and all that was painted on it later."""
    under: Mark | None = None
    above: list[Mark] = []
    for mark in marks:
        if not mark.box.meets(zone):
            continue
        covers = mark.kind in {"fill", "shading"} and mark.box.holds(zone, slack)
        if covers:
            # A rounded panel covers the zone, too, unless pixels say otherwise.
            under, above = None if mark.ink.is_paper else mark, []
        elif mark.kind != "stroke" or not mark.box.holds(zone):
            above.append(mark)
    return under, above


def _is_sheet(mark: Mark) -> bool:
    return mark.kind == "fill" and mark.ink.is_paper


def _intrudes(mark: Mark) -> bool:
    """Whether a mark surely fills its box: of other shapes and texts, pixels tell more."""
    return (mark.is_block and not mark.ink.is_paper) or mark.kind == "picture"


def _gap(one: Box, other: Box) -> float:
    """Return the distance between two boxes, 0 when they meet."""
    across = max(one.left - other.right, other.left - one.right, 0.0)
    up = max(one.bottom - other.top, other.bottom - one.top, 0.0)
    return max(across, up)


def _coloured(parts: list[Mark], box: Box) -> Iterator[Mark]:
    middle = box.grown(-box.width * (1 - _LOGO_SHARE) / 2)
    for part in parts:
        if middle.holds(part.box) or part.ink.is_paper:
            continue
        is_black = part.ink.space == "gray" if part.kind == "picture" else part.ink.is_black_only
        if not is_black:
            yield part
