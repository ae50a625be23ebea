"""Sheets that the inspection likes, and ways to spoil them."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pikepdf
from pikepdf import Dictionary, Name

from kits import codes
from kits.catalog import Product
from kits.compose import typeset
from kits.finish import finish
from kits.outline import outline
from kits.preflight import Report, Sheet, check
from kits.spec import HOME, OUTLINED, PRINT
from tests.print.specs import ADDRESS

Spoil = Callable[[pikepdf.Pdf], None]

PAGES = Path(__file__).parent / "pages"

PRODUCT = Product(
    id="stand-a6",
    title="시험",
    item="stand",
    template="sheet",
    trim_mm=(80, 110),
    bleed_mm=3,
    safe_mm=4,
    distance_m=0.3,
    min_module_mm=0.77,
    texts=MappingProxyType({}),
)
"""A small piece: 80 x 110 mm, 3 mm of bleed, 4 mm of room to the cut, read from 0.3 m."""

BLACK = [0, 0, 0, 100]
WHITE = [0, 0, 0, 0]
YELLOW = [0, 10, 90, 0]


def code(text: str = ADDRESS, **changes: Any) -> dict[str, Any]:
    """Return a code for the sheet: 32 mm wide on a white square with its quiet zone."""
    plan = codes.plan(text)
    return {
        "size": plan.size,
        "contours": plan.contours,
        "alt": f"QR {text}",
        "x": 24,
        "y": 50,
        "side": 32,
        "quiet": 4,
        "ink": BLACK,
        "paper": WHITE,
    } | changes


def line(text: str, **changes: Any) -> dict[str, Any]:
    """Return a line of text for the sheet."""
    return {
        "text": text,
        "x": 8,
        "y": 8,
        "pt": 20,
        "weight": 700,
        "tracking": 0,
        "ink": BLACK,
    } | changes


LINES = (
    line("바다수산"),
    line("Ocean & Co. 大", y=18, pt=12, weight=400, tracking=0.4),
    line("카카오톡에서 @바다수산 검색", y=98, pt=9),
)


def typeset_sheet(variant: str = PRINT, **changes: Any) -> bytes:
    """Return the sheet as Typst writes it, with some values exchanged."""
    files = changes.pop("files", None)
    data = {
        "variant": HOME if variant == HOME else PRINT,
        "trim": list(PRODUCT.trim_mm),
        "bleed": PRODUCT.bleed_mm,
        "ground": YELLOW,
        "areas": [],
        "codes": [code()],
        "lines": list(LINES),
        "pictures": [],
    } | changes
    return typeset("sheet", data, files, PAGES)


def finished(variant: str = PRINT, product: Product = PRODUCT, **changes: Any) -> bytes:
    """Return the sheet ready for the printer."""
    pdf = typeset_sheet(variant, **changes)
    if variant == OUTLINED:
        pdf = outline(pdf)
    return finish(pdf, product, variant, "시험 인쇄물")


@cache
def good(variant: str = PRINT) -> bytes:
    """Return the sheet that has no fault."""
    return finished(variant)


def inspected(
    pdf: bytes,
    variant: str = PRINT,
    codes: tuple[str, ...] = (ADDRESS,),
    product: Mapping[str, Any] = MappingProxyType({}),
) -> Report:
    """Return what the inspection says of a file, for a product with some values exchanged."""
    return check(pdf, Sheet(replace(PRODUCT, **product), variant, codes))


def faults(pdf: bytes, variant: str = PRINT, **more: Any) -> set[str]:
    """Return the codes of the faults of a file."""
    return {problem.code for problem in inspected(pdf, variant, **more).problems}


def spoiled(pdf: bytes, spoil: Spoil, **how: Any) -> bytes:
    """Return a file after somebody touched it."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        spoil(document)
        document.save(
            out,
            **({"object_stream_mode": pikepdf.ObjectStreamMode.disable} | how),
        )
    return out.getvalue()


def drawn_over(content: bytes, **resources: Any) -> Spoil:
    """Return what paints something on top of the first page."""

    def spoil(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        for kind, entries in resources.items():
            holder = page.obj.Resources.get(f"/{kind}")
            if holder is None:
                holder = page.obj.Resources[f"/{kind}"] = Dictionary()
            for key, value in entries.items():
                holder[f"/{key}"] = value(document) if callable(value) else value
        page.contents_add(document.make_stream(b"q\n" + content + b"\nQ\n"))

    return spoil


def rewritten(old: bytes, new: bytes) -> Spoil:
    """Return what exchanges words in the content of the first page."""

    def spoil(document: pikepdf.Pdf) -> None:
        page = document.pages[0]
        page.contents_coalesce()
        content = page.obj.Contents.read_bytes()
        assert old in content, "nothing to spoil"
        page.obj.Contents = document.make_stream(content.replace(old, new))

    return spoil


def picture_of(space: Name, side: int = 8, **more: Any) -> Callable[[pikepdf.Pdf], pikepdf.Object]:
    """Return what makes a gray, RGB or CMYK picture object."""
    parts = {"/DeviceGray": 1, "/DeviceRGB": 3, "/DeviceCMYK": 4}[str(space)]

    def make(document: pikepdf.Pdf) -> pikepdf.Object:
        pixels = document.make_stream(bytes(side * side * parts))
        pixels.Type, pixels.Subtype = Name.XObject, Name.Image
        pixels.Width = pixels.Height = side
        pixels.ColorSpace, pixels.BitsPerComponent = space, 8
        for key, value in more.items():
            pixels[f"/{key}"] = value(document) if callable(value) else value
        return document.make_indirect(pixels)

    return make


def on_page(**entries: Any) -> Spoil:
    """Return what exchanges entries of the first page."""

    def spoil(document: pikepdf.Pdf) -> None:
        for key, value in entries.items():
            document.pages[0].obj[f"/{key}"] = value

    return spoil


def without(*path: str) -> Spoil:
    """Return what takes out what a path of keys from the trailer leads to."""

    def spoil(document: pikepdf.Pdf) -> None:
        holder: Any = document.trailer
        for step in path[:-1]:
            holder = holder[int(step)] if step.isdigit() else holder[step]
        del holder[path[-1]]

    return spoil
