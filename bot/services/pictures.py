"""What an uploaded file really is, and a copy of it that carries nothing else.

The type comes from the first bytes, never from a name or a header. Photos are drawn anew:
that drops EXIF with its GPS position, hidden texts and anything glued behind the picture,
and turns the picture the way the phone was held. HEIC becomes JPEG, too (`paper_drawing`); of a
PDF its pages are kept (`pdf_papers`).
"""

import io
from dataclasses import dataclass, field

from PIL import Image

from bot.errors import InvalidInputError
from bot.services.paper_drawing import photo_of
from bot.services.pdf_papers import only_pages
from bot.services.photos import MAX_PIXELS, as_jpeg

JPEG = "image/jpeg"
PNG = "image/png"
WEBP = "image/webp"
HEIC = "image/heic"
PDF = "application/pdf"

MAX_BYTES = 10 * 1024 * 1024
"""Ten megabytes, the limit of the vendor's secure upload; ours is the same."""

_HEIC_BRANDS = frozenset({b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"})
_DECODABLE = {JPEG: "JPEG", PNG: "PNG", WEBP: "WEBP"}
_PDF_HEAD = 1024
"""A PDF header may stand within the first 1024 bytes (ISO 32000-1, annex H.3, note 13)."""


@dataclass(frozen=True, slots=True)
class CleanFile:
    """A file ready to be kept; `mime` is what it is, by its content."""

    mime: str
    data: bytes = field(repr=False)


def sniff(data: bytes) -> str | None:
    """Return the media type of `data` by its first bytes; None for anything not accepted."""
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return WEBP
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        return HEIC
    if b"%PDF-" in data[:_PDF_HEAD]:
        return PDF
    return None


def cleaned(data: bytes) -> CleanFile:
    """Return what may be kept of an uploaded file.

    Raises:
        InvalidInputError: code `file_empty`, `file_too_big`, `file_type` (not a picture or
            PDF), `file_pixels` and `file_pages` (too many), `file_broken` (cannot be opened),
            `file_locked` (a PDF with a password).
    """
    if not data:
        raise InvalidInputError(code="file_empty")
    if len(data) > MAX_BYTES:
        raise InvalidInputError(code="file_too_big")
    mime = sniff(data)
    if mime is None:
        raise InvalidInputError(code="file_type")
    if mime == PDF:
        return CleanFile(mime, only_pages(data))
    if mime == HEIC:
        return CleanFile(JPEG, photo_of(data))
    return CleanFile(JPEG, _redrawn(data, _DECODABLE[mime]))


def _redrawn(data: bytes, kind: str) -> bytes:
    try:
        with Image.open(io.BytesIO(data), formats=[kind]) as picture:
            if picture.width * picture.height > MAX_PIXELS:
                raise InvalidInputError(code="file_pixels")
            return as_jpeg(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise InvalidInputError(code="file_pixels") from error
    except (OSError, ValueError, SyntaxError, EOFError, IndexError, TypeError) as error:
        # Pillow's decoders raise any of these on damaged files
        raise InvalidInputError(code="file_broken") from error
