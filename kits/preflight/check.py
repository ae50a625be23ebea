"""The inspection as a whole."""

from collections.abc import Iterator

from kits.errors import KitError
from kits.preflight import coding, colours, layout, structure
from kits.preflight.grades import readings
from kits.preflight.render import Rendering
from kits.preflight.report import Problem, Reading, Report, Sheet
from kits.preflight.subject import Rule, Subject, opened, read

FAULTS: tuple[Rule, ...] = (
    structure.page_count,
    structure.pdf_version,
    structure.boxes_not_nested,
    structure.output_intent,
    structure.font_not_embedded,
    structure.font_left,
    structure.encrypted_or_active,
    structure.not_tagged,
    structure.no_alt_text,
    colours.rgb_in_print,
    colours.ink_over_limit,
    colours.transparency,
    layout.missing_glyph,
    layout.text_too_small,
    layout.outside_safe_area,
    layout.bleed_empty,
    layout.image_resolution,
    coding.code_wrong,
    coding.code_extra,
    coding.code_unread,
    coding.quiet_zone,
    coding.module_too_small,
    coding.code_contrast,
    coding.code_not_black_only,
)
"""Rules that a file must keep."""

WARNINGS: tuple[Rule, ...] = (
    coding.code_contrast_low,
    coding.code_spare_low,
    colours.rgb_of_provider,
)
"""Rules that a file should keep."""


def check(pdf: bytes, sheet: Sheet, rendering: Rendering | None = None) -> Report:
    """Inspect a finished file.

    Args:
        pdf: the file, as it will be sent.
        sheet: what it is meant to be.
        rendering: the same bytes, when a caller has them open already for previews; pages
            drawn for one serve the other.
    """
    try:
        if rendering is not None:
            return _inspected(pdf, sheet, rendering)
        with Rendering(pdf) as own:
            return _inspected(pdf, sheet, own)
    except KitError as error:
        unread = tuple(Reading(text, None) for text in sheet.codes)
        return Report((Problem(error.code, error.message),), (), unread)


def _inspected(pdf: bytes, sheet: Sheet, rendering: Rendering) -> Report:
    with opened(pdf) as document:
        subject = read(pdf, document, sheet, rendering)
        return Report(
            problems=tuple(dict.fromkeys([*subject.broken, *_said(FAULTS, subject)])),
            warnings=_said(WARNINGS, subject),
            codes=readings(subject),
        )


def _said(rules: tuple[Rule, ...], subject: Subject) -> tuple[Problem, ...]:
    said = (problem for rule in rules for problem in _answered(rule, subject))
    return tuple(dict.fromkeys(said))


def _answered(rule: Rule, subject: Subject) -> Iterator[Problem]:
    """Yield what a rule says; a page that it cannot look at is a fault, too."""
    try:
        yield from rule(subject)
    except KitError as error:
        yield Problem(error.code, error.message)
