"""Pictures in a kit: the store's own, drawn anew; a provider's payment code, left alone.

A logo is decoded and encoded again, so that nothing hidden in the file survives: as inks for
a print shop, as light for a home printer. A payment code is evidence of somebody else: it is
looked at, never changed.
"""

import io
from dataclasses import dataclass
from functools import lru_cache

import zxingcpp
from PIL import Image, ImageChops, ImageMath

from kits import codes
from kits.errors import KitError

MAX_BYTES = 2 * 1024 * 1024
MAX_PIXELS = 16_000_000
MIN_SIDE = 100
"""A picture of fewer pixels prints as a mosaic."""
MIN_LOGO_SIDE = 240
"""Wanted of the longer side, so that a logo is sharp on every product in the shortest code."""
LOGO_SIDE = 1600
"""Pixels kept of a logo: 300 an inch on a banner."""
JPEG_QUALITY = 95

QUIET_ON_PAPER = codes.QUIET_MODULES + 0.5
"""Half a module more than needed: the edge of a picture is soft."""

_KINDS = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG"}


def kind(data: bytes, field: str) -> str:
    """Return "PNG" or "JPEG" by the first bytes.

    Raises:
        KitError: `picture_type` for anything else, SVG included; `picture_size`.
    """
    if len(data) > MAX_BYTES:
        raise KitError(
            "picture_size", f"{field} is larger than {MAX_BYTES // 1024 // 1024} MB.", field
        )
    for head, name in _KINDS.items():
        if data.startswith(head):
            return name
    raise KitError("picture_type", f"{field} must be a PNG or JPEG picture.", field)


def logo(data: bytes, field: str = "logo") -> Image.Image:
    """Return a logo on white, at most LOGO_SIDE pixels wide and high.

    Raises:
        KitError: see `kind`; `picture_broken`.
    """
    picture = _opened(data, field)
    if max(picture.size) < MIN_LOGO_SIDE:
        raise KitError(
            "picture_size", f"{field} must be {MIN_LOGO_SIDE} pixels wide or high at least.", field
        )
    picture.thumbnail((LOGO_SIDE, LOGO_SIDE), Image.Resampling.LANCZOS)
    layer = picture.convert("RGBA")
    flat = Image.new("RGB", layer.size, "white")
    flat.paste(layer, mask=layer.getchannel("A"))
    return flat


def as_light(picture: Image.Image) -> bytes:
    """Return a JPEG for screens and home printers."""
    return _jpeg(picture)


def as_ink(picture: Image.Image) -> bytes:
    """Return a CMYK JPEG: gray parts in black ink alone, never more than 300 % in all."""
    cyan, magenta, yellow = (ImageChops.invert(band) for band in picture.split())
    black = ImageChops.darker(ImageChops.darker(cyan, magenta), yellow)
    inks = [_beside(band, black) for band in (cyan, magenta, yellow)]
    return _jpeg(Image.merge("CMYK", (*inks, black)))


def _beside(band: Image.Image, black: Image.Image) -> Image.Image:
    """Return what a colour has to add where black ink lies already."""
    mixed: Image.Image = ImageMath.lambda_eval(
        lambda a: a["convert"]((a["band"] - a["black"]) * 255 / a["max"](255 - a["black"], 1), "L"),
        band=band,
        black=black,
    )
    return mixed


def _jpeg(picture: Image.Image) -> bytes:
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY, subsampling=0)
    return out.getvalue()


@dataclass(frozen=True, slots=True)
class Seen:
    """A payment code in its picture.

    Attributes:
        text: what it says.
        pad: white that the picture lacks for a quiet zone, as a part of its longer side.
    """

    text: str
    pad: float


@lru_cache(maxsize=8)
def read_payment(image: bytes, payload: str | None = None, field: str = "payment.image") -> Seen:
    """Return the code in the provider's picture.

    Raises:
        KitError: `payment_unreadable` without exactly one QR code, or when it says something
            other than `payload`.
    """
    picture = _opened(image, field).convert("L")
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    found = zxingcpp.read_barcodes(picture, formats=formats, text_mode=zxingcpp.TextMode.Plain)
    if len(found) != 1:
        raise KitError(
            "payment_unreadable", f"{field} shows {len(found)} readable QR codes, not one.", field
        )
    if payload is not None and found[0].text != payload:
        raise KitError(
            "payment_unreadable", f"{field} says something other than payment.payload.", field
        )
    return Seen(found[0].text, _lacking(found[0], picture))


def _lacking(code: zxingcpp.Barcode, picture: Image.Image) -> float:
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = [p.x for p in points], [p.y for p in points]
    version = code.extra.get("Version", "") if isinstance(code.extra, dict) else ""
    modules = 17 + 4 * int(version or 1)
    module = (max(across) - min(across)) / modules
    margin = min(*across, *down, picture.width - max(across), picture.height - max(down))
    return max(0.0, QUIET_ON_PAPER * module - margin) / max(picture.size)


def _opened(data: bytes, field: str) -> Image.Image:
    name = kind(data, field)
    try:
        with Image.open(io.BytesIO(data), formats=[name]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise KitError("picture_size", f"{field} has too many pixels.", field)
            if min(picture.size) < MIN_SIDE:
                raise KitError("picture_size", f"{field} is smaller than {MIN_SIDE} pixels.", field)
            picture.load()
            return picture.copy()
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise KitError("picture_size", f"{field} has too many pixels.", field) from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # Pillow's decoders raise any of these on damaged files
        raise KitError("picture_broken", f"{field} cannot be decoded.", field) from error
