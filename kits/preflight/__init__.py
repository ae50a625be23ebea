"""Inspection of a finished PDF before it goes to a printer.

It reads the bytes of the file and pictures of its pages, and knows nothing of how the file
was made. Every rule is a small function with a stable code. Faults (`Report.problems`):

    page_count           pages too many or too few
    pdf_version          newer than presses take
    boxes_not_nested     paper, bleed and cut do not fit into each other, or have another size
    output_intent        not exactly one printing condition, or an incomplete PDF/X label
    font_not_embedded    a font that is not in the file
    font_left            an outlined file that still has fonts
    encrypted_or_active  a password, a program, a file within, an annotation, LZW
    not_tagged           a file for home that cannot be read aloud
    no_alt_text          a picture or code in a file for home without words
    rgb_in_print         colours of a screen in a print file
    ink_over_limit       more than 300 % of ink
    transparency         opacity, soft masks, blend modes or groups in a print file
    missing_glyph        a letter that its font lacks
    text_too_small       type that nobody can read
    outside_safe_area    text or a code too near to a cut or fold
    bleed_empty          colour that ends at the cut
    image_resolution     a picture too coarse for its place
    code_wrong           a code that says something else
    code_extra           a code that nobody planned
    code_missing         a code that is not there
    code_inverted        a code light on dark
    code_unreadable      a code that cannot be read, at one of two resolutions
    quiet_zone           less than four empty modules around a code
    module_too_small     modules too small for the reading distance
    code_contrast        modules and paper too much alike
    code_not_black_only  a code on more plates than black, or not on white paper

Warnings (`Report.warnings`) use the codes of faults for lesser cases, and:

    code_spare           little is left of a code's error correction
    text_on_many_plates  small type that three or four plates must print exactly

What cannot be read at all has one of the codes of `kits.errors`.
"""

from kits.preflight.check import check
from kits.preflight.render import LOCK, Rendering
from kits.preflight.report import Box, Problem, Reading, Report, Sheet

__all__ = ["LOCK", "Box", "Problem", "Reading", "Rendering", "Report", "Sheet", "check"]
