"""What was read of every code, with a grade in the manner of ISO/IEC 15415.

The standard grades a printed symbol by its worst parameter. A file has no print gain or
damage yet, so its grade is the best that paper can reach.
"""

from collections.abc import Callable

from kits.catalog import METRES_PER_MM
from kits.codes import QUIET_MODULES
from kits.preflight.codes import Found
from kits.preflight.coding import QUIET_SLACK, match
from kits.preflight.frames import POINTS_PER_MM
from kits.preflight.ground import Ground
from kits.preflight.report import Reading
from kits.preflight.subject import Subject

_BEST = 4.0
_CONTRAST = (0.70, 0.55, 0.40, 0.20)
_SPARE = (0.62, 0.50, 0.37, 0.25)
_STRETCH = (0.06, 0.08, 0.10, 0.12)
"""Limits of the grades 4, 3, 2 and 1."""


def readings(subject: Subject) -> tuple[Reading, ...]:
    """Return what was read: expected codes first, then those that nobody planned."""
    paired = match(subject)
    places = {id(code): place for code, place in subject.codes()}

    def read(expected: str | None, code: Found) -> Reading:
        return _reading(subject, expected, code, places[id(code)])

    return (
        *(read(code.text, code) for code in paired.right),
        *(read(text, code) for text, code in paired.wrong),
        *(Reading(text, None) for text in paired.missing),
        *(read(None, code) for code in paired.extra),
    )


def _reading(subject: Subject, expected: str | None, code: Found, place: Ground) -> Reading:
    module_mm = place.module / POINTS_PER_MM
    return Reading(
        expected=expected,
        decoded=code.text,
        page=code.page + 1,
        where=subject.frames[code.page].where(place.box),
        module_mm=round(module_mm, 3),
        distance_m=round(module_mm * METRES_PER_MM, 2),
        quiet_modules=round(place.quiet, 1),
        contrast=round(code.contrast, 1),
        spare=round(code.spare, 2),
        grade=_grade(code, place) if expected == code.text else 0.0,
    )


def _grade(code: Found, place: Ground) -> float:
    """Return the lowest of the parts."""
    width, height = place.box.width, place.box.height
    stretch = abs(width - height) / ((width + height) / 2)
    return min(
        _BEST if code.near_text == code.text else 0.0,
        _BEST if place.quiet >= QUIET_MODULES - QUIET_SLACK else 0.0,
        _steps(_CONTRAST, lambda limit: code.light - code.dark >= limit),
        _steps(_SPARE, lambda limit: code.spare >= limit),
        _steps(_STRETCH, lambda limit: stretch <= limit),
    )


def _steps(limits: tuple[float, ...], reaches: Callable[[float], bool]) -> float:
    return next((_BEST - step for step, limit in enumerate(limits) if reaches(limit)), 0.0)
