"""What the inspection of one file says, for a printer to read and for code to act on."""

from dataclasses import dataclass
from typing import NamedTuple

from kits.catalog import Product


class Box(NamedTuple):
    """A rectangle; in PDF points with y upwards, unless a name says mm."""

    left: float
    bottom: float
    right: float
    top: float

    @property
    def width(self) -> float:
        """Extent from left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """Extent from bottom to top."""
        return self.top - self.bottom

    def grown(self, by: float) -> "Box":
        """Return the rectangle with `by` more on every side."""
        return Box(self.left - by, self.bottom - by, self.right + by, self.top + by)

    def meets(self, other: "Box") -> bool:
        """Whether the two share an area."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.bottom < other.top
            and other.bottom < self.top
        )

    def holds(self, other: "Box", slack: float = 0.0) -> bool:
        """Whether `other` lies inside, give or take `slack`."""
        return (
            self.left <= other.left + slack
            and self.bottom <= other.bottom + slack
            and self.right >= other.right - slack
            and self.top >= other.top - slack
        )

    def room_for(self, other: "Box") -> float:
        """Return the smallest distance from inside the edges to `other`; negative across one."""
        return min(
            other.left - self.left,
            self.right - other.right,
            other.bottom - self.bottom,
            self.top - other.top,
        )

    def common(self, other: "Box") -> "Box":
        """Return the shared area; turned inside out when there is none."""
        return Box(
            max(self.left, other.left),
            max(self.bottom, other.bottom),
            min(self.right, other.right),
            min(self.top, other.top),
        )


@dataclass(frozen=True, slots=True)
class Sheet:
    """What a file is meant to be.

    Attributes:
        product: entry of the catalogue.
        variant: "print", "outlined" or "home".
        codes: what the codes of the whole file say, in any order, repeated ones repeated.
        min_pt: smallest type that this file may show.
    """

    product: Product
    variant: str
    codes: tuple[str, ...]
    min_pt: float = 7.0


@dataclass(frozen=True, slots=True)
class Problem:
    """One fault.

    Attributes:
        code: stable name of the rule.
        message: one clear English sentence.
        page: number from 1; 0 for the whole file.
        where: left, top, width, height in mm from the top left corner of the trimmed page.
    """

    code: str
    message: str
    page: int = 0
    where: tuple[float, float, float, float] | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One code as a phone finds it in the finished file.

    Attributes:
        expected: what it should say; None for a code that nobody planned.
        decoded: what it says; None when it cannot be read.
        page: number from 1; 0 when it was not found.
        where: left, top, width, height in mm from the top left corner of the trimmed page.
        module_mm: side of one module.
        distance_m: from how far a phone reads it.
        quiet_modules: empty modules around it, on its worst side, counted up to 4.
        contrast: luminance of paper to ink, at least 1.
        spare: part of the error correction that is unused, 0 to 1 (as in ISO/IEC 15415).
        grade: 4.0 (best) to 0.0, the lowest of the parts.
    """

    expected: str | None
    decoded: str | None
    page: int = 0
    where: tuple[float, float, float, float] | None = None
    module_mm: float = 0.0
    distance_m: float = 0.0
    quiet_modules: float = 0.0
    contrast: float = 1.0
    spare: float = 0.0
    grade: float = 0.0


@dataclass(frozen=True, slots=True)
class Report:
    """The result of an inspection.

    Attributes:
        problems: faults; the file must not be printed.
        warnings: worth a look; the file may be printed.
        codes: one reading per expected code, then those that nobody planned.
    """

    problems: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    codes: tuple[Reading, ...]

    @property
    def ok(self) -> bool:
        """Whether the file may be printed."""
        return not self.problems

    @property
    def score(self) -> float:
        """4.0 to 0.0: the lowest grade of any code, 0.0 for a file with a fault."""
        if self.problems:
            return 0.0
        return min((reading.grade for reading in self.codes), default=4.0)
