"""Values of a PDF, taken out with care: a damaged file holds anything anywhere."""

from collections.abc import Iterator
from decimal import Decimal
from typing import TypeGuard

import pikepdf
from pikepdf import Name

from kits.errors import KitError


def entry(holder: object, key: str) -> object:
    """Return an entry of a dictionary or stream; None when there is none."""
    if isinstance(holder, pikepdf.Stream):
        return holder.stream_dict.get(key)
    if isinstance(holder, pikepdf.Dictionary):
        return holder.get(key)
    return None


def items(holder: object) -> Iterator[tuple[str, object]]:
    """Yield the entries of a dictionary; nothing for anything else.

    Raises:
        KitError: a key is no text (`pdf_broken`).
    """
    if isinstance(holder, pikepdf.Stream):
        holder = holder.stream_dict
    if isinstance(holder, pikepdf.Dictionary):
        try:
            yield from list(holder.items())
        except UnicodeDecodeError as error:
            raise KitError("pdf_broken", "A name in the PDF is no text.") from error


def elements(holder: object) -> list[object]:
    """Return the elements of an array; nothing for anything else."""
    return list(holder) if isinstance(holder, pikepdf.Array) else []


def figures(holder: object) -> list[float]:
    """Return the numbers of an array."""
    return [figure(value, 0.0) for value in elements(holder) if is_number(value)]


def figure(value: object, default: float) -> float:
    """Return a number; `default` for anything else."""
    return float(value) if is_number(value) else default


def is_number(value: object) -> TypeGuard[int | float | Decimal]:
    """Whether a value is a number; true and false are none."""
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def name(value: object) -> str:
    """Return a name with its slash; empty for anything else."""
    if not isinstance(value, Name):
        return ""
    try:
        return str(value)
    except UnicodeDecodeError:
        return "/?"


def data(stream: object) -> bytes:
    """Return what a stream holds, unpacked; nothing for anything else.

    Raises:
        KitError: the stream cannot be unpacked (`pdf_broken`).
    """
    if not isinstance(stream, pikepdf.Stream):
        return b""
    try:
        return stream.read_bytes()
    except pikepdf.PdfError as error:
        raise KitError("pdf_broken", "A stream of the PDF cannot be unpacked.") from error
