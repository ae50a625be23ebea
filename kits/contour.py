"""The line along which a sticker is cut out.

A plotter follows a path in a spot colour of the agreed name; a press leaves that colour out.
Where the line is printed all the same, it lies on the cut. It overprints, so that nothing
below it is knocked out.
"""

import pikepdf
from pikepdf import Array, Dictionary, Name

SPOT = "CutContour"
"""Name of the spot colour that cutting plotters look for."""

LINE_PT = 0.25
_ROUND = 0.5523
"""Handles of a Bézier quarter circle, in radii."""


def draw(document: pikepdf.Pdf, page: pikepdf.Page) -> None:
    """Add the circle that touches the sides of the page's trim box."""
    left, bottom, right, top = (float(value) for value in page.trimbox.as_list())
    spot = Array([Name.Separation, Name(f"/{SPOT}"), Name.DeviceCMYK, _magenta(document)])
    page.add_resource(document.make_indirect(spot), Name.ColorSpace, Name(f"/{SPOT}"))
    over = Dictionary(Type=Name.ExtGState, OP=True, op=True, OPM=1)
    page.add_resource(document.make_indirect(over), Name.ExtGState, Name.Over)
    circle = _circle((left + right) / 2, (bottom + top) / 2, (right - left) / 2)
    drawing = f"q /Over gs /{SPOT} CS 1 SCN {LINE_PT} w {circle} S Q"
    page.contents_add(drawing.encode())


def _magenta(document: pikepdf.Pdf) -> pikepdf.Object:
    """Return how the spot colour looks on a screen."""
    return document.make_indirect(
        Dictionary(
            FunctionType=2,
            Domain=Array([0, 1]),
            C0=Array([0, 0, 0, 0]),
            C1=Array([0, 1, 0, 0]),
            N=1,
        )
    )


def _circle(x: float, y: float, radius: float) -> str:
    handle = _ROUND * radius
    quarters = (
        (x + radius, y + handle, x + handle, y + radius, x, y + radius),
        (x - handle, y + radius, x - radius, y + handle, x - radius, y),
        (x - radius, y - handle, x - handle, y - radius, x, y - radius),
        (x + handle, y - radius, x + radius, y - handle, x + radius, y),
    )
    curves = " ".join(" ".join(f"{value:.3f}" for value in part) + " c" for part in quarters)
    return f"{x + radius:.3f} {y:.3f} m {curves} h"
