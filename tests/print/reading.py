"""What a finished file says, as somebody reads it."""

from typing import NamedTuple

import pypdfium2
import pypdfium2.raw as pdfium

_BREAKS = {"\r", "\n"}


class Line(NamedTuple):
    """One line of type.

    Attributes:
        text: what it says.
        size: its largest type, in points.
        least: its smallest type.
    """

    text: str
    size: float
    least: float


def lines(pdf: bytes, page: int = 0) -> list[Line]:
    """Return the lines of a page in the order in which they are read out."""
    with pypdfium2.PdfDocument(pdf) as document:
        text = document[page].get_textpage()
        found: list[list[tuple[str, float]]] = [[]]
        for at in range(text.count_chars()):
            letter = text.get_text_range(at, 1)
            if letter in _BREAKS:
                found.append([])
            else:
                found[-1].append((letter, pdfium.FPDFText_GetFontSize(text.raw, at)))
        text.close()
    return [_line(letters) for letters in found if letters]


def _line(letters: list[tuple[str, float]]) -> Line:
    sizes = [size for letter, size in letters if letter != " "]
    return Line("".join(letter for letter, _ in letters).strip(), max(sizes), min(sizes))


def words(pdf: bytes, page: int = 0) -> str:
    """Return everything that a page says, in one line."""
    return " ".join(line.text for line in lines(pdf, page))
