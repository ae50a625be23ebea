"""Rules about ink: plates of the press only, not too much, nothing see-through."""

from collections.abc import Iterator

from kits.preflight.inks import PLATES
from kits.preflight.report import Problem
from kits.preflight.subject import Subject

MOST_INK = 300
"""Percent over all plates; more does not dry on coated paper."""

_NAMES = {
    "rgb": "RGB",
    "icc": "an ICC profile",
    "lab": "Lab",
    "calibrated": "a calibrated space",
    "unknown": "an unknown space",
}


def rgb_in_print(subject: Subject) -> Iterator[Problem]:
    """A print file names plates; screen colours come out as somebody else decides."""
    if subject.is_home:
        return
    for page in subject.pages:
        marks = set(page.marks) - subject.evidence(page)
        inks = {mark.ink for mark in marks} | (page.inks - {mark.ink for mark in page.marks})
        spaces = sorted({ink.space for ink in inks} - PLATES)
        if spaces:
            named = " and ".join(_NAMES.get(space, space) for space in spaces)
            mark = next((m for m in page.marks if m in marks and m.ink.space in spaces), None)
            what = "a picture" if mark and mark.kind == "picture" else "paint"
            sentence = f"Page {page.number} has {what} in {named} instead of CMYK or gray."
            yield subject.problem("rgb_in_print", sentence, page.number, mark.box if mark else None)


def rgb_of_provider(subject: Subject) -> Iterator[Problem]:
    """A warning: a provider's code in screen colours is not ours to convert."""
    if subject.is_home:
        return
    for page in subject.pages:
        for mark in subject.evidence(page):
            if mark.ink.space not in PLATES:
                sentence = (
                    f"The provider's picture on page {page.number} is in screen colours;"
                    " the printer converts it."
                )
                yield subject.problem("rgb_in_print", sentence, page.number, mark.box)


def ink_over_limit(subject: Subject) -> Iterator[Problem]:
    """Too much ink stays wet; marks outside the cut may be in registration colour."""
    if subject.is_home:
        return
    for page, frame in zip(subject.pages, subject.frames, strict=True):
        heavy = [m for m in page.marks if m.ink.total > MOST_INK and m.box.meets(frame.cut)]
        painted = {mark.ink for mark in page.marks}
        hidden = [ink for ink in page.inks - painted if ink.total > MOST_INK]
        if heavy or hidden:
            total = max([m.ink.total for m in heavy] + [ink.total for ink in hidden])
            sentence = f"Page {page.number} has {total:.0f} % of ink, the limit is {MOST_INK} %."
            box = heavy[0].box if heavy else None
            yield subject.problem("ink_over_limit", sentence, page.number, box)


def transparency(subject: Subject) -> Iterator[Problem]:
    """PDF/X-1a knows no transparency; flatteners leave hairlines."""
    if subject.is_home:
        return
    for page in subject.pages:
        if page.see_through:
            kinds = ", ".join(sorted(page.see_through))
            yield Problem("transparency", f"Page {page.number} uses {kinds}.", page.number)
