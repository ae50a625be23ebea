"""Inspection of a finished PDF before it goes to a printer.

It reads the bytes of the file and pictures of its pages, and knows nothing of how the file
was made. Every rule is a small function with a stable code.
"""

from kits.preflight.check import check
from kits.preflight.render import LOCK, Rendering
from kits.preflight.report import Box, Problem, Reading, Report, Sheet

__all__ = ["LOCK", "Box", "Problem", "Reading", "Rendering", "Report", "Sheet", "check"]
