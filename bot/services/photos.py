"""Drawing a photo anew: upright, no larger than is read, and nothing but the picture."""

import io
from collections.abc import Iterator
from contextlib import contextmanager

from PIL import Image, ImageOps

from bot.errors import InvalidInputError

MAX_PIXELS = 64_000_000
"""Above the 50-megapixel cameras in use; a bomb of 10 MB unpacks to thousands of them."""
MAX_SIDE = 3000
"""Longest side kept, in pixels: A4 at 250 dots per inch, small print stays readable."""
JPEG_QUALITY = 88


def as_jpeg(picture: Image.Image) -> bytes:
    """Return an opened picture as a JPEG without EXIF, turned the way the phone was held."""
    picture.draft("RGB", (MAX_SIDE, MAX_SIDE))  # big photos are unpacked at half size or less
    drawn = ImageOps.exif_transpose(picture)
    drawn.thumbnail((MAX_SIDE, MAX_SIDE))
    flat = Image.new("RGB", drawn.size, "white")
    if drawn.has_transparency_data:
        layer = drawn.convert("RGBA")
        flat.paste(layer, mask=layer)
    else:
        flat.paste(drawn.convert("RGB"))
    return saved(flat)


def saved(picture: Image.Image) -> bytes:
    """Return the bytes of a picture as a JPEG."""
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=JPEG_QUALITY)
    return out.getvalue()


def opened(jpeg: bytes) -> Image.Image:
    """Return a kept JPEG to draw on.

    Raises:
        InvalidInputError: code `file_broken`.
    """
    with _read(jpeg) as picture:
        return picture.convert("RGB")


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Return width and height of a kept JPEG without unpacking it.

    Raises:
        InvalidInputError: code `file_broken`.
    """
    with _read(jpeg) as picture:
        return picture.size


@contextmanager
def _read(jpeg: bytes) -> Iterator[Image.Image]:
    try:
        with Image.open(io.BytesIO(jpeg), formats=["JPEG"]) as picture:
            yield picture
    except (OSError, ValueError, SyntaxError) as error:
        raise InvalidInputError(code="file_broken") from error
