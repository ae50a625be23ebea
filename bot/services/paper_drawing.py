"""Pictures of papers that are read by big C libraries: HEIC photos and pages of a PDF.

A damaged or hostile file can make such a library run on, take all memory or crash, and no call
can be taken back. So each file is drawn by a process of its own (`paper_drawer`) with limits on
time and memory and without our environment; this process loads neither library.
"""

import logging
import struct
import subprocess
import sys
import threading

from bot.config import ROOT
from bot.errors import InvalidInputError
from bot.services import paper_drawer

LOG = logging.getLogger(__name__)

SECONDS = 20
"""Time of the processor for one file; a photo of 48 megapixels takes 1.5 s, a page 0.2 s."""
PATIENCE = 3
"""So much longer may it take on a clock: others work on the same machine."""
AT_ONCE = threading.BoundedSemaphore(2)
"""How many are drawn at the same time; each may take `paper_drawer.MEMORY`."""
_CODES = {
    paper_drawer.TOO_MANY_PIXELS: "file_pixels",
    paper_drawer.TOO_MANY_PAGES: "file_pages",
}


def photo_of(heic: bytes, *, seconds: int = SECONDS) -> bytes:
    """Return a HEIC photo as a JPEG, upright and without anything but the picture.

    Raises:
        InvalidInputError: code `file_pixels` (too many) or `file_broken`.
    """
    (picture,) = _drawn(["heic", str(seconds)], heic, seconds)
    return picture


def page_of(pdf: bytes, number: int, *, seconds: int = SECONDS) -> bytes:
    """Return one page of a PDF as a JPEG, counted from 0.

    Raises:
        InvalidInputError: code `file_pages` (too many) or `file_broken`.
    """
    (picture,) = _drawn(["pdf", str(seconds), str(number)], pdf, seconds)
    return picture


def pages_of(pdf: bytes, *, seconds: int = SECONDS) -> list[bytes]:
    """Return every page of a PDF as a JPEG.

    Raises:
        InvalidInputError: code `file_pages` (too many) or `file_broken`.
    """
    return _drawn(["pdf", str(seconds)], pdf, seconds)


def _drawn(asked: list[str], data: bytes, seconds: int) -> list[bytes]:
    command = [sys.executable, "-m", paper_drawer.__name__, *asked]
    try:
        with AT_ONCE:
            done = subprocess.run(  # noqa: S603 -- our own program, numbers and a fixed word
                command,
                input=data,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                cwd=ROOT,
                env={"MALLOC_ARENA_MAX": "2"},
                timeout=seconds * PATIENCE,
                check=False,
            )
    except subprocess.TimeoutExpired as error:
        raise InvalidInputError(code="file_broken") from error
    if done.returncode:
        LOG.info("a %s was not drawn: %d", asked[0], done.returncode)
        raise InvalidInputError(code=_CODES.get(done.returncode, "file_broken"))
    return _split(done.stdout)


def _split(told: bytes) -> list[bytes]:
    pictures, place = [], 0
    while place < len(told):
        (size,) = struct.unpack_from(">I", told, place)
        pictures.append(told[place + 4 : place + 4 + size])
        place += 4 + size
    return pictures
