"""A photo as a phone takes it of a paper: on a table, not quite straight, with the place in it."""

import io
from collections.abc import Sequence
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONT = Path(__file__).parents[2] / "kits" / "fonts" / "Pretendard-Regular.otf"
LATITUDE = (37.0, 33.0, 24.5)
"""Degrees, minutes, seconds of where it was taken."""
CAMERA = "Telephone Camera 12MP"
_SIZE = (4032, 3024)
"""The sensor lies on its side; EXIF says how the phone was held."""


def snapshot(lines: Sequence[str], quality: int = 90) -> bytes:
    """Return a JPEG of 12 megapixels of a sheet with these lines on it, taken upright."""
    table = Image.new("RGB", _SIZE[::-1], "#8a6a4a")
    grain = Image.effect_noise((252, 336), 60).resize(_SIZE[::-1]).convert("RGB")
    table = Image.blend(table, grain, 0.25)
    sheet = _sheet(lines).rotate(4, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(sheet, (330, 420), sheet)
    seen = table.filter(ImageFilter.GaussianBlur(1.2)).rotate(90, expand=True)
    exif = Image.Exif()
    exif[0x0110], exif[0x0112] = CAMERA, 6
    place = exif.get_ifd(0x8825)
    place[1], place[2] = "N", LATITUDE
    out = io.BytesIO()
    seen.save(out, "JPEG", quality=quality, exif=exif)
    return out.getvalue()


def _sheet(lines: Sequence[str]) -> Image.Image:
    sheet = Image.new("RGBA", (2240, 3000), "#f7f5ee")
    pen = ImageDraw.Draw(sheet)
    pen.rectangle((60, 60, 2180, 2940), outline="#334", width=8)
    for number, line in enumerate(lines):
        font = ImageFont.truetype(str(FONT), 150 if number == 0 else 96)
        pen.text((180, 220 + number * 230), line, fill="#223", font=font)
    pen.ellipse((1580, 2360, 1980, 2760), outline="#b3261e", width=22)
    return sheet
