"""What a finished file says, as somebody reads it."""

from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

_NO_BREAK = {"\r", "\n"}


class Line(NamedTuple):
    """One line of type.

    Attributes:
        text: what it says.
        size: its largest type, in points.
    """

    text: str
    size: float


def lines(pdf: bytes, page: int = 0) -> list[Line]:
    """Return the lines of a page in the order in which they are read out."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page].get_textpage()
        found, sign, size = [], "", 0.0
        for at in range(text.count_chars()):
            letter = text.get_text_range(at, 1)
            if letter in _NO_BREAK:
                found.append(Line(sign.strip(), size))
                sign, size = "", 0.0
            else:
                sign += letter
                size = max(size, pdfium.FPDFText_GetFontSize(text.raw, at))
        found.append(Line(sign.strip(), size))
        text.close()
    return [line for line in found if line.text]


def words(pdf: bytes, page: int = 0) -> str:
    """Return everything that a page says, in one line."""
    return " ".join(line.text for line in lines(pdf, page))
