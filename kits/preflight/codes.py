"""Finds the codes of a page the way a phone does, and measures what a phone forgives.

A decoder reads codes without a quiet zone, and gray on gray: that a code decodes proves
little. Quiet zone and contrast are therefore measured on pixels.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass

import zxingcpp
from PIL import Image, ImageStat

from kits.codes import QUIET_MODULES
from kits.geometry import Extent
from kits.preflight.frames import Frame
from kits.preflight.render import Rendering
from kits.preflight.report import Box

FAR_DPI = 96
"""As coarse as a phone sees a code from its full reading distance."""
NEAR_DPI = 150

_POINTS = 72
TINT = 12
"""How much darker than the paper of its code a quiet zone may look, of 255."""
NOISE = 64
"""The same for single pixels of a code that is somebody's picture: a JPEG shimmers around
every edge. On average its quiet zone is as calm as any other."""
_FLARE = 0.05
"""Stray light that falls on both, as in WCAG 2."""
_TENTH = 0.1
_MARGIN_MODULES = QUIET_MODULES + 1.5


@dataclass(frozen=True, slots=True)
class Found:
    """A code that was read from a whole page.

    Attributes:
        text: what it says.
        page: from 0.
        box: the modules, without quiet zone, in points of the page's user space.
        modules: on a side.
        spare: unused part of the error correction, 0 to 1.
        near_text: what it says at the higher resolution; None when unreadable there.
        quiet: empty modules on the worst side, at most 4.
        contrast: luminance of paper to ink.
        dark: reflectance of the dark modules, 0 to 1.
        light: reflectance of the light ones.
    """

    text: str
    page: int
    box: Box
    modules: int
    spare: float
    near_text: str | None
    quiet: float
    contrast: float
    dark: float
    light: float

    @property
    def module(self) -> float:
        """Side of a module, in points; the smaller one of a stretched code."""
        return min(self.box.width, self.box.height) / self.modules


def find(rendering: Rendering, page: int, frame: Frame, tint: int = TINT) -> list[Found]:
    """Return every code that can be read on a page, measured.

    Args:
        rendering: the file.
        page: from 0.
        frame: where the page lies.
        tint: how much darker than its paper a quiet zone may look, of 255.
    """
    picture = rendering.gray(page, FAR_DPI)
    return [
        _measured(rendering, page, frame, code, place_of(code, picture, frame), tint)
        for code in decode(picture)
    ]


def place_of(code: zxingcpp.Barcode, picture: Image.Image, frame: Frame) -> Box:
    """Return where a code of a page's picture is, roughly, in points of the user space."""
    left, upper, right, lower = _corners(code)
    shown = frame.crop
    across, up = shown.width / picture.width, shown.height / picture.height
    return Box(
        shown.left + left * across,
        shown.top - lower * up,
        shown.left + right * across,
        shown.top - upper * up,
    )


def decode(picture: Image.Image, *, anyhow: bool = False) -> list[zxingcpp.Barcode]:
    """Return the readable codes of a picture.

    Args:
        picture: in shades of gray.
        anyhow: also light on dark, and damaged ones; slow.
    """
    pixels = memoryview(picture.tobytes()).cast("B", (picture.height, picture.width))
    return zxingcpp.read_barcodes(
        pixels,
        # Kept in a variable of a module, it would complain on stderr when Python ends.
        formats=zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode),
        try_downscale=anyhow,
        try_invert=anyhow,
        return_errors=anyhow,
        text_mode=zxingcpp.TextMode.Plain,
    )


def _corners(code: zxingcpp.Barcode) -> Extent:
    place = code.position
    points = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = [p.x for p in points], [p.y for p in points]
    return min(across), min(down), max(across), max(down)


def _more(code: zxingcpp.Barcode, key: str) -> str:
    """Return what the decoder says beyond the text; empty when it says nothing."""
    return str(code.extra.get(key, "")) if isinstance(code.extra, dict) else ""


def _modules(code: zxingcpp.Barcode) -> int:
    version = _more(code, "Version")
    return 17 + 4 * int(version) if version.isdigit() else 21


def _measured(
    rendering: Rendering, page: int, frame: Frame, code: zxingcpp.Barcode, rough: Box, tint: int
) -> Found:
    modules = _modules(code)
    margin = _MARGIN_MODULES * rough.width / modules
    x, y = frame.crop.left, frame.crop.bottom
    wanted = rough.grown(margin)
    picture, drawn = rendering.gray_area(
        page, NEAR_DPI, Box(wanted.left - x, wanted.bottom - y, wanted.right - x, wanted.top - y)
    )
    scale = NEAR_DPI / _POINTS
    x, y = x + drawn.left, y + drawn.top
    rough_here = (
        (rough.left - x) * scale,
        (y - rough.top) * scale,
        (rough.right - x) * scale,
        (y - rough.bottom) * scale,
    )
    near = _nearest(decode(picture), rough_here)
    here = _corners(near) if near else rough_here
    levels = _levels(picture.crop(_whole(here)))
    here = _tightened(picture, here, modules, levels)
    dark, light = (_reflectance(level) for level in levels)
    left, upper, right, lower = here
    return Found(
        text=code.text,
        page=page,
        box=Box(x + left / scale, y - lower / scale, x + right / scale, y - upper / scale),
        modules=modules,
        spare=float(_more(code, "UEC") or 0.0),
        near_text=near.text if near else None,
        quiet=_quiet(picture, here, modules, (levels[1] - tint, levels[1] - TINT)),
        contrast=(light + _FLARE) / (dark + _FLARE),
        dark=dark,
        light=light,
    )


def _nearest(codes: Iterable[zxingcpp.Barcode], place: Extent) -> zxingcpp.Barcode | None:
    """Return the code at a place: a crop may show a neighbour, too."""
    middle = (place[0] + place[2]) / 2, (place[1] + place[3]) / 2
    for code in codes:
        left, upper, right, lower = _corners(code)
        if left < middle[0] < right and upper < middle[1] < lower:
            return code
    return None


def _whole(place: Extent) -> tuple[int, int, int, int]:
    left, upper, right, lower = place
    return math.floor(left), math.floor(upper), math.ceil(right), math.ceil(lower)


def _levels(picture: Image.Image) -> tuple[int, int]:
    """Return the gray of dark and light modules: what a tenth of the pixels does not pass."""
    counts = picture.histogram()
    tenth = sum(counts) * _TENTH
    return _passing(counts, tenth), 255 - _passing(counts[::-1], tenth)


def _passing(counts: list[int], wanted: float) -> int:
    seen = 0
    for level, count in enumerate(counts):
        seen += count
        if seen >= wanted:
            return level
    return len(counts) - 1


def _reflectance(level: int) -> float:
    """Return the linear light of a level of sRGB."""
    value = level / 255
    return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4  # noqa: PLR2004  # sRGB


def _tightened(
    picture: Image.Image, place: Extent, modules: int, levels: tuple[int, int]
) -> Extent:
    """Return the place of the dark modules to the pixel: a decoder only guesses corners."""
    slack = 0.6 * (place[2] - place[0]) / modules
    left, upper, right, lower = _whole(
        (place[0] - slack, place[1] - slack, place[2] + slack, place[3] + slack)
    )
    limit = sum(levels) // 2
    dark = picture.crop((left, upper, right, lower)).point(_below(limit))
    inked = dark.getbbox()
    if inked is None:
        return place
    return left + inked[0], upper + inked[1], left + inked[2], upper + inked[3]


def _quiet(picture: Image.Image, place: Extent, modules: int, least: tuple[int, int]) -> float:
    """Return how many modules around a code are empty, on its worst side or corner.

    `least` is how light its darkest pixel may be, and how light each side is on average.
    The last pixel may be half covered by what ends the zone, so it is left out; below that,
    the geometry of the page is exact.
    """
    module = (place[2] - place[0]) / modules
    box = _whole(place)
    reach = max(1, math.floor(QUIET_MODULES * module - 1))
    if _is_empty(picture, box, reach, least):
        return float(QUIET_MODULES)
    empty = next((n for n in range(reach - 1, 0, -1) if _is_empty(picture, box, n, least)), 0)
    return empty / module


def _is_empty(
    picture: Image.Image, box: tuple[int, int, int, int], reach: int, least: tuple[int, int]
) -> bool:
    """Whether nothing shows around a code; its own edge may be soft by a pixel.

    Paper ends where the picture ends: a crop beyond it comes out black.
    """
    left, upper, right, lower = box
    far = (left - reach, upper - reach, right + reach, lower + reach)
    strips = (
        (far[0], far[1], far[2], upper - 1),
        (far[0], lower + 1, far[2], far[3]),
        (far[0], far[1], left - 1, far[3]),
        (right + 1, far[1], far[2], far[3]),
    )
    return all(
        _is_calm(picture.crop(strip), *least)
        for strip in strips
        if strip[0] < strip[2] and strip[1] < strip[3]
    )


def _is_calm(strip: Image.Image, darkest: int, average: int) -> bool:
    lowest: int = strip.getextrema()[0]  # type: ignore[assignment]  # one band
    if lowest >= average:
        return True
    return lowest >= darkest and ImageStat.Stat(strip).mean[0] >= average


def _below(limit: int) -> list[int]:
    """Return the table that turns pixels darker than a limit white, and others black."""
    return [255] * limit + [0] * (256 - limit)
