"""Rules about the codes: the right ones, readable, large enough, black on calm white."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from PIL import ImageOps

from kits.catalog import METRES_PER_MM
from kits.codes import QUIET_MODULES
from kits.preflight.codes import FAR_DPI, NEAR_DPI, Found, decode, place_of
from kits.preflight.frames import POINTS_PER_MM
from kits.preflight.report import Problem
from kits.preflight.subject import Subject

LEAST_MODULE_MM = 0.4
"""Below that a hand-held phone and a 300 dpi printer fail."""
LEAST_CONTRAST = 4.5
GOOD_CONTRAST = 7.0
GOOD_SPARE = 0.37
"""Grade 2 of ISO/IEC 15415."""
QUIET_SLACK = 0.1
"""In modules: pixels are no finer."""
_MODULE_SLACK = 0.99
_SAMPLE = 60


@dataclass(frozen=True, slots=True)
class Match:
    """Which codes of a file are which.

    Attributes:
        right: found as expected.
        wrong: what was expected, and what was found instead.
        extra: found, with nothing left to be.
        missing: expected and not found.
    """

    right: tuple[Found, ...]
    wrong: tuple[tuple[str, Found], ...]
    extra: tuple[Found, ...]
    missing: tuple[str, ...]


def match(subject: Subject) -> Match:
    """Pair expected with found codes, equal texts first."""
    wanted = Counter(subject.sheet.codes)
    right, other = [], []
    for code in subject.found:
        if wanted[code.text] > 0:
            wanted[code.text] -= 1
            right.append(code)
        else:
            other.append(code)
    left = list(wanted.elements())
    pairs = min(len(left), len(other))
    return Match(
        tuple(right),
        tuple(zip(left[:pairs], other[:pairs], strict=True)),
        tuple(other[pairs:]),
        tuple(left[pairs:]),
    )


def code_wrong(subject: Subject) -> Iterator[Problem]:
    """A code leads elsewhere."""
    for wanted, code in match(subject).wrong:
        sentence = f"A code says {_short(code.text)} instead of {_short(wanted)}."
        yield subject.problem("code_wrong", sentence, code.page + 1, code.box)


def code_extra(subject: Subject) -> Iterator[Problem]:
    """A code that nobody planned."""
    for code in match(subject).extra:
        sentence = f"There is a code too many; it says {_short(code.text)}."
        yield subject.problem("code_extra", sentence, code.page + 1, code.box)


def _short(text: str) -> str:
    return repr(text if len(text) <= _SAMPLE else text[: _SAMPLE - 1] + "…")


def code_unread(subject: Subject) -> Iterator[Problem]:
    """A code that a phone does not read: unreadable, light on dark, or not there."""
    missing = match(subject).missing
    hidden = list(_hidden(subject))[: len(missing)] if missing else []
    yield from hidden
    for text in missing[len(hidden) :]:
        yield Problem("code_missing", f"The code for {_short(text)} is missing.")
    for code in subject.found:
        if code.near_text != code.text:
            sentence = f"A code on page {code.page + 1} cannot be read at {NEAR_DPI} dpi."
            yield subject.problem("code_unreadable", sentence, code.page + 1, code.box)


def _hidden(subject: Subject) -> Iterator[Problem]:
    """Look harder for codes that the first look did not find."""
    for number in range(len(subject.rendering.sizes)):
        picture = subject.rendering.gray(number, NEAR_DPI)
        known = [code.box for code in subject.found if code.page == number]
        looks = (
            (picture, False, "code_unreadable", f"cannot be read at {FAR_DPI} dpi"),
            (ImageOps.invert(picture), False, "code_inverted", "is light on dark"),
            (picture, True, "code_unreadable", "is damaged"),
        )
        for shown, anyhow, rule, what in looks:
            for code in decode(shown, anyhow=anyhow):
                box = place_of(code, shown, subject.frames[number])
                if any(box.meets(other) for other in known):
                    continue
                known.append(box)
                sentence = f"A code on page {number + 1} {what}."
                yield subject.problem(rule, sentence, number + 1, box)


def quiet_zone(subject: Subject) -> Iterator[Problem]:
    """A code needs four empty modules on every side."""
    for code, place in subject.codes():
        if place.quiet < QUIET_MODULES - QUIET_SLACK:
            sentence = (
                f"A code on page {code.page + 1} has {place.quiet:.1f} empty modules"
                f" on one side, it needs {QUIET_MODULES}."
            )
            yield subject.problem("quiet_zone", sentence, code.page + 1, place.box)


def module_too_small(subject: Subject) -> Iterator[Problem]:
    """A module is as large as the reading distance asks."""
    product = subject.sheet.product
    least = max(LEAST_MODULE_MM, product.min_module_mm, product.distance_m / METRES_PER_MM)
    for code, place in subject.codes():
        module = place.module / POINTS_PER_MM
        if module < least * _MODULE_SLACK:
            sentence = (
                f"A module of the code on page {code.page + 1} is {module:.2f} mm,"
                f" reading from {product.distance_m:g} m needs {least:.2f} mm."
            )
            yield subject.problem("module_too_small", sentence, code.page + 1, place.box)


def code_contrast(subject: Subject) -> Iterator[Problem]:
    """Dark and light modules differ enough for any camera."""
    yield from _contrast_below(subject, LEAST_CONTRAST, 0.0)


def code_contrast_low(subject: Subject) -> Iterator[Problem]:
    """A warning: readable, but not in poor light."""
    yield from _contrast_below(subject, GOOD_CONTRAST, LEAST_CONTRAST)


def _contrast_below(subject: Subject, limit: float, floor: float) -> Iterator[Problem]:
    for code, place in subject.codes():
        if floor <= code.contrast < limit:
            sentence = (
                f"The contrast of a code on page {code.page + 1} is {code.contrast:.1f} to 1,"
                f" it needs {limit:g} to 1."
            )
            yield subject.problem("code_contrast", sentence, code.page + 1, place.box)


def code_spare_low(subject: Subject) -> Iterator[Problem]:
    """A warning: what covers the code leaves little for dirt and scratches."""
    for code, place in subject.codes():
        if code.spare < GOOD_SPARE:
            sentence = (
                f"Only {100 * code.spare:.0f} % of the error correction of a code"
                f" on page {code.page + 1} is left."
            )
            yield subject.problem("code_spare", sentence, code.page + 1, place.box)


def code_not_black_only(subject: Subject) -> Iterator[Problem]:
    """A code prints from one plate: a second one that is a hair off eats into modules."""
    if subject.is_home:
        return
    for code, place in subject.codes():
        if place.coloured in subject.evidence(subject.pages[code.page]):
            continue
        if place.coloured is not None:
            sentence = f"A code on page {code.page + 1} is not painted in black ink alone."
            yield subject.problem("code_not_black_only", sentence, code.page + 1, place.box)
        elif place.under is not None:
            sentence = f"A code on page {code.page + 1} stands on ink instead of white paper."
            yield subject.problem("code_not_black_only", sentence, code.page + 1, place.box)
