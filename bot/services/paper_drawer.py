"""Draws one paper in a process of its own, which may die of it.

`python -m bot.services.paper_drawer heic SECONDS`, or `pdf SECONDS [PAGE]`: the file comes on
stdin, the pictures go to stdout as JPEG, each after its length in four bytes. HEIC and PDF are
read by big C libraries that nobody can interrupt; so time and memory are limited by the system,
and what goes wrong here goes wrong nowhere else. See `bot/services/paper_drawing.py`.
"""

import io
import os
import resource
import struct
import sys
from collections.abc import Iterator

from bot.services.photos import MAX_PIXELS, MAX_SIDE, as_jpeg, saved

MEMORY = 900 * 1024 * 1024
"""Address space. A photo of 48 megapixels takes 475 MB of it, A4 in this size 210 MB."""
MAX_PAGES = 30
"""An extract of the register has a dozen."""
DOTS = 200
"""Dots per inch of a page: small print of an extract stays readable."""
POINTS = 72
LESS = 1 - 1e-6
"""A page that is drawn twice must not grow by a pixel because its size was rounded."""
TOO_MANY_PIXELS, TOO_MANY_PAGES, BROKEN = 10, 11, 12
"""Exit codes; any other but 0 is a file that broke this process."""
_TOLD = ("exif", "xmp")


def draw(kind: str, data: bytes, page: int | None) -> Iterator[bytes]:
    """Yield the pictures of a paper.

    Args:
        kind: `heic` or `pdf`.
        data: the file.
        page: the only page to draw, counted from 0; None for all.
    """
    yield from [_photo(data)] if kind == "heic" else _pages(data, page)


def _photo(data: bytes) -> bytes:
    # Only this process needs the library, and only for this sort of file.
    from PIL import Image  # noqa: PLC0415 -- see above
    from pillow_heif import options, register_heif_opener  # noqa: PLC0415 -- see above

    register_heif_opener(thumbnails=False, depth_images=False, aux_images=False)
    options.DECODE_THREADS = 1
    Image.MAX_IMAGE_PIXELS = None  # ours is lower, and says what is wrong
    with Image.open(io.BytesIO(data), formats=["HEIF"]) as picture:
        if picture.width * picture.height > MAX_PIXELS:
            raise SystemExit(TOO_MANY_PIXELS)
        for told in _TOLD:  # the library has turned the picture; nobody needs to read them
            picture.info.pop(told, None)
        return as_jpeg(picture)


def _pages(data: bytes, only: int | None) -> Iterator[bytes]:
    import pypdfium2  # noqa: PLC0415 -- as above

    paper = pypdfium2.PdfDocument(data)
    if len(paper) > MAX_PAGES:
        raise SystemExit(TOO_MANY_PAGES)
    for number in range(len(paper)) if only is None else [only]:
        page = paper[number]
        longest = max(page.get_size())
        if longest <= 0:
            raise SystemExit(BROKEN)
        scale = min(DOTS / POINTS, MAX_SIDE / longest) * LESS
        yield saved(page.render(scale=scale, may_draw_forms=False).to_pil().convert("RGB"))
        page.close()


def main(kind: str, seconds: int, page: int | None = None) -> None:
    """Read a file from stdin and write its pictures to stdout."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever a library has to say is no picture
    with out:
        for picture in draw(kind, sys.stdin.buffer.read(), page):
            out.write(struct.pack(">I", len(picture)) + picture)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), *map(int, sys.argv[3:]))
