"""Pictures of the finished file, for people to look at."""

import struct
import zlib
from collections.abc import Iterable

import zxingcpp
from PIL import Image, ImageDraw

from kits.catalog import Product
from kits.preflight import Rendering

PREVIEW_DPI = 96
MAX_SIDE = 1600
"""Longest side of a preview, in pixels; a banner is shown smaller than it is."""
GAP_MM = 4
"""Between two pages of one picture."""

_KNIFE = 0.004
"""Part of the width that the line of the knife covers."""
_SHADE = (222, 222, 222)
_FAST = 1
"""Flat colours shrink well at once; higher levels cost three times the time."""
_MM = 25.4


def preview(rendering: Rendering, product: Product) -> bytes:
    """Return a PNG of all pages side by side, as they look after cutting."""
    longest = max(_size_mm(product)) / _MM
    return png(_faces(rendering, product, min(PREVIEW_DPI, MAX_SIDE / longest)))


def thumbnail(rendering: Rendering, product: Product, width_px: int) -> bytes:
    """Return the same picture `width_px` wide."""
    picture = _faces(rendering, product, width_px * _MM / _size_mm(product)[0])
    if picture.width != width_px:
        picture = picture.resize((width_px, picture.height))
    return png(picture)


def readings(rendering: Rendering) -> tuple[str, ...]:
    """Return what the codes of all pages say, page after page."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return tuple(
        found.text
        for page in range(len(rendering.sizes))
        for found in zxingcpp.read_barcodes(
            rendering.gray(page, PREVIEW_DPI),
            formats=formats,
            try_downscale=False,
            try_invert=False,
        )
    )


def _size_mm(product: Product) -> tuple[float, float]:
    width, height = product.trim_mm
    return width * product.pages + GAP_MM * (product.pages - 1), height


def _faces(rendering: Rendering, product: Product, dpi: float) -> Image.Image:
    faces = [_face(rendering, product, page, dpi) for page in range(len(rendering.sizes))]
    return _beside(faces, round(GAP_MM / _MM * dpi))


def _face(rendering: Rendering, product: Product, page: int, dpi: float) -> Image.Image:
    """Return one page; what lies beyond the cut is the same on every side."""
    picture = rendering.colour(page, dpi)
    width, height = (round(length / _MM * dpi) for length in product.trim_mm)
    left, top = (picture.width - width) // 2, (picture.height - height) // 2
    face = picture.crop((left, top, left + width, top + height))
    return _rounded(face) if product.shape == "round" else face


def _rounded(face: Image.Image) -> Image.Image:
    """Take away what the round knife takes away, its line included."""
    fine = Image.new("L", (face.width * 2, face.height * 2), 255)
    edge = round(face.width * 2 * _KNIFE)
    ImageDraw.Draw(fine).ellipse((edge, edge, fine.width - edge, fine.height - edge), fill=0)
    outside = fine.resize(face.size, Image.Resampling.BILINEAR)
    face.paste(_SHADE, mask=outside)
    return face


def _beside(faces: list[Image.Image], gap: int) -> Image.Image:
    if len(faces) == 1:
        return faces[0]
    width = sum(face.width for face in faces) + gap * (len(faces) - 1)
    sheet = Image.new("RGB", (width, max(face.height for face in faces)), _SHADE)
    at = 0
    for face in faces:
        sheet.paste(face, (at, 0))
        at += face.width + gap
    return sheet


def png(picture: Image.Image) -> bytes:
    """Return an RGB picture as PNG.

    Unfiltered rows: our flat colours shrink as well without filters, which cost more time
    than drawing the page.
    """
    row = picture.width * 3
    pixels = picture.tobytes()
    lines = b"".join(b"\0" + pixels[start : start + row] for start in range(0, len(pixels), row))
    head = struct.pack(">IIBBBBB", picture.width, picture.height, 8, 2, 0, 0, 0)
    parts: Iterable[tuple[bytes, bytes]] = (
        (b"IHDR", head),
        (b"IDAT", zlib.compress(lines, _FAST)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(name, data) for name, data in parts)


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
