"""Colours of a PDF: in which space, and how much ink."""

from collections.abc import Iterator
from typing import NamedTuple

from kits.objects import elements, entry, figure, figures, items, name

_DEPTH = 6
"""Spaces based on spaces; four occur in sane files."""

_KINDS = {
    "/DeviceGray": "gray",
    "/G": "gray",
    "/DeviceRGB": "rgb",
    "/RGB": "rgb",
    "/DeviceCMYK": "cmyk",
    "/CMYK": "cmyk",
    "/Pattern": "pattern",
    "/CalGray": "calibrated",
    "/CalRGB": "rgb",
    "/Lab": "lab",
    "/ICCBased": "icc",
}
_BASED = frozenset({"/Indexed", "/I"})
_MIXED = frozenset({"/Separation", "/DeviceN"})
OPERATORS = {
    b"g": "gray",
    b"G": "gray",
    b"rg": "rgb",
    b"RG": "rgb",
    b"k": "cmyk",
    b"K": "cmyk",
}
"""Operators that set space and colour at once; capitals are for strokes."""

PLATES = frozenset({"gray", "cmyk", "spot", "pattern"})
"""Spaces that name the plates of a press."""

_FULL = 0.995
_NONE = 0.005


class Ink(NamedTuple):
    """A colour.

    Attributes:
        space: "gray", "cmyk", "rgb", "spot", "pattern", "icc", "lab" or "calibrated".
        values: 0 to 1 each.
    """

    space: str
    values: tuple[float, ...]

    @property
    def total(self) -> float:
        """Ink on all plates together, in percent; 0 where the plates are not known."""
        if self.space == "gray":
            return 100 * (1 - min(self.values, default=1))
        if self.space in {"cmyk", "spot"}:
            return 100 * sum(self.values)
        return 0.0

    @property
    def is_paper(self) -> bool:
        """Whether it leaves the paper white."""
        is_light = self.space in {"gray", "rgb", "icc", "calibrated"}
        if is_light and len(self.values) in {1, 3}:
            return min(self.values) >= _FULL
        return self.space in {"cmyk", "spot"} and max(self.values, default=1) <= _NONE

    @property
    def is_black_only(self) -> bool:
        """Whether it is full black on the black plate and nothing on the others."""
        if self.space == "gray":
            return bool(self.values) and max(self.values) <= _NONE
        return (
            self.space == "cmyk"
            and self.values[3:] >= (_FULL,)
            and max(self.values[:3], default=1) <= _NONE
        )

    @property
    def plates(self) -> int:
        """How many plates it needs."""
        if self.space == "gray":
            return int(not self.is_paper)
        return sum(value > _NONE for value in self.values)


BLACK = Ink("gray", (0.0,))
"""What a page paints with before it sets a colour."""


def space_of(value: object, resources: object, depth: int = 0) -> str:
    """Return the kind of a colour space, given as PDF object or by its name.

    "unknown" for what no viewer could resolve.
    """
    if depth > _DEPTH:
        return "unknown"
    label = value if isinstance(value, str) else name(value)
    if label:
        named = entry(entry(resources, "/ColorSpace"), label)
        known = _KINDS.get(label, "unknown")
        return known if named is None else space_of(named, resources, depth + 1)
    parts = [*elements(value), None, None, None]
    head = name(parts[0])
    if head in _BASED:
        return space_of(parts[1], resources, depth + 1)
    if head in _MIXED:
        under = space_of(parts[2], resources, depth + 1)
        return "spot" if under in PLATES else under
    return _KINDS.get(head, "unknown")


def inks_of_shading(shading: object, resources: object) -> list[Ink]:
    """Return the colours between which a shading runs; they bound all others in it."""
    space = space_of(entry(shading, "/ColorSpace"), resources)
    ends = [Ink(space, values) for values in _ends(entry(shading, "/Function"), 0)]
    return ends or [Ink(space, ())]


def _ends(function: object, depth: int) -> list[tuple[float, ...]]:
    if depth > _DEPTH:
        return []
    parts = elements(function)
    if parts:  # one function a component
        per_part = [_ends(part, depth + 1) for part in parts]
        return [tuple(max((v[0] for v in ends if v), default=0.0) for ends in per_part)]
    kind = figure(entry(function, "/FunctionType"), -1)
    if kind == 3:  # noqa: PLR2004  # stitching
        return [
            end
            for part in elements(entry(function, "/Functions"))
            for end in _ends(part, depth + 1)
        ]
    keys = {key for key, _ in items(function)} & {"/C0", "/C1"}
    return [tuple(figures(entry(function, key))) for key in sorted(keys)]


def see_through(state: object) -> Iterator[str]:
    """Yield the kinds of transparency that a graphics state sets."""
    if min(figure(entry(state, "/ca"), 1), figure(entry(state, "/CA"), 1)) < 1:
        yield "an opacity below 1"
    mask, mode = entry(state, "/SMask"), entry(state, "/BM")
    if mask is not None and name(mask) != "/None":
        yield "a soft mask"
    if mode is not None and name(mode) not in {"/Normal", "/Compatible"}:
        yield "a blend mode"
