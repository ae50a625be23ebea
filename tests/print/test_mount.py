"""Pictures for a chat: whole sheets on a ground twice as wide as high."""

import io

from PIL import Image

from kits.mount import GROUND, HEIGHT_PX, mount

RED, BLUE = (200, 0, 0), (0, 0, 200)


def _sheet(size: tuple[int, int], colour: tuple[int, int, int]) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def _box(picture: Image.Image, colour: tuple[int, int, int]) -> tuple[int, int, int, int]:
    mask = Image.new("1", picture.size)
    mask.putdata([pixel == colour for pixel in picture.get_flattened_data()])
    box = mask.getbbox()
    assert box is not None, "not on the picture"
    return box


def test_a_high_sheet_is_shown_whole_with_the_other_beside_it() -> None:
    picture = Image.open(io.BytesIO(mount([_sheet((500, 707), RED), _sheet((900, 500), BLUE)])))
    assert picture.size == (2 * HEIGHT_PX, HEIGHT_PX)
    poster, card = _box(picture, RED), _box(picture, BLUE)
    assert abs((poster[3] - poster[1]) / (poster[2] - poster[0]) - 707 / 500) < 0.02
    assert poster[1] > 0
    assert poster[3] < HEIGHT_PX
    assert poster[2] < card[0], "the first stands left and covers nothing"
    assert card[3] - card[1] < poster[3] - poster[1]


def test_a_wide_sheet_stays_within_the_ground() -> None:
    picture = Image.open(io.BytesIO(mount([_sheet((3000, 600), RED)])))
    left, top, right, bottom = _box(picture, RED)
    assert left > 0
    assert right < picture.width
    assert abs((right - left) / (bottom - top) - 5) < 0.05
    assert picture.getpixel((0, 0)) == Image.new("RGB", (1, 1), GROUND).getpixel((0, 0))


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert mount([_sheet((90, 50), RED)]) == mount([_sheet((90, 50), RED)])
