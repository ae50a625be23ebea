"""Pictures for a chat: sheets side by side on a ground twice as wide as high.

A chat shows pictures in this shape and cuts off what is higher, which would be the name of
the shop on a poster.
"""

import io
from collections.abc import Sequence

from PIL import Image

HEIGHT_PX = 400
"""Kakao shows pictures of cards at 2:1 and advises 800 x 400."""
GROUND = "#ece8df"
EDGE = "#cfc9bc"
_MARGIN_PX = 18
_GAP_PX = 26
_SIDE = 0.62
"""Height of every sheet after the first, as a part of the first one's."""


def mount(pictures: Sequence[bytes]) -> bytes:
    """Return one picture (PNG, 800 x 400) with these pictures on it, the first one largest."""
    ground = Image.new("RGB", (2 * HEIGHT_PX, HEIGHT_PX), GROUND)
    room = HEIGHT_PX - 2 * _MARGIN_PX
    sheets = [
        _fitting(picture, room if place == 0 else int(room * _SIDE))
        for place, picture in enumerate(pictures)
    ]
    across = sum(sheet.width for sheet in sheets) + _GAP_PX * (len(sheets) - 1)
    left = (ground.width - across) // 2
    for sheet in sheets:
        top = (HEIGHT_PX - sheet.height) // 2
        ground.paste(EDGE, (left - 1, top - 1, left + sheet.width + 1, top + sheet.height + 1))
        ground.paste(sheet, (left, top))
        left += sheet.width + _GAP_PX
    out = io.BytesIO()
    ground.save(out, "PNG", compress_level=6)
    return out.getvalue()


def _fitting(picture: bytes, height: int) -> Image.Image:
    sheet = Image.open(io.BytesIO(picture)).convert("RGB")
    most = 2 * HEIGHT_PX - 2 * _MARGIN_PX
    scale = min(height / sheet.height, most / sheet.width)
    size = (max(1, round(sheet.width * scale)), max(1, round(sheet.height * scale)))
    return sheet.resize(size, Image.Resampling.LANCZOS)
