"""The inspection as a whole."""

from kits.preflight.render import Rendering
from kits.preflight.report import Reading, Report, Sheet


def check(pdf: bytes, sheet: Sheet, rendering: Rendering | None = None) -> Report:
    """Inspect a finished file.

    Args:
        pdf: the file, as it will be sent.
        sheet: what it is meant to be.
        rendering: the same bytes, when a caller has them open already for previews; pages
            drawn for one serve the other.
    """
    if rendering is None:
        with Rendering(pdf) as opened:
            return check(pdf, sheet, opened)
    return Report((), (), tuple(Reading(text, None) for text in sheet.codes))
